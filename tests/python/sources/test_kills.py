"""A pull that is killed at any moment loses no record and doubles none, nor breaks the limit."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from simulation.third_party.server import ThirdParty

from .third_party import Server, Source, numbers, third_party

WORKERS = 4
#: A window of 600 seconds in two: the clock runs 300 times as fast.
LIMITS = {"requests": 1000, "seconds": 2, "timeout": 2}


@pytest.fixture
def source(source: Source, api: Server) -> Source:
    source.write(api.address, limits=LIMITS)
    return source


def _moments(
    source: Source, api: ThirdParty, pages: int, kills: int
) -> Iterator[Callable[[], bool]]:
    """Yield what to wait for before each kill: most while pages come, three while they land."""
    chance = random.Random(kills)
    for count in sorted(chance.sample(range(1, pages), kills - 3)):
        yield lambda count=count: api.limiter.counts.request_count >= count
    pulls = source.data / "pulls" / "acme" / "shop" / "pages"
    yield lambda: any(pulls.glob("*/.*.jsonl.part"))
    yield lambda: any((source.data / "landing" / ".incoming").glob("*/*"))
    yield lambda: (source.data / "landing" / "manifest.jsonl").exists()


def _pull_through(source: Source, api: ThirdParty, pages: int, kills: int) -> int:
    """Pull, killed at that many moments, until it ends; return how often it was killed."""
    killed = 0
    for is_time in _moments(source, api, pages, kills):
        process = source.started("--workers", str(WORKERS))
        while process.poll() is None and not is_time():
            time.sleep(0.0005)
        if process.poll() is None:
            process.kill()
            killed += 1
        process.communicate()
    last = source.started()
    said, errors = last.communicate()
    assert last.returncode == 0, said + errors
    return killed


@pytest.mark.parametrize(
    ("count", "kills"), [(100_000, 12), pytest.param(1_000_000, 30, marks=pytest.mark.deep)]
)
def test_no_record_is_lost_or_doubled_while_the_process_is_killed(
    source: Source, api: Server, count: int, kills: int
) -> None:
    start = datetime.now(UTC) - timedelta(minutes=count)
    window = {"from": "updated_from", "to": "updated_to", "start": start.isoformat(),
              "lateness_minutes": 0, "overlap_hours": 0}  # fmt: skip
    source.write(api.address, limits=LIMITS, window=window)
    api.api = third_party(count, LIMITS["requests"], LIMITS["seconds"], start)
    assert _pull_through(source, api.api, count // 100, kills) >= kills - 1
    landed = source.landed()
    assert landed.total() == count
    assert landed == numbers(count)
    counts = api.api.limiter.counts
    # Each kill asks again for what was under way, each part ends with a page that is not full and
    # may be asked for twice, and what came since is a window of its own.
    parts = 4 * WORKERS
    assert counts.request_count <= count // 100 + 2 * parts + kills * WORKERS + 20
    assert (counts.breach_count, counts.refused_count) == (0, 0)
    assert counts.most_in_window <= LIMITS["requests"]
    assert [run["result"] for run in source.runs()].count("interrupted") >= kills - 2
