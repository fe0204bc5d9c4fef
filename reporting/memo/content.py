"""What the memo of one company shows: figures as text, each with the mart it is from."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from reporting import words
from reporting.advances.case import Case
from reporting.memo import capacity
from reporting.memo.sources import Sourced, cited
from reporting.reading import Release, Row
from reporting.words import NONE, counted, day, money, number, percent, tidy

CONCERNS, STRENGTHS = 4, 3
# The months drawn beside a measure: column of fct_company_risk_months.
TRENDS = {
    "trailing_365_day_net_revenue_amount": "trailing_12_month_net_revenue_amount",
    "growth_90_days_year_on_year": "growth_year_on_year",
    "active_customer_growth": "customer_count",
    "new_customer_revenue_share": "new_customer_revenue_share",
    "refund_value_rate": "developed_refund_value_rate",
    "top_customer_share": "top_customer_share",
}
_TREND_MONTHS = 24
Rows = dict[str, list[Row]]
Facts = dict[str, Any]


def facts(release: Release, rows: Rows, asked: Case | None) -> Facts:
    """Return what the template shows of a company.

    `rows` are the company's of `reading.MEMO`, `asked` the advance that was asked for.
    """
    company, profile = rows["dim_companies"][0], rows["fct_company_risk_profile"][0]
    verdict = rows["fct_company_verdicts"][0]
    head, colon, reason = tidy(verdict["verdict_sentence"]).partition(": ")
    reason = f"{colon}{reason}" or "."
    quality = rows["fct_data_quality"][0]
    sentences = words.data_quality(quality, rows["fct_monthly_revenue"])
    return {
        "company": _company(company, profile, quality, release),
        "warning": words.quarantine(rows["fct_quarantined_companies"]),
        "verdict": {
            "severity": verdict["worst_severity"],
            "head": head,
            "reason": cited(reason, "fct_company_verdicts", "verdict_sentence"),
        },
        **_findings(rows["fct_company_flags"]),
        "advance": capacity.advance(rows, company["currency"], asked),
        "forecast": _forecast(rows, company["currency"]),
        "sells": _sells(profile, company["currency"]),
        "numbers": _numbers(rows),
        "covenants": _covenants(rows["fct_covenants"]),
        "data_quality": [cited(one, "fct_data_quality", columns) for one, columns in sentences],
        "data_score": cited(number(profile["data_quality_score"]), "fct_company_risk_profile",
                            "data_quality_score"),
        "unknown": _unknown(rows["fct_company_measures"]),
    }  # fmt: skip


def _company(company: Row, profile: Row, quality: Row, release: Release) -> Facts:
    age = quality["days_since_last_order"]
    days = profile["history_day_count"] or 0
    return {
        "name": company["company_name"] or company["company_id"],
        "id": company["company_id"],
        "currency": company["currency"] or "currency not known",
        "first_day": day(company["first_order_date"]),
        "last_day": day(company["last_order_date"]),
        "history": counted(days, "day"),
        "year": "the last 12 months" if days >= 365 else f"the {counted(days, 'day')} of the log",
        "is_truncated": company["history_is_truncated"],
        "age": NONE if age is None else counted(max(age, 0), "day"),
        "release": words.release_line(release),
    }


def _findings(flags: list[Row]) -> Facts:
    """Return the findings to read first: concerns and faults of the data, and strengths."""
    shown: dict[str, list[Facts]] = {"concerns": [], "strengths": []}
    for row in flags:
        key = f"flag_id = {row['flag_id']}; rows behind it: {row['evidence_table']}"
        place = words.place(row["percentile"])
        shown["strengths" if row["kind"] == "strength" else "concerns"].append(
            {
                "severity": row["severity"],
                "name": row["flag_name"],
                "sentence": cited(tidy(row["sentence"]), "fct_company_flags", "sentence", key),
                "limit": tidy(row["threshold_label"]),
                "place": "" if place == NONE else f"{place} of the other companies",
                "month": words.month(row["as_of_date"]) if row["as_of_date"] else NONE,
            }
        )
    concerns, strengths = shown["concerns"], shown["strengths"]
    return {
        "concerns": concerns[:CONCERNS],
        "more_concerns": max(len(concerns) - CONCERNS, 0),
        "strengths": strengths[:STRENGTHS],
        "more_strengths": max(len(strengths) - STRENGTHS, 0),
    }


def _forecast(rows: Rows, currency: str | None) -> Facts:
    """Return the range to come and what past ranges were worth, or why there is none."""
    run = next((row for row in rows["fct_forecast_runs"] if row["is_current"]), None)
    outlook = next(iter(rows["fct_forecast_outlook"]), None)
    if run is None or outlook is None or outlook["forecast_p50_amount"] is None:
        why = run["grade_reason"] if run else "none has been made for this company"
        return {"is_known": False, "reason": why}
    cite = partial(cited, mart="fct_forecast_outlook")
    trust = rows["fct_forecast_trust"][0]
    as_money = partial(money, currency=currency)
    first = run["last_revenue_date"] + dt.timedelta(days=1)
    sentence = trust["trust_sentence"]
    sentence = f"{sentence[:1].upper()}{sentence[1:]}"
    return {
        "is_known": True,
        "days": outlook["horizon_days"],
        "first_day": day(first),
        "last_day": day(first + dt.timedelta(days=outlook["horizon_days"] - 1)),
        **{
            f"p{level}": cite(as_money(outlook[f"forecast_p{level}_amount"]),
                              column=f"forecast_p{level}_amount")
            for level in (10, 50, 90)
        },
        "year_before": cite(as_money(outlook["year_before_amount"]), column="year_before_amount"),
        "has_year_before": outlook["year_before_amount"] is not None,
        "chance_of_less": cite(
            outlook["probability_below_year_before_label"] or NONE,
            column="probability_below_year_before",
        ),
        "trust": cited(trust["trust"], "fct_forecast_trust", "trust"),
        "trust_sentence": cited(
            tidy(sentence), "fct_forecast_trust", "trust_sentence"
        ),
        "history": trust["history_label"],
        "weeks": rows["fct_revenue_fan"],
        "picture": "",
    }  # fmt: skip


def _sells(profile: Row, currency: str | None) -> Facts:
    """Return what is sold and to whom, as far as the data says; None for what they do not name."""

    def cite(column: str, text: str) -> Sourced | str | None:
        known = profile[column] is not None
        return cited(text, "fct_company_risk_profile", column) if known else None

    shares = {
        column: cite(column, percent(profile[column]))
        for column in (
            "top_product_share", "top_channel_share", "top_country_share", "repeat_customer_rate",
            "new_customer_revenue_share", "top_10_customer_share", "november_december_share",
        )
    }  # fmt: skip
    counts = {
        column: cite(column, number(profile[column]))
        for column in ("active_customer_count", "new_customer_count")
    }
    names = {
        column: words.plain(profile[column])
        for column in ("top_product_name", "top_channel_name", "top_country_name")
    }
    average = money(profile["average_order_amount"], currency, 2)
    return {
        **shares, **counts, **names,
        "average_order": cite("average_order_amount", average),
    }  # fmt: skip


def _numbers(rows: Rows) -> list[Facts]:
    """Return six measures with the year before, their place among others, and their months."""
    measures = {row["measure_id"]: row for row in rows["fct_company_measures"]}
    months = [row for row in rows["fct_company_risk_months"] if not row["is_partial_month"]]
    made = []
    for measure_id, column in TRENDS.items():
        if measure_id not in measures:  # its line of risk_thresholds.csv was taken out
            continue
        row = measures[measure_id]
        key = f"measure_id = {measure_id}; months: fct_company_risk_months.{column}"
        label = tidy(row["value_label"] or NONE)
        value = cited(label, "fct_company_measures", "measure_value", key)
        made.append(
            {
                "name": row["measure_name"],
                "value": value,
                "status": row["status"] or "",
                "year_before": _year_before(row),
                "place": words.place(row["percentile"]),
                "trend": [one[column] for one in months[-_TREND_MONTHS:]],
            }
        )
    return made


def _year_before(row: Row) -> str:
    label = tidy(row["year_before_label"] or NONE)
    return f"{label} since" if row["unit"] == "amount" and label != NONE else label


def _covenants(covenants: list[Row]) -> Facts:
    """Return how the covenants stand, the worst first."""
    found = sorted(
        (row for row in covenants if row["status"] in ("red", "amber")),
        key=lambda row: (row["status"] != "red", row["covenant_name"]),
    )
    return {
        "count": len(covenants),
        "kept": sum(row["status"] == "green" for row in covenants),
        "unknown": sum(row["status"] == "grey" for row in covenants),
        "near": [
            {
                "name": row["covenant_name"],
                "is_broken": row["status"] == "red",
                "value": cited(tidy(row["value_label"]), "fct_covenants", "measure_value",
                               f"covenant_id = {row['covenant_id']}"),
                "limit": tidy(row["limit_label"]),
                "days": row["days_to_breach"],
            }
            for row in found
        ],
    }  # fmt: skip


def _unknown(measures: list[Row]) -> list[Sourced | str]:
    """Return what could not be judged and why; a reason stands once."""
    reasons: dict[str, list[str]] = {}
    for row in measures:
        if row["status"] == "grey":
            reasons.setdefault(row["missing_reason"], []).append(row["measure_name"])
    return [f"{', '.join(names)} ({reason})" for reason, names in reasons.items()]
