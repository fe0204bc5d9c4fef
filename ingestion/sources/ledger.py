"""The ledger of one source: which windows were pulled, how far each has come, and its pages.

A page's file is on the disk before the ledger moves to the next request, in one transaction: so a
pull that was killed asks again for one page at most, and counts none twice. After a power cut the
ledger may be some pages behind its files, never ahead of them.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from ingestion.sources.ledger_rows import Counts, Progress, Pull, moment, request_digest, text
from ingestion.sources.paging import Part, Request

_TABLES = """
create table if not exists pulls (
    pull integer primary key, stream text not null, window_from text, window_to text,
    exported_at text not null, is_incremental integer not null, state text not null,
    request_count integer not null default 0, throttled_count integer not null default 0,
    retried_count integer not null default 0, seconds real not null default 0,
    duplicate_count integer, landed_row_count integer
);
create table if not exists parts (
    pull integer not null, part integer not null, start text, end text, request text,
    first_total integer, total integer, digest text, primary key (pull, part)
);
create table if not exists pages (
    page integer primary key, pull integer not null, part integer not null,
    request text not null, record_count integer not null, digest text not null
);
create index if not exists by_request on pages (pull, part, request);
create index if not exists by_digest on pages (pull, digest);
create table if not exists runs (
    run text primary key, stream text not null, started_at text not null
);
"""


class Ledger:
    """The ledger in a folder; used by several threads, and by one process (the pull's lock)."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._page: int | None = None
        self._database = sqlite3.connect(
            folder / "ledger.sqlite", timeout=60, isolation_level=None, check_same_thread=False
        )
        self._database.row_factory = sqlite3.Row
        self._database.execute("pragma journal_mode = wal")
        self._database.execute("pragma synchronous = normal")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @contextmanager
    def _change(self, *, is_final: bool = False) -> Iterator[sqlite3.Connection]:
        """Change the ledger, all or nothing; with `is_final`, it is on the disk afterwards."""
        with self._lock:
            if is_final:
                self._database.execute("pragma synchronous = full")
            self._database.execute("begin immediate")
            try:
                yield self._database
            except BaseException:
                self._database.execute("rollback")
                raise
            self._database.execute("commit")
            if is_final:
                self._database.execute("pragma wal_checkpoint(truncate)")
                self._database.execute("pragma synchronous = normal")

    def _rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._database.execute(query, values).fetchall()

    def pulls(self, stream: str) -> list[Pull]:
        """Return all pulls of a stream, oldest first."""
        rows = self._rows("select * from pulls where stream = ? order by pull", stream)
        return [Pull(**row) for row in rows]

    def pull(self, number: int) -> Pull:
        """Return a pull."""
        return Pull(**self._rows("select * from pulls where pull = ?", number)[0])

    def begin(
        self, stream: str, window: Part, parts: list[Part], exported_at: datetime, *,
        is_incremental: bool,
    ) -> Pull:  # fmt: skip
        """Write down a new pull and its parts; return it."""
        with self._change() as database:
            number = database.execute(
                "insert into pulls (stream, window_from, window_to, exported_at, is_incremental,"
                " state) values (?, ?, ?, ?, ?, 'fetching')",
                (stream, text(window.start), text(window.end), text(exported_at), is_incremental),
            ).lastrowid
            database.executemany(
                "insert into parts (pull, part, start, end) values (?, ?, ?, ?)",
                [(number, n, text(one.start), text(one.end)) for n, one in enumerate(parts)],
            )
        return self.pull(number or 0)

    def open_parts(self, pull: int) -> list[Progress]:
        """Return the parts of a pull that are not complete."""
        rows = self._rows(
            "select * from parts where pull = ? and request is not 'null' order by part", pull
        )
        return [
            Progress(
                row["part"],
                Part(moment(row["start"]), moment(row["end"])),
                Request(**json.loads(row["request"])) if row["request"] else None,
                row["digest"] or "",
                row["request"] is not None,
            )
            for row in rows
        ]

    def knows(self, pull: int, part: int, request: Request) -> bool:
        """Whether a request's page has been kept before."""
        query = "select 1 from pages where pull = ? and part = ? and request = ? limit 1"
        return bool(self._rows(query, pull, part, request_digest(request)))

    def has(self, pull: int, digest: str) -> bool:
        """Whether a page of the pull, of any part, holds just these records."""
        query = "select 1 from pages where pull = ? and digest = ? limit 1"
        return bool(self._rows(query, pull, digest))

    def part_count(self, pull: int) -> int:
        """Return how many parts a pull has."""
        return int(self._rows("select count(*) from parts where pull = ?", pull)[0][0])

    def sharing(self, pull: int) -> list[int]:
        """Return the parts of a pull that hold a page of just the same records as another's."""
        rows = self._rows(
            "select distinct part from pages where pull = ?1 and digest in ("
            "select digest from pages where pull = ?1 and digest != ''"
            " group by digest having count(distinct part) > 1) order by part",
            pull,
        )
        return [row[0] for row in rows]

    def next_page(self) -> int:
        """Return a number for a page that none of the ledger has."""
        with self._lock:
            if self._page is None:
                self._page = self._rows("select coalesce(max(page), 0) from pages")[0][0]
            self._page += 1
            return self._page

    def move(
        self, pull: int, part: int, asked: Request, following: Request | None, *,
        counts: Counts, total: int | None = None, page: int | None = None, record_count: int = 0,
        digest: str = "",
    ) -> None:  # fmt: skip
        """Move a part on to its next request (None: complete), and keep the page, if any."""
        # "null" is JSON for None: the part is complete; SQL's null is a part not begun.
        request = json.dumps(None if following is None else asdict(following))
        with self._change(is_final=following is None) as database:
            if page is not None:
                database.execute(
                    "insert into pages values (?, ?, ?, ?, ?, ?)",
                    (page, pull, part, request_digest(asked), record_count, digest),
                )
            database.execute(
                "update parts set request = ?, digest = ?, total = coalesce(?, total),"
                " first_total = coalesce(first_total, ?) where pull = ? and part = ?",
                (request, digest, total, total, pull, part),
            )
            _add(database, pull, counts)

    def count(self, pull: int, counts: Counts, seconds: float = 0) -> None:
        """Add to what a pull has asked, and to its seconds."""
        with self._change() as database:
            _add(database, pull, counts)
            database.execute(
                "update pulls set seconds = seconds + ? where pull = ?", (seconds, pull)
            )

    def pages(self, pull: int) -> list[tuple[int, int]]:
        """Return the pages of a pull and their parts, in the order they were asked for."""
        rows = self._rows("select page, part from pages where pull = ? order by page", pull)
        return [(row[0], row[1]) for row in rows]

    def least(self, pull: int) -> dict[int, int]:
        """Return how many records each part must have, where the API says: at first or at last."""
        rows = self._rows(
            "select part, min(first_total, total) from parts where pull = ? and total is not null",
            pull,
        )
        return {row[0]: row[1] for row in rows}

    def reopen(self, pull: int, parts: list[int]) -> None:
        """Let parts be fetched again, beside the pages that they have."""
        with self._change() as database:
            database.execute("update pulls set state = 'fetching' where pull = ?", (pull,))
            for part in parts:
                database.execute(
                    "update parts set request = null, digest = null, first_total = null,"
                    " total = null where pull = ? and part = ?",
                    (pull, part),
                )
                # The same requests and pages are no circle then.
                database.execute(
                    "update pages set request = '', digest = '' where pull = ? and part = ?",
                    (pull, part),
                )

    def totals(self, pull: int) -> tuple[int, int, int | None]:
        """Return pages, records, and how many the API says there are (None: not of all parts)."""
        pages = self._rows(
            "select count(*), coalesce(sum(record_count), 0) from pages where pull = ?", pull
        )[0]
        parts = self._rows(
            "select count(*) = count(total), sum(total) from parts where pull = ?", pull
        )[0]
        return pages[0], pages[1], parts[1] if parts[0] else None

    def finish(self, pull: int, state: str, **values: Any) -> None:  # noqa: ANN401 - columns
        """Put a pull into a state; on the disk when this returns, before pages are deleted."""
        names = "".join(f", {name} = ?" for name in values)
        with self._change(is_final=True) as database:
            database.execute(
                f"update pulls set state = ?{names} where pull = ?", (state, *values.values(), pull)
            )

    def forget_pages(self, pull: int) -> None:
        """Delete the rows of a pull's pages."""
        with self._change() as database:
            database.execute("delete from pages where pull = ?", (pull,))

    def start_run(self, run: str, stream: str, started_at: str) -> None:
        """Write down that a run has started; it is interrupted where it never ends."""
        with self._change() as database:
            database.execute("insert into runs values (?, ?, ?)", (run, stream, started_at))

    def end_run(self, run: str) -> None:
        """Write down that the history has a run's line."""
        with self._change() as database:
            database.execute("delete from runs where run = ?", (run,))

    def interrupted(self) -> list[tuple[str, str, str]]:
        """Return the runs that started and never ended: id, stream, when."""
        rows = self._rows("select run, stream, started_at from runs order by started_at")
        return [(row[0], row[1], row[2]) for row in rows]


def _add(database: sqlite3.Connection, pull: int, counts: Counts) -> None:
    database.execute(
        "update pulls set request_count = request_count + ?,"
        " throttled_count = throttled_count + ?, retried_count = retried_count + ?"
        " where pull = ?",
        (counts.request_count, counts.throttled_count, counts.retried_count, pull),
    )
