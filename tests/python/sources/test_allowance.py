"""The window of requests: never more than the limit in any of them, and little of it unused."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingestion.sources.allowance import Allowance
from ingestion.sources.config import Limits
from simulation.third_party.limits import busy

from .third_party import Server, Source, numbers, third_party


def _set_clock(monkeypatch: pytest.MonkeyPatch, now: Callable[[], float]) -> None:
    """Set the clock of the window alone: the server's goes on."""
    monkeypatch.setattr("ingestion.sources.allowance.time", SimpleNamespace(monotonic=now))


class Clock:
    """A clock of its own, which an event's `wait` moves: hours pass at once."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def is_set(self) -> bool:
        """Say that nobody wants to stop."""
        return False

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.mark.parametrize("seconds", [600, 10])
def test_at_least_95_percent_of_the_allowed_rate_is_used_and_no_window_exceeds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    clock, chance, arrivals = Clock(), random.Random(1), []
    _set_clock(monkeypatch, lambda: clock.now)
    allowance = Allowance(tmp_path / "window.sqlite", Limits(requests=1000, seconds=seconds), clock)
    for _ in range(3_001):
        ticket = allowance.take()
        took = chance.uniform(0.1, 0.5) * seconds / 1000
        # It arrives somewhere on the way, and by a clock that runs 0.04 % faster.
        arrivals.append((clock.now + chance.random() * took) * 1.0004)
        clock.now += took
        allowance.answered(ticket)
    assert all(b - a > seconds for a, b in zip(arrivals, arrivals[1000:], strict=False))
    assert 3 * seconds / (arrivals[-1] - arrivals[0]) >= 0.95


@pytest.mark.deep
def test_at_full_pace_for_five_minutes_the_limit_holds_and_95_percent_of_it_is_used(
    api: Server, source: Source
) -> None:
    # The last ten minutes held 1,000 requests at even distances: one more is allowed each 0.6 s.
    source.write(api.address, limits={"requests": 1000, "seconds": 600})
    api.api = third_party(200_000)
    now, limiter = time.monotonic(), api.api.limiter
    limiter.arrivals.extend(now - 600 + 0.6 * n for n in range(1, 1001))
    name = source.data / "pulls" / ".windows" / "acme.shop.sqlite"
    Allowance(name, Limits(), threading.Event()).close()
    with closing(sqlite3.connect(name)) as database, database:
        database.executemany(
            "insert into requests (taken_at, counts_until) values (?, ?)",
            [(now - 600, now + 0.6 * n) for n in range(1, 1001)],
        )
    process = source.started("--max-minutes", "5")
    said, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "stopped" in said
    counts = limiter.counts
    assert (counts.breach_count, counts.refused_count) == (0, 0)
    assert counts.most_in_window == 1000
    assert 0.95 * 500 <= counts.request_count <= 501
    (run,) = source.runs()
    assert (run["result"], run["page_count"]) == ("stopped", counts.request_count)


def test_an_api_that_allows_less_under_load_is_asked_less_and_all_comes(
    api: Server, source: Source
) -> None:
    source.write(api.address, limits={"requests": 100, "seconds": 0.4})
    api.api = third_party(20_000, 100, 0.4)
    api.api.limiter.load = busy(1, 0.4)
    done = source.pull(workers=2)
    counts = api.api.limiter.counts
    assert source.landed() == numbers(20_000)
    assert counts.breach_count == 0
    assert done.run.throttled_count == counts.refused_count
    # Some refusals tell how much is allowed; most requests are answered.
    assert 0 < counts.refused_count < counts.request_count / 10


def _ask(path: Path, count: int, out: multiprocessing.Queue) -> None:
    allowance = Allowance(path, _LIMITS, threading.Event())
    for _ in range(count):
        ticket = allowance.take()
        out.put(time.monotonic())
        allowance.answered(ticket)


_LIMITS = Limits(requests=50, seconds=0.5, timeout=1)


def test_several_processes_share_one_window(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    path = tmp_path / "window.sqlite"
    others = [context.Process(target=_ask, args=(path, 60, out)) for _ in range(2)]
    for one in others:
        one.start()
    times = sorted(out.get(timeout=60) for _ in range(120))
    for one in others:
        one.join()
    assert all(b - a > 0.5 for a, b in zip(times, times[50:], strict=False))


def test_a_request_whose_process_was_killed_counts_until_its_time_out_and_a_window(
    tmp_path: Path,
) -> None:
    limits = Limits(requests=1, seconds=0.2, timeout=0.3)
    killed = Allowance(tmp_path / "window.sqlite", limits, threading.Event())
    killed.take()
    sent = time.monotonic()
    killed.close()
    Allowance(tmp_path / "window.sqlite", limits, threading.Event()).take()
    assert time.monotonic() - sent >= 0.5


def test_a_request_counts_for_a_window_from_its_answer_not_from_when_it_was_sent(
    tmp_path: Path,
) -> None:
    allowance = Allowance(
        tmp_path / "window.sqlite", Limits(requests=1, seconds=0.3, timeout=5), threading.Event()
    )
    ticket = allowance.take()
    time.sleep(0.2)
    answered = time.monotonic()
    allowance.answered(ticket)
    allowance.take()
    assert time.monotonic() - answered >= 0.3


def test_what_an_earlier_boot_wrote_counts_as_if_it_was_sent_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, limits = tmp_path / "window.sqlite", Limits(requests=3, seconds=600)
    first = Allowance(path, limits, threading.Event())
    for _ in range(2):
        first.answered(first.take())
    first.close()
    monkeypatch.setattr("ingestion.sources.allowance._boot", lambda: "another")
    # Its clock began anew, far behind or ahead.
    now = time.monotonic()
    _set_clock(monkeypatch, lambda: now + 10_000)
    left = Allowance(path, limits, threading.Event()).left()
    assert (left.used, left.allowed) == (2, 3)


def test_refusals_shrink_the_allowance_once_for_what_was_under_way_and_it_grows_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowance = Allowance(
        tmp_path / "window.sqlite", Limits(requests=100, seconds=600), threading.Event()
    )
    tickets = [allowance.take() for _ in range(80)]
    for ticket in tickets[-4:]:
        allowance.refused(ticket, 0)
    assert allowance.left().allowed == 72
    now = time.monotonic()
    _set_clock(monkeypatch, lambda: now + 600)
    assert allowance.left().allowed == 97
    _set_clock(monkeypatch, lambda: now + 1200)
    assert allowance.left().allowed == 100
