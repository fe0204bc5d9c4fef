"""Daily quantiles, totals and probabilities are those of one set of paths."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from forecasting import metrics, output
from forecasting.revenue import scores
from tests.python.forecasting import makers
from tests.python.forecasting.makers import QUICK, Written


@pytest.fixture(scope="module", params=[45, 150, 480])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Written:
    (one,) = makers.run([makers.shop(request.param)], tmp_path_factory.mktemp("run"))
    return one


def test_daily_quantiles_are_those_of_the_written_paths(written: Written) -> None:
    expected = np.quantile(written.paths(), metrics.LEVELS, axis=0).T
    assert np.abs(written.daily() - expected).max() <= 0.005001


def test_total_quantiles_are_those_of_the_sums_of_written_paths(written: Written) -> None:
    sums = np.cumsum(written.paths(), axis=1)[:, np.array(QUICK.horizons) - 1]
    expected = np.quantile(sums, metrics.LEVELS, axis=0).T
    assert np.abs(written.totals() - expected).max() <= 0.005001


def test_rows_carry_each_path_day_horizon_and_quantile_once(written: Written) -> None:
    paths = written.table("paths").select(["path_number", "forecast_date"]).to_pylist()
    assert len({tuple(row.values()) for row in paths}) == len(paths) == 200 * 60
    first = np.unique(written.column("paths", "path_number"))
    assert first.tolist() == list(range(1, 201))
    assert np.unique(written.column("totals", "horizon_days")).tolist() == [30, 60]
    assert written.column("daily", "quantile")[:101] == pytest.approx(metrics.LEVELS)


def test_quantiles_rise_with_their_level(written: Written) -> None:
    assert (np.diff(written.daily(), axis=1) >= 0).all()
    assert (np.diff(written.totals(), axis=1) >= 0).all()


def test_totals_rise_with_the_horizon_without_negative_days(written: Written) -> None:
    assert written.paths().min() >= 0
    assert (np.diff(written.totals(), axis=0) >= 0).all()


@pytest.mark.parametrize("share", [0.8, 0.95, 1.0, 1.1])
def test_the_probability_of_a_total_from_paths_agrees_with_the_quantiles(
    written: Written, share: float
) -> None:
    for horizon, quantiles in zip(QUICK.horizons, written.totals(), strict=True):
        threshold = share * quantiles[50]
        from_paths = (written.paths()[:, :horizon].sum(axis=1) < threshold).mean()
        from_grid = np.interp(threshold, quantiles, metrics.LEVELS, left=0.0, right=1.0)
        assert from_paths == pytest.approx(from_grid, abs=0.015)


def test_the_median_is_near_what_a_steady_shop_sells(written: Written) -> None:
    assert written.totals()[1, 50] == pytest.approx(60 * 10_000 * 1.02, rel=0.15)


def test_forecast_tables_lay_out_paths_by_path_then_day() -> None:
    paths = np.array([[1.004, 2.0, 3.0], [10.0, 20.0, 30.006]])
    settings = dataclasses.replace(QUICK, horizon_days=3)
    run = {"company_id": "shop", "run_id": "r"}
    day = np.datetime64("2024-02-28")
    tables = output.forecast_tables(paths, day, day - 1, settings, run)
    rows = tables["paths"].to_pylist()
    assert [row["net_revenue_amount"] for row in rows] == [1.0, 2.0, 3.0, 10.0, 20.0, 30.01]
    assert [row["path_number"] for row in rows] == [1, 1, 1, 2, 2, 2]
    assert [str(row["forecast_date"]) for row in rows[:3]] == [
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
    ]
    medians = [r for r in tables["totals"].to_pylist() if r["quantile"] == 0.5]
    assert [row["horizon_days"] for row in medians] == [3]
    assert medians[0]["total_net_revenue_amount"] == pytest.approx((6.0 + 60.01) / 2, abs=0.006)


def test_backtest_rows_are_of_completed_horizons_and_inside_flags_match(tmp_path: Path) -> None:
    (one,) = makers.run([makers.shop(200)], tmp_path)
    rows = one.table("backtests").to_pylist()
    assert {row["model_name"] for row in rows} >= {"paidnet", "pool", "prophet_default"}
    assert {row["horizon_days"] for row in rows} == {30, 60}
    for row in rows:
        inside = row["p10_amount"] <= row["actual_total_amount"] <= row["p90_amount"]
        assert row["is_inside_80"] == inside
        assert row["p05_amount"] <= row["p50_amount"] <= row["p95_amount"]
        assert 0 <= row["pit"] <= 1


def test_days_inside_are_counted_by_the_age_of_the_forecast() -> None:
    """Paths from 0 to 100 a day: 90 % of them from 5 to 95."""
    paths = makers.flat_paths(np.linspace(0, 100, 101), 60)
    actual = np.concatenate([np.full(27, 50.0), np.full(3, 96.0), np.full(15, 6.0), np.zeros(15)])
    rows = scores.rows(makers.window(paths, actual), paths, QUICK)
    found = {(row["model_name"], row["horizon_days"]): row for row in rows}
    assert found["paidnet", 30]["step_inside_90_share"] == 0.9
    assert found["paidnet", 60]["step_inside_90_share"] == 0.5
    assert {row["daily_inside_90_share"] for row in rows if row["model_name"] == "paidnet"} == {0.7}
    unfinished = scores.rows(makers.window(paths, actual[:59]), paths, QUICK)
    assert {row["horizon_days"] for row in unfinished} == {30}
