"""Write tables as CSV or Parquet, a file each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from reporting.export import tables
from reporting.export.tables import Content

Step = Callable[[int], None]


def write_csv(
    connection: duckdb.DuckDBPyConnection,
    content: Content,
    company_id: str,
    folder: Path,
    step: Step,
) -> str:
    """Write FOLDER/<table>.csv, UTF-8, all text in quotes; returns its name.

    Text that could pass for a formula stands behind an apostrophe (tables.harmless); numbers below
    zero stay numbers. What is not known is empty.
    """
    guarded = {column.name: tables.harmless(column.name) for column in content.columns
               if column.is_text}  # fmt: skip
    batches = tables.stream(connection, content, company_id, guarded)
    file = folder / f"{content.table.name}.csv"
    with pa.csv.CSVWriter(file, (first := next(batches)).schema) as writer:
        _write(writer.write_batch, first, batches, step)
    return file.name


def write_parquet(
    connection: duckdb.DuckDBPyConnection,
    content: Content,
    company_id: str,
    folder: Path,
    step: Step,
) -> str:
    """Write FOLDER/<table>.parquet, every value and type as the mart has it; returns its name."""
    batches = tables.stream(connection, content, company_id)
    file = folder / f"{content.table.name}.parquet"
    schema = (first := next(batches)).schema
    meanings = {column.name: column.meaning for column in content.columns}
    described = pa.schema(
        [field.with_metadata({"description": meanings[field.name]}) for field in schema],
        metadata={"description": content.meaning},
    )
    with pa.parquet.ParquetWriter(file, described, compression="zstd") as writer:
        _write(lambda batch: writer.write_batch(batch.cast(described)), first, batches, step)
    return file.name


def _write(
    write: Callable[[pa.RecordBatch], None],
    first: pa.RecordBatch,
    others: Iterator[pa.RecordBatch],
    step: Step,
) -> None:
    write(first)
    for batch in others:
        write(batch)
        step(batch.num_rows)
