"""A log of a few weeks: every day counts, and few days with sales leave much open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from forecasting.revenue.members import naive
from forecasting.revenue.training_data import Events, training_data
from tests.python.forecasting import makers


@pytest.mark.parametrize("size", [7, 8, 13, 31, 55, 56, 200])
def test_each_weekday_is_drawn_from_all_its_days(size: int) -> None:
    data = training_data(np.datetime64(makers.MONDAY), np.arange(1.0, size + 1), Events.none(), 10)
    paths = naive.recent_bootstrap(data, 70, 20_000, 1)
    recent = data.values[-56:]
    expected = [
        recent[(np.arange(recent.size) - recent.size) % 7 == day].mean() for day in range(7)
    ]
    assert paths.mean(axis=0).reshape(-1, 7).mean(axis=0) == pytest.approx(expected, rel=0.01)


def few_sales(days: tuple[int, ...]) -> makers.Series:
    gross = np.zeros(31)
    gross[list(days)] = 100.0
    return makers.series(gross)


@pytest.mark.parametrize("days", [(0,), (0, 30), (3, 20, 21), (30,)])
def test_a_shop_of_few_sales_is_forecast_at_their_rate_and_widely(
    days: tuple[int, ...], tmp_path: Path
) -> None:
    """Wherever they lie; a range that holds what a Poisson process of the rate may bring."""
    (one,) = makers.run([few_sales(days)], tmp_path)
    low, middle, high = one.totals()[1, [10, 50, 90]]
    rate = 60 * 100 * len(days) / 31
    assert 0.5 * rate < middle < 1.6 * rate
    drawn = np.random.default_rng(0).gamma(len(days) + 0.5, size=100_000)
    assert high > 0.7 * low * np.divide(*np.quantile(drawn, [0.9, 0.1]))


def test_many_days_with_sales_leave_little_open(tmp_path: Path) -> None:
    (few,) = makers.run([few_sales((3, 20, 21))], tmp_path / "few")
    (many,) = makers.run([makers.shop(31)], tmp_path / "many")
    wide, narrow = (np.log(np.divide(*one.totals()[1, [90, 10]])) for one in (few, many))
    assert wide > 1.5 * narrow
