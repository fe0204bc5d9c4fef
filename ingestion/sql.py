"""Small things that every SQL-making module needs."""

from __future__ import annotations

import duckdb

#: Columns that every raw row carries beside the file's own.
LINE_COLUMN = "source_line"
REASON_COLUMN = "malformed_reason"
TEXT_COLUMN = "malformed_text"


def connect() -> duckdb.DuckDBPyConnection:
    """Return an in-memory DuckDB that keeps row order and spills rather than swells."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set memory_limit = '2GB'")
    return connection


def quoted(text: object) -> str:
    """Return `text` as a SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return `name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
