"""Closed days are filled, not learnt as zeros; rare sales and closed weekends are no closure."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from forecasting.revenue import members
from forecasting.revenue.members import level
from forecasting.revenue.pool import mix
from forecasting.revenue.training_data import Events, closures, training_data
from tests.python.forecasting import makers
from tests.python.forecasting.makers import QUICK


@pytest.mark.parametrize(("days", "closed"), [(9, 0), (10, 10), (40, 40)])
def test_ten_empty_days_of_a_busy_shop_are_a_closure(days: int, closed: int) -> None:
    one = makers.with_gross(makers.shop(200), slice(80, 80 + days), 0.0)
    found = closures(one.gross, 10)
    assert found.sum() == closed
    assert found[80 : 80 + days].all() == bool(closed)


def test_the_same_run_in_a_sparse_shop_is_no_closure() -> None:
    gross = np.zeros(400)
    gross[np.random.default_rng(0).random(400) < 0.2] = 500.0
    gross[100:115] = 0.0
    assert not closures(gross, 10).any()


@pytest.mark.parametrize(("outside", "closed"), [(3, 0), (27, 0), (28, 17)])
def test_four_weeks_must_be_known_before_empty_days_are_a_closure(
    outside: int, closed: int
) -> None:
    """Three orders in twenty days are a slow start, not a busy shop that was closed."""
    gross = np.zeros(outside + 17)
    gross[: outside - 1] = gross[-1] = 18.0
    assert closures(gross, 10).sum() == closed
    if outside == 3:
        data = training_data(np.datetime64(makers.MONDAY), gross, Events.none(), 10)
        assert data.values.sum() * data.scale == pytest.approx(54)


def test_a_closure_is_filled_with_its_weekdays_around_it() -> None:
    gross = np.tile(100 * makers.WEEKDAYS, 30)
    shut = gross.copy()
    shut[70:91] = 0.0
    data = training_data(np.datetime64(makers.MONDAY), shut, Events.none(), 10)
    assert data.is_closed.sum() == 21
    assert data.values * data.scale == pytest.approx(gross)
    assert data.closed_for == 0


def test_a_closure_at_the_end_is_filled_and_counted() -> None:
    one = makers.with_gross(makers.shop(200), slice(188, None), 0.0)
    data = one.training_data(QUICK)
    assert data.closed_for == 12
    assert data.values[-12:].min() > 0.3


def test_a_past_closure_moves_the_forecast_little_and_is_recorded(tmp_path: Path) -> None:
    one = makers.shop(200)
    shut = makers.with_gross(dataclasses.replace(one, company_id="shut"), slice(150, 175), 0.0)
    found, found_shut = makers.run([one, shut], tmp_path)
    assert found_shut.totals()[1, 50] == pytest.approx(found.totals()[1, 50], rel=0.1)
    assert (found.record["has_closure"], found_shut.record["has_closure"]) == (False, True)
    assert found_shut.record["closed_day_count"] == 25
    assert (found.record["grade"], found_shut.record["grade"]) == ("C", "D")
    assert "closure" in found_shut.record["grade_reason"]


@pytest.mark.parametrize(("closed_for", "share"), [(12, 12 / 22), (30, 30 / 40)])
def test_a_closed_shop_stays_closed_as_long_again_in_half_of_the_paths(
    closed_for: int, share: float
) -> None:
    many = dataclasses.replace(QUICK, path_count=2000)
    one = makers.with_gross(makers.shop(200), slice(200 - closed_for, None), 0.0)
    _, paths = makers.forecast(one, many)
    is_shut = (paths == 0).mean(axis=0)
    assert is_shut[9] == pytest.approx(share, abs=0.05)
    assert is_shut[closed_for - 1] == pytest.approx(0.5, abs=0.05)
    assert (np.diff(is_shut) <= 0.001).all()


@pytest.mark.parametrize("closed_for", [12, 30, 90])
def test_calibration_does_not_reopen_a_closed_shop(closed_for: int, tmp_path: Path) -> None:
    many = dataclasses.replace(QUICK, path_count=1000)
    one = makers.with_gross(makers.shop(200), slice(200 - closed_for, None), 0.0)
    (found,) = makers.run([one], tmp_path, many)
    is_shut = (found.paths()[:, :10] == 0).all(axis=1).mean()
    assert is_shut == pytest.approx(closed_for / (closed_for + 9), abs=0.06)
    assert found.totals()[0, 10] == pytest.approx(0, abs=0.5 if closed_for > 12 else 1e9)


def test_a_window_that_starts_closed_teaches_no_errors() -> None:
    closed = dataclasses.replace(
        makers.window(makers.flat_paths(np.linspace(0.5, 2, 200), 60), np.ones(60)),
        reopening=np.full(200, 5.0),
    )
    assert makers.errors_of("shop", closed) == []


def test_empty_weeks_leave_a_finite_forecast(tmp_path: Path) -> None:
    one = makers.shop(210)
    for week in range(3, 30, 4):
        one = makers.with_gross(one, slice(7 * week, 7 * week + 7), 0.0)
    (found,) = makers.run([one], tmp_path)
    assert not found.record["has_closure"]
    assert np.isfinite(found.paths()).all()
    expected = 60 * one.gross.mean()
    assert 0.5 * expected < found.totals()[1, 50] < 1.6 * expected


@pytest.fixture(scope="module")
def shut_on_sundays() -> makers.Series:
    one = makers.shop(182)
    return makers.with_gross(one, np.arange(182) % 7 == 6, 0.0)


def test_a_weekly_day_off_stays_empty_in_the_level_members(shut_on_sundays: makers.Series) -> None:
    data = shut_on_sundays.training_data(QUICK)
    assert not data.is_closed.any()
    drawn, _ = members.simulate(data, 60, 200, 1, QUICK)
    is_sunday = np.arange(60) % 7 == 6
    for name in (members.WEEKLY, members.PLAIN, members.RECENT):
        median = np.median(drawn[name], axis=0)
        assert np.abs(median[is_sunday]).max() < 0.05 * median[~is_sunday].mean(), name


def test_a_weekly_day_off_stays_nearly_empty_in_the_forecast(
    shut_on_sundays: makers.Series, tmp_path: Path
) -> None:
    (found,) = makers.run([shut_on_sundays], tmp_path)
    median = found.daily()[:, 50]
    is_sunday = np.arange(60) % 7 == 6
    assert median[is_sunday].max() < 0.05 * median[~is_sunday].mean()


def test_logarithms_of_empty_and_negative_weeks_are_floored() -> None:
    logs = level.log_floored(np.array([100.0, 0.0, -50.0, 100.0]))
    assert logs == pytest.approx(np.log([100.0, 2.0, 2.0, 100.0]))
    assert level.log_floored(np.zeros(3)).tolist() == [0, 0, 0]


def test_members_give_their_share_of_the_pool_spread_over_their_totals() -> None:
    paths = {
        "a": makers.flat_paths(np.arange(100.0), 5),
        "b": makers.flat_paths(1000 + np.arange(100.0), 5),
    }
    mixed = mix(paths, {"a": 0.25, "b": 0.75}, 100)
    assert mixed.shape == (100, 5)
    of_a = mixed[mixed[:, 0] < 500, 0]
    assert of_a.size == 25
    assert np.quantile(of_a, [0.1, 0.5, 0.9]) == pytest.approx([10, 50, 90], abs=3)
