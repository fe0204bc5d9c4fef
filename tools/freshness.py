"""Measurements that are older than what they measure say so on their page.

Above its figures a page declares which files they depend on, and the hash of those files' content
when the figures were measured:

    <!-- measures build: models/**/*.sql macros/**/*.sql; hash 0123456789ab -->

Once the files have changed, the next line must be the note `STALE`; a test fails until it is.
`python -m tools.freshness` writes the notes that are missing and removes those that are wrong;
`python -m tools.freshness measured PAGE NAME` declares that the figures are those of today's files.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
STALE = "> **Stale**: what is measured here has changed since these figures were measured.\n"
_MARKER = re.compile(
    r"^<!-- measures (?P<name>[\w-]+): (?P<patterns>[^;]+); hash (?P<hash>\w+) -->\n"
    rf"(?P<note>\n{re.escape(STALE)})?",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Measurement:
    """Figures of a page: their name, the hash declared and that of today, and whether noted."""

    page: Path
    name: str
    declared: str
    today: str
    is_noted: bool

    @property
    def is_right(self) -> bool:
        """Whether the page says that they are stale just when they are."""
        return self.is_noted == (self.declared != self.today)


def content_hash(patterns: str, root: Path = PROJECT) -> str:
    """Return the hash of the files that match; raises ValueError for a pattern without any."""
    digest = hashlib.sha256()
    for pattern in patterns.split():
        files = sorted(path for path in root.glob(pattern) if path.is_file())
        if not files:
            raise ValueError(f"no file matches {pattern!r}")
        for file in files:
            digest.update(f"{file.relative_to(root)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def measurements(root: Path = PROJECT) -> Iterator[Measurement]:
    """Yield what the pages in docs/ measure."""
    for page in sorted((root / "docs").rglob("*.md")):
        for found in _MARKER.finditer(page.read_text(encoding="utf-8")):
            today = content_hash(found["patterns"], root)
            yield Measurement(page, found["name"], found["hash"], today, bool(found["note"]))


def note(root: Path = PROJECT) -> list[Measurement]:
    """Write and remove notes until each is right; returns the measurements that were not."""
    wrong = [one for one in measurements(root) if not one.is_right]
    for one in wrong:
        _rewrite(one.page, one.name, one.declared, is_stale=not one.is_noted)
    return wrong


def measured(page: Path, name: str, root: Path = PROJECT) -> None:
    """Declare that the figures of a page are those of today's files."""
    (today,) = (m.today for m in measurements(root) if (m.page, m.name) == (page, name))
    _rewrite(page, name, today, is_stale=False)


def write(page: Path, name: str, text: str, root: Path = PROJECT) -> None:
    """Put new figures between their declaration and `<!-- end NAME -->`."""
    measured(page, name, root)
    old = page.read_text(encoding="utf-8")
    figures = re.compile(rf"(<!-- measures {name}: [^\n]*\n).*?(<!-- end {name} -->)", re.DOTALL)
    page.write_text(figures.sub(lambda m: f"{m[1]}\n{text}\n\n{m[2]}", old), encoding="utf-8")


def _rewrite(page: Path, name: str, declared: str, *, is_stale: bool) -> None:
    def marker(found: re.Match[str]) -> str:
        if found["name"] != name:
            return found[0]
        line = f"<!-- measures {name}: {found['patterns']}; hash {declared} -->\n"
        return line + (f"\n{STALE}" if is_stale else "")

    page.write_text(_MARKER.sub(marker, page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            for one in note():
                state = "no longer stale" if one.is_noted else "stale"
                print(f"{one.page.relative_to(PROJECT)}: {one.name} is now noted as {state}")
        case ["measured", page, name]:
            measured(PROJECT / page, name)
        case _:
            sys.exit("usage: python -m tools.freshness [measured PAGE NAME]")
