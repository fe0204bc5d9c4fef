"""A log that grows is fitted at its new cutoffs only: fits stay for as long as what they knew."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from forecasting import job
from forecasting.revenue import backtest, fits, prior
from forecasting.revenue.series import Series
from forecasting.revenue.training_data import Events
from forecasting.run import Run
from tests.python.forecasting import makers
from tests.python.forecasting.makers import QUICK

SETTINGS = dataclasses.replace(QUICK, horizon_days=30, path_count=50, origin_count=4)
WINDOWS = 3


def run(series: Series, folder: Path) -> None:
    makers.run([series], folder, SETTINGS)


def test_a_new_day_costs_one_fit(tmp_path: Path, fitted: list[str]) -> None:
    run(makers.shop(220), tmp_path)
    assert len(fitted) == WINDOWS + 1
    fitted.clear()
    run(makers.shop(221), tmp_path)
    assert len(fitted) == 1


def test_a_forecast_of_kept_and_new_fits_is_that_of_new_ones(tmp_path: Path) -> None:
    run(makers.shop(220), tmp_path / "grown")
    (grown,) = makers.run([makers.shop(221)], tmp_path / "grown", SETTINGS)
    (anew,) = makers.run([makers.shop(221)], tmp_path / "anew", SETTINGS)
    for table in ("paths", "totals", "backtests"):
        one, other = (each.table(table).drop_columns("run_id") for each in (grown, anew))
        assert one == other


@pytest.mark.parametrize(
    ("day", "count"),
    # Cutoffs are after 90, 132 and 174 days, and 30 days follow each.
    [(10, WINDOWS + 1), (100, WINDOWS + 1), (122, 3), (198, 2), (229, 1)],
)
def test_a_restated_day_costs_the_fits_that_know_it_or_are_scored_on_it(
    tmp_path: Path, fitted: list[str], day: int, count: int
) -> None:
    shop = makers.shop(230)
    run(shop, tmp_path)
    fitted.clear()
    run(makers.with_gross(shop, slice(day, day + 1), 12_345.67), tmp_path)
    assert len(fitted) == count


def test_refunds_that_are_made_later_change_no_fit_of_before_them(
    tmp_path: Path, fitted: list[str]
) -> None:
    shop, _ = makers.refunded_shop(300)
    run(shop.until(shop.last_date - 1), tmp_path)
    fitted.clear()
    run(shop, tmp_path)
    # The forecast, and windows whose days are still being refunded.
    assert len(fitted) <= 3


def test_a_forecast_as_of_a_past_day_leaves_the_fits_of_today(
    tmp_path: Path, fitted: list[str]
) -> None:
    shop = makers.shop(220)
    past = shop.until(shop.last_date - 50)
    run(shop, tmp_path)
    asked = Run(folder=tmp_path, settings=SETTINGS, as_of=past.last_date.astype(object))
    job.run_all([past], asked, jobs=1)
    fitted.clear()
    run(shop, tmp_path)
    assert fitted == []


def test_years_of_events_that_no_forecast_reaches_change_nothing() -> None:
    days = np.array(["2022-02-01", "2023-12-25"], "datetime64[D]")
    events = Events(np.array(["a", "b"]), days, np.zeros(2, int), np.zeros(2, int))
    shop, with_later = makers.shop(200), makers.shop(200, events=events)
    near = dataclasses.replace(shop, events=events.until(np.datetime64("2022-12-31")))
    assert near.fingerprint(SETTINGS) == with_later.fingerprint(SETTINGS)
    assert near.fingerprint(SETTINGS) != shop.fingerprint(SETTINGS)
    assert with_later.training_data(SETTINGS).events.name.tolist() == ["a"]


@pytest.mark.parametrize("size", [240, 400, 555, 1000, 1400])
def test_cutoffs_stay_as_a_log_grows(size: int) -> None:
    settings = dataclasses.replace(SETTINGS, horizon_days=150, origin_count=12)
    before, after = (backtest.origins(n, settings) for n in (size, size + 1))
    assert after[: len(before)] == before or len(after) < len(before)
    changes = [
        backtest.origins(n, settings)[:2] != backtest.origins(n + 1, settings)[:2]
        for n in range(size, size + 77)
    ]
    assert sum(changes) <= 1 + (size < 260)


def test_the_key_of_a_fit_depends_on_the_prior_and_the_series() -> None:
    one, run = makers.shop(100), makers.a_run(SETTINGS)
    keys = [
        fits.fit_key(one, run),
        fits.fit_key(one, makers.a_run(SETTINGS, prior.blank())),
        fits.fit_key(dataclasses.replace(one, has_partial_last_day=True), run),
        fits.fit_key(dataclasses.replace(one, first_date=one.first_date + 1), run),
        fits.fit_key(dataclasses.replace(one, refunded=one.refunded + 1), run),
    ]
    assert len(set(keys)) == len(keys)
    assert keys[0] == fits.fit_key(makers.shop(100), run)
