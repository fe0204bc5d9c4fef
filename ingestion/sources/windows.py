"""Which time a pull is of, and its parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from ingestion.sources.config import Window
from ingestion.sources.ledger_rows import Pull, moment
from ingestion.sources.paging import Part
from warehouse.errors import PaidnetError

#: Parts for each worker, so that none waits long for the slowest.
_PARTS_PER_WORKER = 4


@dataclass(frozen=True)
class Asked:
    """What the command line asks for: a range of days or times (UTC), None where it says none."""

    start: datetime | None = None
    end: datetime | None = None


def plan(window: Window, before: list[Pull], asked: Asked, now: datetime) -> tuple[Part, bool]:
    """Return the window of the next pull, and whether the one after it goes on from its end.

    It begins `overlap_hours` before the end of the last complete pull that went up to its own
    time; one with an end that a person stated does not move that. Raises PaidnetError where the
    range cannot be.
    """
    end = asked.end or now - timedelta(minutes=window.lateness_minutes)
    if (asked.start or asked.end) and window.from_ is None:
        raise PaidnetError(
            "--from: the source has no window",
            found="no window.from in the SOURCE.yml",
            expected="the parameters with which the API gives records of a time",
            fix="leave --from and --to out, or name the parameters",
        )
    ends = [
        found
        for pull in before
        if pull.is_incremental and pull.state == "landed" and (found := moment(pull.window_to))
    ]
    start = asked.start
    if start is None and ends:
        start = max(ends) - timedelta(hours=window.overlap_hours)
    elif start is None and window.start is not None:
        start = day(window.start, "window.start")
    if window.from_ is None:
        return Part(None, None), True
    if start is not None and start >= end:
        raise PaidnetError(
            "--from: the window has no time in it",
            found=f"from {start.isoformat()} to {end.isoformat()}",
            expected="a start before the end",
            fix="correct --from and --to",
        )
    return Part(start, end), asked.end is None


def parts(whole: Part, window: Window, workers: int, *, can_split: bool) -> list[Part]:
    """Return the parts of a window: as long as it says, and enough of them for the workers."""
    if not can_split or window.to is None or whole.start is None or whole.end is None:
        return [whole]
    length = whole.end - whole.start
    count = -(-length // timedelta(days=window.split_days)) if window.split_days else 1
    if workers > 1:
        count = max(count, workers * _PARTS_PER_WORKER)
    count = max(1, min(count, int(length.total_seconds() // 60) or 1))
    bounds = [whole.start + length * n / count for n in range(count)] + [whole.end]
    return [Part(a, b) for a, b in pairwise(bounds)]


def day(text: str, where: str) -> datetime:
    """Return a day or a time as a moment, UTC where it has no offset; raises PaidnetError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise PaidnetError(
            f"{where}: no day or time",
            found=repr(text),
            expected="such as 2026-11-01 or 2026-11-01T06:00:00Z",
            fix=f"correct {where}",
        ) from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
