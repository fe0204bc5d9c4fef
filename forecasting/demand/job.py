"""Forecast the products of companies and write them beside their revenue forecasts."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from forecasting import output, record
from forecasting.demand import models, reading
from forecasting.demand.reading import Products
from forecasting.run import Run
from warehouse.reading import open_file

#: The folder beside those of a company's runs.
FOLDER = "demand"
# Raised when a change of the code changes numbers or columns: tables of before are written anew.
_VERSION = 2
Progress = Callable[[str, int, int], None]


@dataclasses.dataclass(frozen=True)
class _Revenue:
    """What of a company's revenue forecast its products are reconciled to.

    Attributes:
        run_id: of the run.
        through: last day it knows.
        median: median of the net revenue of the next eight weeks, in currency.
    """

    run_id: str
    through: np.datetime64
    median: float


def run_all(database: Path, companies: list[str], run: Run, progress: Progress) -> int:
    """Forecast the products of each company that has items and a revenue forecast.

    Products whose sales, stock and revenue forecast are unchanged are not forecast again.
    Returns the number of products that have a forecast.
    """
    count = 0
    with open_file(database, with_folder=True) as connection:
        for done, name in enumerate(companies, 1):
            revenue = _revenue(run.folder / name)
            if revenue is not None:
                found = reading.read(connection, name, revenue.through.astype(object))
                if found is not None:
                    _write(found, revenue, run.folder / name / FOLDER)
                    count += len(found.skus)
            progress("products", done, len(companies))
    return count


def _revenue(folder: Path) -> _Revenue | None:
    """Return a company's newest revenue forecast; None without one."""
    target, newest = record.newest(folder) or (None, {})
    if target is None or newest["trained_through_date"] is None:
        return None
    paths = output.read_paths(target)[:, : models.HORIZON * reading.WEEK]
    return _Revenue(
        str(newest["run_id"]),
        np.datetime64(newest["trained_through_date"]),
        float(np.median(paths.sum(axis=1))),
    )


def _write(products: Products, revenue: _Revenue, folder: Path) -> None:
    """Write the tables of a company's products, whole or not at all."""
    digest = hashlib.sha256(f"{_VERSION} {revenue} {products.skus} {products.item_share}".encode())
    for array in (products.units, products.unit_revenue, products.stock):
        digest.update(np.ascontiguousarray(array).tobytes())
    key = digest.hexdigest()
    if output.key_of(folder / "demand.parquet") == key:
        return
    demand = models.forecast(products.units)
    factor = _factor(demand.mean, products, revenue)
    weekly = demand.mean * factor
    through = np.cumsum(weekly, axis=1)
    low, middle, high = models.quantiles(through, demand.dispersion)
    ids = {"company_id": products.company_id, "run_id": revenue.run_id}
    count, weeks = weekly.shape
    stock = np.repeat(products.stock[:, None], weeks, axis=1)
    ends = revenue.through + reading.WEEK * np.arange(1, weeks + 1)
    tables = {
        "demand": output.table("demand", {
            "sku": np.repeat(products.skus, weeks),
            "week_number": np.tile(np.arange(1, weeks + 1), count),
            "week_end_date": np.tile(ends, count),
            "expected_units": weekly.ravel(),
            "cumulative_expected_units": through.ravel(),
            "cumulative_p10_units": low.ravel(),
            "cumulative_p50_units": middle.ravel(),
            "cumulative_p90_units": high.ravel(),
            "units_on_hand": stock.ravel(),
            "probability_out": models.probability_above(stock, through, demand.dispersion).ravel(),
            "unit_revenue": np.repeat(products.unit_revenue, weeks),
            "model_name": np.repeat(demand.model, weeks),
            "reconciliation_factor": factor,
            "trained_through_date": revenue.through.item(),
        }, ids),
        "demand_backtests": output.table("demand_backtests", {
            name: [row[at] for row in demand.backtests]
            for at, name in enumerate(
                ("model_name", "window_count", "wape_share", "coverage_80_share")
            )
        }, ids),
    }  # fmt: skip
    output.write_beside(folder, tables, key)


def _factor(mean: np.ndarray, products: Products, revenue: _Revenue) -> float:
    """Return what products are multiplied by to bring the median revenue of their share."""
    value = float((mean.sum(axis=1) * np.nan_to_num(products.unit_revenue)).sum())
    wanted = revenue.median * products.item_share
    return wanted / value if value > 0 and wanted > 0 else 1.0
