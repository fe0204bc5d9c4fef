"""Links of the site: a hook of mkdocs, so that pages can be written for GitHub as well.

A link out of docs/ leads to the page made of that file, to the mart's page, to dbt's page, or to
the repository where that is known; else it becomes plain text. A table's name in code leads to
its page.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

PROJECT = Path(__file__).resolve().parents[2]
# Files of the project that are pages of the site too.
PAGES = {
    "CHANGELOG.md": "project/changelog.md",
    "DECISIONS.md": "project/decisions.md",
    "README.md": "index.md",
    "ingestion/README.md": "project/ingestion.md",
    "notebooks/README.md": "project/notebooks.md",
    "simulation/README.md": "project/simulation.md",
}
# Sections of the README that the site has elsewhere.
_SECTIONS = {"README.md#read-it": "marts/index.md"}
_FENCE = re.compile(r"^\s*(```|~~~)")
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s#]*)(#[^)\s]*)?\)")
_CODE = re.compile(r"<(a|h1|h2|h3)\b.*?</\1>|<code>([a-z]\w+)</code>", re.DOTALL)
_MODEL = re.compile(r"(fct|dim|int|stg|base)_")
_DBT = "dbt/index.html#!/model/model.paidnet."


def _place(path: str, repository: str) -> str | None:
    """Return where a file of the project is in the site; None for nowhere."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if path in PAGES:
        return PAGES[path]
    stem, suffix = posixpath.splitext(posixpath.basename(path))
    if path.startswith("models/") and suffix in {".sql", ".yml"} and _MODEL.match(stem):
        return f"marts/{stem}.md" if path.startswith("models/marts/") else _DBT + stem
    return f"{repository.rstrip('/')}/blob/main/{path}" if repository else None


def moved(text: str, source: str, page: str, repository: str = "") -> str:
    """Return a file's Markdown with its links as they are from `page` of the site.

    `source` is the file's path in the project, `page` the page's in the site.
    """
    folder, here = posixpath.dirname(source), posixpath.dirname(page)

    def link(found: re.Match[str]) -> str:
        mark, label, target, anchor = found.groups()
        if not target or "://" in target or target.startswith("mailto:"):
            return found[0]
        path = posixpath.normpath(posixpath.join(folder, target))
        if (place := _SECTIONS.get(f"{path}{anchor or ''}")) is not None:
            anchor = None
        else:
            place = _place(path, repository)
        if place is None:
            return label
        if "://" not in place:
            file, hash_sign, inside = place.partition("#")
            place = posixpath.relpath(file, here or ".") + hash_sign + inside
        return f"{mark}[{label}]({place}{anchor or ''})"

    lines, is_code = [], False
    for line in text.splitlines():
        if _FENCE.match(line):
            is_code = not is_code
        lines.append(line if is_code else _LINK.sub(link, line))
    return "\n".join(lines) + "\n"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: object) -> str:
    """Move the links of a page that is a file of docs/ (mkdocs calls this)."""
    source = f"docs/{page.file.src_uri}"
    if not (PROJECT / source).is_file():
        return markdown
    return moved(markdown, source, page.file.src_uri, config.repo_url or "")


def on_page_content(html: str, page: Page, files: Files, **_: object) -> str:
    """Link names of tables in code to their pages (mkdocs calls this)."""

    def link(found: re.Match[str]) -> str:
        name = found[2]
        file = files.get_file_from_path(f"marts/{name}.md") if name else None
        if file is None or file.src_uri == page.file.src_uri:
            return found[0]
        return f'<a href="{file.url_relative_to(page.file)}">{found[0]}</a>'

    return _CODE.sub(link, html)
