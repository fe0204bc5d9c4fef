"""Run a notebook and write it as one page that needs no other file, script or server."""

from __future__ import annotations

import ast
import html
import importlib
import os
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import marimo as mo
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from notebooks.support.release import COMPANY

FOLDER = Path(__file__).parents[1]
_CSS = Path(__file__).with_name("page.css")
# What an editor can do and a page cannot: choose, search, scroll.
_LIVE = re.compile(r"<marimo-")
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
body {{ margin: 0; background: #f4f6f7; color: #17252a;
  font: 16px/1.5 "DejaVu Sans", Arial, sans-serif; }}
main {{ max-width: 900px; margin: 0 auto; background: #fff; padding: 1.5em 2em 3em; }}
h1, h2 {{ color: #0f766e; line-height: 1.25; }}
h2 {{ margin-top: 2em; }}
.paragraph {{ display: block; margin: 0.7em 0; }}
code {{ font-size: 0.9em; background: #f4f6f7; }}
details {{ margin: 0.4em 0; }}
summary {{ color: #475569; font-size: 0.8em; cursor: pointer; }}
.highlight {{ overflow-x: auto; font-size: 0.8em; padding: 0.2em 0.8em; background: #f4f6f7; }}
{css}
{code_css}
</style></head><body><main>
{cells}
</main></body></html>
"""


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook: its code as it stands in the file, and whether a reader is shown it."""

    code: str
    is_hidden: bool


def names() -> list[str]:
    """Return the notebooks, by the names of their files."""
    return sorted(file.stem for file in FOLDER.glob("[!_]*.py"))


def cells(source: str) -> list[Cell]:
    """Return the cells of a notebook's file, in order."""
    found = []
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        decorated = ast.unparse(node.decorator_list[0])
        lines = source.splitlines()[node.body[0].lineno - 1 : node.end_lineno]
        code = textwrap.dedent("\n".join(lines))
        code = re.sub(r"\n*^return\b.*\Z", "", code, flags=re.MULTILINE | re.DOTALL)
        found.append(Cell(code, "hide_code=True" in decorated))
    return found


def render(name: str, company_id: str | None) -> str:
    """Run a notebook on a company, by default the first, and return its page.

    Raises PaidnetError where there is no release or no such company, and what a cell raises.
    """
    module = importlib.import_module(f"notebooks.{name}")
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    parts = cells(source)
    with _company(company_id):
        outputs, _ = module.app.run()
    if len(outputs) != len(parts):  # which output is whose would be a guess
        raise RuntimeError(f"{name}: a cell needs one that mo.stop stops")
    shown = []
    for cell, output in zip(parts, outputs, strict=True):
        text = "" if output is None else mo.as_html(output).text
        if _LIVE.search(text):
            text = ""
        shown.append(text if cell.is_hidden else text + _code(cell.code))
    title = re.search(r"<h1[^>]*>(.*?)</h1>", "".join(shown), re.DOTALL)
    return _PAGE.format(
        title=re.sub(r"<[^>]+>", "", title[1]) if title else html.escape(name),
        css=_CSS.read_text(encoding="utf-8"),
        code_css=HtmlFormatter().get_style_defs(".highlight"),
        cells="\n".join(shown),
    )


def write(text: str, file: Path) -> None:
    """Write a page whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def _code(code: str) -> str:
    shown = highlight(code, PythonLexer(), HtmlFormatter())
    return f"<details><summary>Code</summary>{shown}</details>"


@contextmanager
def _company(company_id: str | None) -> Iterator[None]:
    before = os.environ.get(COMPANY)
    if company_id is not None:
        os.environ[COMPANY] = company_id
    try:
        yield
    finally:
        os.environ.pop(COMPANY, None)
        if before is not None:
            os.environ[COMPANY] = before
