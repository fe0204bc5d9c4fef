"""The raw entities beside orders, each a table of text, consistent with the orders."""

from collections.abc import Callable, Iterator

import pyarrow as pa

from simulation.company import Company
from simulation.entities.catalogue import products
from simulation.entities.customers import customers
from simulation.entities.inventory import inventory_snapshots
from simulation.entities.items import order_items
from simulation.entities.money import channels, payments, refunds
from simulation.entities.subscriptions import subscriptions

MAKERS: dict[str, Callable[[Company], pa.Table]] = {
    "refunds": refunds,
    "order_items": order_items,
    "products": products,
    "customers": customers,
    "payments": payments,
    "channels": channels,
    "inventory_snapshots": inventory_snapshots,
    "subscriptions": subscriptions,
}


def entity_tables(company: Company, wanted: tuple[str, ...]) -> Iterator[tuple[str, pa.Table]]:
    """Yield name and table of every wanted entity, one at a time to save memory."""
    for name, make in MAKERS.items():
        if name in wanted:
            yield name, make(company)
