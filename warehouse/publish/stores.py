"""Where files are published: a folder here, or what else reads and writes by keys."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import duckdb
from filelock import FileLock

from warehouse.errors import PaidnetError

CHUNK = 8 * 1024 * 1024


class Store(Protocol):
    """Files by key, such as `releases/x/manifest.json`, under one address.

    All raise PaidnetError when the store refuses or does not answer.
    """

    address: str

    def read(self, key: str) -> tuple[bytes, str] | None:
        """Return a file and its version; None when there is none."""

    def write(self, key: str, data: bytes, *, version: str | None) -> str | None:
        """Replace the file of that version (None: there is none yet); returns its new version.

        Returns None, and writes nothing, where another has changed it.
        """

    def upload(self, key: str, file: Path) -> None:
        """Write a local file, in place of what was there; it is there whole or not at all."""

    def chunks(self, key: str) -> Iterator[bytes]:
        """Yield the bytes of a file."""

    def keys(self, under: str = "") -> Iterator[str]:
        """Yield the keys that begin so: all, or those of a folder, such as `releases/`."""

    def delete(self, keys: Iterable[str]) -> None:
        """Delete files; one that is not there is no error."""

    def prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Let a connection read `<address>/<key>` as those do who read what is published."""


class Folder:
    """A folder, on this machine or mounted from another."""

    def __init__(self, path: Path) -> None:
        self._path = path.expanduser().resolve()
        self.address = str(self._path)

    def read(self, key: str) -> tuple[bytes, str] | None:
        """Return a file and its digest, which is its version; None when there is none."""
        with _written(self.address):
            try:
                data = (self._path / key).read_bytes()
            except FileNotFoundError:
                return None
            return data, hashlib.sha256(data).hexdigest()

    def write(self, key: str, data: bytes, *, version: str | None) -> str | None:
        """Replace the file of that version; None where another has changed it."""
        with _written(self.address):
            self._path.mkdir(parents=True, exist_ok=True)
            with FileLock(self._path / ".lock"):
                found = self.read(key)
                if (found[1] if found else None) != version:
                    return None
                self._replace(key, data)
                return hashlib.sha256(data).hexdigest()

    def upload(self, key: str, file: Path) -> None:
        """Copy a file."""
        with _written(self.address):
            self._replace(key, file)

    def _replace(self, key: str, source: bytes | Path) -> None:
        place = self._path / key
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.part")
        with part.open("wb") as out:
            if isinstance(source, bytes):
                out.write(source)
            else:
                with source.open("rb") as file:
                    shutil.copyfileobj(file, out, CHUNK)
            out.flush()
            os.fsync(out.fileno())
        part.replace(place)

    def chunks(self, key: str) -> Iterator[bytes]:
        """Yield the bytes of a file."""
        with _written(self.address), (self._path / key).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def keys(self, under: str = "") -> Iterator[str]:
        """Yield the keys in a folder of it; the lock is none."""
        with _written(self.address):
            for folder, _, names in os.walk(self._path / under):
                for name in sorted(names):
                    key = (Path(folder) / name).relative_to(self._path).as_posix()
                    if key != ".lock":
                        yield key

    def delete(self, keys: Iterable[str]) -> None:
        """Delete files, and the folders that are empty then."""
        with _written(self.address):
            for key in keys:
                file = self._path / key
                file.unlink(missing_ok=True)
                for folder in list(file.parents)[: key.count("/")]:
                    with suppress(OSError):
                        folder.rmdir()

    def prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Nothing is needed."""


@contextmanager
def _written(address: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PaidnetError(
            f"{address}: the folder cannot be written",
            found=str(error),
            expected="a folder with room, that this user may write",
            fix="correct the path, the rights, or make room; and publish again",
        ) from error
