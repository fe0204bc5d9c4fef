"""A company's first findings, each with the picture of what is behind it."""

from __future__ import annotations

import html

import marimo as mo

from notebooks.support import evidence, show
from notebooks.support.release import Company, Warehouse
from reporting import words
from reporting.reading import Row

_WORDS = {"red": "Look here first", "amber": "Look here", "green": "Strength"}


def first(warehouse: Warehouse, company: Company, count: int) -> mo.Html:
    """Return the findings to read first, or why there are none."""
    if lacks := warehouse.lacks("fct_company_flags", "fct_company_flag_evidence"):
        return show.note(lacks)
    # One of each topic before the second of any, strengths among them.
    flags = warehouse.rows(
        "from marts.fct_company_flags where company_id = $company"
        " order by row_number() over (partition by topic order by finding_rank), finding_rank"
        " limit $n",
        company=company.company_id,
        n=count,
    )
    if not flags:
        return show.note("Nothing stands out: no measure of the company is outside its thresholds.")
    return show.together(*(_finding(warehouse, company, flag) for flag in flags))


def _finding(warehouse: Warehouse, company: Company, flag: Row) -> mo.Html:
    severity = flag["severity"]
    limit = words.tidy(flag["threshold_label"])
    said = mo.Html(
        f'<div class="pn-finding pn-{html.escape(severity)}"><p><span class="pn-severity">'
        f"{_WORDS.get(severity, severity)}</span> · {html.escape(flag['flag_name'])}</p>"
        f"<p><b>{html.escape(words.tidy(flag['sentence']))}.</b></p>"
        f'<p class="pn-quiet">Limit: {html.escape(limit)}. Evidence:'
        f" marts.{html.escape(flag['evidence_table'])}.</p></div>"
    )
    drawn = evidence.drawn(warehouse, company, flag)
    if drawn is None:
        return show.together(said, _rows(warehouse, company, flag))
    return show.together(said, show.picture(drawn[0], html.escape(drawn[1], quote=False)))


def _rows(warehouse: Warehouse, company: Company, flag: Row) -> mo.Html:
    """Return the evidence as it stands, where nothing of it can be drawn."""
    frame = warehouse.sql(
        "select evidence_key, evidence_text from marts.fct_company_flag_evidence"
        " where company_id = $company and flag_id = $flag and evidence_number <= 10"
        " order by evidence_number",
        company=company.company_id,
        flag=flag["flag_id"],
    )
    columns = {"evidence_key": ("What", "text"), "evidence_text": ("What it shows", "text")}
    return show.table(frame, columns, "From marts.fct_company_flag_evidence.")
