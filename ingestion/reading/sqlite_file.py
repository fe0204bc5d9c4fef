"""Read a table of a SQLite file as text."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.reading.csv_file import column_names
from ingestion.reading.dialect import normal_name
from ingestion.sql import LINE_COLUMN, identifier
from warehouse.errors import Answer, PaidnetError

_BATCH_ROWS = 100_000


def _table(
    path: Path, connection: sqlite3.Connection, wanted: str | None, known: Collection[str]
) -> str:
    """Return the table to read: the one said, the only one, or the one with most known names."""
    tables = [
        name
        for (name,) in connection.execute(
            "select name from sqlite_master where type in ('table', 'view')"
            " and name not like 'sqlite_%' order by name"
        )
    ]
    if wanted is not None and wanted in tables:
        return wanted
    scores = {
        name: len(
            {
                normal_name(row[1])
                for row in connection.execute(f"pragma table_info({identifier(name)})")
            }
            & set(known)
        )
        for name in tables
    }
    best = [name for name in tables if scores[name] == max(scores.values())]
    if wanted is None and (len(tables) == 1 or (len(best) == 1 and scores[best[0]] >= 3)):
        return best[0]
    raise PaidnetError(
        f"{path.name}: which table has the rows?",
        found=wanted or f"tables {', '.join(tables)}",
        expected=f"one of {', '.join(tables)}",
        fix=f"say --sheet {tables[0]}" if tables else "is the database empty?",
        answers=tuple(Answer("sheet", name) for name in tables),
    )


def to_parquet(
    path: Path, out: Path, known: Collection[str], table: str | None
) -> tuple[tuple[str, ...], int, str]:
    """Write a table's rows as text; return the columns, the rows and the table.

    `source_line` is the number of the row, in the table's order.
    """
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            name = _table(path, connection, table, known)
            cursor = connection.execute(f"select * from {identifier(name)}")
            columns = column_names([item[0] for item in cursor.description])
            schema = pa.schema(
                [(column, pa.string()) for column in columns] + [(LINE_COLUMN, pa.int64())]
            )
            count = 0
            with pq.ParquetWriter(out, schema) as writer:
                while rows := cursor.fetchmany(_BATCH_ROWS):
                    texts = [
                        pa.array([None if v in (None, "") else str(v) for v in values], pa.string())
                        for values in zip(*rows, strict=True)
                    ]
                    texts.append(pa.array(range(count + 1, count + len(rows) + 1), pa.int64()))
                    writer.write_table(pa.Table.from_arrays(texts, schema=schema))
                    count += len(rows)
    except sqlite3.Error as error:
        raise PaidnetError(
            f"{path.name}: the file cannot be read as SQLite",
            found=str(error),
            expected="a whole database file",
            fix="copy it again while nothing writes to it",
        ) from error
    return columns, count, name
