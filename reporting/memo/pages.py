"""Fill the memo's Word templates, and turn what is filled into a page for a browser."""

from __future__ import annotations

import datetime as dt
import html
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import mammoth
from docx.document import Document
from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import Environment, StrictUndefined, TemplateError

from reporting import colours, document
from reporting.memo.sources import Footnotes
from warehouse.errors import PaidnetError

TEMPLATES = Path(__file__).parent / "templates"
# What Word calls a style, and what a page calls it.
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p.subtitle:fresh
p[style-name='heading 1'] => h2:fresh
p[style-name='heading 2'] => h3:fresh
p[style-name='Heading 1'] => h2:fresh
p[style-name='Heading 2'] => h3:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='caption'] => p.caption:fresh
p[style-name='Warning'] => p.warning:fresh
p[style-name='Verdict'] => p.verdict:fresh
p[style-name='Cell'] => p.cell:fresh
p[style-name='Number'] => p.number:fresh
p[style-name='Column head'] => p.head:fresh
p[style-name='Column head right'] => p.head.right:fresh
r[style-name='Strongly'] => strong
r[style-name='Red'] => span.red
r[style-name='Amber'] => span.amber
r[style-name='Green'] => span.green
"""
_CSS = f"""
@page {{ size: A4; margin: 12mm 15mm }}
body {{ font: 15px/1.45 Arial, sans-serif; color: {colours.TEXT}; max-width: 52rem;
  margin: 2rem auto; padding: 0 1rem }}
h1 {{ color: {colours.ACCENT}; font-size: 1.7rem; margin: 0 }}
h2 {{ color: {colours.ACCENT}; font-size: 1.1rem; margin: 1.1rem 0 .3rem }}
h3 {{ font-size: .95rem; margin: .3rem 0 }}
p {{ margin: .3rem 0 }}
.subtitle, .caption {{ color: {colours.QUIET} }} .caption {{ font-size: .8rem }}
.warning {{ color: {colours.WARNING}; font-weight: bold }}
.verdict {{ background: {colours.SHADE}; border-left: 4px solid {colours.ACCENT};
  padding: .5rem .8rem; font-size: 1.05rem }}
.red, .amber, .green {{ font-weight: bold }} .red {{ color: {colours.RED} }}
.amber {{ color: {colours.AMBER} }} .green {{ color: {colours.GREEN} }}
table {{ border-collapse: collapse; width: 100%; margin: .3rem 0 }}
td {{ border-bottom: 1px solid {colours.RULE}; padding: .2rem .5rem .2rem 0; vertical-align: top;
  font-size: .88rem }}
.number, .right {{ text-align: right }} .number {{ white-space: nowrap }}
td img {{ height: 1.1rem; width: auto }} body.wide {{ max-width: 80rem }} td p {{ margin: .1rem 0 }}
.head {{ color: {colours.QUIET}; font-weight: bold; font-size: .82rem }}
img {{ max-width: 100% }} sup {{ font-size: .65em; line-height: 0 }}
sup a, ol a {{ color: {colours.QUIET}; text-decoration: none }}
ol {{ color: {colours.QUIET}; font-size: .72rem; columns: 2; padding-left: 1.4rem }}
ol p {{ margin: 0 }} ol li {{ overflow-wrap: anywhere }}
@media print {{ body, body.wide {{ font-size: 10px; margin: 0; padding: 0; max-width: none }}
  html {{ font-size: 10px }} td {{ padding: .1rem .4rem .1rem 0 }} p {{ margin: .15rem 0 }}
  tr, li {{ break-inside: avoid }} h2 {{ break-after: avoid }} ol {{ font-size: 7px }} }}
"""


class Template:
    """A Word file of words and {{ figures }}; whoever changes the words opens it in Word."""

    def __init__(self, name: str) -> None:
        self.path = TEMPLATES / name
        try:
            self._word = DocxTemplate(BytesIO(self.path.read_bytes()))
            self._word.init_docx()
        except (OSError, KeyError, ValueError, BadZipFile) as error:
            raise self._wrong(error, "a Word file") from None

    def picture(self, png: bytes, width: float, alternative: str) -> InlineImage:
        """Return a picture for a figure of the template; the width is in cm."""
        made = InlineImage(self._word, BytesIO(png), width=Cm(width))
        made.alternative = alternative
        return made

    def fill(self, facts: dict[str, Any], title: str, release: str, moment: dt.datetime) -> bytes:
        """Return the Word file with these figures, each with its footnote.

        Raises PaidnetError for a template that asks for a figure that there is none of.
        """
        notes, shown = Footnotes(), []

        def shown_as(value: object) -> object:
            if isinstance(value, InlineImage):
                shown.append(value.alternative)
            return notes.note(value)

        words = Environment(undefined=StrictUndefined, finalize=shown_as, autoescape=True)
        try:
            self._word.render(facts | {"release_id": release}, words)
        except TemplateError as error:
            near = " ".join("".join(getattr(error, "docx_context", ())).split())
            raise self._wrong(
                error, "figures of README.md's list, written {{ so }}", near
            ) from None
        made = self._word.docx
        notes.place(made)
        _describe_pictures(made, shown)
        document.describe(made, title, release, moment)
        target = BytesIO()
        made.save(target)
        return document.undated(target.getvalue())

    def _wrong(self, error: Exception, expected: str, near: str = "") -> PaidnetError:
        return PaidnetError(
            f"the memo's template {self.path.name} cannot be filled",
            found=f"{error}{f', near: {near[:200]}' if near else ''}",
            expected=expected,
            fix=f"correct {self.path} in Word, or take the file of the repository back",
        )


def _describe_pictures(made: Document, alternatives: list[str]) -> None:
    for shape, text in zip(made.inline_shapes, alternatives, strict=True):
        shape._inline.docPr.set("descr", text)


def page(word: bytes, title: str, *, is_wide: bool) -> str:
    """Return a filled Word file as one HTML page that needs no other file."""
    body = mammoth.convert_to_html(BytesIO(word), style_map=_STYLES).value
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{html.escape(title)}</title>'
        f'<style>{_CSS}</style></head><body class="{"wide" if is_wide else "tall"}">{body}</body>'
        "</html>\n"
    )
