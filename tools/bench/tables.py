"""Tables in Markdown, for the screen and for the page, and limits that are kept or missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A title, headings and rows of text; the first `text_columns` are text, the others numbers."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    text_columns: int = 1

    def markdown(self) -> str:
        """Return the table, its title above it."""
        numbers = len(self.headings) - self.text_columns
        rule = ["---"] * self.text_columns + ["---:"] * numbers
        lines = [f"| {' | '.join(row)} |" for row in (self.headings, rule, *self.rows)]
        return "\n".join([f"**{self.title}**", "", *lines])


@dataclass(frozen=True)
class Limit:
    """A promise: what was measured, what is allowed, and whether it is kept."""

    what: str
    found: str
    allowed: str
    is_kept: bool


@dataclass(frozen=True)
class Part:
    """What a part of the benchmark found."""

    tables: Sequence[Table]
    limits: Sequence[Limit]

    def markdown(self) -> str:
        """Return all tables, the limits last."""
        rows = [
            (limit.what, limit.found, limit.allowed, "kept" if limit.is_kept else "MISSED")
            for limit in self.limits
        ]
        limits = Table("Limits", ("", "found", "allowed", "verdict"), rows)
        return "\n\n".join(table.markdown() for table in (*self.tables, limits) if table.rows)


def seconds(value: float) -> str:
    """Return seconds with a digit after the point."""
    return f"{value:,.1f} s"


def ratio(value: float) -> str:
    """Return how many times as much."""
    return f"{value:,.1f} ×"


def gigabytes(count: float) -> str:
    """Return bytes in units of 10⁹."""
    return f"{count / 1e9:,.2f} GB"
