"""Small things that every SQL-making module needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import duckdb

#: Columns that every raw row carries beside the file's own.
LINE_COLUMN = "source_line"
REASON_COLUMN = "malformed_reason"
TEXT_COLUMN = "malformed_text"

#: How rows are written as Parquet. Texts that differ from row to row, as ids and times do, are not
#: looked for in a dictionary: written in three quarters of the time, and read in as much.
PARQUET = "format parquet, parquet_version v2, dictionary_size_limit 1000"
#: The same for rows that stay: less than half the size, in a tenth more time.
PACKED = f"{PARQUET}, compression zstd, compression_level 1"

#: A file of fewer rows is small: one thread reads it, and what is made of it is kept in memory.
SMALL = 50_000

_numbers = count()


@contextmanager
def connect(*, is_small: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a database in memory that keeps row order and spills rather than swells.

    All are within one DuckDB of this process: to start one for each takes twenty times as long.
    Of few rows one thread is faster, as each of several compiles all regular expressions, and a
    query as it is written: to optimise it takes longer than to run it.
    """
    name = f"scratch_{next(_numbers)}"
    with _duckdb(is_small=is_small).cursor() as connection:
        connection.execute(f"attach ':memory:' as {name}")
        try:
            connection.execute(f"use {name}")
            connection.execute("set TimeZone = 'UTC'")
            if is_small:
                connection.execute("pragma disable_optimizer")
            yield connection
        finally:
            connection.execute("use memory")
            connection.execute(f"detach {name}")


def connect_apart(**config: str) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB of its own, for what changes its settings or loads an extension."""
    connection = duckdb.connect(config={"memory_limit": "2GB"} | config)
    connection.execute("set TimeZone = 'UTC'")
    return connection


@cache
def _duckdb(*, is_small: bool) -> duckdb.DuckDBPyConnection:
    return connect_apart(threads="1") if is_small else connect_apart()


def define(connection: duckdb.DuckDBPyConnection, name: str, sql: str, *, is_small: bool) -> None:
    """Make a view of many rows, of few a table: a view costs each of its readers its whole text."""
    connection.execute(f"create or replace {'table' if is_small else 'view'} {name} as {sql}")


def lowered(text: str) -> str:
    """Return `text` trimmed and in lower case as DuckDB has it, for which İ becomes one letter."""
    return text.strip().lower().replace("i\u0307", "i")


def quoted(text: object) -> str:
    """Return `text` as a SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return `name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def write_rows(path: Path, types: Mapping[str, str], rows: Sequence[Mapping[str, object]]) -> None:
    """Write a few rows as Parquet, whole or not at all; `types` are DuckDB's, by column.

    pyarrow, and DuckDB for a parameter, would import all of pandas for it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with connect(is_small=True) as connection:
        columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in types.items())
        connection.execute(f"create table written ({columns})")
        listed = ", ".join(
            f"({', '.join('null' if row[n] is None else quoted(row[n]) for n in types)})"
            for row in rows
        )
        if listed:
            connection.execute(f"insert into written values {listed}")
        connection.execute(f"copy written to {quoted(part)} ({PARQUET})")
    part.replace(path)
