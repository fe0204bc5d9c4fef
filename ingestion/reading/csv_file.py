"""Read a CSV file as text: in bulk when it is clean, record by record when it is not."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TextIO

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.lib import StringBuilder

from ingestion.reading.dialect import Dialect, looks_like_data
from ingestion.reading.records import Record, has_bad_bytes, records
from ingestion.sql import LINE_COLUMN, PARQUET, REASON_COLUMN, TEXT_COLUMN, connect, quoted
from warehouse.errors import PaidnetError

BATCH_ROWS = 100_000


def _open_text(path: Path) -> TextIO:
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def column_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Return a name for each column: its own, `column_3` for a blank, `Tax (2)` for a second."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = cell.strip() or f"column_{place}"
        taken = {other.lower() for other in (*names, LINE_COLUMN, REASON_COLUMN, TEXT_COLUMN)}
        number = 2
        unique = name
        while unique.lower() in taken:
            unique = f"{name} ({number})"
            number += 1
        names.append(unique)
    return tuple(names)


def header(path: Path, dialect: Dialect) -> tuple[str, ...]:
    """Return the column names, each once; raises PaidnetError when the header is none."""
    with _open_text(path) as file:
        lines = islice(file, dialect.header_line - 1, None)
        try:
            row = next((row for row in csv.reader(lines, delimiter=dialect.delimiter) if row), None)
        except (csv.Error, UnicodeError) as error:
            raise PaidnetError(
                f"{path.name}: the header cannot be read",
                line=dialect.header_line,
                found=str(error),
                expected=f"column names separated by {dialect.delimiter!r}",
                fix="is this a CSV file? name its delimiter and encoding in the mapping",
            ) from error
    if row is None:
        raise PaidnetError(
            f"{path.name}: the file is empty",
            found="blank lines only",
            expected="a header line and rows",
            fix="export it again",
        )
    if any("\x00" in name or has_bad_bytes(name) for name in row):
        raise PaidnetError(
            f"{path.name}: the header is not text",
            line=dialect.header_line,
            found=ascii(dialect.delimiter.join(row)[:60]),
            expected=f"column names in {dialect.encoding}",
            fix="is this a CSV file? name its encoding in the mapping",
        )
    if looks_like_data(row):
        raise PaidnetError(
            f"{path.name}: the file has no header line",
            line=dialect.header_line,
            found=dialect.delimiter.join(row)[:100],
            expected="the names of the columns",
            fix="export it with its header, or write one above the rows",
        )
    return column_names(row)


def preamble(path: Path, dialect: Dialect) -> str:
    """Return the text above the header."""
    with _open_text(path) as file:
        return "".join(islice(file, dialect.header_line - 1))


def copy_clean(path: Path, out: Path, columns: tuple[str, ...], dialect: Dialect) -> int | None:
    """Copy with DuckDB alone; return the rows, None unless each line is one record.

    The rows keep their order, so that a row's number in `out` gives its line; numbering
    them here would keep DuckDB to one core.
    """
    types = ", ".join(f"{quoted(name)}: 'varchar'" for name in columns)
    with connect() as connection:
        try:
            connection.execute(
                f"copy (select * from read_csv({quoted(path)}, columns = {{{types}}},"
                f" auto_detect = false, header = true, skip = {dialect.header_line - 1},"
                f" delim = {quoted(dialect.delimiter)},"
                " quote = '\"', escape = '\"', strict_mode = true))"
                f" to {quoted(out)} ({PARQUET})"
            )
        except duckdb.Error:
            return None
    rows = pq.read_metadata(out).num_rows
    return rows if rows + dialect.header_line == _line_count(path) else None


def _line_count(path: Path) -> int:
    """Return the number of lines, ended by LF; a last line without LF counts."""
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(1 << 22):
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    return lines + (last != b"\n")


def _texts(values: Iterable[str | None]) -> pa.Array:
    """Return texts as Arrow has them; `pa.array` would import all of pandas for a list."""
    builder = StringBuilder()
    builder.append_values(list(values))
    return builder.finish()


def _table(batch: list[Record], schema: pa.Schema) -> pa.Table:
    nothing = [None] * (len(schema) - 3)
    columns = zip(*(record.values or nothing for record in batch), strict=True)
    # An empty value is no value, as DuckDB's reader has it.
    arrays = [_texts(text or None for text in column) for column in columns]
    lines = pa.py_buffer(array("q", [record.line for record in batch]))
    arrays.append(pa.Array.from_buffers(pa.int64(), len(batch), [None, lines]))
    arrays.append(_texts(record.reason for record in batch))
    arrays.append(_texts(record.text for record in batch))
    return pa.Table.from_arrays(arrays, schema=schema)


def copy_careful(
    path: Path, out: Path, columns: tuple[str, ...], dialect: Dialect
) -> tuple[int, int, int]:
    """Copy record by record; return the rows, how many are malformed, and the lines of a footer."""
    schema = pa.schema(
        [(name, pa.string()) for name in columns]
        + [(LINE_COLUMN, pa.int64()), (REASON_COLUMN, pa.string()), (TEXT_COLUMN, pa.string())]
    )
    rows = malformed = 0
    batch: list[Record] = []
    footer: list[Record] = []
    with _open_text(path) as file, pq.ParquetWriter(out, schema) as writer:
        for record in records(file, dialect.delimiter, len(columns), dialect.header_line):
            # Short lines after a blank one are a footer where no row follows them.
            is_short = record.reason == "too_few_columns"
            if is_short and (record.is_after_blank or footer):
                footer.append(record)
                continue
            batch += [*footer, record]
            rows += len(footer) + 1
            malformed += len(footer) + (record.reason is not None)
            footer = []
            if len(batch) >= BATCH_ROWS:
                writer.write_table(_table(batch, schema))
                batch.clear()
        if batch:
            writer.write_table(_table(batch, schema))
    return rows, malformed, len(footer)
