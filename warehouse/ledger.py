"""The run ledger: one JSON line when a run starts, one when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from warehouse import json_lines, paths
from warehouse.timing import Span


@dataclass(frozen=True)
class Event:
    """A line of the ledger.

    `result` of a build is started, released, failed, rolled back or published; of a task of the
    schedule, which `task` names, as in `warehouse.tasks`. `stages` of a build say where its time
    went.
    """

    run_id: str
    at: str
    result: str
    seconds: float | None = None
    row_count: int | None = None
    release: str | None = None
    detail: str | None = None
    made_from: str | None = None
    task: str | None = None
    exit_code: int | None = None
    stages: tuple[Span, ...] | None = None

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Event:
        """Return the event of a line; raises TypeError for one of another version."""
        stages = record.get("stages")
        spans = None if stages is None else tuple(Span(**stage) for stage in stages)
        return cls(**{**record, "stages": spans})


def now() -> datetime:
    """Return the current time, UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Return a moment as the name of a run or release, sortable, to the microsecond."""
    return moment.strftime("%Y%m%dT%H%M%S.%fZ")


def write(event: Event) -> None:
    """Append an event; the line is on disk when this returns."""
    record = {key: value for key, value in asdict(event).items() if value is not None}
    json_lines.append(paths.data() / "ledger.jsonl", record)


def read() -> list[Event]:
    """Return all events, oldest first; a half-written line is left out."""
    events = []
    for record in json_lines.read(paths.data() / "ledger.jsonl"):
        with suppress(TypeError):  # of another version
            events.append(Event.of(record))
    return events


def runs() -> list[Event]:
    """Return the last event of each run, oldest first; a killed run shows as interrupted."""
    last: dict[str, Event] = {}
    for event in read():
        last[event.run_id] = event
    return [
        replace(event, result="interrupted") if event.result == "started" else event
        for event in last.values()
    ]


def last_of(task: str) -> Event | None:
    """Return the last event of the last run of a task, None before its first."""
    return next((event for event in reversed(runs()) if event.task == task), None)
