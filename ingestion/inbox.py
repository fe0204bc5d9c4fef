"""A folder in which uploads arrive: everything in it is landed, once.

    <inbox>/<company>/*.csv               orders; Parquet too
    <inbox>/<company>/<entity>/*.csv      another entity, such as refunds
    <inbox>/<company>/company.yml         optional: mapping, company_name, time_zone, currency,
                                          country, repeat_policy, convert_currencies,
                                          revenue_includes_tax, revenue_includes_shipping,
                                          lead_time_days

A file that has landed before does nothing, so the inbox need never be emptied.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from ingestion import contract, landing, mapping
from warehouse.errors import PaidnetError

SETTINGS = "company.yml"
TYPES = {
    ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xls", ".ods",
    ".gz", ".zip", ".zst", ".sqlite", ".db",
}  # fmt: skip
# A file that changed a moment ago may still be on its way; half of it must not be landed.
SETTLED_SECONDS = 60.0


@dataclass(frozen=True)
class Arrival:
    """A file of the inbox, and what became of it: landed, or why not."""

    file: Path
    company_id: str
    outcome: landing.Outcome | None = None
    error: PaidnetError | None = None
    is_arriving: bool = False


def stated(folder: Path) -> tuple[mapping.Mapping | None, mapping.Settings]:
    """Return the mapping, if any, and the settings that a company's folder states."""
    file = folder / SETTINGS
    try:
        found = (yaml.load(file.read_text(), yaml.CSafeLoader) or {}) if file.exists() else {}
    except (yaml.YAMLError, ValueError) as error:  # a day that does not exist
        found = error
    known = {"mapping", *mapping.Settings.model_fields}
    if not isinstance(found, dict) or not set(found) <= known:
        raise PaidnetError(
            f"{file}: the settings of the company cannot be used",
            found=str(sorted(set(found) - known)) if isinstance(found, dict) else str(found),
            expected=f"keys and values; keys: {', '.join(sorted(known))}",
            fix="correct the file",
        )
    name = str(found.pop("mapping", ""))
    if name.endswith((".yml", ".yaml")):
        name = str(folder / name)
    return mapping.load(name) if name else None, mapping.settings(str(file), **found)


def files(folder: Path) -> Iterator[tuple[Path, str | None]]:
    """Yield a company's files, oldest first, and the entity their folder names."""
    entities = [(folder, None), *((folder / name, name) for name in contract.entities())]
    found = [
        (path, entity)
        for place, entity in entities
        if place.is_dir()
        for path in place.iterdir()
        if path.suffix.lower() in TYPES and path.is_file() and not path.name.startswith(".")
    ]
    yield from sorted(found, key=lambda item: (item[0].stat().st_mtime, item[0].name))


def mapping_of(stated: mapping.Mapping | None, entity: str | None) -> mapping.Mapping | None:
    """Return the mapping of a file: the stated one, where it gives the entity.

    A mapping is for one entity; files of the others have the contract's names.
    """
    fits = stated and (entity is None or entity in stated.table_rules(entity))
    return stated if fits else None


def companies(inbox: Path) -> list[Path]:
    """Return the folders of the inbox, one a company; raises PaidnetError without an inbox."""
    if not inbox.is_dir():
        raise PaidnetError(
            f"{inbox}: there is no such inbox",
            found="no folder",
            expected="a folder with a folder for each company: acme/orders.csv",
            fix="make it, or name another",
        )
    return sorted(p for p in inbox.iterdir() if p.is_dir() and not p.name.startswith("."))


def add_all(inbox: Path, *, settled_seconds: float = SETTLED_SECONDS) -> Iterator[Arrival]:
    """Land every file of the inbox that is new; one that is refused does not stop the others."""
    for folder in companies(inbox):
        try:
            by_mapping, settings = stated(folder)
        except PaidnetError as error:
            yield Arrival(folder / SETTINGS, folder.name, error=error)
            continue
        for file, entity in files(folder):
            if time.time() - file.stat().st_mtime < settled_seconds:
                yield Arrival(file, folder.name, is_arriving=True)
                continue
            try:
                (outcome,) = landing.add(
                    file, folder.name, entity, mapping_of(by_mapping, entity), settings
                )
            except PaidnetError as error:
                yield Arrival(file, folder.name, error=error)
            else:
                yield Arrival(file, folder.name, outcome=outcome)
