"""The limit of a third-party API: so many requests in any sliding window, fewer under load."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Counts:
    """What came in: requests, those refused, and those beyond the limit that always holds.

    `most_in_window` is the most requests that arrived in any window, refused ones too.
    """

    request_count: int = 0
    refused_count: int = 0
    breach_count: int = 0
    most_in_window: int = 0


class Limiter:
    """A sliding log: at most `requests` arrivals in any `seconds`, refused ones counted too.

    `load` gives the share of the limit that holds at a time, in seconds since the start: 1 when
    nothing else is going on. A request beyond the load's share is refused; one beyond the full
    limit is a breach as well. `arrivals` are those of the window, times of the monotonic clock.
    """

    def __init__(
        self, requests: int, seconds: float, load: Callable[[float], float] | None = None
    ) -> None:
        self.requests, self.seconds, self.load = requests, seconds, load or (lambda _: 1.0)
        self.counts = Counts()
        self.started = time.monotonic()
        self.arrivals: deque[float] = deque()

    def admit(self) -> bool:
        """Count an arrival now; return whether it is within what is allowed now."""
        now = time.monotonic()
        while self.arrivals and self.arrivals[0] <= now - self.seconds:
            self.arrivals.popleft()
        self.arrivals.append(now)
        seen, counts = len(self.arrivals), self.counts
        counts.request_count += 1
        counts.most_in_window = max(counts.most_in_window, seen)
        counts.breach_count += seen > self.requests
        is_allowed = seen <= max(1, math.floor(self.requests * self.load(now - self.started)))
        counts.refused_count += not is_allowed
        return is_allowed


def busy(seed: int, seconds: float) -> Callable[[float], float]:
    """Return a load that changes slowly: between 40 % and all of the limit is left."""
    phase = (seed * 0.6180339887) % 1
    return lambda at: 0.7 + 0.3 * math.sin(2 * math.pi * (at / (8 * seconds) + phase))
