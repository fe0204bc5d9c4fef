"""Small things that every SQL-making module needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

#: Columns that every raw row carries beside the file's own.
LINE_COLUMN = "source_line"
REASON_COLUMN = "malformed_reason"
TEXT_COLUMN = "malformed_text"


def connect(*, is_small: bool = False) -> duckdb.DuckDBPyConnection:
    """Return an in-memory DuckDB that keeps row order and spills rather than swells.

    Of few rows one thread is faster: each of several compiles all regular expressions.
    """
    connection = duckdb.connect(config={"threads": 1} if is_small else {})
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set memory_limit = '2GB'")
    return connection


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
    with duckdb.connect() as connection:
        columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in types.items())
        connection.execute(f"create table written ({columns})")
        for row in rows:
            values = (row[name] for name in types)
            texts = ("null" if value is None else quoted(value) for value in values)
            connection.execute(f"insert into written values ({', '.join(texts)})")
        connection.execute(f"copy written to {quoted(part)} (format parquet)")
    part.replace(path)
