"""Land a pull whose pages are all there: once, however often it is tried."""

from __future__ import annotations

import os
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ingestion import mapping
from ingestion.mapping import Mapping
from ingestion.sources.config import Source
from ingestion.sources.ledger import Ledger


@dataclass(frozen=True)
class Summary:
    """What the manifest keeps of a pull; times are ISO 8601, UTC."""

    source: str
    stream: str
    window_from: str | None
    window_to: str | None
    page_count: int
    record_count: int
    duplicate_count: int
    request_count: int
    throttled_count: int
    retried_count: int
    seconds: float


@dataclass(frozen=True)
class Landing:
    """What landing a pull gave."""

    duplicate_count: int
    row_count: int


class ShortError(Exception):
    """Some parts have fewer records than the API says: `parts` has (given, said) of each."""

    def __init__(self, parts: dict[int, tuple[int, int]]) -> None:
        super().__init__(str(parts))
        self.parts = parts


def pages_of(folder: Path, pull: int) -> Path:
    """Return the folder of a pull's pages."""
    return folder / "pages" / f"{pull:06}"


def mapping_of(source: Source, stream: str) -> Mapping | None:
    """Return the mapping of a stream, None where it is found out; raises PaidnetError."""
    name = source.streams[stream].mapping
    if name is not None and name.endswith((".yml", ".yaml")):
        name = str(source.folder / name)
    return mapping.load(name) if name else None


def land(source: Source, ledger: Ledger, folder: Path, pull: int) -> Landing:
    """Bring the pages together and add them as an upload; return what landed.

    The same pages give the same file again: killed and tried once more, it lands once. Raises
    PaidnetError as `python -m ingestion add` does, and ShortError; the pages are kept then. No
    records: no file.
    """
    # What lands takes longer to import than most pulls take to find that nothing has changed.
    from ingestion import landing
    from ingestion.outcome import Options
    from ingestion.sources.merge import merge

    found = ledger.pull(pull)
    stream = source.streams[found.stream]
    page_count, record_count, _ = ledger.totals(pull)
    summary = Summary(
        source.name, found.stream, found.window_from, found.window_to, page_count, record_count, 0,
        found.request_count, found.throttled_count, found.retried_count, round(found.seconds, 1),
    )  # fmt: skip
    exported_at = datetime.fromisoformat(found.exported_at).astimezone(UTC)
    # A bulk operation counts its file itself, with all that is below its records.
    is_counted = source.paging_of(found.stream).kind != "graphql_bulk"
    least = ledger.least(pull) if is_counted else {}
    if record_count == 0 and not any(least.values()):
        ledger.finish(pull, "landed", duplicate_count=0, landed_row_count=0)
        return Landing(0, 0)
    out = pages_of(folder, pull) / f"{source.name}-{found.stream}-{exported_at:%Y%m%dT%H%M%S}.jsonl"
    _, duplicates = merge(pages_of(folder, pull), ledger.pages(pull), stream, out, least)
    summary = replace(summary, duplicate_count=duplicates)
    outcomes = landing.add(
        out,
        source.company,
        stream.entity,
        mapping_of(source, found.stream),
        source.settings,
        Options(
            decimal=source.reading.decimal,
            day_order=source.reading.day_order,
            scale=source.reading.scale,
            accept_rejects=source.reading.accept_rejects,
            exported_at=exported_at.replace(tzinfo=None, microsecond=0),
            source=f"pulled from {source.name}, {found.stream}",
        ),
        pull=asdict(summary),
    )
    # Before the pages go, all that stands for them is on the disk.
    os.sync()
    rows = sum(line.row_count for outcome in outcomes for line in outcome.landed)
    ledger.finish(pull, "landed", duplicate_count=duplicates, landed_row_count=rows)
    return Landing(duplicates, rows)


def clear(ledger: Ledger, folder: Path, pull: int) -> None:
    """Delete a pull's pages; the upload has all of their records."""
    place = pages_of(folder, pull)
    if place.exists():
        ledger.forget_pages(pull)
        shutil.rmtree(place)
