"""The manifest: a line for every entity of every file that has landed."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from warehouse import paths


@dataclass(frozen=True)
class Landed:
    """One line of the manifest: the rows of one entity that a file gave.

    `row_count` rows landed, `bad_row_count` of which will be rejected. Of the file, `read_count`
    rows were read, `excluded` counts those that are no sale by reason, and `merged_count` the
    further lines of orders that stand on several. `recipe` is what it takes to land it again,
    `company_count` how many companies the file gave rows of.
    """

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
    read_as: str = ""
    read_count: int = 0
    merged_count: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    exported_at: str = ""
    recipe: dict[str, Any] = field(default_factory=dict)
    company_count: int = 1


def _path(landing: Path | None = None) -> Path:
    return (landing or paths.landing()) / "manifest.jsonl"


def read() -> list[Landed]:
    """Return what has landed, oldest first."""
    if not _path().exists():
        return []
    return [Landed(**json.loads(line)) for line in _path().read_text().splitlines()]


def write(record: list[Landed], landing: Path | None = None) -> None:
    """Replace the manifest of a landing zone, by default this one; whole or not at all."""
    path = _path(landing)
    part = path.with_name(f".{path.name}.part")
    with part.open("w") as file:
        file.writelines(json.dumps(asdict(item)) + "\n" for item in record)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
