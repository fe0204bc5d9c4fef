"""Write pages as Markdown and as one HTML file that needs no other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ingestion.gate.page import Page, Raw
from warehouse.errors import PaidnetError

#: A comment on GitHub has 65,536 characters at most.
MARKDOWN_LIMIT = 60_000
#: Rows of a table in Markdown; the HTML page has all.
MARKDOWN_ROWS = 20
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#|~:&$!])")
_CELL = 200
_BLOCK = 5_000
NOTHING = "No company's files have changed: there is nothing to check.\n"


def text(value: object) -> str:
    """Return text for Markdown in which nothing is markup, a link, or the name of somebody."""
    if isinstance(value, Raw):
        return code(value)
    plain = re.sub(r"\s+", " ", str(value)).strip()
    return _SPECIAL.sub(r"\\\1", plain).replace("@", "@\u200b").replace("www.", "www\\.")


def code(value: object) -> str:
    """Return text for Markdown as code, in which nothing is read as anything else."""
    plain = re.sub(r"[\s\x00-\x1f\x7f]+", " ", str(value)).strip()
    if not plain:
        return ""
    if len(plain) > _CELL:
        plain = plain[:_CELL] + "…"
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{pad}{plain}{pad}{fence}".replace("|", "\\|")


def plain(value: str) -> str:
    """Return text for HTML within Markdown, which names nobody."""
    return escape(value).replace("@", "@\u200b")


def block(value: str) -> str:
    """Return lines as a fenced block of Markdown that nothing in them ends."""
    if len(value) > _BLOCK:
        value = value[:_BLOCK] + "…"
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", value))])
    return f"{fence}text\n{value}\n{fence}"


#: The style of a report.
STYLE = Path(__file__).parent / "templates" / "report.css"


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"text": text, "code": code, "block": block, "plain": plain}
    made.tests["raw"] = lambda value: isinstance(value, Raw)
    return made


def markdown(pages: Sequence[Page]) -> str:
    """Return the pages as Markdown for a comment."""
    made = _environment().get_template("report.md.j2").render(pages=pages, most=MARKDOWN_ROWS)
    made = re.sub(r"\n{3,}", "\n\n", made).strip() + "\n"
    if len(made) > MARKDOWN_LIMIT:
        # The verdict stands first: what is cut off is detail. Whole lines, and no open element.
        made = made[:MARKDOWN_LIMIT].rpartition("\n")[0]
        made += "\n" + "</details>\n" * (made.count("<details") - made.count("</details>"))
        made += "\nThe rest is in the HTML report.\n"
    return made


def html(page: Page) -> str:
    """Return the page as HTML that loads nothing."""
    return _environment().get_template("report.html.j2").render(page=page)


def body(page: Page) -> str:
    """Return what a page shows of a check below its verdict, in the style `STYLE`."""
    return _environment().get_template("report_body.html.j2").render(page=page)


def write(path: Path, content: str) -> None:
    """Write a report, whole or not at all; raises PaidnetError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_text(content, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise PaidnetError(
            f"{path}: the report cannot be written",
            found=str(error),
            expected="room and the right to write there",
            fix="name another place with --report, --markdown or --html",
        ) from None
