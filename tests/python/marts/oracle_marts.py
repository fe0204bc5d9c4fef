"""The marts that follow from a company's orders, computed in plain Python.

Amounts are exact (`Decimal`), rates and averages are exact quotients (`Fraction`), so
every difference from the warehouse is the warehouse's, or a wrong definition here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .oracle_orders import ZERO, Order, grouped

Key = tuple[Any, ...]
#: Mart name → key of a row → column → value.
Marts = dict[str, dict[Key, dict[str, Any]]]
#: Columns of a cohort cell, unknown once the log has ended.
CELL = (
    "active_customer_count",
    "retention_rate",
    "continuous_customer_count",
    "continuous_rate",
    "net_revenue_amount",
    "cumulative_net_revenue_amount",
    "cumulative_net_revenue_per_customer_amount",
)


def daily_revenue(
    orders: Sequence[Order], alone: Sequence[Order] = ()
) -> dict[Key, dict[str, Any]]:
    """Every day from the first to the last order of any status; `alone` are refunds of none."""
    by_day = grouped(paid_orders(orders), lambda o: o.day)
    back = grouped(alone, lambda o: o.day)
    return {
        (day,): _sums([*(paid := by_day.get(day, [])), *back.get(day, [])])
        | {"paid_order_count": len(paid), "active_customer_count": len(customers_of(paid))}
        for day in span(orders)
    }


def monthly_revenue(
    orders: Sequence[Order], alone: Sequence[Order] = ()
) -> dict[Key, dict[str, Any]]:
    """Every month with a day in the span of the log; `alone` are refunds of no order."""
    back = grouped(alone, lambda o: o.month)
    days = set(span(orders))
    by_month = grouped(paid_orders(orders), lambda o: o.month)
    months: dict[Key, dict[str, Any]] = {}
    for month in sorted({day.replace(day=1) for day in days}):
        paid = by_month.get(month, [])
        sums = _sums([*paid, *back.get(month, [])])
        new = net_of(o for o in paid if o.is_new)
        guest = net_of(o for o in paid if o.row.customer_id is None) + net_of(back.get(month, []))
        net, refunded = sums["net_revenue_amount"], sum(o.refund > 0 for o in paid)
        end = next_month(month)
        months[(month,)] = sums | {
            "new_customer_revenue_amount": new,
            "guest_revenue_amount": guest,
            "returning_customer_revenue_amount": net - guest - new,
            "new_customer_revenue_share": quotient(new, net - guest),
            "refund_value_rate": quotient(sums["refund_amount"], sums["gross_amount"]),
            "refund_order_rate": quotient(refunded, len(paid)),
            "paid_order_count": len(paid),
            "customer_count": len(customers_of(paid)),
            "new_customer_count": len(customers_of(o for o in paid if o.cohort == month)),
            "average_order_amount": quotient(net, len(paid)),
            "is_partial_month": not {month + timedelta(i) for i in range((end - month).days)}
            <= days,
        }
    return months


def cohort_revenue(orders: Sequence[Order]) -> dict[Key, dict[str, Any]]:
    """Each cohort by month number; what lies after the log's last month is None."""
    months = sorted({day.replace(day=1) for day in span(orders)})
    cells: dict[Key, dict[str, Any]] = {}
    in_cohort = [o for o in paid_orders(orders) if o.cohort]
    for cohort, theirs in grouped(in_cohort, lambda o: o.cohort).items():
        always = customers_of(theirs)
        size, total = len(always), ZERO
        to_come = months[months.index(cohort) :]
        for number in range(len(months)):
            cell: dict[str, Any] = dict.fromkeys(CELL)
            if number < len(to_come):
                active = [o for o in theirs if o.month == to_come[number]]
                total += net_of(active)
                count = len(customers_of(active))
                always &= customers_of(active)
                values = (
                    *(count, Fraction(count, size), len(always), Fraction(len(always), size)),
                    *(net_of(active), total, quotient(total, size)),
                )
                cell = dict(zip(cell, values, strict=True))
            cells[(cohort, number)] = {"cohort_customer_count": size} | cell
    return cells


def customer_months(orders: Sequence[Order]) -> dict[Key, dict[str, Any]]:
    """Each identified customer's months with a paid order."""
    known = [o for o in paid_orders(orders) if o.row.customer_id]
    return {
        key: {
            "net_revenue_amount": net_of(theirs),
            "paid_order_count": len(theirs),
            "average_order_amount": quotient(net_of(theirs), len(theirs)),
            "active_day_count": len({o.day for o in theirs}),
        }
        for key, theirs in grouped(known, lambda o: (o.row.customer_id, o.month)).items()
    }


def customer_weeks(orders: Sequence[Order]) -> dict[Key, dict[str, Any]]:
    """Each identified customer's ISO weeks with a paid order."""
    known = [o for o in paid_orders(orders) if o.row.customer_id]
    return {
        key: {
            "week_start_date": date.fromisocalendar(key[1], key[2], 1),
            "active_day_count": len({o.day for o in theirs}),
            "paid_order_count": len(theirs),
            "net_revenue_amount": net_of(theirs),
        }
        for key, theirs in grouped(
            known, lambda o: (o.row.customer_id, *o.day.isocalendar()[:2])
        ).items()
    }


def paid_orders(orders: Iterable[Order]) -> list[Order]:
    """Return the orders that are paid."""
    return [order for order in orders if order.row.is_paid]


def net_of(orders: Iterable[Order]) -> Decimal:
    """Return the net revenue of the orders."""
    return sum((order.net for order in orders), ZERO)


def _sums(paid: Sequence[Order]) -> dict[str, Any]:
    return {
        "net_revenue_amount": net_of(paid),
        "gross_amount": sum((o.row.gross for o in paid), ZERO),
        "refund_amount": sum((o.refund for o in paid), ZERO),
    }


def customers_of(orders: Iterable[Order]) -> set[str]:
    """Return the ids of the identified customers."""
    return {order.row.customer_id for order in orders if order.row.customer_id}


def span(orders: Sequence[Order]) -> list[date]:
    """Return every day from the first order to the last."""
    days = [order.day for order in orders]
    if not days:
        return []
    return [min(days) + timedelta(i) for i in range((max(days) - min(days)).days + 1)]


def next_month(month: date) -> date:
    """Return the first day of the month after."""
    return (month + timedelta(32)).replace(day=1)


def average(values: Sequence[Fraction | int]) -> Fraction | None:
    """Return the mean, None of nothing."""
    return Fraction(sum(values)) / len(values) if values else None


def quotient(numerator: Decimal | int, denominator: Decimal | int) -> Fraction | None:
    """Return the exact quotient, None over 0."""
    return Fraction(numerator) / Fraction(denominator) if denominator else None
