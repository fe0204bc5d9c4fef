"""Read any file as text, every row with its line, nothing lost.

DuckDB's CSV reader does the work when every line of a file is one well-formed record.
Where one is not, the file is read again record by record, so that a broken line is kept
aside with its reason and never takes its good neighbours with it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from ingestion.reading import container, csv_file, json_file, sqlite_file, workbook
from ingestion.reading.dialect import Dialect, as_utf8, dialect_of, encoding_of
from ingestion.sql import (
    LINE_COLUMN,
    PARQUET,
    REASON_COLUMN,
    TEXT_COLUMN,
    connect,
    identifier,
    quoted,
)
from warehouse.errors import PaidnetError


@dataclass(frozen=True)
class RawFile:
    """What reading a file gave: its own column names, its rows, and how it was read.

    `first_line` is the line of the first row where each row has one line; `read_as` says in
    words how the file was read, such as "CSV, delimiter ;, header on line 4"; `preamble` is the
    text above the header.
    """

    columns: tuple[str, ...]
    row_count: int
    malformed_count: int
    first_line: int = 2
    read_as: str = "CSV"
    preamble: str = ""


def to_parquet(
    path: Path,
    out: Path,
    *,
    known: Collection[str] = (),
    delimiter: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> RawFile:
    """Write every row of `path` to the Parquet file `out`, all values as text.

    `known` are normal names of columns, by which a header line is found; `delimiter`,
    `encoding` and `sheet` are found out where they are not said. Read `out` through `rows`.
    Raises PaidnetError when the file is missing, empty, or none that can be read.
    """
    with tempfile.TemporaryDirectory(dir=out.parent) as name:
        folder = Path(name)
        content = container.open_file(path, folder)
        read = _read(content, out, folder, known, delimiter, encoding, sheet)
    if read.row_count == 0:
        raise PaidnetError(
            f"{path.name}: the file has no rows",
            found=f"only a header ({', '.join(read.columns[:12])})",
            expected="at least one row",
            fix="export it again with a date range that has orders",
        )
    packed = "".join(f" in {how}" for how in content.packed)
    return RawFile(
        read.columns, read.row_count, read.malformed_count, read.first_line,
        read.read_as + packed, read.preamble,
    )  # fmt: skip


def _read(
    content: container.Content,
    out: Path,
    folder: Path,
    known: Collection[str],
    delimiter: str | None,
    encoding: str | None,
    sheet: str | None,
) -> RawFile:
    path = content.path
    if content.kind == "parquet":
        return _parquet_to_parquet(path, out)
    if content.kind == "workbook":
        columns, rows, name = workbook.to_parquet(path, out, known, sheet)
        return RawFile(columns, rows, 0, read_as=f"workbook, sheet {name!r}")
    if content.kind == "sqlite":
        columns, rows, name = sqlite_file.to_parquet(path, out, known, sheet)
        return RawFile(columns, rows, 0, read_as=f"SQLite, table {name!r}")
    encoding = encoding or encoding_of(path)
    path = as_utf8(path, encoding, folder)
    if content.kind == "json":
        columns, rows, malformed = json_file.to_parquet(path, out, folder, known)
        return RawFile(columns, rows, malformed, read_as="JSON")
    return csv_to_parquet(path, out, dialect_of(path, known, delimiter), encoding)


def csv_to_parquet(path: Path, out: Path, dialect: Dialect, encoding: str = "utf-8") -> RawFile:
    """Write every row of a CSV file in UTF-8, whose dialect is known, as `to_parquet` does."""
    columns = csv_file.header(path, dialect)
    malformed = footer = 0
    count = csv_file.copy_clean(path, out, columns, dialect)
    if count is None:
        count, malformed, footer = csv_file.copy_careful(path, out, columns, dialect)
    words = ["CSV"]
    if dialect.delimiter != ",":
        words.append(f"delimiter {'tab' if dialect.delimiter == chr(9) else dialect.delimiter}")
    if dialect.header_line != 1:
        words.append(f"header on line {dialect.header_line}")
    if encoding != "utf-8":
        words.append(f"encoding {encoding}")
    if footer:
        words.append(f"{footer} lines of a footer left out")
    said = csv_file.preamble(path, dialect)
    return RawFile(columns, count, malformed, dialect.header_line + 1, ", ".join(words), said)


def rows(out: Path, first_line: int = 2) -> str:
    """Return the SQL of the rows that `to_parquet` wrote, with line, reason and text.

    The lines are `source_line` (bigint; the header of a CSV is line 1, the first row of a
    Parquet file is row 1), `malformed_reason` and `malformed_text` are null on well-formed
    rows.
    """
    return (
        f"(select * exclude (file_row_number)"
        f" replace (coalesce({LINE_COLUMN}, file_row_number + {first_line}) as {LINE_COLUMN})"
        f" from (select cast(null as bigint) as {LINE_COLUMN},"
        f" cast(null as varchar) as {REASON_COLUMN}, cast(null as varchar) as {TEXT_COLUMN}"
        f" where false union all by name"
        f" select * from read_parquet({quoted(out)}, file_row_number = true)))"
    )


def _parquet_to_parquet(path: Path, out: Path) -> RawFile:
    source = f"read_parquet({quoted(path)}, file_row_number = true)"
    with connect() as connection:
        try:
            names = [row[0] for row in connection.sql(f"describe from {source}").fetchall()]
            columns = tuple(name for name in names if name != "file_row_number")
            listed = ", ".join(
                f"cast({identifier(name)} as varchar) as {identifier(name)}" for name in columns
            )
            connection.execute(
                f"copy (select {listed}, file_row_number + 1 as {LINE_COLUMN} from {source})"
                f" to {quoted(out)} ({PARQUET})"
            )
        except duckdb.Error as error:
            raise PaidnetError(
                f"{path.name}: the file cannot be read as Parquet",
                found=str(error).splitlines()[0],
                expected="a whole Parquet file",
                fix="export or copy it again; it may be truncated",
            ) from error
    return RawFile(columns, pq.read_metadata(out).num_rows, 0, read_as="Parquet")
