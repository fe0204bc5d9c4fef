"""Read a table or a query of a PostgreSQL database: its rows become a file of their own."""

from __future__ import annotations

import difflib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion.sql import PACKED, connect_apart, identifier, quoted
from warehouse import postgres
from warehouse.errors import PaidnetError

#: Values as text that says all: a time with its offset, by a clock that no server's setting moves.
#: Rows in the order they are stored, so that an unchanged table gives the same file again.
_SESSION = (
    "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601 -c extra_float_digits=1"
    " -c default_transaction_read_only=on -c synchronize_seqscans=off"
    " -c max_parallel_workers_per_gather=0"
)
_TABLES = """
    select nspname || '.' || relname as name from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p', 'v', 'm', 'f') and nspname not like 'pg\\_%'
        and nspname <> 'information_schema' and has_table_privilege(pg_class.oid, 'select')
    order by 1
"""


@contextmanager
def opened(name: str, table: str | None, query: str | None) -> Iterator[tuple[Path, str | None]]:
    """Yield the file to read and where its rows come from, None for a file that is one already.

    Of an address such as postgresql://user@host/db the rows of `table` (schema.table), or of
    `query` (SQL, or the path of a .sql file), are read into a Parquet file with today's date in
    its name, all as text. The password comes from PGPASSWORD or ~/.pgpass, as libpq finds it.
    Raises PaidnetError when it cannot be read.
    """
    if not postgres.is_address(name):
        if table or query:
            raise PaidnetError(
                f"{name}: a file has no tables of a database",
                found=f"--table {table}" if table else "--query",
                expected="the address of a database, such as postgresql://user@host/db",
                fix="leave the option out (--sheet names a table of a SQLite file)",
            )
        yield Path(name), None
        return
    stem = "query" if table is None else table
    if query is not None and query.endswith(".sql"):
        stem = Path(query).stem
    with tempfile.TemporaryDirectory() as folder, _attached(name) as connection:
        wanted, said = _wanted(connection, name, table, query)
        plain = re.sub(r"[^\w.-]+", "_", stem)
        out = Path(folder) / f"{plain}-{datetime.now(UTC):%Y-%m-%d}.parquet"
        _copy(connection, wanted, said, out)
        yield out, f"PostgreSQL, {said} of {name}"


@contextmanager
def _attached(address: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection with the database as `pg`, which nothing can be written to."""
    with connect_apart() as connection:
        postgres.attach(connection, address, _SESSION, read_only=True)
        yield connection


def _wanted(
    connection: duckdb.DuckDBPyConnection, address: str, table: str | None, query: str | None
) -> tuple[str, str]:
    """Return the SQL of the rows, and what they are called."""
    if query is not None and table is None:
        if not query.endswith(".sql"):
            return query.strip().rstrip(";"), "a query"
        path = Path(query)
        if not path.is_file():
            raise PaidnetError(
                f"{query}: there is no such file of SQL",
                found=f"no {path}",
                expected="a file with one select, or the select itself",
                fix="correct --query",
            )
        return path.read_text().strip().rstrip(";"), f"query {path.name}"
    tables = [name for (name,) in connection.execute(_query(_TABLES)).fetchall()]
    lowered = (table or "").lower()
    meant = [n for n in tables if n == table] or [
        n for n in tables if lowered in {n.lower(), n.lower().partition(".")[2]}
    ]
    if len(meant) != 1 or query is not None:
        near = difflib.get_close_matches(table or "orders", tables, n=8, cutoff=0)
        both = "both --table and --query" if query is not None else f"--table {table}"
        raise PaidnetError(
            f"{address}: which rows are to be read?",
            found=both if table else "neither --table nor --query",
            expected=f"one of the {len(tables)} tables: {', '.join(meant or near)}"
            if tables
            else "a table that this user may read; there is none",
            fix=f"say --table {(meant or near or ['SCHEMA.TABLE'])[0]}, or --query FILE.sql",
        )
    schema, _, name = meant[0].partition(".")
    return f"select * from {identifier(schema)}.{identifier(name)}", f"table {meant[0]}"


def _query(sql: str) -> str:
    return f"from postgres_query('pg', {quoted(sql)})"


def _copy(connection: duckdb.DuckDBPyConnection, wanted: str, said: str, out: Path) -> None:
    """Write the rows as text; the server itself makes the text: DuckDB rounds its numerics."""
    # On a line of its own, the bracket is in no comment of the query.
    every_row = f"from ({wanted}\n) as wanted"
    try:
        described = connection.execute(
            f"describe {_query(f'select * {every_row} limit 0')}"
        ).fetchall()
        texts = ", ".join(
            f"cast(wanted.{identifier(row[0])} as text) as {identifier(row[0])}"
            for row in described
        )
        connection.execute(
            f"copy ({_query(f'select {texts} {every_row}')}) to {quoted(out)} ({PACKED})"
        )
    except duckdb.Error as error:
        raise PaidnetError(
            f"{said}: the database does not give its rows",
            found=postgres.message(error),
            expected="a select that this user may run; nothing is written",
            fix="correct --table or --query",
        ) from None
