"""A leaky bucket, as some APIs limit requests or their cost."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Bucket:
    """A bucket that holds `size` and empties by `rate` a second."""

    size: float
    rate: float
    level: float = 0
    at: float = field(default_factory=time.monotonic)

    def take(self, cost: float) -> bool:
        """Put something in; return whether it had room."""
        now = time.monotonic()
        self.level = max(0.0, self.level - (now - self.at) * self.rate)
        self.at = now
        if self.level + cost > self.size:
            return False
        self.level += cost
        return True
