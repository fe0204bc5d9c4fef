"""How pages follow each other: the interface of pagers. The cursor is the next request itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

Parameters = dict[str, str | int | float | bool | list[str]]


@dataclass(frozen=True)
class Request:
    """A request, as the ledger keeps it (JSON): where a pull goes on after it was stopped.

    `url` is a path below base_url, or a whole address. `kind`: page, an answer with records;
    call, an answer without (nothing is kept of it); download, a file of JSON Lines, streamed to
    the disk. The secret goes only to base_url's own host, and only with `is_signed`. The request
    is sent `wait_seconds` after the one before. `state` is the pager's own.
    """

    url: str
    parameters: Parameters = field(default_factory=dict)
    method: str = "GET"
    body: dict[str, Any] | None = None
    kind: str = "page"
    is_signed: bool = True
    wait_seconds: float = 0
    state: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What an API answered: the parsed body (None of a download), headers, and the records' ids.

    `headers` have lower-case names. `ids` are in the answer's order, as text; of a download there
    are none, only `record_count`, its lines.
    """

    body: Any
    headers: dict[str, str]
    ids: list[str]
    record_count: int


@dataclass(frozen=True)
class Part:
    """A part of a window: what is updated from `start` to `end` (UTC, aware; None: no bound)."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True)
class Step:
    """What follows an answer: the next request (None: the part is complete).

    `total` is how many records the API says there are, where it says so. `keep` is False where
    the answer's page is not to be kept, since it will be asked for again.
    """

    request: Request | None
    total: int | None = None
    keep: bool = True


class Pager(Protocol):
    """Asks for the pages of one part of a window, one after the other.

    A pager has no state of its own: all of it is in the requests, so that a pull goes on where
    it was killed. Raises PaidnetError where an answer makes no sense.
    """

    def first(self, part: Part) -> Request:
        """Return the first request of a part."""
        ...

    def after(self, request: Request, answer: Answer) -> Step:
        """Return what follows the answer to a request.

        Raises records.UnreadableError where the answer is incomplete: it is asked for again.
        """
        ...
