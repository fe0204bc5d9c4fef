"""The manifest: a line for every entity of every file that has landed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ingestion.sql import write_rows
from warehouse import paths

#: What the warehouse is told of each line (models/staging/shop/stg_shop__uploads.sql).
COUNTS = {
    "company_id": "varchar",
    "entity": "varchar",
    "source_file": "varchar",
    "read_row_count": "bigint",
    "not_a_sale_row_count": "bigint",
    "not_a_sale_reasons": "varchar",
    "merged_row_count": "bigint",
    "other_row_count": "bigint",
}


@dataclass(frozen=True)
class Landed:
    """One line of the manifest: the rows of one entity that a file gave.

    `row_count` rows landed, `bad_row_count` of which will be rejected. Of the file, `read_count`
    rows were read, `excluded` counts those that are no sale by reason, `merged_count` the further
    lines of orders that stand on several, `other_count` those that gave other entities. `recipe`
    is what it takes to land it again, `company_count` how many companies the file gave rows of.
    `mapping_sha256` is of what the mapping said, `decisions` are how its values were read. `pull`
    is the summary of what was pulled from an API (ingestion/sources/landed.py).
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
    other_count: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    exported_at: str = ""
    recipe: dict[str, Any] = field(default_factory=dict)
    company_count: int = 1
    mapping_sha256: str = ""
    decisions: list[str] = field(default_factory=list)
    pull: dict[str, Any] = field(default_factory=dict)


def counts(
    company_id: str, entity: str, source_file: str, read: int, excluded: dict[str, int],
    merged: int, other: int,
) -> dict[str, Any]:  # fmt: skip
    """Return a row of `COUNTS`: where the rows of a file went that gave some of an entity."""
    return {
        "company_id": company_id,
        "entity": entity,
        "source_file": source_file,
        "read_row_count": read,
        "not_a_sale_row_count": sum(excluded.values()),
        "not_a_sale_reasons": ", ".join(f"{n:,} {reason}" for reason, n in excluded.items())
        or None,
        "merged_row_count": merged,
        "other_row_count": other,
    }


def _path(landing: Path | None = None) -> Path:
    return (landing or paths.landing()) / "manifest.jsonl"


def read() -> list[Landed]:
    """Return what has landed, oldest first."""
    if not _path().exists():
        return []
    return [Landed(**json.loads(line)) for line in _path().read_text().splitlines()]


def write(record: list[Landed], landing: Path | None = None) -> None:
    """Replace the manifest, whole or not at all, and first what the warehouse reads of it.

    That of another landing zone is only written: what it tells of has not landed there.
    """
    if landing is None:
        _write_counts(read(), record)
    path = _path(landing)
    part = path.with_name(f".{path.name}.part")
    with part.open("w") as file:
        file.writelines(json.dumps(asdict(item)) + "\n" for item in record)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _of_companies(record: Iterable[Landed]) -> dict[str, list[Landed]]:
    found: dict[str, list[Landed]] = {}
    for line in record:
        # What a check compares with lies beside its landing zone, and is not built.
        if not line.path.startswith(".."):
            found.setdefault(line.company_id, []).append(line)
    return found


def _write_counts(before: list[Landed], record: list[Landed]) -> None:
    """Write a file of counts for each company whose lines have changed."""
    old, new = _of_companies(before), _of_companies(record)
    for company_id in old.keys() | new.keys():
        lines = new.get(company_id, [])
        path = paths.landing() / "uploads" / company_id / "uploads.parquet"
        if not lines:
            path.unlink(missing_ok=True)
        if not lines or (lines == old.get(company_id) and path.exists()):
            continue
        rows = [
            counts(
                line.company_id, line.entity, line.source_file, line.read_count, line.excluded,
                line.merged_count, line.other_count,
            )
            for line in lines
        ]  # fmt: skip
        write_rows(path, COUNTS, rows)
