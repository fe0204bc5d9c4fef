"""What a report is made of: sections of sentences, tables and pictures."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Whom something to do is for.
PRESIDENT, FINANCE, MARKETING = "Vice president", "Finance", "Marketing"


@dataclass(frozen=True)
class Table:
    """Rows of text under column heads; the first column is a name, the others are figures.

    `names` is how many columns from the left are names.
    """

    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    title: str = ""
    names: int = 1
    has_total: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture: the name of its file, its bytes, and what it shows in words."""

    name: str
    png: bytes = field(repr=False)
    alternative: str


@dataclass(frozen=True)
class Section:
    """A part of the report under a heading; `sources` are the marts it is read from."""

    title: str
    sentences: list[str]
    tables: list[Table] = field(default_factory=list)
    picture: Picture | None = None
    note: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class ToDo:
    """Something to do: for whom, what and why, which mart says so, and the money a month."""

    reader: str
    sentence: str
    source: str
    amount: float


@dataclass(frozen=True)
class Report:
    """All that a report says."""

    title: str
    subtitle: str
    caption: str
    warning: str
    head: list[str]
    revenue: Picture
    sections: list[Section]
    to_do: list[ToDo]
    missing: list[str]

    @property
    def pictures(self) -> list[Picture]:
        """All pictures, in their order."""
        return [self.revenue, *(one.picture for one in self.sections if one.picture)]
