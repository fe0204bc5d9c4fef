"""The report as HTML and as plain text, from Jinja2 templates."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from reporting import colours
from reporting.operations.parts import Picture, Report

TEMPLATES = Path(__file__).parent / "templates"
WIDTH = 680
# Clients of mail read styles on the elements themselves, and few drop these.
_FONT = "font-family:Arial,Helvetica,sans-serif"
STYLES = {
    "page": f"margin:0;padding:0;background:{colours.SHADE};color:{colours.TEXT};{_FONT}",
    "sheet": f"background:#ffffff;{_FONT};font-size:14px;line-height:1.45;color:{colours.TEXT}",
    "h1": f"margin:0;font-size:22px;line-height:1.25;color:{colours.ACCENT}",
    "h2": f"margin:26px 0 6px;font-size:16px;color:{colours.ACCENT}",
    "p": "margin:0 0 8px",
    "lead": "margin:0 0 8px;font-size:15px",
    "quiet": f"margin:2px 0 0;font-size:12px;color:{colours.QUIET}",
    "source": f"margin:4px 0 0;font-size:11px;color:{colours.QUIET}",
    "warning": f"margin:0 0 8px;font-weight:bold;color:{colours.WARNING}",
    "table": "border-collapse:collapse;width:100%;margin:8px 0 4px",
    "head": f"padding:4px 6px;border-bottom:1px solid {colours.QUIET};font-size:12px;"
    f"text-align:right;vertical-align:bottom;color:{colours.QUIET}",
    "cell": f"padding:4px 6px;border-bottom:1px solid {colours.RULE};font-size:13px;"
    "text-align:right;vertical-align:top",
    "total": "padding:4px 6px;font-size:13px;font-weight:bold;text-align:right",
    "picture": "display:block;border:0;width:100%;max-width:632px;height:auto;margin:10px 0 4px",
    "task": f"padding:8px 10px;border-bottom:1px solid {colours.RULE};vertical-align:top",
    "reader": f"padding:8px 10px;border-bottom:1px solid {colours.RULE};vertical-align:top;"
    f"font-weight:bold;font-size:12px;color:{colours.ACCENT};white-space:nowrap",
}


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html.j2",)),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def inlined(picture: Picture) -> str:
    """Return a picture as an address that holds it: a file needs no other."""
    return f"data:image/png;base64,{base64.b64encode(picture.png).decode()}"


def page(report: Report, source: Callable[[Picture], str] = inlined) -> str:
    """Return the report as one HTML page; `source` is the address of each picture."""
    template = _environment().get_template("operations.html.j2")
    return template.render(report=report, source=source, style=STYLES, width=WIDTH)


def text(report: Report) -> str:
    """Return the report as plain text, for those who read no HTML."""
    template = _environment().get_template("operations.txt.j2")
    return template.render(report=report).replace("\u00a0", " ")
