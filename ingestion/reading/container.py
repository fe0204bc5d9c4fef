"""What a file is, by its first bytes; what is packed is unpacked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.reading.unpack import MOST_LAYERS, READABLE, ZIP, Room, refuse, unpack
from warehouse.errors import PaidnetError

Kind = Literal["text", "json", "parquet", "workbook", "sqlite"]

_PARQUET = b"PAR1"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_SQLITE = b"SQLite format 3\x00"
#: What is no file of rows, by its first bytes, and what to do about it.
_OTHERS = (
    (b"%PDF", "a PDF", "download the export as CSV or Excel"),
    (b"\x89PNG", "a picture", "download the export as CSV or Excel"),
    (b"\xff\xd8\xff", "a picture", "download the export as CSV or Excel"),
    (b"GIF8", "a picture", "download the export as CSV or Excel"),
    (b"\x7fELF", "a program", "add the export itself"),
    (b"MZ\x90\x00", "a program", "add the export itself"),
    (b"Rar!", "a RAR archive", "unpack it, and add the file or pack it as zip"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it, and add the file or pack it as zip"),
)

_MOST_ROWS = 500_000_000


@dataclass(frozen=True)
class Content:
    """A file that can be read: its path once unpacked, its kind, and what it was packed in."""

    path: Path
    kind: Kind
    packed: tuple[str, ...] = ()


def _text_kind(path: Path, head: bytes) -> Kind:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    lowered = start[:200].lower()
    if lowered.startswith((b"<!doctype html", b"<html", b"<table", b"<head")):
        raise refuse(
            path,
            "a web page, perhaps that of a login or an error",
            "download the export itself, or save the table as CSV",
        )
    if lowered.startswith(b"<"):
        raise refuse(path, "an XML document", "export it as CSV, Excel or JSON")
    if start.startswith((b"{", b"[")) and _begins_json(start):
        return "json"
    return "text"


def _begins_json(start: bytes) -> bool:
    """Whether text that begins with a bracket begins a JSON value, and not a CSV header."""
    following = start[1:].lstrip()[:1]
    if start.startswith(b"{"):
        return following in {b'"', b"}"}
    if following in {b"{", b"]"}:
        return True
    try:
        return isinstance(json.loads(start.splitlines()[0]), list)
    except (ValueError, IndexError):
        return False


def open_file(path: Path, folder: Path) -> Content:
    """Return what `path` holds, unpacked into `folder` where it is packed.

    Raises PaidnetError when there is no such file, or when it is none that can be read.
    """
    if not path.is_file():
        raise PaidnetError(
            f"{path.name}: there is no such file",
            found=f"no {path}",
            expected=READABLE,
            fix="check the path",
        )
    packed: list[str] = []
    name, room = path.name, Room(path)
    while True:
        if path.stat().st_size == 0:
            raise PaidnetError(
                f"{name}: the file is empty",
                found="0 bytes",
                expected="a header line and rows",
                fix="export it again",
            )
        with path.open("rb") as file:
            head = file.read(4096)
        layer = folder / str(len(packed))
        layer.mkdir()
        inner = unpack(path, head, layer, room)
        if inner is None:
            break
        if len(packed) == MOST_LAYERS:
            raise refuse(path, f"packed in more than {MOST_LAYERS} layers", "unpack it first")
        path, how = inner
        packed.append(how)
    return Content(path, _kind(path, head), tuple(packed))


def _kind(path: Path, head: bytes) -> Kind:
    refuse_others(path, head)
    if head.startswith(_PARQUET):
        _refuse_endless(path)
        return "parquet"
    if path.suffix.lower() in {".parquet", ".pq"}:
        raise PaidnetError(
            f"{path.name}: the file is named Parquet but is not",
            found=f"its first bytes are {head[:4]!r}",
            expected="PAR1",
            fix="export it again, or name it .csv if it is text",
        )
    if head.startswith((ZIP, _OLD_WORKBOOK)):
        return "workbook"
    if head.startswith(_SQLITE):
        return "sqlite"
    return _text_kind(path, head)


def refuse_others(path: Path, head: bytes) -> None:
    """Raise PaidnetError where a file's first bytes say that it has no rows: a PDF, a program."""
    for magic, what, fix in _OTHERS:
        if head.startswith(magic):
            raise refuse(path, what, fix)


def _refuse_endless(path: Path) -> None:
    """Raise PaidnetError for a Parquet file of more rows than anybody sold.

    A value repeated a billion times takes no room in one.
    """
    try:
        count = pq.read_metadata(path).num_rows
    except (pa.ArrowInvalid, OSError):
        return  # whoever reads it says what is wrong
    if count > _MOST_ROWS:
        raise refuse(path, f"a Parquet file of {count:,} rows", "split it by year")
