"""Inventory: stock of every SKU and warehouse on a grid of dates."""

import numpy as np
import pyarrow as pa

from simulation import extras, text
from simulation.clock import DAY
from simulation.company import Company
from simulation.entities.catalogue import make_catalogue, skus
from simulation.streams import stream


def inventory_snapshots(company: Company) -> pa.Table:
    """Return one row per SKU, warehouse and snapshot date, by date.

    Stock runs down from a delivery to the next one, each SKU at its own pace; it is a
    picture of its own and is not reconciled with the orders.
    """
    settings = company.scenario.entities.inventory_snapshots or extras.InventoryRows()
    draws = stream(company.seed, "entity.inventory_snapshots")
    intensity = company.intensity
    days = np.arange(intensity.log_day, intensity.activity.size, settings.every_days)
    sku_count = make_catalogue(company).price.size
    warehouse_count = len(settings.warehouses)
    shape = (1, sku_count, warehouse_count)
    cycle = draws.uniform(20, 70, shape)
    offset = draws.random(shape)
    full = draws.lognormal(np.log(settings.stock_mean) + np.log(1.6) - 0.125, 0.5, shape)
    left = 1 - (days[:, None, None] / cycle + offset) % 1
    noise = draws.uniform(0.9, 1.1, (days.size, sku_count, warehouse_count))
    stock = np.rint(full * left * noise).astype(np.int64).ravel()
    day, sku, warehouse = (
        index.ravel() for index in np.indices((days.size, sku_count, warehouse_count))
    )
    return pa.table(
        {
            "company_id": pa.repeat(company.scenario.company_id, stock.size),
            "sku": skus(sku),
            "warehouse_id": text.chosen(list(settings.warehouses), warehouse),
            "snapshot_date": text.dates(intensity.start + DAY * days[day]),
            "quantity_on_hand": text.whole(stock),
        }
    )
