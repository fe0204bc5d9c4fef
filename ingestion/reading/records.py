"""Split CSV text into records, so that a broken one never takes its neighbours with it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, TextIO

#: A quoted value may run over this many lines; past it the quote counts as broken.
MAX_LINES_OF_A_RECORD = 100

csv.field_size_limit(16 * 1024 * 1024)


class Record(NamedTuple):
    """A record and the line it starts on; a malformed one has a reason and its text."""

    line: int
    values: list[str]
    reason: str | None = None
    text: str | None = None
    is_after_blank: bool = False


def has_bad_bytes(text: str) -> bool:
    """Return whether text read with `surrogateescape` held bytes its encoding lacks."""
    if text.isascii():
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


class _OpenQuoteError(Exception):
    """A quoted value does not end within the text."""


def _split(text: str, delimiter: str) -> list[str] | None:
    """Return the values of one record, None if a quote stands where it must not."""
    if '"' not in text:
        return text.rstrip("\r\n").split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise _OpenQuoteError from error
        return None


def _is_record(text: str, delimiter: str, width: int | None) -> bool:
    try:
        values = _split(text, delimiter)
    except _OpenQuoteError:
        return False
    return values is not None and len(values) == width


class _Lines:
    """Numbered lines that can be put back."""

    def __init__(self, file: TextIO) -> None:
        self._numbered = enumerate(file, start=1)
        self._put_back: deque[tuple[int, str]] = deque()

    def next(self) -> tuple[int, str] | None:
        if self._put_back:
            return self._put_back.popleft()
        return next(self._numbered, None)

    def put_back(self, lines: list[tuple[int, str]]) -> None:
        self._put_back.extendleft(reversed(lines))


def _close_quote(
    text: str, lines: _Lines, delimiter: str, width: int | None
) -> tuple[str, list[str] | None]:
    """Try to end an open quote with the lines that follow; else put them back.

    A record that ends but has the wrong number of columns is one broken record, unless
    a line within it would be a record by itself: then the quote was never meant.
    """
    taken: list[tuple[int, str]] = []
    joined = text
    while len(taken) < MAX_LINES_OF_A_RECORD and (item := lines.next()) is not None:
        taken.append(item)
        joined += item[1]
        if '"' not in item[1]:
            continue
        try:
            values = _split(joined, delimiter)
        except _OpenQuoteError:
            continue
        if values is not None and (
            width in {None, len(values)}
            or not any(_is_record(t, delimiter, width) for _, t in taken)
        ):
            return joined, values
        break
    lines.put_back(taken)
    return text, None


def records(file: TextIO, delimiter: str, width: int, header_line: int = 1) -> Iterator[Record]:
    """Yield every record after the header; blank lines are none.

    `file` is open with `newline=""` and `errors="surrogateescape"`; `width` is the
    number of columns; what stands above `header_line` is none. A record whose quote stays
    open is tried with the lines after it; if no end is found it is broken alone, and reading
    goes on with the next line.
    """
    lines = _Lines(file)
    is_header = True
    is_after_blank = False
    while (item := lines.next()) is not None:
        line, text = item
        if line < header_line or not text.strip("\r\n"):
            is_after_blank = True
            continue
        try:
            values = _split(text, delimiter)
        except _OpenQuoteError:
            text, values = _close_quote(text, lines, delimiter, None if is_header else width)
        if is_header:
            is_header = False
        elif has_bad_bytes(text):
            raw = text.rstrip("\r\n").encode("utf-8", "surrogateescape")
            yield Record(line, [], "bad_encoding", raw.decode("utf-8", "backslashreplace"))
        elif values is None:
            yield Record(line, [], "broken_quotes", text.rstrip("\r\n"))
        elif len(values) > width and not any(values[width:]):
            # Delimiters at the end of a line, with nothing between them, are no columns.
            yield Record(line, values[:width])
        elif len(values) != width:
            reason = "too_few_columns" if len(values) < width else "too_many_columns"
            yield Record(line, [], reason, text.rstrip("\r\n"), is_after_blank)
        else:
            yield Record(line, values)
        is_after_blank = False
