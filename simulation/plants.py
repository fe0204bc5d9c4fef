"""Problems planted in a clean order file, to see whether they are found.

Each plant takes the rows of a simulated order file (text, in the raw contract's columns, in order
of time) and returns them with its problem; the same rows and seed give the same plant.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import numpy as np

Rows = list[dict[str, str]]


@dataclasses.dataclass(frozen=True)
class Plant:
    """A problem, the flag that should find it, and what plants it."""

    flag_id: str
    put: Callable[[Rows, np.random.Generator], Rows]


def _time(row: dict[str, str]) -> dt.datetime:
    return dt.datetime.fromisoformat(row["created_at"])


def _last(rows: Rows) -> dt.datetime:
    return max(_time(row) for row in rows)


def _sorted(rows: Rows) -> Rows:
    return sorted(rows, key=_time)


def _number(row: dict[str, str]) -> int:
    return int("".join(sign for sign in row["order_id"] if sign.isdigit()))


def _paid(row: dict[str, str], amount: float, **values: object) -> dict[str, str]:
    """Return a paid order like another one, without what the file counts."""
    blank = {name: "" for name in row if name.startswith("customer_") and name != "customer_id"}
    made = {"status": "paid", "total_price": f"{amount:.2f}", "order_refunds": "0.00"}
    return row | blank | made | {name: str(value) for name, value in values.items()}


def _mean(rows: Rows) -> float:
    return float(np.mean([float(row["total_price"]) for row in rows]))


def spike(rows: Rows, rng: np.random.Generator) -> Rows:
    """Have five times the orders of the last 30 days, of buyers nobody knows."""
    end = _last(rows) - dt.timedelta(days=30)
    late = [row for row in rows if _time(row) > end]
    more = [
        _paid(
            row,
            float(row["total_price"]),
            order_id=f"{row['order_id']}-{n}",
            customer_id=f"new{n}{row['order_id']}",
        )
        for row in late
        for n in range(4)
    ]
    return _sorted(rows + more)


def self_dealing(rows: Rows, rng: np.random.Generator) -> Rows:
    """Have one buyer pay, every second week the same amount: about a fifth of a year's revenue."""
    end, template = _last(rows), rows[-1]
    year = [row for row in rows if _time(row) > end - dt.timedelta(days=365)]
    amount = round(0.2 * sum(float(row["total_price"]) for row in year) / 26, 2)
    return _sorted(
        rows
        + [
            _paid(
                template,
                amount,
                order_id=f"S{n}",
                customer_id="owner",
                created_at=(end - dt.timedelta(days=14 * n, hours=1)).isoformat(),
            )
            for n in range(26)
        ]
    )


def burst(rows: Rows, rng: np.random.Generator) -> Rows:
    """Put twenty-five orders of one buyer within an hour or so."""
    start, template = _last(rows) - dt.timedelta(days=40), rows[-1]
    return _sorted(
        rows
        + [
            _paid(
                template,
                _mean(rows),
                order_id=f"Q{n}",
                customer_id="burst",
                created_at=(start.replace(hour=12) + dt.timedelta(minutes=3 * n)).isoformat(),
            )
            for n in range(25)
        ]
    )


def back_dated(rows: Rows, rng: np.random.Generator) -> Rows:
    """Add one order in fifteen, typed at the end and dated over the whole log."""
    number = max(map(_number, rows)) + 1
    prefix = "".join(sign for sign in rows[-1]["order_id"] if not sign.isdigit())
    chosen = rng.choice(len(rows), len(rows) // 15, replace=False)
    return _sorted(
        rows
        + [
            _paid(rows[i], float(rows[i]["total_price"]), order_id=f"{prefix}{number + n}")
            for n, i in enumerate(sorted(chosen, reverse=True))
        ]
    )


def bulk(rows: Rows, rng: np.random.Generator) -> Rows:
    """Load a twentieth of the orders within a minute."""
    moment = _time(rows[len(rows) // 2]).replace(hour=11, minute=30, second=0)
    return _sorted(
        rows
        + [
            _paid(
                rows[-1],
                _mean(rows) * rng.uniform(0.5, 1.5),
                order_id=f"L{n}",
                customer_id=f"loaded{n}",
                created_at=(moment + dt.timedelta(seconds=n % 50)).isoformat(),
            )
            for n in range(len(rows) // 20)
        ]
    )


def missing_days(rows: Rows, rng: np.random.Generator) -> Rows:
    """Leave out twenty-five days of the last year."""
    start = _last(rows) - dt.timedelta(days=120)
    return [row for row in rows if not start < _time(row) < start + dt.timedelta(days=25)]


def refunds_cut(rows: Rows, rng: np.random.Generator) -> Rows:
    """Hide a wave of refunds: none of the last 120 days' orders has one."""
    end = _last(rows)
    made = []
    for row in rows:
        if _time(row) > end - dt.timedelta(days=120):
            is_refund = "refund" in row["status"]
            made.append(
                row | {"status": "paid" if is_refund else row["status"], "order_refunds": "0.00"}
            )
        elif row["status"] == "paid" and rng.random() < 0.2:
            made.append(row | {"status": "refunded", "order_refunds": row["total_price"]})
        else:
            made.append(row)
    return made


def one_amount(rows: Rows, rng: np.random.Generator) -> Rows:
    """Make half the orders of the last 80 days of one amount."""
    end = _last(rows) - dt.timedelta(days=80)
    return [_paid(row, 149.0) if _time(row) > end and rng.random() < 0.5 else row for row in rows]


def round_amounts(rows: Rows, rng: np.random.Generator) -> Rows:
    """Make a third of the orders of the last 80 days of round amounts."""
    end = _last(rows) - dt.timedelta(days=80)
    return [
        _paid(row, float(rng.choice([20, 50, 80, 100, 150, 200])))
        if _time(row) > end and rng.random() < 0.35
        else row
        for row in rows
    ]


def large_buyer(rows: Rows, rng: np.random.Generator) -> Rows:
    """Give every second order of the last 300 days to one buyer."""
    end = _last(rows) - dt.timedelta(days=300)
    return [
        row | {"customer_id": "large"} if _time(row) > end and rng.random() < 0.5 else row
        for row in rows
    ]


def fading(rows: Rows, rng: np.random.Generator, how: str = "amounts", yearly: float = 0.6) -> Rows:
    """Have the customers won in the last two years buy less than those before, more so each year.

    `amounts` lowers what their orders come to, `repeats` leaves out orders after the first,
    `refunds` takes orders back in full: by the share `yearly` for each year they came later.
    """
    start = _last(rows) - dt.timedelta(days=730)
    came: dict[str, dt.datetime] = {}
    made = []
    for row in rows:
        customer = row["customer_id"]
        is_first = came.setdefault(customer, _time(row)) == _time(row)
        years = max((came[customer] - start).days / 365, 0.0)
        kept = (1 - yearly) ** years if customer else 1.0
        if how == "amounts":
            lower = {
                name: f"{float(row[name] or 0) * kept:.2f}"
                for name in ("total_price", "order_refunds")
            }
            made.append(row | lower)
        elif rng.random() < kept or (how == "repeats" and is_first):
            made.append(row)
        elif how == "refunds":
            is_paid = row["status"] in {"paid", "partially_refunded"}
            back = {"status": "refunded", "order_refunds": row["total_price"]}
            made.append(row | back if is_paid else row)
    return made


PLANTS = {
    "spike": Plant("latest_30_days_ratio", spike),
    "self-dealing": Plant("regular_buyer_revenue_share", self_dealing),
    "burst of one buyer": Plant("most_orders_in_a_day", burst),
    "back-dated orders": Plant("back_dated_order_share", back_dated),
    "bulk load": Plant("rush_order_share", bulk),
    "days missing": Plant("unexpected_gap_day_count", missing_days),
    "refunds cut off": Plant("refund_rate_drop", refunds_cut),
    "one amount": Plant("repeated_amount_share_change", one_amount),
    "round amounts": Plant("round_amount_share_change", round_amounts),
    "one large buyer": Plant("top_customer_share", large_buyer),
    "newer customers buy less": Plant("acquisition_quality_change", fading),
}
