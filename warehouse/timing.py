"""When the stages of a build began and ended, for its line in the ledger."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_spans: list[Span] = []


@dataclass(frozen=True)
class Span:
    """A stage of a build: when it began and ended, in seconds since 1970.

    A stage may come several times: of companies built apart, each is put into the warehouse as it
    is done.
    """

    stage: str
    began: float
    ended: float


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Note how long what happens within takes."""
    began = time.time()
    try:
        yield
    finally:
        _spans.append(Span(name, round(began, 2), round(time.time(), 2)))


def spans() -> tuple[Span, ...]:
    """Return the stages of this process so far, in the order in which they ended."""
    return tuple(_spans)


def seconds(spans: Iterable[Span]) -> dict[str, float]:
    """Return the seconds of each stage, in the order in which they first ended."""
    total: Counter[str] = Counter()
    for span in spans:
        total[span.stage] += span.ended - span.began
    return dict(total)
