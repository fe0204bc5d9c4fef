"""Products and order items: a catalogue, and what of it each order holds."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulation import extras, raw, text
from simulation.company import Company
from simulation.streams import stream

MATERIALS = ("Oak", "Linen", "Copper", "Glass", "Cotton", "Steel", "Clay", "Cork")
THINGS = ("Bowl", "Lamp", "Tray", "Basket", "Jar", "Set", "Stand", "Box", "Kit", "Pack")


@dataclass(frozen=True)
class Catalogue:
    """P products by rising price: `price` and `unit_cost` (P,) in cents."""

    price: np.ndarray
    unit_cost: np.ndarray
    category: np.ndarray


def make_catalogue(company: Company) -> Catalogue:
    """Return the catalogue; prices spread around half a typical order."""
    settings = company.scenario.entities.products or extras.ProductRows()
    draws = stream(company.seed, "entity.products")
    spread = draws.lognormal(np.log(company.scenario.spend.median / 2), 0.7, settings.count)
    price = np.maximum(np.sort(np.rint(100 * spread)), 1).astype(np.int64)
    share = settings.unit_cost_share * draws.uniform(0.8, 1.2, settings.count)
    return Catalogue(
        price=price,
        unit_cost=np.rint(price * np.minimum(share, 1.0)).astype(np.int64),
        category=draws.integers(len(settings.categories), size=settings.count),
    )


def skus(index: np.ndarray) -> pa.Array:
    """Return the SKUs (n,) of product indices (n,)."""
    return text.ids("SKU", 1_001 + index)


def products(company: Company) -> pa.Table:
    """Return one row per product of the catalogue."""
    settings = company.scenario.entities.products or extras.ProductRows()
    catalogue = make_catalogue(company)
    index = np.arange(catalogue.price.size)
    words = [f"{material} {thing}" for thing in THINGS for material in MATERIALS]
    # 7 shares no factor with the 80 names: all are used before one comes again.
    names = [
        words[7 * number % len(words)] + ("" if number < 80 else f" {number // 80 + 1}")
        for number in index.tolist()
    ]
    return pa.table(
        {
            "company_id": pa.repeat(company.scenario.company_id, index.size),
            "sku": skus(index),
            "product_name": pa.array(names, pa.string()),
            "category": text.chosen(list(settings.categories), catalogue.category),
            "unit_cost": text.money(catalogue.unit_cost),
        }
    )


def order_items(company: Company) -> pa.Table:
    """Return one to `max_lines` rows per order.

    quantity x unit_price sums to total_price + discount - tax - shipping, each of the
    three only where the order file carries it. An item is the product whose list price
    is nearest to the price paid.
    """
    settings = company.scenario.entities.order_items or extras.ItemRows()
    orders, parts = company.orders, raw.price_parts(company)
    goods = orders.gross + parts["discount"] - parts["tax"] - parts["shipping"]
    draws = stream(company.seed, "entity.order_items")
    wanted = np.minimum(draws.geometric(0.55, goods.size), settings.max_lines)
    # Every line costs at least a cent a piece; small orders have one line.
    lines = np.where(goods >= 100 * settings.max_lines, wanted, 1)
    row = np.repeat(np.arange(goods.size), lines)
    first = np.cumsum(lines) - lines
    weight = draws.uniform(0.3, 1.0, row.size)
    share = weight / np.add.reduceat(weight, first)[row] if row.size else weight
    quantity = np.minimum(draws.geometric(0.7, row.size), 5)
    is_first = np.zeros(row.size, bool)
    is_first[first] = True
    quantity[is_first] = 1
    unit = np.maximum((share * goods[row] / quantity).astype(np.int64), 1)
    # The first line, a single piece, takes what rounding left over.
    others = np.bincount(row, np.where(is_first, 0, quantity * unit), goods.size)
    unit[first] = goods - others.astype(np.int64)
    catalogue = make_catalogue(company)
    middles = (catalogue.price[1:] + catalogue.price[:-1]) / 2
    return pa.table(
        {
            "company_id": pa.repeat(company.scenario.company_id, row.size),
            "order_id": raw.order_ids(company).take(pa.array(row)),
            "sku": skus(np.searchsorted(middles, unit)),
            "quantity": text.whole(quantity),
            "unit_price": text.money(unit),
        }
    )
