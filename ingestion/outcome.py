"""What a person says of a file, what adding it gave, and what the manifest keeps of that."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ingestion import checks
from ingestion.converted import Converted
from ingestion.file_rows import Source
from ingestion.manifest import Landed
from ingestion.mapping import Mapping, shipped
from ingestion.recognise import Match
from ingestion.stated import DayOrder, DecimalMark, Scale
from warehouse import paths


@dataclass(frozen=True)
class Options:
    """What a person says of one file, where it cannot tell itself; None means not said.

    `source` is the database that the rows of the file were read from.
    """

    decimal: DecimalMark | None = None
    day_order: DayOrder | None = None
    scale: Scale | None = None
    sheet: str | None = None
    exported_at: datetime | None = None
    accept_rejects: bool = False
    company_column: str | None = None
    full_export: bool = False
    source: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What adding or checking a file gave for a company.

    `reports` has what is wrong with the rows of each entity, `landed` is empty when nothing was
    written. `said` is what the file was taken for, `notes` how its values were read.
    """

    company_id: str
    said: str = ""
    read_as: str = ""
    reports: dict[str, checks.Report] = field(default_factory=dict)
    converted: Converted = field(default_factory=Converted)
    notes: tuple[str, ...] = ()
    landed: tuple[Landed, ...] = ()
    is_new: bool = True
    replaced: bool = False
    mapping: Mapping | None = None


def landed_before(
    record: list[Landed], company_id: str, entity: str | None, digest: str
) -> list[Landed]:
    """Return what the same file gave when it landed for the company, or its companies, before."""
    return [
        item
        for item in record
        if item.sha256 == digest
        and company_id in {item.company_id, item.recipe.get("company")}
        and (entity is None or item.entity == entity or item.recipe.get("entity") == entity)
    ]


def by_company(lines: list[Landed]) -> dict[str, list[Landed]]:
    """Return lines of the manifest by their company."""
    found: dict[str, list[Landed]] = {}
    for line in lines:
        found.setdefault(line.company_id, []).append(line)
    return found


def is_landed(before: list[Landed], recipe: dict) -> bool:
    """Return whether a file has landed in the same way before, for all companies in it."""
    is_whole = bool(before) and len(by_company(before)) >= before[0].company_count
    return is_whole and all(item.recipe == recipe for item in before)


def source_name(record: list[Landed], company_id: str, file: Path, sha: str) -> str:
    """Return a name for the file that no other file of the company has."""
    taken = {r.source_file for r in record if r.company_id == company_id and r.sha256 != sha}
    return file.name if file.name not in taken else f"{file.stem}-{sha[:8]}{file.suffix}"


def recipe_of(
    company_id: str, mapping: Mapping | None, entity: str | None, options: Options
) -> dict[str, Any]:
    """Return what it takes to land a file in the same way: options, and the mapping if any."""
    recipe = {k: str(v) for k, v in asdict(options).items() if v not in (None, False)}
    if options.company_column is not None:
        recipe["company"] = company_id
    if entity is not None:
        recipe["entity"] = entity
    if mapping is not None:
        # A mapping of one's own is kept with the upload: its file may be gone when it lands again.
        is_shipped = mapping in shipped()
        content = mapping.model_dump(mode="json", exclude_defaults=True)
        recipe |= {"mapping": mapping.name if is_shipped else content}
    return recipe


def twins(record: list[Landed], company_id: str, digest: str) -> list[str]:
    """Return a warning when another company has this very file."""
    others = {
        item.company_id
        for item in record
        if item.sha256 == digest
        and item.company_id != company_id
        and not item.recipe.get("company_column")
    }
    return [f"{other} has this very file too: is it the right one?" for other in sorted(others)]


def earlier_orders(record: list[Landed], source: Source) -> list[tuple[str, str, Path]]:
    """Return the company's other files of orders: name, when exported, the landed file."""
    return [
        (item.source_file, item.exported_at, paths.landing() / item.path)
        for item in record
        if item.company_id == source.company_id
        and item.entity == "orders"
        and item.exported_at
        and item.source_file != source.source_file
    ]


def manifest_lines(
    outcome: Outcome,
    source: Source,
    file: Path,
    digest: str,
    match: Match,
    recipe: dict,
    company_count: int = 1,
    pull: dict[str, Any] | None = None,
) -> list[Landed]:
    """Return the manifest's lines of what a file of one or more companies gave one of them."""
    converted = outcome.converted
    return [
        Landed(
            company_id=source.company_id,
            entity=name,
            file=file.name,
            source_file=source.source_file,
            sha256=digest,
            mapping=match.mapping.name,
            row_count=report.row_count,
            bad_row_count=report.bad_row_count,
            landed_at=source.landed_at.isoformat(sep=" ", timespec="seconds"),
            path=str(Path(name) / source.company_id / f"{file.stem}-{digest[:8]}.parquet"),
            read_as=source.read.read_as,
            read_count=converted.read_count(name),
            merged_count=converted.merged.get(name, 0),
            other_count=converted.other_count(name, report.row_count),
            excluded=converted.excluded,
            exported_at=converted.exported_at.isoformat(sep=" ", timespec="seconds"),
            recipe=recipe,
            company_count=company_count,
            mapping_sha256=hashlib.sha256(match.mapping.model_dump_json().encode()).hexdigest(),
            decisions=list(converted.notes),
            pull=pull or {},
        )
        for name, report in outcome.reports.items()
        if report.row_count
    ]
