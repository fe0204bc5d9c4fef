"""Find the few lines of a failing order file that are enough to fail.

A build costs seconds whatever is in it, so each step tries many shorter files at once,
every one as a company of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from .order_files import OrderFiles

#: Says which of the files fail, by their company ids.
Failing = Callable[[Sequence[OrderFiles]], set[str]]
Line = tuple[int, bytes]
MOST_BUILDS = 12
CHUNKS = 16


def smallest(files: OrderFiles, failing: Failing) -> OrderFiles:
    """Return `files` with as few lines as still fail, after at most `MOST_BUILDS` builds."""
    lines = [(number, line) for number, upload in enumerate(files.uploads) for line in upload]
    chunks = CHUNKS
    for _ in range(MOST_BUILDS):
        shorter = list(_shorter(lines, min(chunks, len(lines))))
        tried = [_with(files, kept).named(f"try{i}") for i, kept in enumerate(shorter)]
        if not tried:
            break
        found = failing(tried)
        still = [kept for i, kept in enumerate(shorter) if f"try{i}" in found]
        if still:
            lines = min(still, key=len)
        elif chunks >= len(lines):
            break
        else:
            chunks *= 2
    return _with(files, lines)


def _shorter(lines: Sequence[Line], chunks: int) -> Iterator[list[Line]]:
    """Yield each of `chunks` parts alone, and everything but that part."""
    edges = [len(lines) * i // chunks for i in range(chunks + 1)] if chunks > 1 else []
    for start, end in pairwise(edges):
        yield list(lines[start:end])
        if chunks > 2:
            yield [*lines[:start], *lines[end:]]


def _with(files: OrderFiles, lines: Sequence[Line]) -> OrderFiles:
    numbers = sorted({number for number, _ in lines})
    uploads = tuple(tuple(line for n, line in lines if n == number) for number in numbers)
    return replace(files, uploads=uploads)
