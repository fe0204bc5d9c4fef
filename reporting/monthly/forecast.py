"""The forecast's section of a company's report."""

from __future__ import annotations

import datetime as dt

from docx.document import Document

from reporting import document as word
from reporting import pictures
from reporting.reading import Company, Row
from reporting.words import NONE, counted, day, money, number, percent

_HORIZONS = (30, 60, 90, 150)
_QUANTILES = (0.1, 0.5, 0.9)
_INTERVAL = 0.8


def section(made: Document, company: Company, *, has_forecasts: bool) -> None:
    """Add the forecast: its picture, its totals, and how good such forecasts have been."""
    word.say(made, "Forecast", "Heading 1")
    run = next((r for r in company.rows.get("fct_forecast_runs", []) if r["is_current"]), None)
    if not has_forecasts:
        word.say(made, "This release was built without forecasts.")
    elif run is None:
        word.say(made, "No forecast has been made for this company in this release.")
    elif (found := company.one("fct_portfolio"))["forecast_p50_amount"] is None:
        why = run["grade_reason"]
        word.say(made, f"There is no forecast{': ' if why else ''}{why or ''}.")
    else:
        word.say(made, _outlook(company, run, found))
        weeks = company.rows["fct_revenue_fan"]
        if any(row["is_forecast"] for row in weeks):
            word.picture(
                made,
                pictures.fan(weeks, company.currency),
                "Line: net revenue per week of the last year. Bands: the forecast's ranges.",
                "Net revenue per week of seven days, counted from the last day the forecast learnt "
                "from. Ranges of weeks do not add up; totals are in the table.",
            )
        _totals(made, company)
        _quality(made, company)


def _trust(found: Row) -> str:
    return (
        f"Trust in it: {found['forecast_trust']} ({found['forecast_trust_sentence']}). It learns "
        f"from {found['history_label']} of history."
    )


def _shown(rows: list[Row]) -> list[int]:
    """Return the horizons shown: those a lender asks for, and the longest."""
    found = {row["horizon_days"] for row in rows}
    return sorted(found & {*_HORIZONS, max(found, default=0)})


def _outlook(company: Company, run: Row, found: Row) -> str:
    days, first = found["horizon_days"], run["last_revenue_date"] + dt.timedelta(days=1)
    low, median, high = (money(found[f"forecast_p{level}_amount"], company.currency)
                         for level in (10, 50, 90))  # fmt: skip
    text = (
        f"From {day(first)} to {day(first + dt.timedelta(days=days - 1))} the forecast expects "
        f"{median}, and four times in five between {low} and {high}."
    )
    if found["year_before_amount"] is None:
        text += " The log holds no year before to compare that with."
    else:
        before = money(found["year_before_amount"], company.currency)
        less = found["probability_below_year_before_label"]
        text += f" The same days a year before brought {before}"
        text += f"; the probability that these bring less is {less}." if less else "."
    return f"{text} {_trust(found)}"


def _totals(made: Document, company: Company) -> None:
    totals = [
        row for row in company.rows["fct_revenue_forecast_totals"] if row["model_name"] == "paidnet"
    ]
    amounts = {
        (row["horizon_days"], row["quantile"]): row["total_net_revenue_amount"] for row in totals
    }
    rows = [["Net revenue of the next", "P10", "P50", "P90"]]
    for days in _shown(totals):
        cells = [money(amounts.get((days, level)), company.currency) for level in _QUANTILES]
        rows.append([counted(days, "day"), *cells])
    word.table(made, rows, (5.0, 4.0, 4.0, 4.0), strong=(2,))


def _quality(made: Document, company: Company) -> None:
    """How such forecasts did when they were made as of past days."""
    coverage = [r for r in company.rows["fct_forecast_coverage"] if r["nominal_share"] == _INTERVAL]
    word.say(made, "How good such forecasts have been", "Heading 2")
    if not coverage:
        word.say(made, "The log is too short to check forecasts of this company against the past.")
        return
    skills = {
        (row["horizon_days"], row["baseline_name"]): row["crps_skill"]
        for row in company.rows["fct_forecast_skill"]
    }
    baselines = sorted({name for _, name in skills})
    rows = [["Horizon", "80 % range held", "Windows"]]
    rows[0] += [f"vs {name[:1].lower()}{name[1:]}" for name in baselines]
    for row in coverage:
        if (days := row["horizon_days"]) in _shown(coverage):
            windows = f"{row['window_count']:,} ({number(row['effective_window_count'], 1)})"
            better = [percent(skills.get((days, name)), is_signed=True) for name in baselines]
            rows.append([counted(days, "day"), percent(row["coverage_share"]), windows, *better])
    word.table(made, rows, (2.1, 2.7, 2.2, *[10.0 / max(len(baselines), 1)] * len(baselines)))
    word.say(
        made,
        "Forecasts made as of past days, against the actuals. Windows overlap; in brackets, how "
        "many would not. vs: how much lower the error (CRPS) was than that of a simple forecast; "
        f"below zero it was higher, {NONE} not compared.",
        "Caption",
    )
