"""Which products to reorder: as each is forecast, or as long as the stock of each lasts."""

from __future__ import annotations

from collections.abc import Iterator

from reporting.operations.figures import Figures, first, total
from reporting.operations.parts import PRESIDENT, ToDo
from reporting.reading import Row
from reporting.words import chance, counted, plain

#: A product that lasts less is to be reordered now: a fortnight, as on the dashboard.
SOON_DAYS = 14


def lasting(row: Row) -> float | None:
    """Return for how many days a product lasts, at the pace of the forecast where there is one."""
    known = row["forecast_days_of_cover"]
    return row["days_of_cover"] if known is None else known


def soon_out(rows: list[Row]) -> list[Row]:
    """Return the products that are in stock and run out within `SOON_DAYS`."""
    found = [row for row in rows if row["is_current"] and not row["is_out"]]
    return [row for row in found if (days := lasting(row)) is not None and days < SOON_DAYS]


def uncovered(row: Row) -> float:
    """Return what the next 60 days would sell of a product and its stock does not cover."""
    return float((row["needed_60_amount"] or 0) - (row["covered_60_amount"] or 0))


def to_order(rows: list[Row]) -> list[Row]:
    """Return the products to order as each is forecast, that of most revenue at risk first."""
    found = [row for row in rows if row["is_to_reorder"]]
    return sorted(found, key=lambda row: row["reorder_number"])


def reorder(of: Figures) -> Iterator[ToDo]:
    """Return what to reorder, and by which of the two that is known."""
    if forecast := of.rows.get("fct_reorder_list", []):
        yield from _as_forecast(of, to_order(forecast))
    else:
        yield from _as_covered(of, soon_out(of.rows.get("fct_stock_cover", [])))


def _as_forecast(of: Figures, rows: list[Row]) -> Iterator[ToDo]:
    if not rows:
        return
    named = [
        f"{plain(row['product_name'])} ({counted(row['order_unit_count'], 'unit')}; out within "
        f"{counted(row['lead_time_day_count'], 'day')}: {chance(row['probability_out'])})"
        for row in rows
    ]
    amount = total(rows, "revenue_at_risk_amount") or 0.0
    text = (
        f"Reorder {first(named)}: as each product is forecast, stock may not last until a delivery "
        "that is ordered today arrives."
    )
    if amount:
        text += f" {of.money(amount)} of the sales until then are at risk."
    yield ToDo(PRESIDENT, text, "fct_reorder_list", amount)


def _as_covered(of: Figures, rows: list[Row]) -> Iterator[ToDo]:
    if not rows:
        return
    rows = sorted(rows, key=lambda row: (-uncovered(row), row["sku"]))
    named = [
        f"{plain(row['product_name'])} ({counted(int(lasting(row) or 0), 'day')})" for row in rows
    ]
    amount = sum(map(uncovered, rows))
    text = (
        f"Reorder {first(named)}: stock lasts less than {SOON_DAYS} days at the pace of all sales, "
        "as products have no forecast of their own."
    )
    if amount:
        text += f" It leaves {of.money(amount)} of the next 60 days’ sales uncovered."
    yield ToDo(PRESIDENT, text, "fct_stock_cover", amount / 2)
