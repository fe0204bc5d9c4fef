"""Open a release, or the build, to read it: read-only, in UTC, and cut off from other files.

Needs DuckDB and the standard library only, so that every environment can import it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from warehouse import paths
from warehouse.errors import PaidnetError


def release_file() -> Path:
    """Return the file of the release that is current now, by the path that stays its own.

    DuckDB keeps open files by path; `data/current` would name another file after a build.
    Raises PaidnetError when there is no release.
    """
    file = paths.current() / paths.DATABASE
    if not file.is_file():
        raise PaidnetError(
            "there is no release yet",
            found=f"no {file}",
            expected="a release",
            fix="python -m warehouse build",
        )
    return file.resolve()


def open_release(
    file: Path | None = None, *, limits: Mapping[str, str | int] | None = None
) -> duckdb.DuckDBPyConnection:
    """Return a connection to a release, by default the current one; raises PaidnetError.

    `limits` are settings of DuckDB, such as `memory_limit` and `threads`; they hold for all of the
    process's connections to the file, and the first sets them.
    """
    file = file or release_file()
    try:
        return open_file(file, limits=limits)
    except duckdb.Error as error:
        raise PaidnetError(
            f"the release cannot be opened: {file}",
            found=str(error).splitlines()[0],
            expected="a DuckDB file that this version reads",
            fix="python -m warehouse rollback, or build again",
        ) from None


def open_file(
    file: Path,
    *,
    with_folder: bool = False,
    limits: Mapping[str, str | int] | None = None,
) -> duckdb.DuckDBPyConnection:
    """Return a connection to a release or build that only reads that file, in UTC.

    `with_folder` lets it read the folder of the file too: the build's seeds are views of files
    there. Raises duckdb.Error when it cannot be opened.
    """
    connection = duckdb.connect(str(file.resolve()), read_only=True)
    # Connections of a process to the same file share their settings: the first one locks them.
    (is_locked,) = connection.execute("select current_setting('lock_configuration')").fetchone()
    if not is_locked:
        connection.execute("set global TimeZone = 'UTC'")
        if with_folder:
            folder = str(file.resolve().parent).replace("'", "''")
            connection.execute(f"set allowed_directories = ['{folder}']")
        for name, value in (limits or {}).items():
            connection.execute(f"set global {name} = '{value}'")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
    return connection


def open_tables(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to the tables that Spark wrote under a folder, in UTC."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    views_of_tables(connection, folder, "memory")
    return connection


def views_of_tables(connection: duckdb.DuckDBPyConnection, folder: Path, catalog: str) -> int:
    """Make tables that Spark wrote readable as `<catalog>.<schema>.<table>`; returns how many.

    They are Parquet files in `<schema>.db/<table>/`, of marts in a folder for each company, whose
    name a company's rows are found by. A table without rows has no file, and no view.
    """
    found = {file.relative_to(folder).parts[:2] for file in folder.glob("*.db/*/**/*.parquet")}
    for database, table in sorted(found):
        schema = f"{catalog}.{database.removesuffix('.db')}"
        files = str(folder.resolve() / database / table).replace("'", "''") + "/**/*.parquet"
        connection.execute(f"create schema if not exists {schema}")
        connection.execute(
            f"create view {schema}.{table} as from"
            f" read_parquet('{files}', hive_partitioning = true, hive_types_autocast = false)"
        )
    return len(found)
