"""Turn usable rows into orders: resolve repeated keys, date, number, find cohorts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from .oracle_rows import Company, Rejection, Row

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Refund:
    """A row of a file of refunds; `refunded_at` knows its time zone."""

    refund_id: str
    order_id: str
    refunded_at: datetime
    amount: Decimal


@dataclass(frozen=True)
class Order:
    """One accepted order; `cohort` is the first paid month of a customer seen from the start.

    `has_older` says that its customer's counters show orders from before the log;
    `is_refund_only` that it is none, but money back for an order that is not there.
    """

    row: Row
    day: date
    number: int | None = None
    cohort: date | None = None
    has_older: bool = False
    is_refund_only: bool = False

    @property
    def month(self) -> date:
        """The first day of the month it counts in."""
        return self.day.replace(day=1)

    @property
    def refund(self) -> Decimal:
        """What was refunded; nothing where nobody says it."""
        return self.row.refund or ZERO

    @property
    def net(self) -> Decimal:
        """What it adds to revenue; nothing while it is unpaid."""
        if self.is_refund_only:
            return -self.refund
        return self.row.gross - self.refund if self.row.is_paid else ZERO

    @property
    def is_new(self) -> bool:
        """Whether it is revenue of a new customer."""
        return self.row.is_paid and self.cohort == self.month


def resolve_repeats(rows: Sequence[Row], policy: str) -> list[Row]:
    """Return one row per order, as the company's repeat policy says."""
    if policy != "latest":
        rows = newest_export(rows)
    if policy == "keep":
        return [
            replace(r, order_id=f"{r.order_id}#{r.raw.source_file}:{r.raw.source_line}")
            for r in rows
        ]
    orders = []
    for repeats in grouped(rows, lambda row: row.order_id).values():
        if policy == "latest":
            newest = max(repeats, key=lambda r: (r.raw.upload, r.ordered_at, r.raw.source_line))
            orders.append(newest)
            continue
        parts = [row for row in repeats if row.is_paid] or repeats
        first = min(parts, key=lambda r: (r.ordered_at, r.raw.source_line))
        gross = sum((p.gross for p in parts), ZERO)
        said = {
            name: [v for p in parts if (v := getattr(p, name)) is not None]
            for name in ("refund", "tax", "shipping")
        }
        sums = {name: sum(values, ZERO) if values else None for name, values in said.items()}
        orders.append(replace(first, gross=gross, charged=gross, **sums))
    return orders


def in_revenue(rows: Sequence[Row], company: Company) -> list[Row]:
    """Return the rows without the tax and the shipping that are no revenue of the company."""
    found = []
    for row in rows:
        tax = ZERO if company.revenue_includes_tax else row.tax or ZERO
        shipping = ZERO if company.revenue_includes_shipping else row.shipping or ZERO
        gross = row.charged - max(ZERO, min(row.charged, tax + shipping))
        refund = None if row.refund is None else of_revenue(row.refund, gross, row.charged)
        found.append(replace(row, gross=gross, refund=refund))
    return found


def of_revenue(paid_back: Decimal, gross: Decimal, charged: Decimal) -> Decimal:
    """Return what a refund takes from revenue: as much of it as of its order is revenue."""
    if not charged:
        return paid_back
    share = Fraction(gross) / Fraction(charged)
    return Decimal(floor(Fraction(paid_back) * 100 * share + Fraction(1, 2))) / 100


def newest_export(rows: Sequence[Row]) -> list[Row]:
    """Return of each order the rows of the newest upload that has it: they are all of it."""
    newest: dict[str, int] = {}
    for row in rows:
        newest[row.order_id] = max(newest.get(row.order_id, 0), row.raw.upload)
    return [row for row in rows if row.raw.upload == newest[row.order_id]]


def with_refunds(rows: Sequence[Row], refunds: Sequence[Refund]) -> list[Row]:
    """Return the rows with the larger of their own refund and what a file of refunds has.

    A refunded order of which nobody says an amount is refunded in full.
    """
    totals: Counter[str] = Counter()
    for refund in refunds:
        totals[refund.order_id] += refund.amount
    found = []
    for row in rows:
        dated = of_revenue(totals[row.order_id] or ZERO, row.gross, row.charged)
        known = max(row.refund or ZERO, dated)
        is_full = row.status == "refunded" and not known
        found.append(replace(row, refund=row.gross if is_full else known))
    return found


def refunds_without_order(
    refunds: Sequence[Refund], orders: Sequence[Order], company: Company
) -> list[Order]:
    """Return the refunds of no known order, as what lowers the revenue of a day of the log."""
    known = {order.row.order_id for order in orders}
    zone = ZoneInfo(company.time_zone)
    found = []
    for refund in refunds:
        if refund.order_id in known or not orders:
            continue
        day = refund.refunded_at.astimezone(zone).date()
        day = max(min(o.day for o in orders), min(max(o.day for o in orders), day))
        row = replace(
            orders[0].row,
            order_id=f"refund {refund.refund_id}",
            ordered_at=refund.refunded_at,
            status="refund_without_order",
            is_paid=False,
            gross=ZERO,
            refund=refund.amount,
            customer_id=None,
            reported_count=None,
        )
        found.append(Order(row, day, is_refund_only=True))
    return found


def refund_rows(
    refunds: Sequence[Refund], orders: Sequence[Order], company: Company
) -> dict[tuple[str], dict[str, Any]]:
    """Each refund with its order, where there is one."""
    zone = ZoneInfo(company.time_zone)
    by_id = {order.row.order_id: order for order in orders}
    rows = {}
    for refund in refunds:
        order, day = by_id.get(refund.order_id), refund.refunded_at.astimezone(zone).date()
        rows[(refund.refund_id,)] = {
            "order_id": refund.order_id,
            "customer_id": order.row.customer_id if order else None,
            "order_date": order.day if order else None,
            "refund_date": day,
            "lag_day_count": (day - order.day).days if order else None,
            "refund_amount": of_revenue(refund.amount, order.row.gross, order.row.charged)
            if order
            else refund.amount,
            "has_order": order is not None,
            "is_paid": order is not None and order.row.is_paid,
        }
    return rows


def number_orders(
    rows: Sequence[Row], rejected: Sequence[Rejection], company: Company
) -> list[Order]:
    """Date the orders, number each customer's paid ones and find the customer's cohort."""
    zone = ZoneInfo(company.time_zone)
    orders = []
    for customer, theirs in grouped(rows, lambda row: row.customer_id).items():
        named = sum(
            (r.raw.values.get("customer_id") or "").strip(" ") == customer for r in rejected
        )
        reported = [row.reported_count for row in theirs if row.reported_count is not None]
        has_older = bool(reported) and min(reported) > 1 and max(reported) > len(theirs) + named
        number, cohort = 0, None
        for row in sorted(theirs, key=lambda r: (r.ordered_at, r.order_id)):
            day = row.ordered_at.astimezone(zone).date()
            if row.is_paid and customer is not None:
                number += 1
                cohort = cohort or (None if has_older else day.replace(day=1))
            orders.append(Order(row, day, number if row.is_paid and customer else None, None))
        if customer is not None:
            orders[-len(theirs) :] = [
                replace(o, cohort=cohort, has_older=has_older) for o in orders[-len(theirs) :]
            ]
    return orders


def grouped(items: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    """Return the items by key, in the order they came."""
    groups: dict[Any, list[Any]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups
