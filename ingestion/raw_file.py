"""Read any CSV or Parquet file as text, every row with its line, nothing lost.

DuckDB's CSV reader does the work when every line of a file is one well-formed record.
Where one is not, the file is read again record by record, so that a broken line is kept
aside with its reason and never takes its good neighbours with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from ingestion import csv_file
from ingestion.sql import LINE_COLUMN, REASON_COLUMN, TEXT_COLUMN, connect, identifier, quoted
from warehouse.errors import PaidnetError

#: How files begin that people take for CSV.
_OTHER_KINDS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
}


@dataclass(frozen=True)
class RawFile:
    """What reading a file gave: its own column names and how many rows of each kind."""

    columns: tuple[str, ...]
    row_count: int
    malformed_count: int


def to_parquet(path: Path, out: Path, *, delimiter: str = ",", encoding: str = "utf-8") -> RawFile:
    """Write every row of `path` to the Parquet file `out`, all values as text.

    Read `out` through `rows`, which completes it by `source_line` (bigint; the header of
    a CSV is line 1, the first row of a Parquet file is row 1), `malformed_reason` and
    `malformed_text` (null on well-formed rows). Raises PaidnetError when the file is
    missing, empty, or not what its name says.
    """
    if not path.is_file():
        raise PaidnetError(
            f"{path.name}: there is no such file",
            found=f"no {path}",
            expected="a CSV or Parquet file",
            fix="check the path",
        )
    if path.stat().st_size == 0:
        raise PaidnetError(
            f"{path.name}: the file is empty",
            found="0 bytes",
            expected="a header line and rows",
            fix="export it again",
        )
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == b"PAR1":
        return _parquet_to_parquet(path, out)
    if path.suffix.lower() in {".parquet", ".pq"}:
        raise PaidnetError(
            f"{path.name}: the file is named Parquet but is not",
            found=f"its first bytes are {magic!r}",
            expected="PAR1",
            fix="export it again, or name it .csv if it is text",
        )
    for start, kind in _OTHER_KINDS.items():
        if magic.startswith(start):
            raise PaidnetError(
                f"{path.name}: the file is not a CSV file",
                found=kind,
                expected="CSV or Parquet",
                fix="export or unpack it as CSV",
            )
    if magic[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16"
    columns = csv_file.header(path, delimiter, encoding)
    count, malformed = None, 0
    if encoding == "utf-8":
        count = csv_file.copy_clean(path, out, columns, delimiter)
    if count is None:
        count, malformed = csv_file.copy_careful(path, out, columns, delimiter, encoding)
    if count == 0:
        raise _no_rows(path, columns)
    return RawFile(columns, count, malformed)


def rows(out: Path) -> str:
    """Return the SQL of the rows that `to_parquet` wrote, with line, reason and text.

    The same as macros/raw_rows.sql, which reads seeds.
    """
    return (
        f"(select * exclude (file_row_number)"
        f" replace (coalesce({LINE_COLUMN}, file_row_number + 2) as {LINE_COLUMN})"
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
                f" to {quoted(out)} (format parquet)"
            )
        except duckdb.Error as error:
            raise PaidnetError(
                f"{path.name}: the file cannot be read as Parquet",
                found=str(error).splitlines()[0],
                expected="a whole Parquet file",
                fix="export or copy it again; it may be truncated",
            ) from error
    count = pq.read_metadata(out).num_rows
    if count == 0:
        raise _no_rows(path, columns)
    return RawFile(columns, count, 0)


def _no_rows(path: Path, columns: tuple[str, ...]) -> PaidnetError:
    return PaidnetError(
        f"{path.name}: the file has no rows",
        found=f"only a header ({', '.join(columns)})",
        expected="at least one row",
        fix="export it again with a date range that has orders",
    )
