"""Demand of products: models, ranges, stock that lasts, and what adds up to the company."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from forecasting import output
from forecasting.demand import job, models, reading
from forecasting.demand.reading import Products
from forecasting.run import Run

WEEKS = 120
THROUGH = dt.date(2026, 3, 1)


def demand(mean: float, weeks: int = WEEKS, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).poisson(mean, weeks).astype(float)


def test_steady_demand_is_expected_to_go_on() -> None:
    found = models.forecast(
        np.array([demand(mean, seed=place) for place, mean in enumerate((2, 20, 0.3))])
    )
    assert found.mean.shape == (3, models.HORIZON)
    assert found.mean.sum(axis=1) == pytest.approx([16, 160, 2.4], rel=0.35)
    assert found.dispersion < 0.02


def test_demand_that_died_out_is_not_expected_to_come_back() -> None:
    died = np.concatenate([demand(5, 100), np.zeros(40)])
    found = models.forecast(np.array([died, died[::-1]]))
    assert found.mean[0].sum() < 1
    assert found.mean[1].sum() > 25


def test_what_sells_in_one_season_only_is_expected_then() -> None:
    weeks = np.arange(160)
    units = np.array(
        [np.where((weeks + shift) % 52 < 12, 30.0, 1.0) for shift in (160 % 52, 0, 20, 30)]
    )
    found = models.forecast(units)
    came = np.array(
        [np.where((160 + np.arange(8) + shift) % 52 < 12, 30, 1).sum() for shift in (4, 0, 20, 30)]
    )
    assert found.model == ["last_year"] * 4
    assert found.mean.sum(axis=1) == pytest.approx(came, rel=0.5)


@pytest.mark.parametrize("size", [1, 3, 7, 9, 20])
def test_a_young_product_is_expected_to_sell_what_it_sold(size: int) -> None:
    units = np.full((2, WEEKS), np.nan)
    units[0, -size:] = 4
    units[1] = demand(3)
    found = models.forecast(units)
    assert found.mean[0] == pytest.approx(np.full(models.HORIZON, 4.0), rel=0.2)


def test_ranges_hold_what_they_say_where_means_are_right() -> None:
    """Of counts with a mean that is known and a dispersion of their own."""
    rng = np.random.default_rng(3)
    mean, dispersion = rng.uniform(20, 200, 4000), 0.09
    came = rng.poisson(mean * rng.gamma(1 / dispersion, dispersion, mean.size)).astype(float)
    low, middle, high = models.quantiles(mean, dispersion)
    assert ((came >= low) & (came <= high)).mean() == pytest.approx(0.8, abs=0.03)
    assert (came <= middle).mean() == pytest.approx(0.5, abs=0.03)
    stock = np.round(mean * 1.2)
    told = models.probability_above(stock, mean, dispersion)
    assert told.mean() == pytest.approx((came > stock).mean(), abs=0.02)


def test_a_model_is_scored_on_totals_that_did_not_choose_it() -> None:
    """Of noise every model is as good as another: what was chosen on it is no better."""
    units = np.random.default_rng(5).negative_binomial(0.5, 0.1, (200, 60)).astype(float)
    found = {name: wape for name, _, wape, _ in models.forecast(units).backtests}
    others = [wape for name, wape in found.items() if name != "chosen"]
    assert min(others) * 0.97 < found["chosen"] < max(others)


@pytest.fixture
def products() -> Products:
    units = np.array([demand(10), demand(2, seed=1)])
    return Products(
        "elm", ["mug", "jar"], units, np.array([5.0, 20.0]), np.array([30.0, np.nan]), 0.8
    )


def written(products: Products, median: float, folder: Path) -> list[dict]:
    revenue = job._Revenue("r1", np.datetime64(THROUGH), median)
    job._write(products, revenue, folder)
    return pq.read_table(folder / "demand.parquet").to_pylist()


def test_products_add_up_to_the_median_revenue_that_has_items(
    products: Products, tmp_path: Path
) -> None:
    rows = written(products, 9000, tmp_path)
    assert sum(row["expected_units"] * row["unit_revenue"] for row in rows) == pytest.approx(7200)
    last = [row for row in rows if row["week_number"] == models.HORIZON]
    assert [row["sku"] for row in last] == ["mug", "jar"]
    for row in last:
        weeks = [each["expected_units"] for each in rows if each["sku"] == row["sku"]]
        assert row["cumulative_expected_units"] == pytest.approx(sum(weeks))
        assert row["week_end_date"] == THROUGH + dt.timedelta(days=56)
        assert (
            row["cumulative_p10_units"] < row["cumulative_p50_units"] < row["cumulative_p90_units"]
        )


def test_stock_lasts_as_likely_as_demand_is_less(products: Products, tmp_path: Path) -> None:
    rows = written(products, 900, tmp_path)
    mug = [row["probability_out"] for row in rows if row["sku"] == "mug"]
    assert mug == sorted(mug)
    assert mug[0] < 0.1
    assert mug[-1] > 0.99
    assert {row["probability_out"] for row in rows if row["sku"] == "jar"} == {None}


def test_what_did_not_change_is_not_written_again(products: Products, tmp_path: Path) -> None:
    written(products, 9000, tmp_path)
    file = tmp_path / "demand.parquet"
    before = file.stat().st_mtime_ns
    written(products, 9000, tmp_path)
    assert file.stat().st_mtime_ns == before
    written(products, 9001, tmp_path)
    assert file.stat().st_mtime_ns > before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "demand.parquet",
        "demand_backtests.parquet",
    ]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Twenty weeks: 7 mugs a week, none in stock in the last three but four days of the first."""
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            """
            create schema marts;
            create table marts.fct_order_items as
            select
                'elm' as company_id, 'mug' as sku, true as has_order, true as is_paid,
                date '2026-03-01' - cast(day as integer) as order_date, 1 as quantity,
                4.0::decimal(18, 2) as net_revenue_amount
            from range(147) as days (day) where day >= 17
            union all
            select 'elm', 'lid', true, true, date '2026-03-01', 3, 6
            union all
            select 'elm', 'mug', true, true, date '2026-03-02', 99, 6
            union all
            select 'elm', 'mug', true, false, date '2026-02-01', 99, 6;

            create table marts.fct_inventory_days as
            select
                'elm' as company_id, 'mug' as sku, warehouse_id,
                date '2026-03-01' - cast(day as integer) as inventory_date,
                day < 17 as is_product_out,
                if(day < 17, 0.0, 4.0) as units_on_hand
            from range(147) as days (day)
            cross join (values ('north'), ('south')) as warehouses (warehouse_id);

            create table marts.fct_daily_revenue as
            select
                'elm' as company_id, date '2026-03-01' - cast(day as integer) as revenue_date,
                if(day >= 17, 8.0, 0.0)::decimal(18, 2) as net_revenue_amount
            from range(147) as days (day)
            """
        )
    return file


def test_weeks_without_stock_do_not_lower_demand(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        found = reading.read(connection, "elm", THROUGH)
    assert found is not None
    assert found.skus == ["lid", "mug"]
    lid, mug = found.units
    assert mug.tolist() == [7.0] * 20
    assert np.isnan(lid[:-1]).all()
    assert lid[-1] == 3
    assert found.unit_revenue.tolist() == [2.0, 4.0]
    assert found.stock[1] == 0
    assert np.isnan(found.stock[0])
    assert found.item_share == pytest.approx((130 * 4 + 6) / (130 * 8))


def test_a_company_without_items_or_revenue_forecast_has_no_products(
    database: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        assert reading.read(connection, "oak", THROUGH) is None
    run = Run(folder=tmp_path / "forecasts")
    assert job.run_all(database, ["elm"], run, lambda *_: None) == 0


def test_a_table_of_demand_has_the_columns_of_its_schema() -> None:
    made = output.table(
        "demand_backtests",
        {
            "model_name": ["chosen"],
            "window_count": [3],
            "wape_share": [0.1],
            "coverage_80_share": [0.8],
        },
        {"company_id": "elm", "run_id": "r1"},
    )
    assert made.num_rows == 1
