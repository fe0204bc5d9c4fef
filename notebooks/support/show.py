"""What a notebook shows: text, tables, key figures and pictures, as HTML that needs no script."""

from __future__ import annotations

import base64
import datetime as dt
import html
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import marimo as mo
import pandas as pd
from matplotlib.figure import Figure

from notebooks.support.release import Company, Warehouse
from reporting import words
from reporting.pictures import as_png

NONE = words.NONE


def text(value: object) -> str:
    """Return a value from the data as it stands, whatever Markdown or HTML would make of it."""
    plain = words.plain(str(value)) or ""
    return re.sub(r"[^\w\s.,;%/–−-]", lambda sign: f"&#{ord(sign[0])};", plain)


def note(sentence: str) -> mo.Html:
    """Return a sentence that says what is missing, in place of what would be shown."""
    return mo.Html(f'<div class="pn-note">{mo.md(sentence).text}</div>')


def chooser(warehouse: Warehouse) -> mo.ui.dropdown:
    """Return what chooses a company, by name and id; its value is the company."""
    options = {f"{one.name} ({key})": one for key, one in warehouse.companies.items()}
    first = next((name for name, one in options.items() if one.company_id == warehouse.first), None)
    return mo.ui.dropdown(options, value=first, label="Company")


def heading(company: Company, warehouse: Warehouse, title: str) -> mo.Html:
    """Return the head of a notebook on a company: what its amounts, days and months are."""
    said = [f"# {text(company.name)}: {title}"]
    if company.first_day is None:
        said.append("It has no orders in this release.")
    else:
        said.append(
            f"Orders from {words.day(company.first_day)} to {words.day(company.last_day)}."
            f" Amounts are {text(company.in_currency)}, net of refunds; days, weeks and months are"
            f" those of {text(company.time_zone)}."
        )
        said.append(" ".join(_cautions(company, warehouse)))
    said.append(f'<span class="pn-quiet">Release {text(warehouse.name)}.</span>')
    return mo.md("\n\n".join(said))


def _cautions(company: Company, warehouse: Warehouse) -> Iterable[str]:
    months = warehouse.rows(
        "select revenue_month from marts.fct_monthly_revenue"
        " where company_id = $company and is_partial_month order by revenue_month",
        company=company.company_id,
    )
    if months:
        named = " and ".join(words.month(row["revenue_month"]) for row in months)
        yield f"The log covers only part of {named}: hatched in pictures, left out of averages."
    if company.has_partial_last_day:
        yield "It ends before its last day does."
    if share := company.guest_share:
        said = words.percent(share) if abs(share) >= 0.001 else "less than 0.1\u00a0%"
        yield (
            f"Guests bring {said} of revenue: they are in the revenue of months, and in nothing"
            " that is said of customers."
        )
    else:
        yield "No revenue is from guests: every paid order names its customer."
    if company.is_truncated:
        yield ("Its customers are older than the log, so the first months show too few new ones.")


def shown(value: Any, kind: str) -> str:  # noqa: ANN401 - a cell of any frame
    """Return a value as people read it; kinds: text, int, number, money, percent, day, month."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return NONE
    if isinstance(value, pd.Timestamp | dt.datetime):
        value = value.date()
    if kind in {"int", "money"}:
        return words.number(value, 2 if kind == "money" and abs(value) < 1_000 else 0)
    if kind == "number":
        return words.number(value, 2)
    if kind == "percent":
        return words.percent(value)
    if kind == "day":
        return words.day(value)
    if kind == "month":
        return words.month(value, "%b")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return text(value)


def amount(value: Any, company: Company) -> str:  # noqa: ANN401 - a number of any frame
    """Return an amount with its currency, where that is known."""
    unit = f"\u00a0{text(company.currency)}" if company.currency else ""
    said = shown(value, "money")
    return said if said == NONE else said + unit


def table(frame: pd.DataFrame, columns: Mapping[str, tuple[str, str]], caption: str) -> mo.Html:
    """Return rows as a table; `columns` are the frame's to show, with head and kind.

    The caption says which table of the release they are from.
    """

    def cell(name: str, words_: str, tag: str) -> str:
        left = columns[name][1] in {"text", "day", "month"}
        return f'<{tag} class="{"pn-left" if left else "pn-right"}">{words_}</{tag}>'

    heads = "".join(cell(name, html.escape(head), "th") for name, (head, _) in columns.items())
    rows = "".join(
        "<tr>" + "".join(
            cell(name, shown(row[name], kind), "td") for name, (_, kind) in columns.items()
        ) + "</tr>"
        for row in frame.to_dict("records")
    )  # fmt: skip
    if frame.empty:
        rows = f'<tr><td class="pn-left" colspan="{len(columns)}">none</td></tr>'
    said = f"<caption>{caption}</caption>" if caption else ""
    return mo.Html(
        f'<div class="pn-scroll"><table class="pn-table">{said}<thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def figures(*found: tuple[str, str, str]) -> mo.Html:
    """Return key figures side by side: name, value, and what it is beside."""
    boxes = "".join(
        f'<div class="pn-figure"><div class="pn-name">{html.escape(name)}</div>'
        f'<div class="pn-value">{value}</div><div class="pn-beside">{beside}</div></div>'
        for name, value, beside in found
    )
    return mo.Html(f'<div class="pn-figures">{boxes}</div>')


def picture(figure: Figure, says: str) -> mo.Html:
    """Return a picture with the sentence that says what it shows, also to who cannot see it."""
    source = base64.b64encode(as_png(figure)).decode()
    said = re.sub(r"<[^>]+>", "", says)
    return mo.Html(
        f'<figure class="pn-picture"><img src="data:image/png;base64,{source}"'
        f' alt="{html.escape(html.unescape(said))}"><figcaption>{says}</figcaption></figure>'
    )


def together(*parts: mo.Html) -> mo.Html:
    """Return parts one below the other."""
    return mo.Html("".join(part.text for part in parts))
