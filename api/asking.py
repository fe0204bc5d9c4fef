"""Queries on releases: so many at once, each for so long, the others wait or are refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

import duckdb
import pyarrow as pa

from api.auth import Principal
from api.problems import ProblemError
from api.queries.found import Asked
from api.releases import Releases
from api.settings import Limits

Result = TypeVar("Result")


class Asking:
    """Runs queries of one event loop in threads."""

    def __init__(self, releases: Releases, limits: Limits) -> None:
        self.releases, self._limits = releases, limits
        self._queries = asyncio.Semaphore(limits.queries)
        self._streams = asyncio.Semaphore(limits.streams)
        self._waiting = 0
        self._threads = ThreadPoolExecutor(limits.queries + limits.streams, "query")

    async def ask(
        self, release: str, principal: Principal, question: Callable[[Asked], Result]
    ) -> Result:
        """Return what a question finds in a release.

        Raises ProblemError: the question's own; 404 when the release lacks a mart, 410 when it is
        gone, 503 when too many ask or memory does not suffice, 504 when it takes too long.
        """
        async with self._slot(self._queries):
            loop = asyncio.get_running_loop()
            began = loop.create_future()

            def work() -> Result:
                with self._asked(release, principal) as asked:
                    loop.call_soon_threadsafe(began.set_result, asked.connection.interrupt)
                    return question(asked)

            running = loop.run_in_executor(self._threads, work)
            done, _ = await asyncio.wait({running}, timeout=self._limits.query_seconds)
            if not done:
                (await began)()
            return await running

    @asynccontextmanager
    async def stream(
        self,
        release: str,
        principal: Principal,
        question: Callable[[Asked], pa.RecordBatchReader],
    ) -> AsyncIterator[tuple[pa.Schema, AsyncIterator[pa.RecordBatch]]]:
        """Give the batches that a question finds, one at a time; raises ProblemError as `ask`.

        The query has run up to the first batch; its connection is closed at the end, whoever left.
        """
        async with self._slot(self._streams), asyncio.timeout(self._limits.stream_seconds):
            loop = asyncio.get_running_loop()
            asked = self._asked(release, principal)
            running: asyncio.Future = loop.run_in_executor(self._threads, asked.__enter__)
            opened = await running

            async def batches(first: pa.RecordBatch | None) -> AsyncIterator[pa.RecordBatch]:
                nonlocal running
                batch = first
                while batch is not None:
                    yield batch
                    running = loop.run_in_executor(self._threads, _next, reader)
                    batch = await asyncio.shield(running)

            def begin() -> tuple[pa.RecordBatchReader, pa.RecordBatch | None]:
                with _explained():
                    reader = question(opened)
                    return reader, _next(reader)

            try:
                running = loop.run_in_executor(self._threads, begin)
                await asyncio.wait({running}, timeout=self._limits.query_seconds)
                if not running.done():
                    opened.connection.interrupt()
                reader, first = await asyncio.shield(running)
                yield reader.schema, batches(first)
            finally:
                opened.connection.interrupt()
                await asyncio.wait({running})
                await loop.run_in_executor(self._threads, asked.__exit__, None, None, None)

    @contextmanager
    def _asked(self, release: str, principal: Principal) -> Iterator[Asked]:
        with (
            self.releases.use(release) as opened,
            opened.connection.cursor() as cursor,
            _explained(),
        ):
            yield Asked(opened, cursor, principal.companies)

    @asynccontextmanager
    async def _slot(self, slots: asyncio.Semaphore) -> AsyncIterator[None]:
        if slots.locked():
            if self._waiting >= self._limits.waiting:
                raise _busy()
            self._waiting += 1
            try:
                await asyncio.wait_for(slots.acquire(), self._limits.wait_seconds)
            except TimeoutError:
                raise _busy() from None
            finally:
                self._waiting -= 1
        else:
            await slots.acquire()
        try:
            yield
        finally:
            slots.release()

    def close(self) -> None:
        """Let no query run any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.releases.close()


def _next(reader: pa.RecordBatchReader) -> pa.RecordBatch | None:
    try:
        return reader.read_next_batch()
    except StopIteration:
        return None


def _busy() -> ProblemError:
    return ProblemError(
        503,
        "busy",
        "Too many ask at this moment; ask again in a few seconds.",
        headers={"Retry-After": "5"},
    )


@contextmanager
def _explained() -> Iterator[None]:
    """Turn DuckDB's errors into problems that tell nothing of the server."""
    try:
        yield
    except duckdb.InterruptException:
        raise ProblemError(
            504, "too-slow", "This took too long: ask for fewer days, companies or groups."
        ) from None
    except duckdb.OutOfMemoryException:
        raise ProblemError(
            503,
            "too-large",
            "This needs more memory than there is: ask for fewer days, companies or groups.",
            headers={"Retry-After": "60"},
        ) from None
    except (duckdb.CatalogException, duckdb.BinderException):
        raise ProblemError(
            404,
            "not-in-release",
            "This release does not hold what is asked for: it was built without forecasts, or by"
            " an older version.",
        ) from None
