"""Read JSON: an array of objects, JSON Lines, or a document with such an array in it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from decimal import Decimal
from pathlib import Path

import duckdb
import ijson
import pyarrow.parquet as pq

from ingestion.reading.dialect import normal_name
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

#: How deep objects in objects become columns of their own: customer.address.city.
_MAX_DEPTH = 3
#: What lies around each record in answers of GraphQL.
_WRAPPERS = ("node",)
#: The structure of so many records is found out at once.
_PIECE = 100_000
#: An object with so many columns that are known is a record.
_RECORD_COLUMNS = 3


def _is_json_lines(path: Path, known: Collection[str]) -> bool:
    """Whether each line is a record: the only one, if it has columns that are known."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        lines = (line for line in file if line.strip())
        first, second = next(lines, ""), next(lines, "")
    try:
        record = json.loads(first)
    except ValueError:
        return False
    if not isinstance(record, dict):
        return False
    return second.lstrip().startswith("{") or (not second and _is_record(record, known))


def _is_record(record: dict, known: Collection[str]) -> bool:
    """Whether an object is a record itself, and not what lies around a list of them."""
    return len({normal_name(key) for key in record} & set(known)) >= _RECORD_COLUMNS


def _record_path(path: Path) -> str | None:
    """Return where the records of a document are: the shallowest array of objects, the longest."""
    counts: Counter[str] = Counter()
    with path.open("rb") as file:
        for prefix, event, _ in ijson.parse(file):
            if event == "start_map" and prefix.split(".")[-1:] == ["item"]:
                counts[prefix] += 1
    depth = min((prefix.count(".item") for prefix in counts), default=0)
    shallow = {prefix: n for prefix, n in counts.items() if prefix.count(".item") == depth}
    return max(shallow, key=lambda prefix: shallow[prefix], default=None)


def _alone(path: Path, known: Collection[str]) -> str | None:
    """Return where the one record of a document is, as in `{"order": {…}}`."""
    if not _is_object(path):
        return None
    with path.open("rb") as file:
        for key, value in ijson.kvitems(file, ""):
            if isinstance(value, dict) and _is_record(value, known):
                return key
            if isinstance(value, list):
                return None
    return None


def _write_lines(path: Path, prefix: str, out: Path) -> None:
    with path.open("rb") as file, out.open("w", encoding="utf-8") as lines:
        for item in ijson.items(file, prefix):
            record = item
            for name in _WRAPPERS:
                if isinstance(record, dict) and isinstance(record.get(name), dict):
                    record = record[name]
            # Numbers become text as they stand: 1.10 stays 1.10.
            lines.write(json.dumps(record, default=str, ensure_ascii=False) + "\n")


def _broken(path: Path, error: Exception) -> PaidnetError:
    return PaidnetError(
        f"{path.name}: the file cannot be read as JSON",
        found=str(error).splitlines()[0][:200],
        expected="a whole document, or one object on each line",
        fix="export or copy it again; it may be truncated",
    )


def _lines(path: Path, folder: Path, known: Collection[str]) -> Path:
    """Return the records one on each line."""
    if _is_json_lines(path, known):
        return path
    out = folder / f"{path.stem}.records.jsonl"
    try:
        prefix = _alone(path, known) or _record_path(path)
        with path.open("rb") as file:
            top = {key for key, _ in ijson.kvitems(file, "")} if _is_object(path) else set()
        if prefix is None or _is_record(dict.fromkeys(top), known):
            with path.open("rb") as file:
                single = next(ijson.items(file, ""))
            out.write_text(json.dumps(single, default=_number_text) + "\n", encoding="utf-8")
        else:
            _write_lines(path, prefix, out)
    except (ijson.JSONError, UnicodeDecodeError, StopIteration) as error:
        raise _broken(path, error) from error
    return out


def _is_object(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def _number_text(value: object) -> str:
    return str(value) if isinstance(value, Decimal) else repr(value)


def _structure(connection: duckdb.DuckDBPyConnection) -> object:
    """Return the structure of all records: objects as dicts of their keys, any other by its type.

    Found out piece by piece: DuckDB keeps all it has parsed until a query ends.
    """
    found: object = None
    (last,) = connection.execute("select coalesce(max(line), 0) from records").fetchone() or (0,)
    for first in range(1, last + 1, _PIECE):
        (text,) = connection.execute(
            "select json_group_structure(record::json) from records"
            f" where is_object and line between {first} and {first + _PIECE - 1}"
        ).fetchone() or (None,)
        if text:
            found = _merged(found, json.loads(text))
    return found


def _merged(first: object, second: object) -> object:
    """Return the structure of two pieces, as DuckDB has it of both at once."""
    if isinstance(first, dict) and isinstance(second, dict):
        keys = dict.fromkeys([*first, *second])
        return {key: _merged(first.get(key), second.get(key)) for key in keys}
    if first in (None, "NULL", second):
        return second
    return first if second in (None, "NULL") else "JSON"


def _paths(structure: object, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the paths of all keys; those of objects too, whose text is JSON."""
    if not isinstance(structure, dict):
        return []
    found: list[tuple[str, ...]] = []
    for key, below in structure.items():
        found.append((*prefix, key))
        if len(prefix) + 1 < _MAX_DEPTH:
            found += _paths(below, (*prefix, key))
    return found


def _pointer(path: tuple[str, ...]) -> str:
    """Return a path as a JSON pointer (RFC 6901)."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path)


def to_parquet(
    path: Path, out: Path, folder: Path, known: Collection[str] = ()
) -> tuple[tuple[str, ...], int, int]:
    """Write each record's values as text; return the columns, the rows and the malformed ones.

    A column is named by its path, `customer.id`; arrays and objects are there as JSON text.
    `source_line` is the line of a JSON Lines file, else the number of the record.
    """
    lines = _lines(path, folder, known)
    with connect() as connection:
        connection.execute(
            "create table records as select *,"
            " case when json_valid(record) then json_type(record) = 'OBJECT' else false end"
            " as is_object from ("
            f"select row_number() over () as line, record"
            f" from read_csv({quoted(lines)}, columns = {{'record': 'varchar'}},"
            " auto_detect = false, header = false, delim = '\x01', quote = '', escape = '',"
            " max_line_size = 67108864)) where trim(record) <> ''"
        )
        paths = _paths(_structure(connection))
        if not paths:
            raise PaidnetError(
                f"{path.name}: the file has no records",
                found="no object in it",
                expected="a list of objects, such as orders",
                fix="export it again",
            )
        columns = tuple(".".join(one) for one in paths)
        values = ", ".join(
            f"nullif(record::json ->> {quoted(_pointer(one))}, '') as {identifier(name)}"
            for one, name in zip(paths, columns, strict=True)
        )
        nulls = ", ".join(f"null as {identifier(name)}" for name in columns)
        try:
            connection.execute(
                f"copy (select {values}, line as {LINE_COLUMN},"
                f" cast(null as varchar) as {REASON_COLUMN}, cast(null as varchar) as {TEXT_COLUMN}"
                " from records where is_object"
                f" union all by name select {nulls}, line as {LINE_COLUMN},"
                f" 'broken_json' as {REASON_COLUMN}, record as {TEXT_COLUMN}"
                f" from records where not is_object) to {quoted(out)} ({PARQUET})"
            )
        except duckdb.Error as error:
            raise _broken(path, error) from error
        malformed = connection.execute(
            "select count(*) filter (where not is_object) from records"
        ).fetchone()
    return columns, pq.read_metadata(out).num_rows, malformed[0] if malformed else 0
