"""What a file is, by its first bytes; what is packed is unpacked."""

from __future__ import annotations

import gzip
import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa

from warehouse.errors import PaidnetError

Kind = Literal["text", "json", "parquet", "workbook", "sqlite"]

_PARQUET = b"PAR1"
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_SQLITE = b"SQLite format 3\x00"
_READABLE = "CSV, Excel, JSON, Parquet or SQLite; packed by gzip, zip or zstd or not"


@dataclass(frozen=True)
class Content:
    """A file that can be read: its path once unpacked, its kind, and what it was packed in."""

    path: Path
    kind: Kind
    packed: tuple[str, ...] = ()


def _refuse(path: Path, found: str, fix: str) -> PaidnetError:
    return PaidnetError(
        f"{path.name}: the file holds no rows that can be read",
        found=found,
        expected=_READABLE,
        fix=fix,
    )


def _unpack_zip(path: Path, folder: Path) -> Path | None:
    """Return the one file of an archive; None when the archive is a workbook itself."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [
                name
                for name in archive.namelist()
                if not name.endswith("/") and not name.startswith(("__MACOSX/", "."))
            ]
            if {"xl/workbook.xml", "xl/workbook.bin", "content.xml"} & set(names):
                return None
            if len(names) != 1:
                raise _refuse(
                    path,
                    f"a zip archive of {len(names)} files: {', '.join(names[:5])}",
                    "unpack it, and add its files one by one",
                )
            out = folder / Path(names[0]).name
            with archive.open(names[0]) as packed, out.open("wb") as file:
                shutil.copyfileobj(packed, file)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise _refuse(path, f"a zip archive that cannot be opened: {error}", "pack it again") from (
            error
        )
    return out


def _unpack(path: Path, magic: bytes, folder: Path) -> tuple[Path, str] | None:
    """Return what a compressed file holds and how it was packed; None when it is not packed."""
    out = folder / (path.stem or path.name)
    try:
        if magic.startswith(_GZIP):
            with gzip.open(path) as packed, out.open("wb") as file:
                shutil.copyfileobj(packed, file)
            return out, "gzip"
        if magic.startswith(_ZSTD):
            with pa.input_stream(path, compression="zstd") as packed, out.open("wb") as file:
                shutil.copyfileobj(packed, file)
            return out, "zstd"
    except (OSError, EOFError) as error:
        raise _refuse(
            path, f"a compressed file that cannot be unpacked: {error}", "pack it again"
        ) from (error)
    if magic.startswith(_ZIP) and (inner := _unpack_zip(path, folder)):
        return inner, "zip"
    return None


def _text_kind(path: Path, head: bytes) -> Kind:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    lowered = start[:200].lower()
    if lowered.startswith((b"<!doctype html", b"<html", b"<table", b"<head")):
        raise _refuse(
            path,
            "a web page, perhaps that of a login or an error",
            "download the export itself, or save the table as CSV",
        )
    if lowered.startswith(b"<"):
        raise _refuse(path, "an XML document", "export it as CSV, Excel or JSON")
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
            expected=_READABLE,
            fix="check the path",
        )
    packed: list[str] = []
    name = path.name
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
        inner = _unpack(path, head, folder)
        if inner is None:
            break
        path, how = inner
        packed.append(how)
    return Content(path, _kind(path, head), tuple(packed))


def _kind(path: Path, head: bytes) -> Kind:
    if head.startswith(_PARQUET):
        return "parquet"
    if path.suffix.lower() in {".parquet", ".pq"}:
        raise PaidnetError(
            f"{path.name}: the file is named Parquet but is not",
            found=f"its first bytes are {head[:4]!r}",
            expected="PAR1",
            fix="export it again, or name it .csv if it is text",
        )
    if head.startswith((_ZIP, _OLD_WORKBOOK)):
        return "workbook"
    if head.startswith(_SQLITE):
        return "sqlite"
    if head.startswith(b"%PDF"):
        raise _refuse(path, "a PDF", "download the export as CSV or Excel")
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        raise _refuse(path, "a picture", "download the export as CSV or Excel")
    return _text_kind(path, head)
