"""Products: the catalogue that the items of orders are taken from."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulation import extras, text
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
    return text.ids(extras.SKU_PREFIX, extras.FIRST_SKU_NUMBER + index)


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
