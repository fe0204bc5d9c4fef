"""Inventory: stock of every SKU and warehouse on a grid of dates."""

from itertools import pairwise

import numpy as np
import pyarrow as pa

from simulation import extras, text
from simulation.clock import DAY
from simulation.company import Company
from simulation.entities.catalogue import make_catalogue, skus
from simulation.entities.items import draw_items, out_of_stock
from simulation.streams import stream

#: A delivery brings what sells in the season: the company's sales of so many days around it.
SEASON_DAYS = 61


def inventory_snapshots(company: Company) -> pa.Table:
    """Return one row per SKU, warehouse and snapshot date, by date: stock at the day's end.

    Stock is what was there when the log began, and deliveries, without what paid orders
    took; each line leaves one warehouse.
    """
    settings = company.scenario.entities.inventory_snapshots or extras.InventoryRows()
    first = company.intensity.log_day
    days = np.arange(first, company.intensity.activity.size, settings.every_days)
    stock = _stock(company, settings)
    day, sku, warehouse = (index.ravel() for index in np.indices(stock.shape))
    return pa.table(
        {
            "company_id": pa.repeat(company.scenario.company_id, stock.size),
            "sku": skus(sku),
            "warehouse_id": text.chosen(list(settings.warehouses), warehouse),
            "snapshot_date": text.dates(company.intensity.start + DAY * days[day]),
            "quantity_on_hand": text.whole(stock.ravel()),
        }
    )


def _stock(company: Company, settings: extras.InventoryRows) -> np.ndarray:
    """Return the stock (snapshots, P, W), counted back from the log's last day.

    Going back, sales fill the shelves until they hold what a delivery leaves: on that day
    one came, when little was left. So stock never falls below zero, and is zero where it
    ran out.
    """
    log_day, warehouses = company.intensity.log_day, len(settings.warehouses)
    days = company.intensity.activity.size - log_day
    is_out = np.repeat(out_of_stock(company)[log_day:], warehouses, axis=1)
    draws = stream(company.seed, "entity.inventory_snapshots")
    places = make_catalogue(company).price.size * warehouses
    sold = _sold(company, warehouses, draws)
    season = _season(np.array([quantity.sum() for _, quantity in sold], float))
    mean = sum(np.bincount(*part, minlength=places) for part in sold) / days
    full = settings.cover_days * draws.lognormal(-0.02, 0.2, places)
    stock = 1 + (draws.random(places) * mean * full).astype(np.int64)
    counted = []
    for day in reversed(range(days)):
        stock[is_out[day]] = 0
        if day % settings.every_days == 0:
            counted.append(stock.copy())
        stock += np.bincount(*sold[day], minlength=places).astype(np.int64)
        pace = mean * season[day]
        left = 1 + (draws.random(places) * pace * settings.lead_days).astype(np.int64)
        is_full = stock > 3 + pace * full
        stock[is_full] = np.minimum(stock, left)[is_full]
    return np.array(counted[::-1]).reshape(len(counted), -1, warehouses)


def _sold(
    company: Company, warehouses: int, draws: np.random.Generator
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the places (SKU x warehouse) and quantities of the lines of each day."""
    items = draw_items(company)
    place = items.product * warehouses + draws.integers(warehouses, size=items.order.size)
    is_paid = company.orders.is_paid[items.order]
    day, place, quantity = (
        part[is_paid] for part in (company.orders.day[items.order], place, items.quantity)
    )
    last = company.intensity.activity.size
    edges = np.searchsorted(day, np.arange(company.intensity.log_day, last + 1))
    return [(place[since:until], quantity[since:until]) for since, until in pairwise(edges)]


def _season(units: np.ndarray) -> np.ndarray:
    """Return what is sold around each day (D,), relative to the mean of all days."""
    reach = SEASON_DAYS // 2
    passed = np.concatenate([[0.0], np.cumsum(units)])
    since = np.maximum(np.arange(units.size) - reach, 0)
    until = np.minimum(np.arange(units.size) + reach + 1, units.size)
    around = (passed[until] - passed[since]) / (until - since)
    return around / max(units.mean(), 1e-9)
