"""Order items: what of the catalogue each order holds."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulation import extras, raw, text
from simulation.clock import DAY, epoch_seconds
from simulation.company import Company
from simulation.entities.catalogue import make_catalogue, skus
from simulation.streams import stream

#: What cannot be had is replaced by one of so many products, those nearest in price.
SUBSTITUTES = 4


@dataclass(frozen=True)
class Items:
    """m lines of orders, an order's together.

    Attributes:
        order: (m,), index into the log's orders.
        product: (m,), index into the catalogue.
        quantity: (m,), pieces.
        unit_price: (m,), cents.
    """

    order: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    unit_price: np.ndarray


def draw_items(company: Company) -> Items:
    """Return one to `max_lines` lines per order; they sum to the order's goods.

    The first line is a single piece that takes what the others leave, and the product
    whose list price is nearest; the others cost their list price.
    """
    settings = company.scenario.entities.order_items or extras.ItemRows()
    orders, parts = company.orders, raw.price_parts(company)
    goods = orders.gross + parts["discount"] - parts["tax"] - parts["shipping"]
    price = make_catalogue(company).price
    draws = stream(company.seed, "entity.order_items")
    is_large = (goods > price[-1]) & (goods >= 100 * settings.max_lines)
    lines = _line_counts(goods, is_large, price, settings.max_lines, draws)
    order = np.repeat(np.arange(goods.size), lines)
    first = np.cumsum(lines) - lines
    is_first = np.zeros(order.size, bool)
    is_first[first] = True
    weight = draws.uniform(0.3, 1.0, order.size)
    share = weight / np.add.reduceat(weight, first)[order] if order.size else weight
    # The first line of a large order is one product of many; the others hold the pieces.
    most = np.where(is_large & (lines > 1), np.median(price) / np.maximum(goods, 1), 1.0)
    fewer = (1 - np.minimum(share[first], most)) / np.maximum(1 - share[first], 1e-9)
    amount = share * np.where(is_first, 1.0, fewer[order]) * goods[order]
    quantity = np.minimum(draws.geometric(0.7, order.size), 5)
    of_many = price[draws.integers(price.size // 2, price.size, order.size)]
    quantity = np.where(amount > quantity * price[-1], amount // of_many, quantity)
    quantity = np.where(is_first, 1, quantity).astype(np.int64)
    unit = np.maximum((amount / quantity).astype(np.int64), 1)
    # A line too small for any product is the cheapest one, on offer.
    product = np.maximum(np.searchsorted(price, unit, "right") - 1, 0)
    unit = np.minimum(unit, price[product])
    others = np.bincount(order, np.where(is_first, 0, quantity * unit), goods.size)
    unit[first] = goods - others.astype(np.int64)
    product[first] = np.searchsorted((price[1:] + price[:-1]) / 2, unit[first])
    items = Items(order, product, quantity, unit)
    if settings.returns_prone is not None:
        _send_back(items, company, settings.returns_prone)
    _run_out(items, company)
    return items


def order_items(company: Company) -> pa.Table:
    """Return one to `max_lines` rows per order.

    quantity x unit_price sums to total_price + discount - tax - shipping, each of the
    three only where the order file carries it.
    """
    items = draw_items(company)
    return pa.table(
        {
            "company_id": pa.repeat(company.scenario.company_id, items.order.size),
            "order_id": raw.order_ids(company).take(pa.array(items.order)),
            "sku": skus(items.product),
            "quantity": text.whole(items.quantity),
            "unit_price": text.money(items.unit_price),
        }
    )


def out_of_stock(company: Company) -> np.ndarray:
    """Return whether each product (P,) is out of stock on each simulated day (D, P)."""
    price, start = make_catalogue(company).price, company.intensity.start
    is_out = np.zeros((company.intensity.activity.size, price.size), bool)
    rows = company.scenario.entities.inventory_snapshots or extras.InventoryRows()
    for gap in rows.stock_outs:
        since, until = ((epoch_seconds(day) - start) // DAY for day in (gap.start, gap.end))
        is_out[max(since, 0) : max(until + 1, 0), extras.sku_index(gap.sku)] = True
    return is_out


def _send_back(items: Items, company: Company, prone: extras.ReturnsProne) -> None:
    """Make one line of a share of the refunded orders the product that is sent back."""
    product = extras.sku_index(prone.sku)
    refunded = company.orders.refund > 0
    line = np.flatnonzero(refunded[items.order])
    away = np.abs(np.log(items.unit_price[line] / make_catalogue(company).price[product]))
    away[items.product[line] == product] = -1
    # Of each order the line nearest in price; of the orders those whose line is nearest.
    line, away = (part[np.lexsort((away, items.order[line]))] for part in (line, away))
    _, nearest = np.unique(items.order[line], return_index=True)
    line, away = line[nearest], away[nearest]
    wanted = round(prone.refunded_share * int(refunded.sum()))
    items.product[line[np.argsort(away, kind="stable")[:wanted]]] = product


def _run_out(items: Items, company: Company) -> None:
    """Replace what is out of stock on the order's day by a product that never is."""
    is_out = out_of_stock(company)
    price = make_catalogue(company).price
    draws = stream(company.seed, "entity.stock_outs")
    in_stock = np.flatnonzero(~is_out.any(axis=0))
    for product in np.flatnonzero(is_out.any(axis=0)):
        is_gone = is_out[company.orders.day[items.order], product] & (items.product == product)
        away = np.abs(np.log(price[in_stock] / price[product]))
        near = in_stock[np.argsort(away, kind="stable")[:SUBSTITUTES]]
        items.product[is_gone] = draws.choice(near, int(is_gone.sum()))


def _line_counts(
    goods: np.ndarray,
    is_large: np.ndarray,
    price: np.ndarray,
    max_lines: int,
    draws: np.random.Generator,
) -> np.ndarray:
    """Return how many lines each order (n,) has."""
    wanted = np.minimum(draws.geometric(0.55, goods.size), max_lines)
    # Every piece costs a cent at least, and most lines as much as a product.
    affordable = np.minimum(wanted, goods // (3 * price[0]))
    lines = np.where(goods >= 100 * max_lines, np.maximum(affordable, 1), 1)
    # What is dearer than any product is more than one.
    return np.where(is_large, np.maximum(lines, min(2, max_lines)), lines)
