"""What a lender reads first, computed in plain Python from a company's orders.

The company as a whole, its last twelve months, and how much of them its biggest customers
bring. Windows end on the last whole day.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from statistics import fmean, stdev
from typing import Any

from .oracle_marts import Key, net_of, paid_orders, quotient, span
from .oracle_orders import ZERO, Order, grouped
from .oracle_rows import Company

COMPARED_DAYS = 56
MISSING_ORDERS = 4
TOPS = (1, 5, 10, 20, 50, 100)
WEEKS, LEAST_WEEKS = 52, 13
#: One percent of the customers with counters must show older orders.
TRUNCATED_SHARE = Fraction(1, 100)


def as_of(orders: Sequence[Order]) -> date | None:
    """Return the last whole day: the last one, unless it ends with four orders to come."""
    if not orders:
        return None
    last_at, last = max(o.row.ordered_at for o in orders), max(o.day for o in orders)
    days = (last - min(o.day for o in orders)).days
    later = sum(
        1 <= (age := (last - o.day).days) <= COMPARED_DAYS
        and o.row.ordered_at > last_at - timedelta(age)
        for o in orders
    )
    is_partial = days >= 2 and Fraction(later, min(days, COMPARED_DAYS)) >= MISSING_ORDERS
    return last - timedelta(is_partial)


def months_before(day: date, months: int) -> date:
    """Return the day so many months before, the month's last when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def company(
    settings: Company, orders: Sequence[Order], counts: dict[str, int]
) -> dict[Key, dict[str, Any]]:
    """The one row of dim_companies; none of a company without settings."""
    if not settings.is_known:
        return {}
    theirs = [os for c, os in grouped(orders, lambda o: o.row.customer_id).items() if c]
    reporting = [os for os in theirs if any(o.row.reported_count is not None for o in os)]
    older = sum(os[0].has_older for os in theirs)
    days = [o.day for o in orders]
    return {
        (): {
            "first_order_date": min(days, default=None),
            "last_order_date": max(days, default=None),
            "order_count": len(orders),
            "paid_order_count": len(paid_orders(orders)),
            "guest_order_count": sum(o.row.customer_id is None for o in orders),
            "revenue_includes_tax": settings.revenue_includes_tax,
            "revenue_includes_shipping": settings.revenue_includes_shipping,
            "order_without_tax_count": sum(o.row.tax is None for o in paid_orders(orders)),
            "order_without_shipping_count": sum(
                o.row.shipping is None for o in paid_orders(orders)
            ),
            "customer_count": len(theirs),
            "older_customer_count": older,
            "history_is_truncated": older > 0 and older >= TRUNCATED_SHARE * len(reporting),
            "raw_row_count": counts["raw"],
            "rejected_row_count": counts["rejected"],
            "superseded_row_count": counts["superseded"],
        }
    }


def company_summary(
    settings: Company, orders: Sequence[Order], alone: Sequence[Order] = ()
) -> dict[Key, dict[str, Any]]:
    """The last twelve months and what they grew from, as a lender compares companies.

    `alone` are refunds of no order: money back, and no order.
    """
    if not settings.is_known:
        return {}
    end = as_of(orders)
    if end is None:
        return {(): dict.fromkeys(SUMMARY) | dict.fromkeys(COUNTS, 0) | {WHOLE: False}}
    first = min(o.day for o in orders)
    paid = [o for o in [*paid_orders(orders), *alone] if o.day <= end]
    start, start_before = (months_before(end + timedelta(1), n) for n in (12, 24))
    money = [o for o in paid if o.day >= start]
    year = paid_orders(money)
    before = net_of(o for o in paid if start_before <= o.day < start)
    thirty = [o for o in paid if o.day > end - timedelta(30)]
    month = months_before((end + timedelta(1)).replace(day=1), 1)
    quarters = [
        net_of(o for o in paid if start <= o.month <= last)
        for start, last in (
            (months_before(month, 2), month),
            (months_before(month, 14), months_before(month, 12)),
        )
    ]
    gross, refund = (
        sum(values, ZERO) for values in ((o.row.gross for o in money), (o.refund for o in money))
    )
    customers = _recent(orders)
    tops = top_customers(settings, orders, alone)
    values = (
        max(o.day for o in orders),
        end,
        net_of(money),
        Fraction(net_of(thirty)) * 365 / 30 if first <= end - timedelta(29) else None,
        _growth(net_of(money), before, is_known=first <= start_before),
        _growth(*quarters, is_known=first <= months_before(month, 14)),
        quotient(net_of(money), len(year)),
        quotient(sum(is_repeat for _, _, is_repeat in customers), len(customers)),
        quotient(refund, gross),
        quotient(sum(o.refund > 0 for o in year), len(year)),
        tops[(10,)]["revenue_share"],
    )
    weeks = _full_weeks(orders, end, alone)
    mean = fmean(weeks) if weeks else 0
    is_measured = len(weeks) >= LEAST_WEEKS and mean > 0
    return {
        (): dict(zip(SUMMARY, values, strict=False))
        | {
            WHOLE: first <= start,
            SUMMARY[-1]: Fraction(stdev(weeks) / mean) if is_measured else None,
        }
        | dict(zip(COUNTS, (len(weeks), len(year), len(customers)), strict=True))
    }


WHOLE = "has_whole_12_months"
COUNTS = ("full_week_count", "paid_order_count", "active_customer_count")
SUMMARY = (
    *("last_order_date", "as_of_date", "last_12_months_net_revenue_amount"),
    *("last_30_days_annualised_amount", "growth_year_on_year"),
    *(
        "growth_quarter_year_on_year",
        "average_order_amount",
        "repeat_customer_rate",
        "refund_value_rate",
        "refund_order_rate",
    ),
    *("top_10_customer_revenue_share", "weekly_revenue_volatility"),
)


def _growth(now: Decimal, before: Decimal, *, is_known: bool) -> Fraction | None:
    return Fraction(now) / Fraction(before) - 1 if is_known and before > 0 else None


def _full_weeks(orders: Sequence[Order], end: date, alone: Sequence[Order]) -> list[float]:
    """Return the revenue of up to 52 weeks that the log covers whole, the last ending by `end`."""
    after = end + timedelta(1)
    monday = after - timedelta(after.weekday())
    first = span(orders)[0]
    starts = [monday - timedelta(7 * n) for n in range(1, WEEKS + 1)]
    paid = [*paid_orders(orders), *alone]
    return [
        float(net_of(o for o in paid if start <= o.day < start + timedelta(7)))
        for start in starts
        if start >= first
    ]


def _year(orders: Iterable[Order], end: date | None) -> list[Order]:
    if end is None:
        return []
    start = months_before(end + timedelta(1), 12)
    return [o for o in paid_orders(orders) if start <= o.day <= end]


def _recent(orders: Sequence[Order]) -> list[tuple[Decimal, str, bool]]:
    """Return (revenue, id, is a repeat customer) of the year's customers, biggest first."""
    paid = grouped(paid_orders(orders), lambda o: o.row.customer_id)
    year = grouped(_year(orders, as_of(orders)), lambda o: o.row.customer_id)
    rows = [
        (-net_of(os), customer, len(paid[customer]) > 1 or os[0].has_older)
        for customer, os in year.items()
        if customer
    ]
    return [(-minus, customer, is_repeat) for minus, customer, is_repeat in sorted(rows)]


def top_customers(
    settings: Company, orders: Sequence[Order], alone: Sequence[Order] = ()
) -> dict[Key, dict[str, Any]]:
    """What the biggest 1, 5 … customers of the year bring; guests count in the whole only."""
    if not settings.is_known:
        return {}
    customers = _recent(orders)
    end = as_of(orders)
    guests = net_of(o for o in _year(orders, end) if o.row.customer_id is None)
    if end is not None:
        start = months_before(end + timedelta(1), 12)
        guests += net_of(o for o in alone if start <= o.day <= end)
    whole = max(guests, ZERO) + sum((max(net, ZERO) for net, *_ in customers), ZERO)
    return {
        (top,): {
            "has_that_many": len(customers) >= top,
            "net_revenue_amount": sum(net for net, *_ in customers[:top]) if customers else None,
            "revenue_share": quotient(sum(max(net, ZERO) for net, *_ in customers[:top]), whole)
            if customers
            else None,
        }
        for top in TOPS
    }


def customer_concentration(orders: Sequence[Order]) -> dict[Key, dict[str, Any]]:
    """What the biggest 1 to 100 percent of the year's customers bring, in whole customers."""
    customers = _recent(orders)
    nets = list(accumulate(net for net, *_ in customers))
    positive = list(accumulate(max(net, ZERO) for net, *_ in customers))
    rows: dict[Key, dict[str, Any]] = {}
    for percent in range(1, 101) if customers else ():
        count = math.ceil(Fraction(percent * len(customers), 100))
        rows[(percent,)] = {
            "customer_count": count,
            "cumulative_net_revenue_amount": nets[count - 1],
            "cumulative_revenue_share": quotient(positive[count - 1], positive[-1]),
        }
    return rows
