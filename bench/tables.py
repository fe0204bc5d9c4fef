"""Tables that are shown on screen and written as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.table import Table as RichTable


@dataclass(frozen=True)
class Table:
    """A title, headings, and rows of text; the first column is text, the others numbers."""

    title: str
    headings: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    text_columns: Sequence[int] = (0,)

    def __post_init__(self) -> None:
        """Refuse rows that are longer or shorter than the headings."""
        if any(len(row) != len(self.headings) for row in self.rows):
            raise ValueError(f"{self.title}: every row needs {len(self.headings)} cells")

    def rich(self) -> RichTable:
        """Return the table for the screen."""
        shown = RichTable(title=self.title, title_justify="left")
        for i, heading in enumerate(self.headings):
            shown.add_column(heading, justify="left" if i in self.text_columns else "right")
        for row in self.rows:
            shown.add_row(*row)
        return shown

    def markdown(self) -> str:
        """Return the table, its title above it, as Markdown."""
        rule = ["---" if i in self.text_columns else "---:" for i in range(len(self.headings))]
        lines = [f"| {' | '.join(row)} |" for row in (self.headings, rule, *self.rows)]
        return "\n".join([f"**{self.title}**", "", *lines])


def seconds(value: float) -> str:
    """Return seconds with a digit after the point."""
    return f"{value:,.1f} s"


def ratio(value: float) -> str:
    """Return how many times as much."""
    return f"{value:,.1f} ×"


def gigabytes(count: float) -> str:
    """Return bytes in units of 10⁹."""
    return f"{count / 1e9:,.2f} GB"
