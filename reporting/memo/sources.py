"""Figures that know where they are from, and the footnotes that say so in a Word file."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from lxml import etree

from reporting.words import NONE

# Around a footnote's number in the text, until the footnote stands there: for private use.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_FOOTNOTES = "/footnotes"
# The two footnotes that every file has: the lines above the others.
_SEPARATORS = 2
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Sourced:
    """A figure as it is shown, and where it is from.

    Attributes:
        mart: the mart, or in words what else it is computed from.
        column: its column, or nothing.
        key: which row of the company, where it has more than one.
    """

    text: str
    mart: str
    column: str = ""
    key: str = ""

    def __str__(self) -> str:
        """Return the figure alone: a filter of a template keeps the text and loses the source."""
        return self.text


def cited(text: str, mart: str, column: str, key: str = "") -> Sourced | str:
    """Return a text with its source; what is not known has none."""
    return text if text == NONE else Sourced(text, mart, column, key)


class Footnotes:
    """The sources of a document, in the order in which its template shows the figures."""

    def __init__(self) -> None:
        self.noted: list[Sourced] = []

    def note(self, value: object) -> object:
        """Return what a template shows of a value: of a sourced one, its text and a mark.

        Jinja's `finalize`: called for each value as it is written, so that whoever edits the
        template writes {{ a.figure }} and has its footnote.
        """
        if not isinstance(value, Sourced):
            return value
        self.noted.append(value)
        return f"{value.text}{_OPEN}{len(self.noted) - 1}{_CLOSE}"

    def place(self, document: Document) -> None:
        """Turn the marks of a document into footnotes; its template has a part for them.

        Figures of one mart that follow each other in a paragraph share the footnote after the
        last of them, which names their columns in order.
        """
        part = next(
            one.target_part
            for one in document.part.rels.values()
            if one.reltype.endswith(_FOOTNOTES)
        )
        notes = etree.fromstring(part.blob)
        for paragraph in document.element.body.iter(qn("w:p")):
            texts = [text for text in paragraph.iter(qn("w:t")) if _OPEN in (text.text or "")]
            marks = [int(mark) for text in texts for mark in _MARK.findall(text.text)]
            footnotes = {}
            for _, group in groupby(marks, key=lambda mark: self.noted[mark].mart):
                found = list(group)
                footnotes[found[-1]] = _sentence([self.noted[mark] for mark in found])
            numbers = {}
            for mark, sentence in footnotes.items():
                numbers[mark] = len(notes) - _SEPARATORS + 1
                notes.append(_footnote(numbers[mark], sentence))
            for run in {text.getparent(): None for text in texts}:
                for piece in _pieces(run, numbers):
                    run.addprevious(piece)
                run.getparent().remove(run)
        part._blob = etree.tostring(notes, xml_declaration=True, encoding="UTF-8", standalone=True)


def _sentence(noted: list[Sourced]) -> str:
    """Return what a footnote says of figures of one mart: their columns, and which rows."""
    columns = list(dict.fromkeys(one.column for one in noted if one.column))
    keys = list(dict.fromkeys(one.key for one in noted if one.key))
    text = f"{noted[0].mart}{': ' * bool(columns)}{', '.join(columns)}"
    return f"{text} ({'; '.join(keys)})" if keys else text


def _footnote(number: int, text: str) -> etree._Element:
    made = parse_xml(
        f'<w:footnote {nsdecls("w")} w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/>'
        '</w:pPr><w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        '<w:r><w:t xml:space="preserve"/></w:r></w:p></w:footnote>'
    )  # fmt: skip
    made.find(f".//{qn('w:t')}").text = f" {text}"
    return made


def _pieces(run: etree._Element, numbers: dict[int, int]) -> Iterator[etree._Element]:
    """Yield runs in place of one whose texts hold marks: all that it was, and references.

    `numbers` has the footnote of each mark that has one.
    """
    empty = copy.deepcopy(run)
    for child in list(empty):
        if child.tag != qn("w:rPr"):
            empty.remove(child)
    for child in run:
        if child.tag == qn("w:rPr"):
            continue
        parts = _MARK.split(child.text or "") if child.tag == qn("w:t") else []
        for place, part in enumerate(parts or [""]):
            if place % 2 and int(part) in numbers:
                yield parse_xml(
                    f'<w:r {nsdecls("w")}><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
                    f'<w:footnoteReference w:id="{numbers[int(part)]}"/></w:r>'
                )
            elif place % 2 == 0 and (part or not parts):
                piece, shown = copy.deepcopy(empty), copy.deepcopy(child)
                if parts:
                    shown.text = part
                    shown.set(_SPACE, "preserve")
                piece.append(shown)
                yield piece
