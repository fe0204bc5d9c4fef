"""The files as they were uploaded: kept compressed, by their content, so that nothing is lost."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pyarrow as pa

from warehouse import paths


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's content, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def kept(sha256: str) -> Path:
    """Return where a file is kept, by its hash."""
    return paths.uploads() / sha256[:2] / f"{sha256}.zst"


def keep(path: Path, sha256: str) -> Path:
    """Keep a file's content, whole or not at all; return where. Kept twice, it is kept once."""
    place = kept(sha256)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.part")
        with path.open("rb") as file, pa.output_stream(part, compression="zstd") as packed:
            shutil.copyfileobj(file, packed, 1 << 20)
        part.replace(place)
    return place


def take(sha256: str, out: Path) -> Path | None:
    """Write a kept file to `out` as it was uploaded; None when it is not kept."""
    place = kept(sha256)
    if not place.exists():
        return None
    with pa.input_stream(place, compression="zstd") as packed, out.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
    return out


def drop(sha256: str) -> None:
    """Delete a kept file."""
    kept(sha256).unlink(missing_ok=True)
