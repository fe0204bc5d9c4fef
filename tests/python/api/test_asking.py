"""Queries are bounded: in time, in memory, in number; and none reaches anything but a release."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from api import releases
from api.asking import Asking
from api.auth import Principal
from api.problems import ProblemError
from api.queries.found import Asked
from api.releases import Releases
from api.settings import Limits, limits
from warehouse import paths
from warehouse.errors import PaidnetError

ANYBODY = Principal("anybody", frozenset(), None)
# Much longer than any limit here, but not for ever: a test that fails must end.
LONG = "select count(*) from range(10000000000) as a where hash(a.range) = 1"


@pytest.fixture
def data(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A data folder with the demo's release; its name."""
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / release.name).symlink_to(release)
    (tmp_path / "current").symlink_to(Path("releases") / release.name)
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    return release.name


@pytest.fixture
def opened() -> Iterator[list[Asking]]:
    made: list[Asking] = []
    yield made
    for one in made:
        one.close()


def asking(opened: list[Asking], **bounds: int) -> Asking:
    bounded = Limits(**bounds)
    opened.append(Asking(Releases(bounded), bounded))
    return opened[-1]


def long(asked: Asked) -> pa.Table:
    return asked.table(LONG)


async def status(coroutine: object) -> int:
    try:
        await coroutine  # type: ignore[misc]
    except ProblemError as problem:
        return problem.status
    return 200


def test_a_query_ends_after_its_time_and_the_next_one_runs(data: str, opened: list[Asking]) -> None:
    async def run() -> None:
        one = asking(opened, query_seconds=1, queries=1)
        assert await status(one.ask(data, ANYBODY, long)) == 504
        found = await one.ask(data, ANYBODY, lambda asked: asked.table("select 7 as n"))
        assert found.to_pylist() == [{"n": 7}]

    asyncio.run(run())


def test_a_query_of_too_much_memory_is_refused(data: str, opened: list[Asking]) -> None:
    many = "select count(*) from (select distinct range, hash(range) from range(20000000))"

    async def run() -> None:
        one = asking(opened, memory_mb=100)
        assert await status(one.ask(data, ANYBODY, lambda asked: asked.table(many))) == 503

    asyncio.run(run())


def test_who_comes_when_all_are_busy_waits_and_then_is_refused(
    data: str, opened: list[Asking]
) -> None:
    async def run() -> None:
        one = asking(opened, queries=1, waiting=1, wait_seconds=30)
        has_begun, may_end = threading.Event(), threading.Event()

        def held(_asked: Asked) -> int:
            has_begun.set()
            assert may_end.wait(30)
            return 1

        first = asyncio.create_task(one.ask(data, ANYBODY, held))
        await asyncio.to_thread(has_begun.wait, 30)
        second = asyncio.create_task(one.ask(data, ANYBODY, lambda _: 2))
        await asyncio.sleep(0)
        with pytest.raises(ProblemError) as refused:
            await one.ask(data, ANYBODY, lambda _: 3)
        assert refused.value.status == 503
        assert "Retry-After" in refused.value.headers
        may_end.set()
        assert [await first, await second] == [1, 2]
        short = asking(opened, queries=1, wait_seconds=1)
        has_begun.clear()
        may_end.clear()
        first = asyncio.create_task(short.ask(data, ANYBODY, held))
        await asyncio.to_thread(has_begun.wait, 30)
        assert await status(short.ask(data, ANYBODY, lambda _: 2)) == 503
        may_end.set()
        await first

    asyncio.run(run())


def test_a_stream_is_read_as_it_is_sent_and_closed_by_whoever_leaves(
    data: str, opened: list[Asking], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Asked] = []

    def many(asked: Asked) -> pa.RecordBatchReader:
        seen.append(asked)
        return asked.connection.execute("from range(1000000000)").to_arrow_reader(1000)

    def slow(asked: Asked) -> pa.RecordBatchReader:
        return asked.connection.execute(LONG).to_arrow_reader(1000)

    async def run() -> None:
        one = asking(opened, streams=1, query_seconds=1)
        for _ in range(3):  # each leaves in the middle; the one place is free again
            async with one.stream(data, ANYBODY, many) as (schema, batches):
                assert schema.names == ["range"]
                assert (await anext(batches)).num_rows == 1000
                assert (await anext(batches)).num_rows == 1000
        with pytest.raises(ProblemError) as caught:
            async with one.stream(data, ANYBODY, slow):
                pass
        assert caught.value.status == 504
        async with one.stream(data, ANYBODY, many) as (_, batches):
            await anext(batches)
        # Nobody holds the release any more: no longer current, it is closed.
        paths.current().unlink()
        monkeypatch.setattr(releases, "IDLE_SECONDS", 0)
        one.releases.tidy()
        for asked in seen:
            for connection in (asked.connection, asked.opened.connection):
                with pytest.raises(duckdb.ConnectionException):
                    connection.execute("select 1")

    asyncio.run(run())


@pytest.mark.parametrize(
    "statement",
    [
        "create table marts.t (a int)",
        "delete from marts.fct_orders",
        "from read_text('/etc/passwd')",
        "copy marts.fct_orders to '/tmp/out.csv'",
        "attach ':memory:' as other",
        "set memory_limit = '100GB'",
        "set enable_external_access = true",
    ],
)
def test_a_connection_reads_the_release_alone(
    data: str, opened: list[Asking], statement: str
) -> None:
    async def run() -> None:
        one = asking(opened)
        with pytest.raises((duckdb.Error, ProblemError)):
            await one.ask(data, ANYBODY, lambda asked: asked.connection.execute(statement))
        (setting,) = (
            await one.ask(
                data, ANYBODY, lambda asked: asked.table("select current_setting('threads') as n")
            )
        ).to_pylist()
        assert setting["n"] == Limits().threads

    asyncio.run(run())


def test_what_a_release_lacks_is_not_found(data: str, opened: list[Asking]) -> None:
    async def run() -> None:
        one = asking(opened)
        for sql in ("from marts.fct_of_tomorrow", "select tomorrow from marts.dim_companies"):
            assert await status(one.ask(data, ANYBODY, lambda asked, q=sql: asked.table(q))) == 404

    asyncio.run(run())


@pytest.mark.parametrize("value", ["many", "0", "-1", "1.5"])
def test_a_limit_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PAIDNET_API_QUERIES", value)
    with pytest.raises(PaidnetError, match="PAIDNET_API_QUERIES is not a number"):
        limits()
