"""How a company's customers come, buy and lapse, computed in plain Python from its orders.

Every number is counted from its definition, period by period and customer by customer;
nothing is added up from changes as the warehouse does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .oracle_marts import Key, average, net_of, next_month, paid_orders, quotient, span
from .oracle_orders import Order, grouped

LAPSED_AFTER_DAYS = 180
LEAST_AT_RISK = 10
KEPT_CHANGES = 20


def customer_activity(orders: Sequence[Order]) -> dict[Key, dict[str, Any]]:
    """Every month and week of the log: who is new, active, lapsed by its end."""
    days = span(orders)
    theirs = _orders_of_customers(orders)
    rows: dict[Key, dict[str, Any]] = {}
    for period_type in ("month", "week"):
        before: dict[str, Any] | None = None
        for start, last in _periods(days, period_type):
            row = _period(start, last, days, theirs)
            was = before["active_customer_count"] if before else 0
            is_comparable = before is not None and not (
                row["is_partial_period"] or before["is_partial_period"]
            )
            row["active_customer_change_rate"] = (
                quotient(row["active_customer_count"] - was, was) if is_comparable else None
            )
            rows[(period_type, start)] = before = row
    return rows


def _periods(days: Sequence[date], period_type: str) -> Iterator[tuple[date, date]]:
    if not days:
        return
    is_month = period_type == "month"
    start = days[0].replace(day=1) if is_month else days[0] - timedelta(days[0].weekday())
    while start <= days[-1]:
        after = next_month(start) if is_month else start + timedelta(7)
        yield start, after - timedelta(1)
        start = after


def _period(
    start: date, last: date, days: Sequence[date], theirs: dict[str, list[Order]]
) -> dict[str, Any]:
    end = min(last, days[-1])
    so_far = {c: [o for o in os if o.day <= end] for c, os in theirs.items()}
    so_far = {c: os for c, os in so_far.items() if os}
    inside = {c: [o for o in os if start <= o.day] for c, os in so_far.items()}
    active = [os for os in inside.values() if os]
    all_active = [o for os in active for o in os]
    is_old = (end - days[0]).days >= LAPSED_AFTER_DAYS
    lapsed = sum((end - max(o.day for o in os)).days >= LAPSED_AFTER_DAYS for os in so_far.values())
    return {
        "is_partial_period": start < days[0] or last > days[-1],
        "customer_count": len(so_far),
        "new_customer_count": sum(
            os[0].cohort is not None and min(o.day for o in os) >= start for os in so_far.values()
        ),
        "active_customer_count": len(active),
        "lapsed_customer_count": lapsed if is_old else None,
        "lapsed_share": quotient(lapsed, len(so_far)) if is_old else None,
        "paid_order_count": len(all_active),
        "net_revenue_amount": net_of(all_active),
        "average_order_amount_per_customer": average(
            [quotient(net_of(os), len(os)) for os in active]
        ),
        "average_customer_spend_amount": quotient(net_of(all_active), len(active)),
        "average_active_day_count": average([len({o.day for o in os}) for os in active]),
    }


def customer_spend_changes(orders: Sequence[Order]) -> dict[Key, dict[str, Any]]:
    """The largest changes of spend between two months that the log covers whole."""
    days = set(span(orders))
    whole = [
        start for start, last in _periods(sorted(days), "month") if start in days and last in days
    ]
    pairs = [(m, next_month(m)) for m in whole if next_month(m) in whole]
    rows: dict[Key, dict[str, Any]] = {}
    for before, month in pairs:
        changes = []
        for customer, theirs in _orders_of_customers(orders).items():
            was, now = (net_of(o for o in theirs if o.month == m) for m in (before, month))
            changes.append((now - was, customer, was, now, theirs[0].cohort == month))
        for direction, sign in (("increase", 1), ("decrease", -1)):
            chosen = sorted((-abs(c[0]), *c[1:]) for c in changes if c[0] * sign > 0)
            for rank, (size, customer, was, now, is_new) in enumerate(chosen[:KEPT_CHANGES], 1):
                rows[(month, direction, rank)] = {
                    "customer_id": customer,
                    "previous_month_net_revenue_amount": was,
                    "net_revenue_amount": now,
                    "change_amount": -size * sign,
                    "is_new_customer": is_new,
                    "is_latest_month": month == pairs[-1][1],
                }
    return rows


def purchase_spans(orders: Sequence[Order]) -> dict[Key, dict[str, Any]]:
    """How many customers bought over how many whole weeks."""
    customers = [(_weeks(theirs), theirs) for theirs in _orders_of_customers(orders).values()]
    return {
        (week,): {
            "customer_count": len(of_week := [os for weeks, os in customers if weeks == week]),
            "repeat_customer_count": sum(len(os) > 1 for os in of_week),
            "older_customer_count": sum(os[0].cohort is None for os in of_week),
        }
        for week in range(max((weeks for weeks, _ in customers), default=-1) + 1)
    }


def purchase_intervals(orders: Sequence[Order]) -> dict[Key, dict[str, Any]]:
    """The orders after so many whole weeks without one of the same customer."""
    after = [
        (max((later.day - order.day).days, 0) // 7, later)
        for theirs in _orders_of_customers(orders).values()
        for order, later in pairwise(theirs)
    ]
    return {
        (week,): {
            "paid_order_count": len(of_week := [o for weeks, o in after if weeks == week]),
            "order_share": Fraction(len(of_week), len(after)),
            "average_order_amount": quotient(net_of(of_week), len(of_week)),
        }
        for week in range(max((weeks for weeks, _ in after), default=-1) + 1)
    }


def second_purchases(orders: Sequence[Order]) -> dict[Key, dict[str, Any]]:
    """The Kaplan-Meier curve of second purchases, week by week over the customers seen."""
    days = span(orders)
    seen = []
    for theirs in _orders_of_customers(orders).values():
        if theirs[0].cohort is None:
            continue
        first = min(o.day for o in theirs)
        weeks = [
            (first + timedelta(7 * n), first + timedelta(7 * n + 6))
            for n in range(((days[-1] - first).days + 1) // 7)
        ]
        seen.append((weeks, theirs[1].day if len(theirs) > 1 else None))
    rows: dict[Key, dict[str, Any]] = {}
    survival, week = Fraction(1), 0
    while at_risk := [
        (weeks, second)
        for weeks, second in seen
        if len(weeks) > week and (second is None or second >= weeks[week][0])
    ]:
        bought = [s for weeks, s in at_risk if s is not None and s <= weeks[week][1]]
        survival *= 1 - Fraction(len(bought), len(at_risk))
        unseen = sum(
            len(weeks) == week + 1 and (s is None or s > weeks[week][1]) for weeks, s in at_risk
        )
        rows[(week,)] = {
            "at_risk_customer_count": len(at_risk),
            "second_purchase_count": len(bought),
            "censored_customer_count": unseen,
            "second_purchase_share": 1 - survival if len(at_risk) >= LEAST_AT_RISK else None,
        }
        week += 1
    return rows


def _orders_of_customers(orders: Sequence[Order]) -> dict[str, list[Order]]:
    known = [o for o in paid_orders(orders) if o.row.customer_id]
    groups = grouped(known, lambda o: o.row.customer_id)
    return {customer: sorted(os, key=lambda o: o.number) for customer, os in groups.items()}


def _weeks(theirs: Sequence[Order]) -> int:
    days = [o.day for o in theirs]
    return (max(days) - min(days)).days // 7
