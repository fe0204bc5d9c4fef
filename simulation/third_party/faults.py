"""What goes wrong with an API, by plan or by chance: an answer, or what is done to one."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from fastapi.responses import JSONResponse, Response, StreamingResponse

#: Those that a client survives without a person.
PASSING = ("refused", "too_many", "too_many_until", "unavailable", "slow", "cut", "broken",
           "login_page", "duplicate")  # fmt: skip
#: The others: an expired token, records of another shape, a next page that was there before or is
#: on another host, a page without its records that is the last or not, a request that is wrong.
LASTING = ("expired", "changed", "circle", "back", "elsewhere", "hole", "end", "bad_request")


@dataclass
class Faults:
    """Which request, counted from 1, meets which fault; and by chance, a share of all others.

    `slow_seconds` is how long a slow answer takes, `retry_seconds` what Retry-After says.
    `actions` are done just before a request is answered. `served` counts the faults by name.
    """

    plan: dict[int, str] = field(default_factory=dict)
    share: float = 0.0
    seed: int = 0
    kinds: tuple[str, ...] = PASSING
    slow_seconds: float = 30.0
    retry_seconds: float = 1.0
    actions: dict[int, Callable[[], None]] = field(default_factory=dict)
    served: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Seed the chance; raises ValueError for a fault that there is not."""
        if unknown := {*self.plan.values(), *self.kinds} - {*PASSING, *LASTING}:
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
        self._chance = random.Random(self.seed)  # noqa: S311 - which request fails, not a secret

    def of(self, request: int) -> str | None:
        """Return the fault of a request, None for most; and do what is planned before it."""
        if (action := self.actions.get(request)) is not None:
            action()
        found = self.plan.get(request)
        if found is None and self.share and self._chance.random() < self.share:
            found = self._chance.choice(self.kinds)
        if found is not None:
            self.served[found] = self.served.get(found, 0) + 1
        return found

    def answer(self, fault: str) -> Response | None:
        """Return the answer that a fault is; None where it is done to the true one."""
        if fault == "refused":
            return refusal(400)
        if fault == "too_many":
            return refusal(429, str(self.retry_seconds))
        if fault == "too_many_until":
            until = datetime.now(UTC) + timedelta(seconds=self.retry_seconds)
            return refusal(429, format_datetime(until, usegmt=True))
        if fault == "unavailable":
            return JSONResponse({"error": {"message": "try again"}}, 503)
        if fault == "login_page":
            return Response("<html><body>Please log in</body></html>", media_type="text/html")
        if fault == "expired":
            return JSONResponse({"error": {"message": "the token has expired"}}, 401)
        if fault == "bad_request":
            return JSONResponse({"error": {"message": "unknown parameter: updated_from"}}, 400)
        return None


def refusal(status: int, retry_after: str | None = None) -> Response:
    """Return the answer to one request too many."""
    headers = {"Retry-After": retry_after} if retry_after else None
    message = "Request limit exceeded: slow down"
    return JSONResponse({"error": {"message": message}}, status, headers=headers)


def cut(body: bytes) -> Response:
    """Return an answer whose connection ends in the middle."""

    async def half() -> AsyncIterator[bytes]:
        yield body[: len(body) // 2]

    headers = {"content-length": str(len(body))}
    return StreamingResponse(half(), headers=headers, media_type="application/json")
