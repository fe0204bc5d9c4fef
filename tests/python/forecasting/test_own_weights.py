"""Members weighed by a company's own completed windows."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from forecasting.revenue import calibration, z_tables
from forecasting.revenue.backtest import Window, totals
from forecasting.revenue.company import Fitted
from forecasting.revenue.own_weights import with_own_weights
from forecasting.revenue.z_tables import Errors
from tests.python.forecasting import makers
from tests.python.forecasting.makers import QUICK

ACTUAL = np.ones(60)
_RNG = np.random.default_rng(3)
RIGHT, HIGH = (makers.flat_paths(level * np.exp(_RNG.normal(0, 0.1, 200)), 60) for level in (1, 2))


def window(cutoff: str, actual: np.ndarray = ACTUAL, route: str = "long") -> Window:
    """Return a window of two members of equal weight: one is right, one twice too high."""
    made = makers.window(np.concatenate([RIGHT[::2], HIGH[::2]]), actual, cutoff)
    return dataclasses.replace(
        made,
        route=route,
        weights={"right": 0.5, "high": 0.5},
        totals={"right": totals(RIGHT, QUICK), "high": totals(HIGH, QUICK)},
    )


def weighed(*windows: Window, route: str = "long") -> Window:
    """Return the forecast of 2024-06-01 after windows."""
    forecast = window("2024-06-01", np.zeros(0), route)
    return with_own_weights(Fitted("key", windows, forecast), QUICK).forecast


def test_a_member_that_was_right_gains_weight_with_every_window_that_does_not_overlap() -> None:
    found = [
        weighed(*(window(cutoff) for cutoff in cutoffs)).weights["right"]
        for cutoffs in (
            (),
            ("2024-01-01",),
            ("2024-01-01", "2024-01-02"),
            ("2024-01-01", "2024-03-10"),
        )
    ]
    assert found[0] == 0.5
    assert 0.9 < found[1] < found[2] < found[3] < 1
    # Two windows a day apart are hardly more than one.
    logit = np.log(np.array(found) / (1 - np.array(found)))
    assert logit[2] == pytest.approx(logit[1] * 61 / 60, rel=1e-6)
    assert logit[3] == pytest.approx(logit[1] * 2, rel=1e-6)


def test_the_forecast_is_brought_to_the_pool_as_it_is_weighed_then() -> None:
    before, after = weighed(), weighed(window("2024-01-01"), window("2024-03-10"))
    tables = z_tables.tables(Errors.of([]), "", after, makers.a_run())
    low, high = (
        np.median(totals(calibration.calibrate(each, tables, makers.a_run()), QUICK)[:, -1])
        for each in (after, before)
    )
    assert low == pytest.approx(60, rel=0.05)
    assert high > 70
    assert after.pooled_totals(QUICK).shape == (200, 2)


def test_a_window_counts_with_the_longest_horizon_that_is_over_at_the_cutoff() -> None:
    # Right for 30 days, then far more: what comes later is not known on 1 June.
    turned = np.where(np.arange(60) < 30, 1.0, 5.0)
    unknown, known = weighed(window("2024-04-25", turned)), weighed(window("2024-03-01", turned))
    assert unknown.weights == weighed(window("2024-04-25")).weights
    assert unknown.weights["right"] > 0.9
    assert known.weights["right"] < 0.5


def test_a_window_knows_nothing_of_those_after_it() -> None:
    fits = Fitted("key", (window("2024-01-01"), window("2024-02-01")), window("2024-02-01"))
    first, second = with_own_weights(fits, QUICK).windows
    assert first is fits.windows[0]
    assert second.weights["right"] > 0.5, "30 days of the first are over"


def test_members_that_know_no_borrowed_season_keep_their_weights() -> None:
    assert weighed(window("2024-01-01"), route="short").weights == {"right": 0.5, "high": 0.5}


def test_a_member_without_windows_keeps_its_place_between_the_others() -> None:
    seen, forecast = window("2024-01-01"), window("2024-06-01", np.zeros(0))
    forecast = dataclasses.replace(
        forecast,
        weights={"right": 0.4, "high": 0.4, "young": 0.2},
        totals=forecast.totals | {"young": totals(RIGHT, QUICK)},
    )
    found = with_own_weights(Fitted("key", (seen,), forecast), QUICK).forecast.weights
    assert found["right"] / 0.4 > found["young"] / 0.2 > found["high"] / 0.4
    assert sum(found.values()) == pytest.approx(1)
