"""A forecast scales with the currency and moves with the calendar."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from forecasting.revenue.pool import (
    BORROWED_SHARE,
    borrow_seasonality,
    character,
    season_week,
)
from forecasting.revenue.series import Series
from forecasting.revenue.training_data import Events
from tests.python.forecasting import makers
from tests.python.forecasting.makers import QUICK, Written

CENT = 0.01


def pair(one: makers.Series, other: makers.Series, folder: Path) -> list[Written]:
    """Return what two series give under the same name, each alone."""
    return [
        makers.run([each], folder / str(place), QUICK)[0] for place, each in enumerate((one, other))
    ]


@pytest.mark.parametrize("size", [30, 150, 500])
@pytest.mark.parametrize("factor", [10.0, 0.001])
def test_a_scaled_history_gives_scaled_quantiles(size: int, factor: float, tmp_path: Path) -> None:
    base = makers.shop(size)
    base = dataclasses.replace(base, gross=base.gross * 1000)
    scaled = dataclasses.replace(base, gross=base.gross * factor)
    one, other = pair(base, scaled, tmp_path)
    cents = CENT * (1 + factor)
    assert other.daily() == pytest.approx(one.daily() * factor, rel=1e-6, abs=cents)
    assert other.totals() == pytest.approx(one.totals() * factor, rel=1e-6, abs=60 * cents)


# Black Fridays of 2021, 2022 and 2023 are 364 days apart, so seasons move along.
@pytest.mark.parametrize(
    ("size", "first", "tolerance"), [(150, "2022-01-03", 0.0), (500, "2021-01-04", 0.02)]
)
def test_a_history_of_another_year_without_holidays_gives_the_same_quantiles(
    size: int, first: str, tolerance: float, tmp_path: Path
) -> None:
    base = makers.series(makers.shop(size).gross, first=first)
    moved = dataclasses.replace(base, first_date=base.first_date + 364)
    one, other = pair(base, moved, tmp_path)
    days = [each.column("daily", "forecast_date").astype("datetime64[D]") for each in (one, other)]
    assert (days[1] - days[0] == np.timedelta64(364, "D")).all()
    assert other.totals() == pytest.approx(one.totals(), rel=max(tolerance, 1e-9))
    inner = slice(5, 96)
    assert other.daily()[:, inner] == pytest.approx(
        one.daily()[:, inner], rel=max(2 * tolerance, 1e-9)
    )


def test_the_name_of_a_company_changes_draws_only(tmp_path: Path) -> None:
    base = makers.shop(150)
    many = dataclasses.replace(QUICK, path_count=1000)
    one, other = makers.run([base, dataclasses.replace(base, company_id="b")], tmp_path, many)
    assert (one.paths() != other.paths()).any()
    assert other.totals()[:, 10:91] == pytest.approx(one.totals()[:, 10:91], rel=0.05)


def test_a_more_restless_shop_has_a_wider_forecast(tmp_path: Path) -> None:
    calm = makers.shop(200)
    weeks = np.exp(np.cumsum(np.random.default_rng(5).normal(0, 0.25, 29)))
    restless = dataclasses.replace(calm, gross=calm.gross * np.repeat(weeks, 7)[:200])
    widths = [
        np.log(each.totals()[1, 90] / each.totals()[1, 10])
        for each in pair(calm, restless, tmp_path)
    ]
    assert widths[1] > 1.5 * widths[0]


def test_a_borrowed_season_lifts_the_week_of_black_friday() -> None:
    days = makers.days_from("2023-11-13", 28)  # Black Friday is 24 November
    is_its_week = season_week(days) == 0
    assert days[is_its_week].tolist() == makers.days_from("2023-11-20", 7).tolist()
    index = np.zeros((1, 52))
    index[0, 0] = 1.0
    moved = borrow_seasonality(np.ones((5, 28)), days[0], index, 56, 1)
    assert moved[:, is_its_week] == pytest.approx(np.exp(BORROWED_SHARE))
    assert moved[:, ~is_its_week] == pytest.approx(1.0)


def test_the_setting_holidays_turns_holidays_off() -> None:
    days = np.datetime64("2022-02-01") + 91 * np.arange(8)
    nothing = np.zeros(days.size, int)
    events = Events(np.full(days.size, "Sale"), days, nothing, nothing)
    one = makers.with_gross(
        makers.shop(480), (days[:5] - np.datetime64(makers.MONDAY)).astype(int), 90_000.0
    )
    off = dataclasses.replace(QUICK, holidays=False)
    with_events = dataclasses.replace(one, events=events)
    paths, paths_off = (makers.forecast(with_events, each)[0].paths for each in (QUICK, off))
    without = makers.forecast(one, QUICK)[0].paths
    assert (paths != without).any()  # events do matter
    assert np.array_equal(paths_off, without)


def test_restlessness_tells_a_level_that_moves_from_one_that_stays() -> None:
    """Of a steady shop below zero, of one that doubles and halves above; of a young one nothing."""
    steady = makers.shop(500)
    waves = dataclasses.replace(steady, gross=steady.gross * 2 ** (np.arange(500) // 70 % 2))

    def restlessness(one: Series) -> float:
        return character(one.training_data(makers.QUICK)).restlessness

    assert restlessness(steady) < -0.3
    assert restlessness(waves) > 0.2
    assert restlessness(steady.until(steady.first_date + 69)) == 0
