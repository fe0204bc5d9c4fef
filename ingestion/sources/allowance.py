"""The sliding window of requests, on disk: shared by workers and processes, kept over restarts.

A request is written down before it is sent, and counts until a whole window after its answer (or,
where the process was killed meanwhile, after its time-out): the API counts it when it arrives,
some time between the two. So whatever the network's delays, no window of the API's clock holds more
requests than it allows.

Times are of the monotonic clock, which all processes of a machine share and nobody sets; what an
earlier boot wrote counts as if it was sent now.
"""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from ingestion.sources.config import Limits

#: Of the window, and of a short one in seconds: two clocks do not run alike (at most 0.05 %).
_DRIFT_SHARE, _DRIFT_SECONDS = 0.001, 0.005
#: What a refusal leaves of what the window held, or of what was allowed: the larger of the two,
#: since a refusal early in a window has another reason. It grows back over some windows.
_OF_HELD, _OF_ALLOWED, _GROWTH_PER_WINDOW = 0.9, 0.5, 0.25
#: Without Retry-After, this share of the window passes after a refusal, twice as much after each
#: further one, and at most a quarter.
_FIRST_WAIT, _LONGEST_WAIT = 1 / 200, 1 / 4
#: Waiting requests look again after this many seconds at the latest.
_LOOK_AGAIN = 0.5

_TABLES = """
create table if not exists requests (
    ticket integer primary key autoincrement, taken_at real not null, counts_until real not null
);
create index if not exists by_end on requests (counts_until);
create table if not exists state (
    boot text not null, share real not null, changed_at real not null, not_before real not null,
    refusals integer not null
);
"""


class StoppedError(Exception):
    """The pull is to stop: its time is over, or a person has said so."""


@dataclass(frozen=True)
class Left:
    """What the window holds and allows now."""

    used: int
    allowed: int


class Allowance:
    """The requests of one window; raises StoppedError in `take` once `stop` is set."""

    def __init__(self, path: Path, limits: Limits, stop: threading.Event) -> None:
        self.limits, self._stop = limits, stop
        self._window = limits.seconds + max(_DRIFT_SECONDS, _DRIFT_SHARE * limits.seconds)
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(
            path, timeout=60, isolation_level=None, check_same_thread=False
        )
        # SQLite does not wait for others that change the journal's mode at the same moment.
        with FileLock(path.with_suffix(".lock")):
            self._database.execute("pragma journal_mode = wal")
            self._database.executescript(_TABLES)
        # A killed process loses nothing; after a power cut the machine has booted again.
        self._database.execute("pragma synchronous = normal")
        with self._exclusive():
            self._note_boot()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Hold the window alone, among threads and processes."""
        with self._lock:
            self._database.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._database.execute("rollback")
                raise
            self._database.execute("commit")

    def _note_boot(self) -> None:
        boot, now = _boot(), time.monotonic()
        found = self._database.execute("select boot from state").fetchone()
        if found is None:
            self._database.execute("insert into state values (?, 1, ?, 0, 0)", (boot, now))
        elif (
            found[0] != boot
            or self._database.execute(
                "select 1 from requests where taken_at > ? limit 1", (now,)
            ).fetchone()
        ):
            self._database.execute("update requests set taken_at = ?", (now,))
            self._database.execute("update requests set counts_until = ?", (now + self._window,))
            self._database.execute(
                "update state set boot = ?, changed_at = ?, not_before = 0", (boot, now)
            )

    def take(self) -> int:
        """Wait until the window has room, and write a request down; return its ticket."""
        while not self._stop.is_set():
            with self._exclusive():
                now = time.monotonic()
                self._database.execute("delete from requests where counts_until <= ?", (now,))
                left, not_before = self._left(now)
                wait = not_before - now
                if wait <= 0 and left.used < left.allowed:
                    until = now + self.limits.timeout + self._window
                    ticket = self._database.execute(
                        "insert into requests (taken_at, counts_until) values (?, ?)", (now, until)
                    ).lastrowid
                    return ticket or 0
                if left.used >= left.allowed:
                    frees = self._database.execute(
                        "select counts_until from requests order by counts_until limit 1 offset ?",
                        (left.used - left.allowed,),
                    ).fetchone()
                    wait = max(wait, frees[0] - now)
            self._stop.wait(min(max(wait, 0.001), _LOOK_AGAIN))
        raise StoppedError

    def accepted(self) -> None:
        """Say that the API took a request: refusals are in a row no more."""
        with self._lock:
            self._database.execute("update state set refusals = 0 where refusals > 0")

    def answered(self, ticket: int) -> None:
        """Say that a request has its answer: from now on it counts for one window."""
        until = time.monotonic() + self._window
        with self._lock:
            self._database.execute(
                "update requests set counts_until = ? where ticket = ?", (until, ticket)
            )

    def refused(self, ticket: int, wait: float | None) -> None:
        """Say that the API refused a request as one too many, and asks for `wait` seconds, if any.

        The allowance shrinks, and all wait; answers to what was sent before that do not shrink it
        again.
        """
        with self._exclusive():
            now = time.monotonic()
            taken = self._database.execute(
                "select taken_at from requests where ticket = ?", (ticket,)
            ).fetchone()
            left, not_before = self._left(now)
            changed_at, refusals = self._database.execute(
                "select changed_at, refusals from state"
            ).fetchone()
            if taken is None or taken[0] >= changed_at:
                kept = max(_OF_HELD * min(left.used, left.allowed), _OF_ALLOWED * left.allowed, 1)
                self._database.execute(
                    "update state set share = ?, changed_at = ?, refusals = refusals + 1",
                    (kept / self.limits.requests, now),
                )
            if wait is None:
                share = min(_FIRST_WAIT * 2 ** min(refusals, 20), _LONGEST_WAIT)
                wait = share * self.limits.seconds
            self._database.execute(
                "update state set not_before = ?", (max(not_before, now + wait),)
            )

    def left(self) -> Left:
        """Return what the window holds and allows."""
        with self._exclusive():
            now = time.monotonic()
            self._database.execute("delete from requests where counts_until <= ?", (now,))
            return self._left(now)[0]

    def _left(self, now: float) -> tuple[Left, float]:
        (used,) = self._database.execute("select count(*) from requests").fetchone()
        share, changed_at, not_before = self._database.execute(
            "select share, changed_at, not_before from state"
        ).fetchone()
        grown = share + _GROWTH_PER_WINDOW * (now - changed_at) / self.limits.seconds
        return Left(used, max(1, math.floor(min(1, grown) * self.limits.requests))), not_before


def _boot() -> str:
    """Return what tells this boot of the machine from others, where it says so."""
    place = Path("/proc/sys/kernel/random/boot_id")
    return place.read_text().strip() if place.exists() else ""
