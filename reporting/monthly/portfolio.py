"""The portfolio: all companies side by side, a line each, and those without a report."""

from __future__ import annotations

import datetime as dt

from docx.document import Document

from reporting import document as word
from reporting.reading import Company, Release
from reporting.words import (
    NONE,
    flags,
    growth,
    money,
    month,
    number,
    percent,
    release_line,
)  # fmt: skip

# Where a line stands, and its cells.
Line = tuple[tuple[str, float, str], list[str]]


def line(company: Company, latest: dt.date) -> Line:
    """Return a company's line in the portfolio of the month `latest`."""
    now, amount = company.month, company.month["net_revenue_amount"]
    changes = [
        growth(amount, then["net_revenue_amount"]) if then and is_whole else NONE
        for _, then, is_whole in (company.before(1), company.before(12))
    ]
    range_, ratio, trust = NONE, None, None
    for found in company.rows.get("fct_portfolio", []):
        ratio, trust = found["forecast_p50_ratio"], found["forecast_trust"]
        if found["forecast_p50_amount"] is not None:
            high = money(found["forecast_p90_amount"], company.currency)
            range_ = f"{number(found['forecast_p10_amount'])} to {high}"
            days = found["horizon_days"]
            range_ += "" if days == 150 else f" ({days} days)"
    return (company.currency or "", -float(amount), now["company_id"]), [
        company.name,
        month(now["revenue_month"], "%b"),
        money(amount, company.currency),
        *changes,
        percent(now["refund_value_rate"]),
        range_,
        NONE if ratio is None else percent(ratio - 1, is_signed=True),
        trust or NONE,
        "; ".join(flags(company, latest)),
    ]


def write(
    lines: list[Line], without: dict[str, str], latest: dt.date, release: Release
) -> Document:
    """Return the portfolio as a Word document; `without` is company → why it has no report."""
    title = f"Portfolio, {month(latest)}"
    made = word.new(title, release.name, release.built_at, is_landscape=True)
    word.say(made, "Portfolio", "Title")
    word.say(made, f"Monthly report, {month(latest)}", "Subtitle")
    word.say(
        made,
        "Each company in its own currency, ordered by the month's revenue, currency by currency; "
        f"nothing is added up · {release_line(release)}",
        "Caption",
    )
    header = ["Company", "Month", "Paid-net revenue", "on month before", "on year before"]
    header += ["Refund rate", "Next 150 days, P10 to P90", "P50 on year before", "Trust"]
    header += ["Take note"]
    widths = (3.1, 1.8, 2.6, 1.8, 1.8, 1.6, 4.2, 1.8, 1.9, 5.1)
    rows = [header, *(cells for _, cells in sorted(lines))]
    word.table(made, rows, widths, left=(0, 1, 9), strong=(2,))
    if not release.has_forecasts:
        word.say(made, "This release was built without forecasts.")
    word.say(
        made,
        "Refund rate: by value, of the month's orders so far. P50 on year before: the forecast's "
        "median against the same days a year before. Trust: what past forecasts were worth. Take "
        "note: what is not usual of the month and of the log, the red findings, and a log grown "
        "old. History truncated: the file's counters show older orders.",
        "Caption",
    )  # fmt: skip
    if without:
        word.say(made, "Companies without a report", "Heading 1")
        rows = [["Company", "Why"], *([name, reason] for name, reason in sorted(without.items()))]
        word.table(made, rows, (6.0, 19.7), left=(0, 1))
    return made
