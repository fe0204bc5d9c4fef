"""Read a CSV file as text: in bulk when it is clean, record by record when it is not."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TextIO

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.records import Record, has_bad_bytes, records
from ingestion.sql import LINE_COLUMN, REASON_COLUMN, TEXT_COLUMN, connect, quoted
from warehouse.errors import PaidnetError

BATCH_ROWS = 100_000


def _open_text(path: Path, encoding: str) -> TextIO:
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        return path.open(encoding=name, errors="surrogateescape", newline="")
    except LookupError as error:
        raise PaidnetError(
            f"{path.name}: unknown encoding",
            found=encoding,
            expected="a name such as utf-8, latin-1 or utf-16",
            fix="correct `encoding` in the mapping",
        ) from error


def header(path: Path, delimiter: str, encoding: str) -> tuple[str, ...]:
    """Return the column names; an empty name becomes `column_1`, by its position."""
    with _open_text(path, encoding) as file:
        try:
            row = next((row for row in csv.reader(file, delimiter=delimiter) if row), None)
        except (csv.Error, UnicodeError) as error:
            raise PaidnetError(
                f"{path.name}: the header cannot be read",
                line=1,
                found=str(error),
                expected=f"column names separated by {delimiter!r}",
                fix="is this a CSV file? name its delimiter and encoding in the mapping",
            ) from error
    if row is None:
        raise PaidnetError(
            f"{path.name}: the file is empty",
            found="blank lines only",
            expected="a header line and rows",
            fix="export it again",
        )
    names = tuple(name.strip() or f"column_{i}" for i, name in enumerate(row, start=1))
    if any("\x00" in name or has_bad_bytes(name) for name in names):
        raise PaidnetError(
            f"{path.name}: the header is not text",
            line=1,
            found=ascii(delimiter.join(names)[:60]),
            expected=f"column names in {encoding}",
            fix="is this a CSV file? name its encoding in the mapping",
        )
    lowered = [name.lower() for name in names]
    twice = sorted({name for name in lowered if lowered.count(name) > 1})
    reserved = sorted({LINE_COLUMN, REASON_COLUMN, TEXT_COLUMN} & set(lowered))
    if twice or reserved:
        raise PaidnetError(
            f"{path.name}: a column name cannot be used",
            line=1,
            column=(twice or reserved)[0],
            found="the same name twice" if twice else "a name Paidnet keeps for itself",
            expected="every column named once",
            fix="rename the column in the file",
        )
    return names


def copy_clean(path: Path, out: Path, columns: tuple[str, ...], delimiter: str) -> int | None:
    """Copy with DuckDB alone; return the rows, None unless each line is one record.

    The rows keep their order, so that a row's number in `out` gives its line; numbering
    them here would keep DuckDB to one core.
    """
    types = ", ".join(f"{quoted(name)}: 'varchar'" for name in columns)
    with connect() as connection:
        try:
            connection.execute(
                f"copy (select * from read_csv({quoted(path)}, columns = {{{types}}},"
                f" auto_detect = false, header = true, delim = {quoted(delimiter)},"
                " quote = '\"', escape = '\"', strict_mode = true))"
                f" to {quoted(out)} (format parquet)"
            )
        except duckdb.Error:
            return None
    rows = pq.read_metadata(out).num_rows
    return rows if rows + 1 == _line_count(path) else None


def _line_count(path: Path) -> int:
    """Return the number of lines, ended by LF; a last line without LF counts."""
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(1 << 22):
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    return lines + (last != b"\n")


def _table(batch: list[Record], schema: pa.Schema) -> pa.Table:
    nothing = [None] * (len(schema) - 3)
    columns = zip(*(record.values or nothing for record in batch), strict=True)
    # An empty value is no value, as DuckDB's reader has it.
    arrays = [pa.array([text or None for text in column], pa.string()) for column in columns]
    arrays.append(pa.array([record.line for record in batch], pa.int64()))
    arrays.append(pa.array([record.reason for record in batch], pa.string()))
    arrays.append(pa.array([record.text for record in batch], pa.string()))
    return pa.Table.from_arrays(arrays, schema=schema)


def copy_careful(
    path: Path, out: Path, columns: tuple[str, ...], delimiter: str, encoding: str
) -> tuple[int, int]:
    """Copy record by record; return the rows, and how many of them are malformed."""
    schema = pa.schema(
        [(name, pa.string()) for name in columns]
        + [(LINE_COLUMN, pa.int64()), (REASON_COLUMN, pa.string()), (TEXT_COLUMN, pa.string())]
    )
    rows = malformed = 0
    batch: list[Record] = []
    with _open_text(path, encoding) as file, pq.ParquetWriter(out, schema) as writer:
        for record in records(file, delimiter, len(columns)):
            batch.append(record)
            rows += 1
            malformed += record.reason is not None
            if len(batch) == BATCH_ROWS:
                writer.write_table(_table(batch, schema))
                batch.clear()
        if batch:
            writer.write_table(_table(batch, schema))
    return rows, malformed
