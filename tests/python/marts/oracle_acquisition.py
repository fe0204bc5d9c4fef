"""Whether newer customers do worse than older ones at the same age, in plain Python.

Every figure is counted anew from the customers of its months.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

from .oracle_marts import Key, net_of, next_month, paid_orders, quotient
from .oracle_orders import ZERO, Order, grouped
from .oracle_risk import as_of, months_before
from .oracle_scores import lapse_gap_days

AGES = (30, 90, 180)
LEAST_CUSTOMERS = 30
WARM_UP_DAYS = 90
#: One in a hundred on either side.
DEVIATIONS = 2.33
FIGURES = ("net_revenue_per_customer_amount", "bought_again_share")
FIGURES += ("median_second_purchase_days", "refund_value_rate")
RANGES = ("net_revenue_change_low", "net_revenue_change_high")
RANGES += ("bought_again_change_low", "bought_again_change_high")
ACQUISITION = (
    *("cohort_end_date", "customer_count", "net_revenue_amount", "bought_again_count"),
    *("compared_with", "earlier_start_date", "earlier_end_date", "earlier_customer_count"),
    *(*FIGURES, *(f"earlier_{figure}" for figure in FIGURES)),
    *("net_revenue_change", "bought_again_change", *RANGES),
)


@dataclass(frozen=True)
class Newcomer:
    """A customer by an age: what the first days brought, and when the second purchase came."""

    month: date
    orders: Sequence[Order]
    second_days: int | None


def acquisition_quality(orders: Sequence[Order]) -> dict[Key, dict[str, Any]]:
    """Each cohort at each age beside the earlier ones, and the newest together."""
    rows: dict[Key, dict[str, Any]] = {}
    if not (end := as_of(orders)):
        return rows
    start, kind = _known_from(orders), None
    for age in AGES:
        newcomers = _newcomers(orders, age)
        months = [start]
        while _last_day(months[-1]) + timedelta(age) <= end:
            months.append(next_month(months[-1]))
        months.pop()
        kind = kind or _kind(newcomers, months)
        cohorts = [(kind, span) for span in _spans(months, kind)]
        for name, span in [*cohorts, ("newest", _newest(months))]:
            key = (age, name, span[0] if span else None)
            rows[key] = _row(newcomers, months, span, name)
    return rows


def _known_from(orders: Sequence[Order]) -> date:
    """Return the first whole month whose new customers are known to be new."""
    theirs = [os for c, os in grouped(orders, lambda o: o.row.customer_id).items() if c]
    counted = sum(any(o.row.reported_count is not None for o in os) for os in theirs)
    is_counted = bool(theirs) and counted >= Fraction(99, 100) * len(theirs)
    wait = 0 if is_counted else max(WARM_UP_DAYS, lapse_gap_days(orders) or 0)
    day = min(o.day for o in orders) + timedelta(wait)
    return day if day.day == 1 else next_month(day.replace(day=1))


def _newcomers(orders: Sequence[Order], age: int) -> list[Newcomer]:
    found = []
    for customer, os in grouped(paid_orders(orders), lambda o: o.row.customer_id).items():
        if customer is None or os[0].cohort is None:
            continue
        days = sorted(o.day for o in os)
        second = (days[1] - days[0]).days if len(days) > 1 else None
        within = [o for o in os if (o.day - days[0]).days <= age]
        is_within = second is not None and second <= age
        found.append(Newcomer(days[0].replace(day=1), within, second if is_within else None))
    return found


def _kind(newcomers: Sequence[Newcomer], months: Sequence[date]) -> str:
    sizes = grouped([n for n in newcomers if n.month in months], lambda n: n.month)
    counts = [len(theirs) for theirs in sizes.values()]
    return "quarter" if counts and median(counts) < LEAST_CUSTOMERS else "month"


def _spans(months: Sequence[date], kind: str) -> list[list[date]]:
    if kind == "month":
        return [[month] for month in months]
    starts = [month for month in months if month.month % 3 == 1]
    return [
        three
        for start in starts
        if len(three := [m for m in months if 0 <= _number(m) - _number(start) < 3]) == 3
    ]


def _number(month: date) -> int:
    return month.year * 12 + month.month


def _newest(months: Sequence[date]) -> list[date]:
    """Return the last six months, or as many from three on as have theirs a year before."""
    paired = [month for month in months if months_before(month, 12) in months]
    return list(paired if 3 <= len(paired) <= 5 else months)[-6:]


def _row(
    newcomers: Sequence[Newcomer], months: Sequence[date], span: Sequence[date], name: str
) -> dict[str, Any]:
    year_before = [months_before(month, 12) for month in span]
    before = [month for month in months if span and month < span[0]][-12:]
    earlier, words = before, "months before" if before else None
    if span and set(year_before) <= set(months):
        earlier, words = year_before, "same months a year before"
    own, others = (_of(newcomers, chosen) for chosen in (span, earlier))
    mine, theirs = _figures(own), _figures(others)
    nets = [net_of(o for n in side for o in n.orders) for side in (own, others)]
    is_known = mine["bought_again_share"] is not None and theirs["bought_again_share"] is not None
    spends = [quotient(net, len(side)) for net, side in zip(nets, (own, others), strict=True)]
    ranges = dict.fromkeys(RANGES)
    if name == "newest" and is_known:
        is_paired = words == "same months a year before"
        ranges = _ranges(own, others, is_paired=is_paired)
    return {
        "cohort_end_date": _last_day(span[-1]) if span else None,
        "customer_count": len(own),
        "net_revenue_amount": nets[0],
        "bought_again_count": sum(n.second_days is not None for n in own),
        "compared_with": words,
        "earlier_start_date": earlier[0] if words else None,
        "earlier_end_date": _last_day(earlier[-1]) if words else None,
        "earlier_customer_count": len(others),
        **mine,
        **{f"earlier_{figure}": value for figure, value in theirs.items()},
        "net_revenue_change": spends[0] / spends[1] - 1 if is_known and min(nets) > 0 else None,
        "bought_again_change": mine["bought_again_share"] / theirs["bought_again_share"] - 1
        if is_known and theirs["bought_again_share"]
        else None,
        **ranges,
    }


def _of(newcomers: Sequence[Newcomer], months: Sequence[date]) -> list[Newcomer]:
    chosen = set(months)
    return [newcomer for newcomer in newcomers if newcomer.month in chosen]


def _last_day(month: date) -> date:
    return next_month(month) - timedelta(1)


def _figures(newcomers: Sequence[Newcomer]) -> dict[str, Any]:
    if len(newcomers) < LEAST_CUSTOMERS:
        return dict.fromkeys(FIGURES)
    theirs = [o for newcomer in newcomers for o in newcomer.orders]
    seconds = sorted(n.second_days for n in newcomers if n.second_days is not None)
    gross, refunds = sum((o.row.gross for o in theirs), ZERO), sum((o.refund for o in theirs), ZERO)
    values = (
        quotient(net_of(theirs), len(newcomers)),
        Fraction(len(seconds), len(newcomers)),
        seconds[(len(seconds) - 1) // 2] if seconds else None,
        quotient(refunds, gross),
    )
    return dict(zip(FIGURES, values, strict=True))


def _ranges(
    own: Sequence[Newcomer], others: Sequence[Newcomer], *, is_paired: bool
) -> dict[str, Any]:
    """Return the ends of both ranges, from each customer's own figure."""
    spends = _range(own, others, lambda n: float(net_of(n.orders)), 0.0, is_paired=is_paired)
    again = _range(
        own, others, lambda n: float(n.second_days is not None), 0.5, is_paired=is_paired
    )
    return dict(zip(RANGES, (*spends, *again), strict=True))


def _range(
    own: Sequence[Newcomer],
    others: Sequence[Newcomer],
    figure: Callable[[Newcomer], float],
    more: float,
    *,
    is_paired: bool,
) -> tuple[Any, Any]:
    """Return both ends of the ratio less 1; `more` is added to both totals and their squares."""
    totals, variance = [], 0.0
    off: dict[Any, float] = {}
    for sign, side in ((1, own), (-1, others)):
        total = sum(map(figure, side)) + more
        if total <= 0:
            return None, None
        squares = sum(figure(n) ** 2 for n in side) + more
        variance += squares / total**2 - 1 / len(side)
        totals.append(total / len(side))
        for n in side:
            pair = n.month.month if is_paired else n.month
            off[pair] = off.get(pair, 0.0) + sign * (figure(n) / total - 1 / len(side))
    if len(off) > 1:
        scatter = sum(part**2 for part in off.values()) * len(off) / (len(off) - 1)
        variance = max(variance, scatter)
    reach = DEVIATIONS * math.sqrt(max(variance, 0.0))
    ratio = math.log(totals[0] / totals[1])
    return Fraction(math.exp(ratio - reach) - 1), Fraction(math.exp(ratio + reach) - 1)
