"""The history of runs: data/pulls/<company>/runs.jsonl, a line for each, whatever came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse import json_lines, paths


@dataclass(frozen=True)
class Run:
    """A run of a stream. Times are ISO 8601, UTC with Z; counts are of this run alone.

    `result` is complete (its rows have landed), stopped (--max-minutes or a person), failed (see
    `message`) or interrupted (killed; written by the run after it). `landed_row_count` is None
    unless it is complete.
    """

    run_id: str
    source: str
    company_id: str
    stream: str
    window_from: str | None
    window_to: str | None
    started_at: str
    finished_at: str | None
    result: str
    page_count: int = 0
    record_count: int = 0
    duplicate_count: int = 0
    request_count: int = 0
    throttled_count: int = 0
    retried_count: int = 0
    landed_row_count: int | None = None
    message: str | None = None


def folder(company: str) -> Path:
    """Return the folder of all that is pulled for a company."""
    return paths.data() / "pulls" / company


def stamp(moment: datetime | None = None) -> str:
    """Return a moment, by default now, as the history has it."""
    found = (moment or datetime.now(UTC)).astimezone(UTC)
    return found.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def stamp_of(text: str | None) -> str | None:
    """Return a text of the ledger as the history has it."""
    return None if text is None else stamp(datetime.fromisoformat(text))


def write(run: Run) -> None:
    """Append a run; its line is on the disk when this returns."""
    json_lines.append(folder(run.company_id) / "runs.jsonl", asdict(run))
