"""What a report says of a company's figures, section by section."""

from __future__ import annotations

from functools import partial
from math import floor

from ingestion.gate import agreement, charts
from ingestion.gate.facts import Facts, Row
from ingestion.gate.page import Figure, Part, Section, Table
from reporting.words import NONE, counted, day, money, month, number, percent

PARTS = {
    "rows_used": "Order rows used",
    "other_rows_used": "Other rows used",
    "refunds_matched": "Refunds with their order",
    "counters_agree": "Counters agree with orders",
    "history_complete": "Customers without older orders",
    "months_covered": "Months with a paid order",
    "customers_named": "Orders with a customer",
}


def part(company_id: str, facts: Facts, read_count: int, excluded: dict[str, int]) -> Part:
    """Return what there is to say of a company whose files have `read_count` lines."""
    company = facts["company"][0] if facts["company"] else {}
    made = Part(company_id, company.get("company_name") or company_id)
    if not company:
        return made
    currency = company["currency"]
    made.figures = _figures(facts, company, currency)
    for build in (
        _revenue,
        agreement.refunds,
        _quality,
        agreement.rows,
        agreement.counters,
        _currencies,
        _statuses,
    ):
        section = build(facts, company, currency, read_count, excluded)
        if section is not None:
            made.sections.append(section)
    return made


def _figures(facts: Facts, company: Row, currency: str | None) -> list[Figure]:
    totals = facts["totals"][0] if facts["totals"] else {}
    summary = facts["summary"][0] if facts["summary"] else {}
    amount = partial(money, currency=currency)
    score = facts["parts"][0]["company_score"] if facts["parts"] else None
    to = f"to {day(summary.get('as_of_date'))}" + (
        "" if summary.get("has_whole_12_months") else "; less is in the file"
    )
    orders, paid = company["order_count"], company["paid_order_count"]
    return [
        Figure("Paid-net revenue", amount(totals.get("net_revenue_amount")),
               "paid orders, less refunds"),
        Figure("Last 12 months", amount(summary.get("last_12_months_net_revenue_amount")), to),
        Figure("Orders", number(orders), f"{number(paid)} of them paid"),
        Figure("Customers", number(company["customer_count"]),
               f"guest orders: {number(company['guest_order_count'])}"),
        Figure("Average order", amount(totals.get("average_order_amount"), digits=2),
               "net, per paid order"),
        Figure("Refund rate", percent(totals.get("refund_value_rate")),
               f"by value; {percent(totals.get('refund_order_rate'))} of the paid orders"),
        Figure("First to last order", day(company["first_order_date"]),
               f"to {day(company['last_order_date'])}, {company['time_zone']}"),
        Figure("Data quality", _score(score) if score is not None else NONE,
               "its parts are below"),
    ]  # fmt: skip


def _score(score: float) -> str:
    """Return a score that is 100 only where nothing is wrong."""
    return f"{floor(score * 10 + 1e-6) / 10:g} of 100"


def _revenue(
    facts: Facts, company: Row, currency: str | None, _read: int, _excluded: dict
) -> Section | None:
    rows, quality = facts["months"], facts["quality"]
    if not rows:
        return None
    made = Section("Revenue and coverage by month", is_wide=True)
    empty = [month(row["revenue_month"]) for row in rows if not row["paid_order_count"]]
    partial_months = [month(row["revenue_month"]) for row in rows if row["is_partial_month"]]
    if partial_months:
        made.says.append(f"Only part of {_listed(partial_months)} is in the file.")
    if empty:
        made.warns.append(f"{counted(len(empty), 'month')} without a paid order: {_listed(empty)}.")
    gap = quality[0]["longest_gap_day_count"] if quality else 0
    if gap:
        made.says.append(f"Longest time without a paid order: {counted(gap, 'day')}.")
    made.pictures.append(charts.months(rows, currency))
    made.tables.append(Table(
        "All months",
        ["Month", "Paid-net revenue", "Refunds", "Paid orders", "Customers", "New customers", ""],
        [
            [
                month(row["revenue_month"], "%b"),
                money(row["net_revenue_amount"], currency),
                money(row["refund_amount"], currency),
                number(row["paid_order_count"]),
                number(row["customer_count"]),
                number(row["new_customer_count"]),
                "no paid order" if not row["paid_order_count"]
                else "partial" * row["is_partial_month"],
            ]
            for row in rows
        ],
        left=(0, 6),
        is_long=True,
    ))  # fmt: skip
    return made


def _listed(names: list[str]) -> str:
    if len(names) > 6:
        names = [*names[:5], f"{len(names) - 5} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _quality(
    facts: Facts, _company: Row, _currency: str | None, _read: int, _excluded: dict
) -> Section | None:
    rows = facts["parts"]
    if not rows:
        return None
    made = Section(f"Data-quality score: {_score(rows[0]['company_score'])}")
    made.pictures.append(charts.score(rows, PARTS))
    made.tables.append(Table(
        "Parts of the score",
        ["Part", "Good", "Weight"],
        [[PARTS[row["part_name"]], percent(row["part_share"]), number(row["part_weight"])]
         for row in rows],
        is_long=True,
    ))  # fmt: skip
    return made


def _currencies(
    facts: Facts, _company: Row, _currency: str | None, _read: int, _excluded: dict
) -> Section:
    made = Section("Currencies of order rows")
    others = [row for row in facts["currencies"] if not row["is_used"]]
    if others:
        count = counted(sum(row["row_count"] for row in others), "row")
        made.warns.append(f"{count} in another currency than the company's: rejected.")
    made.tables.append(Table(
        "By currency",
        ["Currency", "Rows", "Gross amount", ""],
        [
            [row["currency"] or "not said", number(row["row_count"]),
             number(row["gross_amount"], 2), "" if row["is_used"] else "rejected"]
            for row in facts["currencies"]
        ],
        left=(0, 3),
    ))  # fmt: skip
    return made


def _statuses(
    facts: Facts, _company: Row, currency: str | None, _read: int, _excluded: dict
) -> Section:
    made = Section("Statuses of orders")
    made.tables.append(Table(
        "By status",
        ["Status", "", "Orders", "Gross amount"],
        [
            [(row["status"] or NONE).replace("_", " "),
             "test" if row["is_test"] else "paid" if row["is_paid"] else "not revenue",
             number(row["order_count"]), money(row["gross_amount"], currency)]
            for row in facts["statuses"]
        ],
        left=(0, 1),
    ))  # fmt: skip
    return made
