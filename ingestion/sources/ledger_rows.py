"""What the ledger holds: pulls, how far their parts are, and what was asked."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from ingestion.sources.paging import Part, Request


@dataclass(frozen=True)
class Pull:
    """A pull of a window of a stream: `state` is fetching, fetched, landed or dropped."""

    pull: int
    stream: str
    window_from: str | None
    window_to: str | None
    exported_at: str
    is_incremental: int
    state: str
    request_count: int
    throttled_count: int
    retried_count: int
    seconds: float
    duplicate_count: int | None
    landed_row_count: int | None


@dataclass(frozen=True)
class Progress:
    """How far a part has come: its next request, and what the page before held (`digest`)."""

    part: int
    bounds: Part
    request: Request | None
    digest: str
    is_begun: bool


@dataclass
class Counts:
    """What has been asked since the ledger was last told."""

    request_count: int = 0
    throttled_count: int = 0
    retried_count: int = 0


def request_digest(request: Request) -> str:
    """Return what tells a request from others of its part; the pager's state does not count."""
    said = asdict(request) | {"state": None}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


def text(moment: datetime | None) -> str | None:
    """Return a moment (aware) as text."""
    return None if moment is None else moment.isoformat()


def moment(found: str | None) -> datetime | None:
    """Return a text as a moment."""
    return None if found is None else datetime.fromisoformat(found)
