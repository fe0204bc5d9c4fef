"""Compare two warehouses table by table and row by row.

Each is a DuckDB file, or a folder of Parquet files as Spark writes it
(`<schema>.db/<table>/…`). The same columns, types and rows, both ways; doubles by 9 digits.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from warehouse.errors import PaidnetError
from warehouse.reading import views_of_tables

DIGITS = 9
SHIFT = 2.718281828e-10
SHOWN = 3

Tables = dict[str, dict[str, str]]  # "schema.table" → column → type


def attach(connection: duckdb.DuckDBPyConnection, side: str, place: Path) -> None:
    """Make the tables of a warehouse readable as `<side>.<schema>.<table>`."""
    if place.is_file():
        connection.execute(f"attach '{place.resolve()}' as {side} (read_only)")
        return
    connection.execute(f"attach ':memory:' as {side}")
    if not views_of_tables(connection, place, side):
        raise PaidnetError(
            f"{place}: no warehouse",
            found="a folder without any <schema>.db/<table>/*.parquet",
            expected="a DuckDB file, or the folder that Spark wrote",
            fix="name the warehouse.duckdb of a release, or the folder that holds marts.db",
        )


def columns(
    connection: duckdb.DuckDBPyConnection, side: str, schemas: Collection[str] = ()
) -> Tables:
    """Return the stored tables of an attached warehouse with their columns and types."""
    kind = "BASE TABLE" if _is_stored(connection, side) else "VIEW"
    rows = connection.execute(
        "select table_schema || '.' || table_name, column_name, data_type"
        " from information_schema.columns"
        " semi join (select * from information_schema.tables where table_type = ?)"
        " using (table_catalog, table_schema, table_name)"
        " where table_catalog = ? order by 1, ordinal_position",
        [kind, side],
    ).fetchall()
    found: Tables = {}
    for table, column, type_ in rows:
        if not schemas or table.partition(".")[0] in schemas:
            found.setdefault(table, {})[column] = type_
    return found


def _is_stored(connection: duckdb.DuckDBPyConnection, side: str) -> bool:
    query = "select path is not null from duckdb_databases() where database_name = ?"
    ((is_file,),) = connection.execute(query, [side]).fetchall()
    return bool(is_file)


def compared(name: str, kind: str) -> str:
    """Return the SQL of a value as it is compared.

    The last bits of a sum of floating point depend on the order of its rows. A shift that is no
    round number keeps such as 0.0625 off the edges between two roundings.
    """
    if kind == "as text":  # where the types differ, which is told
        return f'cast("{name}" as varchar) as "{name}"'
    if kind not in {"DOUBLE", "FLOAT"}:
        return f'"{name}"'
    shifted = f'"{name}" + {SHIFT} * greatest(abs("{name}"), 1)'
    digits = f"format('{{:.{DIGITS - 1}e}}', round({shifted}, {DIGITS}))"
    return f'cast({digits} as double) as "{name}"'


def differences(
    old: Path,
    new: Path,
    ignored: Collection[str] = (),
    schemas: Collection[str] = (),
    without: Collection[str] = (),
) -> list[str]:
    """Return a line per table that differs, with a few of its rows; nothing when none does.

    Columns that are ignored and tables to go without may differ.
    """
    found = []
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        attach(connection, "old", old)
        attach(connection, "new", new)
        before, after = (columns(connection, side, schemas) for side in ("old", "new"))
        for table in sorted((before.keys() | after.keys()) - set(without)):
            if table not in after or table not in before:
                side, other = ("old", new) if table in before else ("new", old)
                # Of a table without rows Spark's folder has no file.
                if other.is_file() or _has_rows(connection, f"{side}.{table}"):
                    found.append(f"{table}: only in {side.upper()}")
                continue
            found += _columns_that_differ(table, before[table], after[table], ignored)
            shared = {
                name: kind if after[table][name] == kind else "as text"
                for name, kind in before[table].items()
                if name in after[table] and name not in ignored
            }
            found += _rows_that_differ(connection, table, shared)
    return found


def _has_rows(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.sql(f"select 1 from {table} limit 1").fetchone() is not None


def _columns_that_differ(
    table: str, before: dict[str, str], after: dict[str, str], ignored: Collection[str]
) -> list[str]:
    found = []
    for name in sorted((before.keys() | after.keys()) - set(ignored)):
        if name not in before or name not in after:
            found.append(f"{table}.{name}: only in {'OLD' if name in before else 'NEW'}")
        elif before[name] != after[name]:
            found.append(f"{table}.{name}: {before[name]} in OLD, {after[name]} in NEW")
    return found


def _rows_that_differ(
    connection: duckdb.DuckDBPyConnection, table: str, shared: dict[str, str]
) -> list[str]:
    found = []
    values = ", ".join(compared(name, kind) for name, kind in shared.items())
    if _is_same(connection, table, values):
        return found
    sides = {side: f"select {values} from {side}.{table}" for side in ("old", "new")}
    for one, other in (("old", "new"), ("new", "old")):
        query = f"({sides[one]}) except all ({sides[other]})"
        ((count,),) = connection.sql(f"select count(*) from ({query})").fetchall()
        if count:
            rows = connection.sql(f"select * from ({query}) order by all").fetchmany(SHOWN)
            found.append(f"{table}: {count:,} rows only in {one.upper()}")
            found += [f"  {dict(zip(shared, map(str, row), strict=True))}" for row in rows]
    return found


def _is_same(connection: duckdb.DuckDBPyConnection, table: str, values: str) -> bool:
    """Say whether both have the same rows, by sums of their hashes: of a large table, quick."""
    sums = [
        connection.sql(
            f"select count(*), sum(key::hugeint), bit_xor(key) from"
            f" (select hash(one) as key from (select {values} from {side}.{table}) as one)"
        ).fetchall()
        for side in ("old", "new")
    ]
    return sums[0] == sums[1]
