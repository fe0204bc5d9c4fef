"""One run of a source: plan a window, fetch its pages, land them, write down what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import stamina.instrumentation
from filelock import FileLock, Timeout

from ingestion.sources import history, landed, planning
from ingestion.sources.allowance import Allowance, StoppedError
from ingestion.sources.client import Client
from ingestion.sources.config import Source
from ingestion.sources.fetch import Fetcher
from ingestion.sources.ledger import Ledger
from ingestion.sources.ledger_rows import Pull, moment
from ingestion.sources.windows import Asked
from warehouse import paths
from warehouse.errors import PaidnetError

#: How often progress is told.
_TELL_SECONDS = 0.5


@dataclass(frozen=True)
class Done:
    """What came of a stream: its run, and what its window holds in all."""

    run: history.Run
    page_count: int
    record_count: int


@dataclass(frozen=True)
class Watch:
    """What is told while a stream is fetched: the stream, records, of how many, and the window."""

    stream: str
    record_count: int
    total: int | None
    page_count: int
    used: int
    allowed: int
    is_landing: bool = False


class Run:
    """A run of a source, with its lock, ledger and window; `stop` ends it after the page at hand.

    Raises PaidnetError where another run of the source is going on.
    """

    def __init__(
        self, source: Source, stop: threading.Event, tell: Callable[[Watch], None]
    ) -> None:
        self.source, self._stop, self._tell = source, stop, tell
        self.folder = history.folder(source.company) / source.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self._watch: Watch | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Run:
        """Take the lock, and write down runs that were killed."""
        lock = FileLock(self.folder / ".lock", timeout=0)
        try:
            self._stack.enter_context(lock)
        except Timeout:
            raise PaidnetError(
                f"{self.source.name}: another pull of this source is running",
                found=f"its lock, {lock.lock_file}",
                expected="one pull of a source at a time",
                fix="wait until it has ended; nothing was done",
            ) from None
        # They are counted; nobody need read of each.
        stamina.instrumentation.set_on_retry_hooks([])
        self.ledger = Ledger(self.folder)
        self._stack.callback(self.ledger.close)
        for run, stream, started_at in self.ledger.interrupted():
            history.write(self._line(run, stream, started_at, None, "interrupted"))
            self.ledger.end_run(run)
        return self

    def __exit__(self, *_: object) -> None:
        """Let the lock go."""
        self._stack.close()

    @contextmanager
    def _connected(self) -> Iterator[tuple[Allowance, Client]]:
        limits = self.source.limits
        name = limits.window or f"{self.source.company}.{self.source.name}"
        place = paths.data() / "pulls" / ".windows" / f"{name}.sqlite"
        with ExitStack() as stack:
            allowance = Allowance(place, limits, self._stop)
            stack.callback(allowance.close)
            client = Client(self.source, allowance)
            stack.callback(client.close)
            yield allowance, client

    def _line(
        self, run: str, stream: str, started_at: str, pull: Pull | None, result: str
    ) -> history.Run:
        return history.Run(
            run_id=run, source=self.source.name, company_id=self.source.company, stream=stream,
            window_from=history.stamp_of(pull.window_from) if pull else None,
            window_to=history.stamp_of(pull.window_to) if pull else None,
            started_at=started_at, finished_at=None if result == "interrupted" else history.stamp(),
            result=result,
        )  # fmt: skip

    def pull(self, stream: str, asked: Asked, workers: int, *, restart: bool) -> list[Done]:
        """Pull a stream up to now: what an earlier run left over first, then what came since.

        Raises PaidnetError or StoppedError, with the run's line written.
        """
        # What cannot land is not fetched.
        landed.mapping_of(self.source, stream)
        done = []
        left_over = self._open(stream, asked, restart=restart)
        if left_over is not None:
            done.append(self._run(stream, left_over, Asked(), workers))
        if left_over is None or asked == Asked():
            done.append(self._run(stream, None, asked, workers))
        return done

    def _open(self, stream: str, asked: Asked, *, restart: bool) -> Pull | None:
        """Return the pull that is not complete, if any; clear what complete ones have left."""
        found = None
        for pull in self.ledger.pulls(stream):
            if pull.state in {"fetching", "fetched"} and restart:
                self.ledger.finish(pull.pull, "dropped")
                pull = replace(pull, state="dropped")
            if pull.state in {"landed", "dropped"}:
                landed.clear(self.ledger, self.folder, pull.pull)
            else:
                found = pull
        if found is not None and asked != Asked():
            is_same = (not asked.start or moment(found.window_from) == asked.start) and (
                not asked.end or moment(found.window_to) == asked.end
            )
            if not is_same:
                raise PaidnetError(
                    f"--from: a pull of {stream} is not complete",
                    found=f"one of {found.window_from or 'the beginning'} to {found.window_to}",
                    expected="that one first, or --restart to drop its pages",
                    fix="run without --from and --to, then again with them",
                )
        return found

    def _run(self, stream: str, pull: Pull | None, asked: Asked, workers: int) -> Done:
        started_at = history.stamp()
        run = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{stream}"
        self.ledger.start_run(run, stream, started_at)
        before = self._watch = None
        try:
            if pull is None:
                pull = self._begin(stream, asked, workers)
            before = (pull, self.ledger.totals(pull.pull))
            outcome = self._all(pull, workers)
            return self._end(run, stream, started_at, before, "complete", None, outcome)
        except (StoppedError, KeyboardInterrupt):
            self._end(
                run,
                stream,
                started_at,
                before,
                "stopped",
                "its time was over, or a person stopped it",
            )
            raise
        except Exception as error:
            self._end(run, stream, started_at, before, "failed", str(error))
            raise

    def _all(self, pull: Pull, workers: int) -> landed.Landing:
        """Fetch and land a pull; what has fewer records than the API says is fetched once more."""
        for is_last in (False, True):
            if self.ledger.pull(pull.pull).state == "fetching":
                self._fetch(pull, workers)
            if sharing := self.ledger.sharing(pull.pull):
                # An answer to one worker that was another's led one of them astray; which one, the
                # pages do not tell. Nothing comes between when one worker reads both again.
                self.ledger.reopen(pull.pull, sharing)
                self._fetch(pull, 1)
            if self._watch is not None:
                self._tell(replace(self._watch, is_landing=True))
            try:
                return landed.land(self.source, self.ledger, self.folder, pull.pull)
            except landed.ShortError as error:
                self.ledger.reopen(pull.pull, list(error.parts))
                given, said = map(sum, zip(*error.parts.values(), strict=True))
                if is_last:
                    raise PaidnetError(
                        f"{self.source.name}.yml, {pull.stream}: records are missing",
                        found=f"{given:,} records, read twice",
                        expected=f"{said:,}, as the API says",
                        fix="run again; if the API's total is no count but an estimate, take"
                        " paging.total out of the SOURCE.yml",
                    ) from None
        raise AssertionError

    def _begin(self, stream: str, asked: Asked, workers: int) -> Pull:
        now = datetime.now(UTC)
        whole, is_incremental, parts = planning.planned(
            self.source, self.ledger.pulls(stream), stream, asked, workers, now
        )
        return self.ledger.begin(stream, whole, parts, now, is_incremental=is_incremental)

    def _fetch(self, pull: Pull, workers: int) -> None:
        started = time.monotonic()
        with self._connected() as (allowance, client):
            told_at = 0.0

            def tell() -> None:
                nonlocal told_at
                if time.monotonic() < told_at + _TELL_SECONDS:
                    return
                told_at = time.monotonic()
                pages, records, total = self.ledger.totals(pull.pull)
                left = allowance.left()
                self._watch = Watch(pull.stream, records, total, pages, left.used, left.allowed)
                self._tell(self._watch)

            fetcher = Fetcher(self.source, self.ledger, client, self._stop, tell)
            try:
                fetcher.fetch(pull, landed.pages_of(self.folder, pull.pull), workers)
                self.ledger.finish(pull.pull, "fetched")
            finally:
                self.ledger.count(pull.pull, client.counts(), time.monotonic() - started)

    def _end(
        self, run: str, stream: str, started_at: str,
        before: tuple[Pull, tuple[int, int, int | None]] | None, result: str,
        message: str | None, outcome: landed.Landing | None = None,
    ) -> Done:  # fmt: skip
        line = self._line(run, stream, started_at, before[0] if before else None, result)
        pages = records = 0
        if before is not None:
            was, (old_pages, old_records, _) = before
            now = self.ledger.pull(was.pull)
            pages, records, _ = self.ledger.totals(was.pull)
            line = replace(
                line, page_count=pages - old_pages, record_count=records - old_records,
                request_count=now.request_count - was.request_count,
                throttled_count=now.throttled_count - was.throttled_count,
                retried_count=now.retried_count - was.retried_count,
            )  # fmt: skip
            if outcome is not None:
                line = replace(
                    line, duplicate_count=outcome.duplicate_count,
                    landed_row_count=outcome.row_count,
                )  # fmt: skip
                landed.clear(self.ledger, self.folder, was.pull)
        history.write(replace(line, message=message))
        self.ledger.end_run(run)
        return Done(line, pages, records)
