"""What each customer is worth, how long silent, and in which segment, in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .oracle_customers import LAPSED_AFTER_DAYS
from .oracle_marts import Key, net_of, paid_orders, quotient
from .oracle_orders import Order, grouped

LEAST_GAPS = 30
RECENCY_DAYS = (30, 60, 90, LAPSED_AFTER_DAYS)
FREQUENCY_ORDERS = (2, 3, 5, 10)
#: Frequency score -> the segments of the recency scores from 1 to 5.
SEGMENTS = {
    1: ("one_time", "one_time", "promising", "promising", "new"),
    2: ("lapsed", "at_risk", "potential_loyal", "potential_loyal", "potential_loyal"),
    3: ("lapsed", "at_risk", "loyal", "loyal", "loyal"),
    4: ("lapsed", "at_risk", "loyal", "champion", "champion"),
    5: ("lapsed", "at_risk", "loyal", "champion", "champion"),
}
UNKNOWN = (
    *("weeks_since_first_purchase", "weeks_since_previous_purchase"),
    *("is_first_order_above_average", "is_lapsed", "lapse_gap_days", "is_lapsed_by_own_rhythm"),
    *("recency_score", "frequency_score", "monetary_score", "customer_segment"),
)
CUSTOMER = (
    *("cohort_month", "first_paid_date", "last_paid_date", "order_count", "paid_order_count"),
    *("net_revenue_amount", "lifetime_value_amount", "average_order_amount"),
    *("has_older_orders", "is_repeat_customer", *UNKNOWN),
)


def customers(orders: Sequence[Order]) -> dict[Key, dict[str, Any]]:
    """Each customer with an order of any status."""
    groups = grouped(orders, lambda o: o.row.customer_id)
    theirs = {c: sorted(os, key=lambda o: o.number or 0) for c, os in groups.items() if c}
    bought = {c: paid for c, os in theirs.items() if (paid := paid_orders(os))}
    gap = lapse_gap_days(orders)
    cuts = _fifths([net_of(os) for os in bought.values()])
    days = sorted({o.day for o in orders})
    rows: dict[Key, dict[str, Any]] = {}
    for customer, os in theirs.items():
        paid = bought.get(customer, [])
        rows[(customer,)] = {
            "cohort_month": os[0].cohort,
            "first_paid_date": min((o.day for o in paid), default=None),
            "last_paid_date": max((o.day for o in paid), default=None),
            "order_count": len(os),
            "paid_order_count": len(paid),
            "net_revenue_amount": net_of(paid),
            "lifetime_value_amount": net_of(paid),
            "average_order_amount": quotient(net_of(paid), len(paid)),
            "has_older_orders": os[0].has_older,
            "is_repeat_customer": len(paid) > 1,
        } | (_buyer(paid, days, gap, cuts) if paid else dict.fromkeys(UNKNOWN))
    return rows


def lapse_gap_days(orders: Sequence[Order]) -> int | None:
    """The least number of days that nine in ten gaps between purchase days do not exceed."""
    gaps = []
    for customer, os in grouped(paid_orders(orders), lambda o: o.row.customer_id).items():
        if customer:
            days = sorted({o.day for o in os})
            gaps += [(later - day).days for day, later in pairwise(days)]
    return _least(sorted(gaps), Fraction(9, 10)) if len(gaps) >= LEAST_GAPS else None


def _least(ordered: Sequence[Any], share: Fraction) -> Any:
    """Return the first of ordered values with which at least so large a share is reached."""
    return next(v for n, v in enumerate(ordered, 1) if n >= share * len(ordered))


def _fifths(nets: Sequence[Decimal]) -> list[Decimal]:
    ordered = sorted(nets)
    return [_least(ordered, Fraction(n, 5)) for n in range(1, 5)] if ordered else []


def _buyer(
    paid: Sequence[Order], days: Sequence[date], gap: int | None, cuts: Sequence[Decimal]
) -> dict[str, Any]:
    end, net = days[-1], net_of(paid)
    silent = (end - max(o.day for o in paid)).days
    count = max(len(paid), 2 if paid[0].has_older else 1)
    recency = 5 - sum(silent >= day for day in RECENCY_DAYS)
    frequency = 1 + sum(count >= orders for orders in FREQUENCY_ORDERS)
    # The fifths that equal values fill are those from the first to the last of them.
    first, last = 1 + sum(cut < net for cut in cuts), 1 + sum(cut <= net for cut in cuts)
    is_known = len(paid) > 1 and not paid[0].has_older
    return {
        "weeks_since_first_purchase": (end - min(o.day for o in paid)).days // 7,
        "weeks_since_previous_purchase": silent // 7,
        "is_first_order_above_average": paid[0].net > Fraction(net) / len(paid)
        if is_known
        else None,
        "is_lapsed": silent >= LAPSED_AFTER_DAYS
        if (end - days[0]).days >= LAPSED_AFTER_DAYS
        else None,
        "lapse_gap_days": gap,
        "is_lapsed_by_own_rhythm": None if gap is None else silent > gap,
        "recency_score": recency,
        "frequency_score": frequency,
        "monetary_score": (first + last) // 2,
        "customer_segment": SEGMENTS[frequency][recency - 1],
    }
