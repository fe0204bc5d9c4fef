"""A log of a few weeks: every day counts, and few days with sales leave much open."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from forecasting.revenue.members import naive
from forecasting.revenue.training_data import Events, training_data
from tests.python.forecasting import makers
from tests.python.forecasting.makers import QUICK


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
    """Wherever they lie; over 150 days chance evens out, and what is unknown of the rate stays."""
    settings = dataclasses.replace(QUICK, horizon_days=150, path_count=1000)
    (one,) = makers.run([few_sales(days)], tmp_path, settings)
    low, middle, high = one.totals()[-1, [10, 50, 90]]
    rate = 150 * 100 * len(days) / 31
    assert 0.5 * rate < middle < 1.6 * rate
    least = np.divide(*stats.gamma.ppf([0.9, 0.1], len(days) + 0.5))
    assert high / low > 0.95 * least


def test_many_days_with_sales_leave_little_open(tmp_path: Path) -> None:
    (few,) = makers.run([few_sales((3, 20, 21))], tmp_path / "few")
    (many,) = makers.run([makers.shop(31)], tmp_path / "many")
    wide, narrow = (np.log(np.divide(*one.totals()[1, [90, 10]])) for one in (few, many))
    assert wide > 1.5 * narrow
