"""The truth as a file of a layout can tell it, and the writing of both."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulation.company import Company
from simulation.layouts.layout import Layout
from simulation.layouts.sales import Sale, Shop, make_shop
from simulation.text import decimals


@dataclass(frozen=True)
class Told:
    """What a file tells of a company.

    Attributes:
        orders: order_id, ordered_at (UTC, cut to the file's precision; midnight of the local day
            where it has days only), is_paid, gross_amount, refund_amount, customer.
        refunds: order_id, refunded_at, amount; no rows where refunds are not dated.
        items: order_id, sku, quantity, unit_price.
    """

    orders: pa.Table
    refunds: pa.Table
    items: pa.Table


def told(layout: Layout, shop: Shop) -> Told:
    """Return what a layout's file tells of a shop."""
    sales = [sale for sale in shop.sales if sale.status in layout.statuses]
    backs = {sale.number: _given_back(layout, sale) for sale in sales}
    orders = pa.table(
        {
            "order_id": _texts([layout.order_id(sale) for sale in sales]),
            "ordered_at": _moments([_cut(layout, sale.at, sale.local) for sale in sales]),
            "is_paid": pa.array([sale.is_paid for sale in sales], pa.bool_()),
            "gross_amount": _amounts([layout.total(sale) for sale in sales]),
            "refund_amount": _amounts([sum(backs[sale.number]) for sale in sales]),
            "customer": _texts([layout.customer(sale) for sale in sales]),
        }
    )
    dated = [
        (layout.order_id(sale), _cut(layout, refund.at, refund.local), amount)
        for sale in sales
        if layout.refunds == "dated"
        for refund, amount in zip(sale.refunds, backs[sale.number], strict=True)
    ]
    refunds = pa.table(
        {
            "order_id": _texts([row[0] for row in dated]),
            "refunded_at": _moments([row[1] for row in dated]),
            "amount": _amounts([row[2] for row in dated]),
        }
    )
    lines = [(layout.order_id(sale), item) for sale in sales for item in layout.items(sale)]
    items = pa.table(
        {
            "order_id": _texts([key for key, _ in lines]),
            "sku": _texts([item.sku for _, item in lines]),
            "quantity": pa.array([item.quantity for _, item in lines], pa.int64()),
            "unit_price": _amounts([item.price for _, item in lines]),
        }
    )
    return Told(orders, refunds, items)


def _given_back(layout: Layout, sale: Sale) -> list[int]:
    is_unseen = layout.refunds == "full" and sale.status != "refunded"
    if layout.refunds == "none" or is_unseen:
        return []
    return sale.refunds_of(layout.refund_part(sale))


def _cut(layout: Layout, at: dt.datetime, local: dt.datetime) -> dt.datetime:
    if layout.precision == "day":
        return local.replace(hour=0, minute=0, second=0, fold=0)
    if layout.is_by_shop_clock:
        at = local.replace(fold=1)
    return at.replace(second=0) if layout.precision == "minute" else at


def write_export(company: Company, layout: Layout, folder: Path) -> tuple[Path, int]:
    """Write a company's export, and what it tells as truth/export_*.parquet.

    Returns the file and how many rows it has.
    """
    shop = make_shop(company)
    export = layout.make(shop)
    path = folder / layout.file_name
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    path.write_text(export.text, encoding="utf-8", newline="")
    truth = told(layout, shop)
    for name in ("orders", "refunds", "items"):
        pq.write_table(getattr(truth, name), folder / "truth" / f"export_{name}.parquet")
    return path, export.rows


def _texts(values: list[str]) -> pa.Array:
    return pa.array(values, pa.string())


def _amounts(cents: list[int]) -> pa.Array:
    return decimals(np.array(cents, np.int64))


def _moments(values: list[dt.datetime]) -> pa.Array:
    seconds = [int(value.timestamp()) for value in values]
    return pa.array(seconds, pa.int64()).cast(pa.timestamp("s", "UTC"))
