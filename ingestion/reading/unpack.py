"""Unpack what a file is packed in, within bounds: some files are made to fill a disk."""

from __future__ import annotations

import errno
import gzip
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from warehouse.errors import PaidnetError

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
ZIP = b"PK\x03\x04"

# A file made to fill a disk unpacks to a thousand times its size (deflate's most is 1,032) or
# more; an export of orders to 50 times at most, and to 100 in a workbook of one repeated row.
_MOST_TIMES = 200
#: What unpacks to no more is taken however small it was packed: the disk has that much.
_FREE_BYTES = 64 << 20
_MOST_BYTES = 64 << 30
MOST_LAYERS = 3
_MOST_PARTS = 10_000
_BLOCK = 1 << 20

READABLE = "CSV, Excel, JSON, Parquet or SQLite; packed by gzip, zip or zstd or not"


def refuse(path: Path, found: str, fix: str) -> PaidnetError:
    """Return the error of a file that has no rows."""
    return PaidnetError(
        f"{path.name}: the file holds no rows that can be read",
        found=found,
        expected=READABLE,
        fix=fix,
    )


class Room:
    """How much of what a file holds may still be unpacked, in all its layers."""

    def __init__(self, path: Path) -> None:
        self._path, self._size = path, path.stat().st_size
        self._most = min(max(_FREE_BYTES, self._size * _MOST_TIMES), _MOST_BYTES)
        self._left = self._most

    def take(self, count: int) -> None:
        """Raise PaidnetError when the bytes are more than a file of this size may hold."""
        self._left -= count
        if self._left < 0:
            raise refuse(
                self._path,
                f"a packed file of {self._size:,} bytes that unpacks to more than"
                f" {self._most:,}: no export of orders does",
                "unpack it, and add the file itself",
            )

    def copy(self, packed: BinaryIO, file: BinaryIO | None) -> None:
        """Copy a stream while there is room; without a file it is only measured."""
        while block := packed.read(_BLOCK):
            self.take(len(block))
            if file:
                file.write(block)


def _unpack_zip(path: Path, folder: Path, room: Room) -> Path | None:
    """Return the one file of an archive; None when the archive is a workbook itself."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [
                name
                for name in archive.namelist()
                if not name.endswith("/") and not name.startswith(("__MACOSX/", "."))
            ]
            if len(names) > _MOST_PARTS:
                raise refuse(
                    path, f"a zip archive of {len(names):,} files", "add its files one by one"
                )
            if {"xl/workbook.xml", "xl/workbook.bin", "content.xml"} & set(names):
                # Whoever reads it unpacks it in memory, and believes what it says of its sizes.
                for name in names:
                    with archive.open(name) as part:
                        room.copy(part, None)
                return None
            if len(names) != 1:
                raise refuse(
                    path,
                    f"a zip archive of {len(names)} files: {', '.join(names[:5])}",
                    "unpack it, and add its files one by one",
                )
            out = folder / Path(names[0]).name
            with archive.open(names[0]) as packed, out.open("wb") as file:
                room.copy(packed, file)
    except (
        zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, OSError,
    ) as error:  # fmt: skip
        _raise_if_full(error)
        raise refuse(path, f"a zip archive that cannot be opened: {error}", "pack it again") from (
            error
        )
    return out


def unpack(path: Path, magic: bytes, folder: Path, room: Room) -> tuple[Path, str] | None:
    """Return what a compressed file holds and how it was packed; None when it is not packed."""
    out = folder / (path.stem or path.name)
    try:
        if magic.startswith(_GZIP):
            with gzip.open(path) as packed, out.open("wb") as file:
                room.copy(packed, file)
            return out, "gzip"
        if magic.startswith(_ZSTD):
            with pa.input_stream(path, compression="zstd") as packed, out.open("wb") as file:
                room.copy(packed, file)
            return out, "zstd"
    except (OSError, EOFError, zlib.error) as error:
        _raise_if_full(error)
        raise refuse(
            path, f"a compressed file that cannot be unpacked: {error}", "pack it again"
        ) from (error)
    if magic.startswith(ZIP) and (inner := _unpack_zip(path, folder, room)):
        return inner, "zip"
    return None


def _raise_if_full(error: Exception) -> None:
    """Raise PaidnetError where the disk is full: the file is not to blame."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        raise PaidnetError(
            "the disk is full",
            found=str(error),
            expected="room for the file unpacked",
            fix="make room, and add the file again",
        ) from None
