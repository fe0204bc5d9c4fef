"""The code blocks of a Markdown page: which of them are commands, and which must not be run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from sybil import Document, Region

from ..conftest import PROJECT
from .place import run

SHELLS = {"sh", "bash"}
COMMANDS = SHELLS | {"python", "sql"}
SHOWN = {"text", "yaml", "json", "toml", "csv", "mermaid"}
_MARK = re.compile(r"<!--\s*not run\b:?\s*(.*?)\s*-->")
_UNHEARD = re.compile(r"^! .*\n(?=.*\S)", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block; `line` is that of its fence.

    `mark` is the reason why it is not run, `mark_line` where that stands.
    """

    page: str
    line: int
    language: str
    text: str
    mark: str | None = None
    mark_line: int = 0

    @property
    def is_run(self) -> bool:
        """Whether it is a command, and not marked."""
        return self.language in COMMANDS and self.mark is None

    @property
    def place(self) -> str:
        """Where it is: file and line."""
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Return the pages whose commands are run: those of the project, its docs and its stages."""
    patterns = ("*.md", "docs/**/*.md", "[!.]*/README.md")
    return sorted({page for pattern in patterns for page in PROJECT.glob(pattern)})


def name_of(page: Path) -> str:
    """Return a page's path within the project."""
    return str(page.relative_to(PROJECT)) if page.is_relative_to(PROJECT) else page.name


@cache
def tokens(page: Path) -> list[Token]:
    """Return a page as CommonMark reads it, with tables."""
    return MarkdownIt().enable("table").parse(page.read_text())


@cache
def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page."""
    lines = page.read_text().splitlines()
    found = []
    for token in tokens(page):
        if token.type == "fence":
            above = token.map[0]
            while above and not lines[above - 1].strip():
                above -= 1
            mark = _MARK.fullmatch(lines[above - 1].strip()) if above else None
            reason = mark.group(1) if mark else None
            language = (token.info.split() or [""])[0]
            place = name_of(page), token.map[0] + 1
            found.append(Block(*place, language, token.content, reason, above if mark else 0))
    return found


def errors(page: Path) -> list[str]:
    """Return the blocks and marks of a page by which a command could escape."""
    found, known = [], " ".join(sorted(COMMANDS | SHOWN))
    for block in blocks(page):
        if not block.language:
            found.append(f"{block.place}: a block without a language; one of: {known}")
        elif block.language not in COMMANDS | SHOWN:
            found.append(f"{block.place}: unknown language {block.language!r}; one of: {known}")
        elif block.mark == "":
            found.append(f"{block.place}: not run, without a reason: <!-- not run: the reason -->")
        elif block.language in SHELLS and _UNHEARD.search(block.text):
            found.append(f"{block.place}: bash minds `! command` in a block's last line only")
    for token in tokens(page):
        if token.type == "code_block":
            place = f"{name_of(page)}:{token.map[0] + 1}"
            found.append(f"{place}: code without a fence; put it between ```sh and ```")
    marked = {block.mark_line for block in blocks(page) if block.language in COMMANDS}
    for number, line in enumerate(page.read_text().splitlines(), start=1):
        if _MARK.fullmatch(line.strip()) and number not in marked:
            found.append(
                f"{name_of(page)}:{number}: a mark that is not right above a command block"
            )
    return found


def parse(document: Document) -> Iterator[Region]:
    """Yield the commands of a page to Sybil."""
    lines = document.text.splitlines(keepends=True)
    for block in blocks(Path(document.path)):
        if block.is_run:
            start = sum(map(len, lines[: block.line - 1]))
            yield Region(start, start + 1, block, run)
