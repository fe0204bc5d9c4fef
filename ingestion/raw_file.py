"""Read any CSV or Parquet file as text, every row with its line, nothing lost.

DuckDB's CSV reader does the work when every line of a file is one well-formed record.
Where one is not, the file is read again record by record, so that a broken line is kept
aside with its reason and never takes its good neighbours with it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.errors import InputError

#: Columns that every raw row carries beside the file's own.
LINE_COLUMN = "source_line"
REASON_COLUMN = "malformed_reason"
TEXT_COLUMN = "malformed_text"

#: A quoted value may run over this many lines; past it the quote counts as broken.
MAX_LINES_OF_A_RECORD = 100
BATCH_ROWS = 100_000

csv.field_size_limit(16 * 1024 * 1024)


@dataclass(frozen=True)
class RawFile:
    """What reading a file gave: its own column names and how many rows of each kind."""

    columns: tuple[str, ...]
    row_count: int
    malformed_count: int


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


def to_parquet(
    path: Path, out: Path, *, delimiter: str = ",", encoding: str = "utf-8"
) -> RawFile:
    """Write every row of `path` to the Parquet file `out`, all values as text.

    `out` has the file's columns plus `source_line` (bigint; the header of a CSV is line
    1, the first row of a Parquet file is row 1), `malformed_reason` and
    `malformed_text` (null on well-formed rows). Raises InputError when the file is
    missing, empty, or not what its name says.
    """
    if not path.is_file():
        raise InputError(
            path.name,
            "the file is not there",
            found=str(path),
            expected="a CSV or Parquet file",
            remedy="check the path",
        )
    if path.stat().st_size == 0:
        raise InputError(
            path.name,
            "the file is empty",
            found="0 bytes",
            expected="a header line and rows",
            remedy="export it again",
        )
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == b"PAR1":
        return _parquet_to_parquet(path, out)
    if path.suffix.lower() in {".parquet", ".pq"}:
        raise InputError(
            path.name,
            "the file is named Parquet but is not",
            found=f"its first bytes are {magic!r}",
            expected="PAR1",
            remedy="export it again, or name it .csv if it is text",
        )
    if magic[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16"
    columns = _header(path, delimiter, encoding)
    if encoding == "utf-8":
        raw = _plain_csv(path, out, columns, delimiter)
        if raw is not None:
            return raw
    return _careful_csv(path, out, columns, delimiter, encoding)


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
                f"copy (select {listed}, file_row_number + 1 as {LINE_COLUMN},"
                f" cast(null as varchar) as {REASON_COLUMN},"
                f" cast(null as varchar) as {TEXT_COLUMN} from {source})"
                f" to {quoted(out)} (format parquet)"
            )
        except duckdb.Error as error:
            raise InputError(
                path.name,
                "the file cannot be read as Parquet",
                found=str(error).splitlines()[0],
                expected="a whole Parquet file",
                remedy="export or copy it again; it may have been cut off",
            ) from error
    rows = pq.read_metadata(out).num_rows
    if rows == 0:
        raise _no_rows(path, columns)
    return RawFile(columns, rows, 0)


def _no_rows(path: Path, columns: tuple[str, ...]) -> InputError:
    return InputError(
        path.name,
        "the file has no rows",
        found=f"only a header ({', '.join(columns)})",
        expected="at least one row",
        remedy="export it again with a date range that has orders",
    )


def _open_text(path: Path, encoding: str) -> TextIO:
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        return path.open(encoding=name, errors="surrogateescape", newline="")
    except LookupError as error:
        raise InputError(
            path.name,
            "unknown encoding",
            found=encoding,
            expected="a name such as utf-8, latin-1 or utf-16",
            remedy="correct `encoding` in the mapping",
        ) from error


def _header(path: Path, delimiter: str, encoding: str) -> tuple[str, ...]:
    """Return the column names; an empty name becomes `column_1`, by its position."""
    with _open_text(path, encoding) as file:
        try:
            row = next((row for row in csv.reader(file, delimiter=delimiter) if row), None)
        except (csv.Error, UnicodeError) as error:
            raise InputError(
                path.name,
                "the header cannot be read",
                line=1,
                found=str(error),
                expected=f"column names separated by {delimiter!r}",
                remedy="is this a CSV file? name its delimiter and encoding in the mapping",
            ) from error
    if row is None:
        raise InputError(
            path.name,
            "the file is empty",
            found="blank lines only",
            expected="a header line and rows",
            remedy="export it again",
        )
    names = tuple(name.strip() or f"column_{i}" for i, name in enumerate(row, start=1))
    if any("\x00" in name or _has_bad_bytes(name) for name in names):
        raise InputError(
            path.name,
            "the header is not text",
            line=1,
            found=ascii(delimiter.join(names)[:60]),
            expected=f"column names in {encoding}",
            remedy="is this a CSV file? name its encoding in the mapping",
        )
    lowered = [name.lower() for name in names]
    twice = sorted({name for name in lowered if lowered.count(name) > 1})
    reserved = sorted({LINE_COLUMN, REASON_COLUMN, TEXT_COLUMN} & set(lowered))
    if twice or reserved:
        raise InputError(
            path.name,
            "a column name cannot be used",
            line=1,
            column=(twice or reserved)[0],
            found="the same name twice" if twice else "a name Paidnet keeps for itself",
            expected="every column named once",
            remedy="rename the column in the file",
        )
    return names


def _plain_csv(
    path: Path, out: Path, columns: tuple[str, ...], delimiter: str
) -> RawFile | None:
    """Read with DuckDB alone; None unless each line is one well-formed record."""
    types = ", ".join(f"{quoted(name)}: 'varchar'" for name in columns)
    with connect() as connection:
        try:
            connection.execute(
                "copy (select *, row_number() over () + 1 as "
                f"{LINE_COLUMN}, cast(null as varchar) as {REASON_COLUMN},"
                f" cast(null as varchar) as {TEXT_COLUMN} from read_csv({quoted(path)},"
                f" columns = {{{types}}}, auto_detect = false, header = true,"
                f" delim = {quoted(delimiter)}, quote = '\"', escape = '\"',"
                " strict_mode = true)"
                f") to {quoted(out)} (format parquet)"
            )
        except duckdb.Error:
            return None
    rows = pq.read_metadata(out).num_rows
    if rows == 0:
        raise _no_rows(path, columns)
    return RawFile(columns, rows, 0) if rows + 1 == _line_count(path) else None


def _line_count(path: Path) -> int:
    """Return the number of lines, ended by LF; a last line without LF counts."""
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(1 << 22):
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    return lines + (last != b"\n")


def _has_bad_bytes(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _records(
    file: TextIO, delimiter: str, width: int
) -> Iterator[tuple[int, list[str], str | None, str | None]]:
    """Yield (line, values, reason, text) of each record after the header.

    `reason` and `text` are None on a well-formed record; otherwise `values` is empty.
    A record whose quote stays open is tried with the lines after it; if no end is
    found it is broken alone, and reading goes on with the next line.
    """
    pending: list[tuple[int, str]] = []
    numbered = enumerate(file, start=1)

    def take() -> tuple[int, str] | None:
        return pending.pop(0) if pending else next(numbered, None)

    is_header = True
    while (item := take()) is not None:
        line, text = item
        if not text.strip("\r\n"):
            continue
        values, reason = _parse(text, delimiter)
        if reason == "broken_quotes" and values is None:
            taken: list[tuple[int, str]] = []
            joined = text
            while len(taken) < MAX_LINES_OF_A_RECORD and (more := take()) is not None:
                taken.append(more)
                if '"' not in more[1]:
                    joined += more[1]
                    continue
                joined += more[1]
                values, reason = _parse(joined, delimiter)
                if values is not None or reason == "stray_quote":
                    break
            if values is not None and (is_header or len(values) == width):
                text = joined
            else:
                values, reason = None, "broken_quotes"
                pending[:0] = taken
        if is_header:
            is_header = False
            continue
        shown = text.rstrip("\r\n")
        if _has_bad_bytes(text):
            raw = text.encode("utf-8", "surrogateescape")
            shown = raw.decode("utf-8", "backslashreplace").rstrip("\r\n")
            values, reason = None, "bad_encoding"
        elif values is None:
            reason = "broken_quotes"
        elif len(values) != width:
            reason = "too_few_columns" if len(values) < width else "too_many_columns"
            values = None
        if values is None:
            yield line, [], reason, shown
        else:
            yield line, values, None, None


def _parse(text: str, delimiter: str) -> tuple[list[str] | None, str | None]:
    """Parse one record; on failure say whether its quote is open or stray."""
    if '"' not in text:
        return text.rstrip("\r\n").split(delimiter), None
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        is_open = "unexpected end of data" in str(error)
        return None, "broken_quotes" if is_open else "stray_quote"
    return rows[0], None


def _careful_csv(
    path: Path, out: Path, columns: tuple[str, ...], delimiter: str, encoding: str
) -> RawFile:
    width = len(columns)
    schema = pa.schema(
        [(name, pa.string()) for name in columns]
        + [(LINE_COLUMN, pa.int64()), (REASON_COLUMN, pa.string()), (TEXT_COLUMN, pa.string())]
    )
    rows = malformed = 0
    with _open_text(path, encoding) as file, pq.ParquetWriter(out, schema) as writer:
        batch: list[tuple[int, list[str], str | None, str | None]] = []

        def flush() -> None:
            nothing = [None] * width
            values = list(zip(*(item[1] or nothing for item in batch), strict=True))
            arrays = [pa.array([text or None for text in column], pa.string()) for column in values]
            lines, _, reasons, texts = zip(*batch, strict=True)
            arrays += [pa.array(lines, pa.int64()), pa.array(reasons, pa.string())]
            arrays += [pa.array(texts, pa.string())]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            batch.clear()

        for record in _records(file, delimiter, width):
            batch.append(record)
            rows += 1
            malformed += record[2] is not None
            if len(batch) >= BATCH_ROWS:
                flush()
        if batch:
            flush()
    if rows == 0:
        raise _no_rows(path, columns)
    return RawFile(columns, rows, malformed)
