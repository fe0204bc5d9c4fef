"""The manifest: a line for every file that has landed."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from warehouse import paths


@dataclass(frozen=True)
class Landed:
    """One line of the manifest: a file that landed."""

    company_id: str
    entity: str
    file: str
    source_file: str
    sha256: str
    mapping: str
    row_count: int
    bad_row_count: int
    landed_at: str
    path: str


def _path() -> Path:
    return paths.landing() / "manifest.jsonl"


def read() -> list[Landed]:
    """Return the files that have landed, oldest first."""
    if not _path().exists():
        return []
    return [Landed(**json.loads(line)) for line in _path().read_text().splitlines()]


def write(record: list[Landed]) -> None:
    """Replace the manifest, whole or not at all."""
    part = _path().with_name(f".{_path().name}.part")
    with part.open("w") as file:
        file.writelines(json.dumps(asdict(item)) + "\n" for item in record)
        file.flush()
        os.fsync(file.fileno())
    part.replace(_path())
