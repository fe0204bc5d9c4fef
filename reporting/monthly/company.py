"""The monthly report of one company: what it says, section by section."""

from __future__ import annotations

from functools import partial

from docx.document import Document

from reporting import document as word
from reporting import pictures, words
from reporting.monthly import data_quality, forecast
from reporting.reading import Company, Release, Row
from reporting.words import NONE, day, money, month, number, percent

_PICTURED_MONTHS = 24
_COHORTS = 6
_LATER_MONTHS = 6


def write(company: Company, release: Release) -> Document:
    """Return the report of a company and month as a Word document."""
    facts, when = company.one("dim_companies"), company.month["revenue_month"]
    made = word.new(f"{company.name}, {month(when)}", release.name, release.built_at)
    word.say(made, company.name, "Title")
    word.say(made, f"Monthly report, {month(when)}", "Subtitle")
    log = f"Orders from {day(facts['first_order_date'])} to {day(facts['last_order_date'])}"
    amounts = f"amounts in {company.currency}" if company.currency else "currency not known"
    word.say(made, f"{log} · {amounts} · {words.release_line(release)}", "Caption")
    if held_back := words.quarantine(company.rows["fct_quarantined_companies"]):
        word.say(made, held_back, "Warning")
    if noted := words.flags(company, when):
        word.say(made, f"Take note: {'; '.join(noted)}.", "Warning")
    word.say(made, words.headline(company))
    for section in (_figures, _twelve_months, _revenue, _refunds):
        section(made, company)
    forecast.section(made, company, has_forecasts=release.has_forecasts)
    _retention(made, company)
    data_quality.section(made, company)
    return made


def _figures(made: Document, company: Company) -> None:
    now, others = company.month, [company.before(1), company.before(12)]
    amount = partial(money, currency=company.currency)
    rows = [["", month(now["revenue_month"], "%b") + " (partial)" * now["is_partial_month"]]]
    for when, then, _ in others:
        note = " (not in the log)" if then is None else " (partial)" * then["is_partial_month"]
        rows[0] += [month(when, "%b") + note, "change"]
    for label, column, show, compare in (
        ("Paid-net revenue", "net_revenue_amount", amount, words.growth),
        ("Share from new customers", "new_customer_revenue_share", percent, words.points),
        ("Refund rate, by value", "refund_value_rate", percent, words.points),
        ("Refund rate, by count", "refund_order_rate", percent, words.points),
        ("Average order", "average_order_amount", partial(amount, digits=2), words.growth),
        ("Paid orders", "paid_order_count", number, words.growth),
        ("Active customers", "customer_count", number, words.growth),
        ("New customers", "new_customer_count", number, words.growth),
    ):
        cells = [label, show(now[column])]
        for _, then, is_whole in others:
            cells.append(NONE if then is None else show(then[column]))
            cells.append(compare(now[column], then[column]) if then and is_whole else NONE)
        rows.append(cells)
    word.table(made, rows, (4.3, 3.0, 3.0, 1.85, 3.0, 1.85), strong=(1,))


def _twelve_months(made: Document, company: Company) -> None:
    found = company.one("fct_company_summary")
    amount = partial(money, currency=company.currency)
    signed = partial(percent, is_signed=True)
    whole = "" if found["has_whole_12_months"] else " (less: the log is shorter)"
    word.say(made, f"Twelve months to {day(found['as_of_date'])}{whole}", "Heading 2")
    rows = []
    for label, column, show, other, other_column, other_show in (
        ("Paid-net revenue", "last_12_months_net_revenue_amount", amount,
         "Run rate: last 30 days as a year", "last_30_days_annualised_amount", amount),
        ("Growth on the twelve months before", "growth_year_on_year", signed,
         "Last full quarter on a year before", "growth_quarter_year_on_year", signed),
        ("Refund rate, by value", "refund_value_rate", percent,
         "Average order, net of refunds", "average_order_amount", partial(amount, digits=2)),
        ("Active customers", "active_customer_count", number,
         "of whom have bought more than once", "repeat_customer_rate", percent),
        ("Share of the ten biggest customers", "top_10_customer_revenue_share", percent,
         "Swing of weekly revenue", "weekly_revenue_volatility", percent),
    ):  # fmt: skip
        rows.append([label, show(found[column]), other, other_show(found[other_column])])
    word.table(made, rows, (5.6, 2.9, 5.6, 2.9), left=(0, 2), strong=(1, 3), has_header=False)


def _revenue(made: Document, company: Company) -> None:
    when = company.month["revenue_month"]
    shown = [r for r in company.rows["fct_monthly_revenue"] if r["revenue_month"] <= when]
    shown = shown[-_PICTURED_MONTHS:]
    word.say(made, "Revenue by month", "Heading 1")
    is_partial = any(row["is_partial_month"] for row in shown)
    word.picture(
        made,
        pictures.revenue(shown, company.currency),
        f"Bars: net revenue by month from {month(shown[0]['revenue_month'])} to {month(when)}, "
        "of returning and new customers. Below: the refund rate by value.",
        "Net revenue of each month's orders, and the share of their value refunded so far. New: "
        "customers without a paid order in an earlier month."
        + " Hatched: months that the log covers only in part."
        * is_partial,
    )


def _refunds(made: Document, company: Company) -> None:
    now, year = company.month, company.one("fct_company_summary")
    when = month(now["revenue_month"])

    def refunded(row: Row, so_far: str) -> str:
        if not row["refund_value_rate"]:
            return f"nothing has been refunded{so_far}"
        rates = percent(row["refund_value_rate"]), percent(row["refund_order_rate"])
        return f"{rates[0]} of the value and {rates[1]} of the number have been refunded{so_far}"

    if now["refund_value_rate"] is None:
        text = f"{when} has no sales to refund."
    else:
        amount = f": {money(now['refund_amount'], company.currency)}" * bool(now["refund_amount"])
        text = f"Of {when}'s orders {refunded(now, ' so far')}{amount}."
    if year["refund_value_rate"] is not None:
        end = day(year["as_of_date"])
        text += f" Of the orders of the twelve months to {end} {refunded(year, '')}."
    if now["refunds_issued_amount"] is not None:
        issued = money(now["refunds_issued_amount"], company.currency)
        text += f" Refunds made in {when}, of orders of any month: {issued}."
    text += " A refund counts in the month of its order, so the latest months may still rise."
    word.say(made, "Refunds", "Heading 1")
    word.say(made, text)


def _retention(made: Document, company: Company) -> None:
    when = company.month["revenue_month"]
    cells = {
        (row["cohort_month"], row["month_number"]): row
        for row in company.rows["fct_cohort_revenue"]
        if row["revenue_month"] <= when
    }
    cohorts = sorted({cohort for cohort, _ in cells if cohort < when})[-_COHORTS:]
    word.say(made, "Retention of recent cohorts", "Heading 1")
    if not cohorts:
        word.say(made, f"No customer's first paid order before {month(when)} is in the log.")
        return
    later = range(1, _LATER_MONTHS + 1)
    rows = [["First paid order in", "Customers", *(f"+{n}" for n in later), "Spent per customer"]]
    for cohort in cohorts:
        reached = [cells.get((cohort, n)) for n in later]
        last = max(n for month_, n in cells if month_ == cohort)
        spent = cells[cohort, last]["cumulative_net_revenue_per_customer_amount"]
        rates = [NONE if c is None else percent(c["retention_rate"]) for c in reached]
        count = number(cells[cohort, 0]["cohort_customer_count"])
        rows.append([month(cohort), count, *rates, money(spent, company.currency, 2)])
    word.table(made, rows, (3.6, 2.0, *[1.4] * _LATER_MONTHS, 3.0))
    word.say(
        made,
        "Share of the customers with their first paid order in a month who bought again one to six "
        f"months later, and what they have spent per head up to {month(when)}."
        + " The last month is partial."
        * company.month["is_partial_month"],
        "Caption",
    )
