"""The files as they were uploaded: kept compressed, by their content, so that nothing is lost."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pyarrow as pa

from warehouse import paths


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's content, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def kept(sha256: str) -> Path:
    """Return where a file is kept, by its hash."""
    return paths.uploads() / sha256[:2] / f"{sha256}.zst"


@contextmanager
def keeping(path: Path, sha256: str) -> Iterator[Callable[[], None]]:
    """Compress a file's content while something else goes on; yield what keeps it for good.

    It is kept whole or not at all: not, unless that is called. Kept twice, it is kept once.
    """
    place, stop = kept(sha256), Event()
    if place.exists():
        yield lambda: None
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f".{place.name}.part")
    with ThreadPoolExecutor(max_workers=1) as pool:
        packed = pool.submit(_pack, path, part, stop)

        def keep() -> None:
            packed.result()
            part.replace(place)

        try:
            yield keep
        finally:
            stop.set()
            packed.exception()
            part.unlink(missing_ok=True)


def _pack(path: Path, out: Path, stop: Event) -> None:
    with path.open("rb") as file, pa.output_stream(out, compression="zstd") as packed:
        while not stop.is_set() and (chunk := file.read(1 << 20)):
            packed.write(chunk)


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
