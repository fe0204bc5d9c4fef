"""Pages on the disk: a file is whole and durable before anybody is told of it, or not there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def keep(path: Path, content: Iterable[bytes]) -> int:
    """Write a file, whole or not at all; return its bytes. It survives a power cut afterwards.

    Written beside its place and flushed to the disk, then renamed, then the folder is flushed.
    """
    part = path.with_name(f".{path.name}.part")
    size = 0
    with part.open("wb") as file:
        for piece in content:
            size += file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    flush_folder(path.parent)
    return size


def flush_folder(folder: Path) -> None:
    """Put the names of a folder's files on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
