"""Numbers, dates and sentences as people read them; `–` stands for what is not known."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal

from reporting.reading import Company, Release, Row

Number = int | float | Decimal
NONE = "–"
_LONG_GAP_DAYS = 7
# As many as a line of the portfolio holds.
_FLAGS = 3


def number(value: Number | None, digits: int = 0, *, is_signed: bool = False) -> str:
    """Return a number with thousands separators and a true minus; zero has no sign."""
    if value is None:
        return NONE
    shown = f"{abs(value):,.{digits}f}"
    if not shown.strip("0.,"):
        return shown
    return ("−" if value < 0 else "+" if is_signed else "") + shown


def money(value: Number | None, currency: str | None, digits: int = 0) -> str:
    """Return an amount with its currency, where that is known."""
    shown = number(value, digits)
    return shown if value is None or currency is None else f"{shown}\u00a0{currency}"


def percent(value: Number | None, *, is_signed: bool = False) -> str:
    """Return a rate as percent, to a tenth below 1,000 %."""
    if value is None:
        return NONE
    hundred = float(value) * 100
    if 0 < hundred < 0.05 and not is_signed:  # a few of many are not none
        return "<\u00a00.1\u00a0%"
    return f"{number(hundred, int(abs(hundred) < 1000), is_signed=is_signed)}\u00a0%"


def chance(probability: float | None) -> str:
    """Return a probability; paths never make sure."""
    if probability is None or math.isnan(probability):
        return NONE
    if probability > 0.995:
        return ">\u00a099.5\u00a0%"
    if probability < 0.005:
        return "<\u00a00.5\u00a0%"
    return percent(probability)


def tidy(text: str) -> str:
    """Return a label or sentence of a mart as it is printed: true minus, units not broken off."""
    text = re.sub(r"(?<![\w.])-(?=\d)", "−", text)
    return re.sub(r"(?<=\d) (?=%|[A-Z]{3}\b|points?\b|days?\b)", "\u00a0", text)


def plain(text: str | None) -> str | None:
    """Return a name from the data in one line, without what no document can hold."""
    if text is None:
        return None
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def place(percentile: float | None) -> str:
    """Return where a company stands among the others, such as above 83 %."""
    if percentile is None:
        return NONE
    if percentile >= 0.5:
        return f"above {percentile * 100:.0f}\u00a0%"
    return f"below {(1 - percentile) * 100:.0f}\u00a0%"


def growth(now: Number | None, then: Number | None) -> str:
    """Return the change from `then` to `now` in percent, or – where that would mislead."""
    if now is None or then is None or then <= 0 or now < 0:
        return NONE
    return percent(float(now) / float(then) - 1, is_signed=True)


def points(now: Number | None, then: Number | None) -> str:
    """Return the difference of two rates in percentage points."""
    if now is None or then is None:
        return NONE
    return f"{number((float(now) - float(then)) * 100, 1, is_signed=True)}\u00a0pp"


def day(value: dt.date | None) -> str:
    """Return a date such as 18 October 2026."""
    return NONE if value is None else f"{value.day}\u00a0{value:%B\u00a0%Y}"


def month(value: dt.date, form: str = "%B") -> str:
    """Return a month such as September 2026, or with `%b` Sep 2026."""
    return value.strftime(f"{form}\u00a0%Y")


def counted(value: int, one: str) -> str:
    """Return a count with its noun: 1 day, 2 days."""
    return f"{value:,}\u00a0{one}{'' if value == 1 else 's'}"


def release_line(release: Release) -> str:
    """Return which release a report is of."""
    return f"release of {day(release.built_at.date())}, {release.built_at:%H:%M} UTC"


def quarantine(rows: list[Row]) -> str:
    """Return why a company's new data is held back, from its rows of fct_quarantined_companies."""
    if not rows:
        return ""
    first = rows[0]
    figures = "It has no figures"
    if first["last_good_at"]:
        good = first["last_good_at"]
        figures = f"All figures are of the release of {day(good.date())}, {good:%H:%M} UTC"
    what = "its newest change is held back"
    if first["held_back_files"]:
        what = f"the upload {first['held_back_files']}"
        if first["uploaded_at"]:
            what += f" of {day(first['uploaded_at'].date())}"
        what += " is held back"
    tests = " and ".join(f"{row['test_name']} ({row['example_row']})" for row in rows)
    return f"In quarantine. {figures}: {what}, because its rows break the test {tests}."


def data_quality(found: Row, months: list[Row]) -> list[tuple[str, str]]:
    """Return how many rows were used, and how old and complete the log is.

    Sentences, each with the columns that it is from: of fct_data_quality, whose row is `found`, and
    of `months`, those of fct_monthly_revenue.
    """
    partial_months = [month(r["revenue_month"]) for r in months if r["is_partial_month"]]
    since, gap = found["days_since_last_order"], found["longest_gap_day_count"] or 0
    rejected = found["rejected_row_count"]
    age = f"The last order was {counted(since, 'day')} before the release"
    if found["days_since_last_upload"] is not None:
        age += f", the last upload {counted(found['days_since_last_upload'], 'day')}"
    if since < 0:
        age = f"The last order is dated {counted(-since, 'day')} after the release"
    rows = (
        f"Of {counted(found['raw_row_count'], 'order row')} {found['accepted_row_count']:,} were "
        f"accepted, {found['superseded_row_count']:,} superseded by another row of the same order "
        f"and {rejected:,} rejected"
        + (f" ({percent(found['rejected_row_share'])})." if rejected else ".")
    )
    guests, disagree = found["guest_order_share"], found["counter_disagreement_share"]
    said = [
        (True, "raw_row_count, accepted_row_count, superseded_row_count, rejected_row_count", rows),
        (True, "days_since_last_order, days_since_last_upload", f"{age}."),
        (found["history_is_truncated"], "history_is_truncated", "The file's own counters show "
         "orders before the log begins: its first months show too few new customers."),
        (partial_months, "is_partial_month of fct_monthly_revenue",
         f"Only part of {' and '.join(partial_months)} is in the log."),
        (found["has_partial_last_day"], "has_partial_last_day",
         "The log ends before its last day does."),
        (guests, "guest_order_share", f"{percent(guests)} of the orders name no customer."),
        (disagree, "counter_disagreement_share", "The file's own counters disagree with the log on "
         f"{percent(disagree)} of the orders."),
        (gap >= _LONG_GAP_DAYS, "longest_gap_day_count",
         f"Longest time without a paid order: {counted(gap, 'day')}."),
    ]  # fmt: skip
    return [(sentence, column) for is_so, column, sentence in said if is_so]


def headline(company: Company) -> str:
    """Return what the month brought, against the month before and the same month a year ago."""
    now, when = company.month, month(company.month["revenue_month"])
    amount = now["net_revenue_amount"]
    if not now["paid_order_count"]:
        text = f"{company.name} had no paid order in {when}."
    elif amount < 0:
        lost = money(-amount, company.currency)
        text = f"{company.name} lost {lost} in {when}: its orders' refunds exceed their sales."
    else:
        text = (
            f"{company.name} had paid-net revenue of {money(amount, company.currency)} in {when}, "
        )
        text += f"from {counted(now['paid_order_count'], 'paid order')}."
    if now["is_partial_month"]:
        return f"{text} The log covers only part of that month, so it is not compared with others."
    shares, others = [], []
    for months in (1, 12):
        when, then, is_whole = company.before(months)
        if then is None:
            others.append(f"{month(when)} is not in the log")
        elif not is_whole:
            others.append(f"{month(when)} is only partly in the log")
        elif amount <= 0 or then["net_revenue_amount"] <= 0:
            others.append(
                f"{month(when)} brought {money(then['net_revenue_amount'], company.currency)}"
            )
        else:
            share = growth(amount, then["net_revenue_amount"])
            word = {"+": "more than", "−": "less than"}.get(share[0], "as much as")
            shown = f"{share[1:]} {word}" if share[0] in "+−" else word
            shares.append(f"{shown} in {month(when)}")
    parts = [f"That is {' and '.join(shares)}."] if shares else []
    return " ".join([text, *parts, *(f"{part}." for part in others)])


def flags(company: Company, latest: dt.date) -> list[str]:
    """Return what to look at twice; `latest` is the month the report is headed with."""
    found, summary = company.one("fct_data_quality"), company.one("fct_company_summary")
    noted = []
    if company.rows["fct_quarantined_companies"]:
        noted.append("in quarantine: older data")
    if company.month["is_partial_month"]:
        noted.append("the month is partial")
    if company.month["revenue_month"] < latest:
        noted.append("an older month")
    if not summary["has_whole_12_months"]:
        noted.append("less than a year of data")
    if found["history_is_truncated"]:
        noted.append("history truncated")
    flagged = [
        f"{row['flag_name'][:1].lower()}{row['flag_name'][1:]} {tidy(row['value_label'])}"
        for row in company.rows.get("fct_company_flags", [])
        if row["severity"] == "red" or row["flag_id"] == "data_age_days"
    ]
    noted += flagged[:_FLAGS]
    if len(flagged) > _FLAGS:
        noted.append(f"{len(flagged) - _FLAGS} more")
    return noted
