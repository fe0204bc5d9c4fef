"""A report as a page: figures, findings and sections, the same for terminal, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


class Raw(str):
    """Text of the file itself, which is shown as code and never read as markup."""

    __slots__ = ()


@dataclass(frozen=True)
class Figure:
    """A number with its name, and what to know of it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under headings; `left` are the columns of text, the others are numbers."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: Sequence[int] = (0,)
    note: str = ""
    is_long: bool = False


@dataclass(frozen=True)
class Picture:
    """An SVG for wide screens and one for narrow ones, with its content in words.

    `legend` names the kinds of its areas.
    """

    wide: str
    narrow: str
    alternative: str
    caption: str
    legend: Sequence[tuple[str, str]] = ()


@dataclass
class Section:
    """A part of the report: sentences, warnings, pictures, tables; a wide one has its own row."""

    title: str
    is_wide: bool = False
    says: list[str] = field(default_factory=list)
    warns: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass
class Part:
    """What the report says of one company of the files."""

    company_id: str
    title: str
    figures: list[Figure] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)


@dataclass
class Page:
    """The whole report. `question` is the message of a refusal, as the terminal shows it."""

    title: str
    is_good: bool
    verdict: str
    problems: list[str]
    made: str
    question: str = ""
    files: list[Section] = field(default_factory=list)
    tests: Section | None = None
    parts: list[Part] = field(default_factory=list)

    @property
    def warnings(self) -> list[str]:
        """What to look at, of all sections."""
        found = [*self.files, *(section for part in self.parts for section in part.sections)]
        found += [self.tests] if self.tests else []
        return [text for section in found for text in section.warns]
