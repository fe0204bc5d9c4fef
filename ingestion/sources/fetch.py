"""Fetch the pages of a pull: its parts one after the other, or several at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import httpx

from ingestion.sources import pages, records
from ingestion.sources.allowance import StoppedError
from ingestion.sources.client import Client
from ingestion.sources.config import Source
from ingestion.sources.ledger import Ledger
from ingestion.sources.ledger_rows import Progress, Pull
from ingestion.sources.pagers import pager, repeated
from ingestion.sources.paging import Answer, Pager, Request, Step
from warehouse.errors import PaidnetError

#: A page that holds what the one before held is asked for again so often.
_ASK_AGAIN = 3
_CHUNK = 1 << 20
#: So many pages are remembered beside the ledger.
_RECENT = 1000


@dataclass(frozen=True)
class _Page:
    """What came of a request: what the pager needs, and the lines to keep."""

    answer: Answer
    texts: list[str]


class Fetcher:
    """Fetches a pull's pages into a folder; `tell` is called after every page that is kept."""

    def __init__(
        self, source: Source, ledger: Ledger, client: Client, stop: threading.Event,
        tell: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._source, self._ledger, self._client, self._stop = source, ledger, client, stop
        self._tell = tell
        # Pages that others have been given just now: the ledger may not have them yet.
        self._recent: dict[str, int] = {}
        self._lock = threading.Lock()

    def fetch(self, pull: Pull, folder: Path, workers: int) -> None:
        """Fetch what is left of a pull with so many requests at once.

        Raises StoppedError where it was told to stop, PaidnetError where it cannot go on; what
        was fetched until then is kept.
        """
        folder.mkdir(parents=True, exist_ok=True)
        open_parts = self._ledger.open_parts(pull.pull)
        count = min(workers, self._source.limits.concurrency, len(open_parts)) or 1
        with ThreadPoolExecutor(max_workers=count) as pool:
            running = [pool.submit(self._part, pull, one, folder) for one in open_parts]
            try:
                wait(running, return_when=FIRST_EXCEPTION)
            finally:
                # Of an error, or a person's Ctrl-C: the others end with the page they are at.
                if not all(one.done() and not one.exception() for one in running):
                    self._stop.set()
        errors = [error for one in running if (error := one.exception()) is not None]
        # Those that were only told to stop are not the reason.
        for error in sorted(errors, key=lambda one: isinstance(one, StoppedError)):
            raise error

    def _part(self, pull: Pull, progress: Progress, folder: Path) -> None:
        stream = self._source.streams[pull.stream]
        paging = self._source.paging_of(pull.stream)
        turns = pager(paging, stream, self._source.window_of(pull.stream), self._source.limits)
        is_chain = paging.kind not in {"page", "offset"}
        request = progress.request if progress.is_begun else turns.first(progress.bounds)
        digest, total = progress.digest, None
        while request is not None:
            if self._stop.wait(request.wait_seconds) or self._stop.is_set():
                raise StoppedError
            with self._begun_anew(pull, progress, request, turns):
                if request.kind == "download":
                    request = self._download(pull, progress.part, request, folder, turns)
                    continue
                page = self._page(request, pull, progress.part, folder, digest)
                step = turns.after(request, page.answer)
                is_sure = step.total and step.total in {total, len(page.texts)}
                if step.request is None and not is_sure and request.kind == "page":
                    page, step = self._confirmed(request, page, step, pull, progress, folder, turns)
                total = step.total
            following = step.request
            if is_chain and request.kind == "page" and following is not None:
                is_known = self._ledger.knows(pull.pull, progress.part, following)
                if is_known or following == request:
                    # Another part's page may have led here: then the next run must not ask on
                    # from it, but begin this part anew.
                    if self._ledger.part_count(pull.pull) > 1:
                        self._ledger.reopen(pull.pull, [progress.part])
                    raise repeated(stream.path)
            digest = _digest(page.answer.ids) or digest
            number = None
            if page.texts:
                number = self._ledger.next_page()
                pages.keep(_file(folder, number), (text.encode() + b"\n" for text in page.texts))
            self._ledger.move(
                pull.pull, progress.part, request, following, counts=self._client.counts(),
                total=step.total, page=number, record_count=len(page.texts), digest=digest,
            )  # fmt: skip
            self._tell()
            request = following

    @contextmanager
    def _begun_anew(
        self, pull: Pull, progress: Progress, request: Request, turns: Pager
    ) -> Iterator[None]:
        """Where a call or a download fails for good, let the next run begin the part anew.

        An operation that failed stays so, and the address of its file expires.
        """
        try:
            yield
        except PaidnetError:
            if request.kind != "page":
                first = turns.first(progress.bounds)
                counts = self._client.counts()
                self._ledger.move(pull.pull, progress.part, request, first, counts=counts)
            raise

    def _page(self, request: Request, pull: Pull, part: int, folder: Path, before: str) -> _Page:
        """Return the answer to a request: another one where it is a page that was there before."""
        stream = self._source.streams[pull.stream]
        where = f"{self._source.name}.yml, {stream.path}"

        def read(response: httpx.Response) -> _Page:
            content = response.read()
            headers = {name.lower(): value for name, value in response.headers.items()}
            if request.kind == "call":
                return _Page(Answer(records.parsed(content), headers, [], 0), [])
            try:
                found = records.read(content, stream, where)
            except PaidnetError as error:
                pages.keep(folder / "refused.json", [content])
                error.add_note(f"  the answer is in {folder / 'refused.json'}")
                raise
            return _Page(Answer(found.body, headers, found.ids, len(found.ids)), found.texts)

        for again in range(_ASK_AGAIN):
            if again:
                self._client.asks_again()
            found = self._client.ask(request, stream.headers, read)
            digest = _digest(found.answer.ids)
            if not digest or (
                digest != before and not self._is_anothers(pull, part, request, digest)
            ):
                return found
        if digest != before:
            # What is said three times is so: pages overlap, and came back when they were asked for.
            return found
        raise PaidnetError(
            f"{where}: the API gives the same page again and again",
            found=f"{len(found.answer.ids)} records, all of the page before, {_ASK_AGAIN} times",
            expected="the next page",
            fix="correct paging in the SOURCE.yml (is the parameter's name right?); "
            "the pull goes on where it stopped",
        )

    def _confirmed(
        self,
        request: Request,
        page: _Page,
        step: Step,
        pull: Pull,
        progress: Progress,
        folder: Path,
        turns: Pager,
    ) -> tuple[_Page, Step]:
        """Return the last page of a part, asked for once more: its total does not say so.

        An API that is behind, or a proxy's page, may have said so.
        """
        again = self._page(request, pull, progress.part, folder, "")
        after = turns.after(request, again.answer)
        is_more = after.request is not None or len(again.texts) > len(page.texts)
        return (again, after) if is_more else (page, step)

    def _is_anothers(self, pull: Pull, part: int, request: Request, digest: str) -> bool:
        """Whether a page is one that the pull has, and is not read again on purpose."""
        if request.state.get("turn", "pages") != "pages":
            return False
        with self._lock:
            owner = self._recent.setdefault(digest, part)
            if len(self._recent) > _RECENT:
                self._recent.pop(next(iter(self._recent)))
        return owner != part or self._ledger.has(pull.pull, digest)

    def _download(
        self, pull: Pull, part: int, request: Request, folder: Path, turns: Pager
    ) -> Request | None:
        """Stream a file of JSON Lines to the disk, whole; return what follows it."""
        number = self._ledger.next_page()
        path = _file(folder, number)

        def read(response: httpx.Response) -> tuple[Step, int]:
            count, last = 0, b"\n"

            def chunks() -> Iterator[bytes]:
                nonlocal count, last
                for chunk in response.iter_bytes(_CHUNK):
                    count, last = count + chunk.count(b"\n"), chunk[-1:]
                    if self._stop.is_set():
                        raise StoppedError
                    yield chunk

            pages.keep(path, chunks())
            count += last != b"\n"
            return turns.after(request, Answer(None, dict(response.headers), [], count)), count

        step, count = self._client.ask(request, {}, read)
        self._ledger.move(
            pull.pull, part, request, step.request, counts=self._client.counts(),
            total=step.total, page=number, record_count=count,
        )  # fmt: skip
        self._tell()
        return step.request


def _file(folder: Path, number: int) -> Path:
    return folder / f"{number:09}.jsonl"


def _digest(ids: list[str]) -> str:
    """Return what tells the records of a page from those of others; nothing of an empty one."""
    return sha256("\n".join(ids).encode()).hexdigest()[:32] if ids else ""
