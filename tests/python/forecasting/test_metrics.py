"""Scores against closed forms and sums made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from forecasting import metrics


@pytest.mark.parametrize(("mean", "sigma", "actual"), [(0, 1, 0.3), (100, 20, 150), (5, 2, -1)])
def test_crps_of_a_large_normal_sample_is_the_closed_form(
    mean: float, sigma: float, actual: float
) -> None:
    size = 20_000
    sample = stats.norm.ppf((np.arange(size) + 0.5) / size, mean, sigma)
    z = (actual - mean) / sigma
    normal = stats.norm
    expected = sigma * (z * (2 * normal.cdf(z) - 1) + 2 * normal.pdf(z) - 1 / np.sqrt(np.pi))
    assert metrics.crps(sample, actual) == pytest.approx(expected, rel=1e-3)


def test_crps_of_a_small_sample_is_the_sum_over_all_pairs() -> None:
    # |1-2|, |4-2|, |2-2| mean 1; pairs |1-4|, |1-2|, |4-2| twice over 9 cells: 12 / 9 / 2.
    assert metrics.crps(np.array([1.0, 4.0, 2.0]), 2.0) == pytest.approx(1 - 12 / 9 / 2)


def test_crps_of_one_value_is_the_absolute_error() -> None:
    assert metrics.crps(np.array([7.0]), 4.0) == pytest.approx(3.0)


def test_crps_of_columns_is_that_of_each_column() -> None:
    sample = np.random.default_rng(0).normal(size=(50, 3))
    actual = np.array([0.0, 1.0, -2.0])
    each = [metrics.crps(sample[:, place], actual[place]) for place in range(3)]
    assert metrics.crps(sample, actual) == pytest.approx(each)


def test_pinball_charges_the_level_below_and_its_complement_above() -> None:
    score = metrics.pinball(np.array([10.0, 10.0, 10.0]), np.array([0.1, 0.5, 0.9]), 14.0)
    assert score == pytest.approx([0.4, 2.0, 3.6])
    score = metrics.pinball(np.array([10.0, 10.0, 10.0]), np.array([0.1, 0.5, 0.9]), 6.0)
    assert score == pytest.approx([3.6, 2.0, 0.4])


def test_mean_pinball_is_the_mean_over_the_99_inner_levels() -> None:
    # A sample of one value has that value at every level: mean of tau * 4 is 2.
    assert metrics.mean_pinball(np.array([10.0]), 14.0) == pytest.approx(2.0)
    # Of 0 … 100 the quantile at tau is 100 tau; y = 0 costs (1 - tau) * 100 tau at each.
    levels = np.arange(1, 100) / 100
    expected = np.mean((1 - levels) * 100 * levels)
    assert metrics.mean_pinball(np.arange(101.0), 0.0) == pytest.approx(expected)


def test_crps_is_about_twice_the_mean_pinball() -> None:
    sample = np.random.default_rng(1).gamma(3, 2, 5_000)
    assert metrics.crps(sample, 8.0) == pytest.approx(
        2 * float(metrics.mean_pinball(sample, 8.0)), rel=0.02
    )


def test_brier_is_the_mean_squared_error_of_four_probabilities() -> None:
    # Run rate 100: thresholds 70, 85, 100, 115. P(total < x): 1/4, 1/4, 1/4, 4/4.
    sample = np.array([60.0, 100.0, 100.0, 110.0])
    # Actual 100 is below 115 only: (1/16 + 1/16 + 1/16 + 0) / 4.
    assert metrics.brier(sample, 100.0, 100.0) == pytest.approx(3 / 16 / 4)


def test_pit_counts_ties_half() -> None:
    sample = np.array([1.0, 2.0, 2.0, 3.0])
    assert metrics.pit(sample, 2.0) == pytest.approx(0.5)
    assert metrics.pit(sample, 0.0) == 0.0
    assert metrics.pit(sample, 9.0) == 1.0


def test_the_grid_has_the_percents_and_half_a_percent_at_both_ends() -> None:
    assert metrics.LEVELS.size == 101
    assert metrics.LEVELS[[0, 1, 50, 99, 100]] == pytest.approx([0.005, 0.01, 0.5, 0.99, 0.995])


@pytest.mark.parametrize("shape", [(1,), (2,), (7, 3), (400, 20)])
def test_quantiles_are_those_of_numpy(shape: tuple[int, ...]) -> None:
    sample = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    wanted = np.quantile(sample.astype(float), metrics.LEVELS, axis=0)
    assert metrics.quantiles(sample, metrics.LEVELS) == pytest.approx(wanted, abs=1e-12)
