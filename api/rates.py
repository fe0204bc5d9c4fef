"""The rate limit of each key: requests in any sliding minute, in memory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pyrate_limiter import Duration, InMemoryBucket, MonotonicClock, Rate, RateItem

from api.problems import ProblemError

if TYPE_CHECKING:
    from api.auth import Principal


class Rates:
    """Counts the requests of each key; there is one bucket a key, and keys are few."""

    def __init__(self, requests_per_minute: int) -> None:
        self._default = requests_per_minute
        self.clock = MonotonicClock().now
        self._buckets: dict[tuple[str, int], InMemoryBucket] = {}

    def count(self, principal: Principal) -> None:
        """Count a request; raises ProblemError 429 with Retry-After when there were too many."""
        limit = principal.requests_per_minute or self._default
        name = principal.limited_as or principal.name
        bucket = self._buckets.get((name, limit))
        if bucket is None:
            bucket = self._buckets[name, limit] = InMemoryBucket([Rate(limit, Duration.MINUTE)])
        now = self.clock()
        bucket.leak(now)
        item = RateItem(name, now)
        if not bucket.put(item):
            seconds = max(1, math.ceil(bucket.waiting(item) / 1000))
            raise ProblemError(
                429,
                "rate",
                f"This key may ask {limit} times in a minute; ask again in {seconds} s.",
                headers={"Retry-After": str(seconds)},
            )
