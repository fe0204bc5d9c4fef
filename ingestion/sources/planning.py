"""What a pull of a stream would ask for: its window, its parts, and both in words."""

from __future__ import annotations

from datetime import UTC, datetime

from ingestion.sources import history, windows
from ingestion.sources.config import Source
from ingestion.sources.ledger import Ledger
from ingestion.sources.ledger_rows import Pull, text
from ingestion.sources.pagers import pager
from ingestion.sources.paging import Part
from ingestion.sources.windows import Asked


def planned(
    source: Source, before: list[Pull], stream: str, asked: Asked, workers: int, now: datetime
) -> tuple[Part, bool, list[Part]]:
    """Return the window of the next pull, whether the one after goes on from it, and its parts."""
    window = source.window_of(stream)
    whole, is_incremental = windows.plan(window, before, asked, now)
    can_split = source.paging_of(stream).kind != "graphql_bulk"
    return whole, is_incremental, windows.parts(whole, window, workers, can_split=can_split)


def described(source: Source, ledger: Ledger, stream: str, asked: Asked, workers: int) -> str:
    """Return what a pull of a stream would ask for, in words; nothing is asked or changed."""
    before = ledger.pulls(stream)
    if left_over := [one for one in before if one.state in {"fetching", "fetched"}]:
        pull = left_over[0]
        pages, records, total = ledger.totals(pull.pull)
        of = f" of {total:,}" if total is not None else ""
        return (
            f"{stream}: goes on with {pull.window_from or 'the beginning'} to"
            f" {pull.window_to or 'now'}: {pages:,} pages, {records:,}{of} records are there"
        )
    whole, _, parts = planned(source, before, stream, asked, workers, datetime.now(UTC))
    turns = pager(
        source.paging_of(stream), source.streams[stream], source.window_of(stream), source.limits
    )
    request = turns.first(parts[0])
    start = history.stamp_of(text(whole.start)) or "the beginning"
    end = history.stamp_of(text(whole.end)) or "now"
    return (
        f"{stream}: {start} to {end}, in {len(parts)} parts; first {request.method}"
        f" {source.base_url}{request.url} {request.parameters or ''}"
    )
