"""Recent days are trained on net of the refunds still expected of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from forecasting.revenue import refunds
from forecasting.revenue.refunds import DatedRefunds
from forecasting.revenue.series import Series
from tests.python.forecasting import makers


@pytest.fixture(scope="module", params=[0, 1, 2])
def truth(request: pytest.FixtureRequest) -> tuple[Series, np.ndarray]:
    return makers.refunded_shop(400, seed=request.param)


def overstated(values: np.ndarray, truth: np.ndarray) -> float:
    """Return by how much the last 30 days are above the truth."""
    return float(values[-30:].sum() / truth[-30:].sum() - 1)


def test_dated_refunds_still_to_come_are_taken_off_young_days(
    truth: tuple[Series, np.ndarray],
) -> None:
    one, net = truth
    assert overstated(one.net(), net) > 0.05
    assert overstated(one.net_of_expected_refunds(), net) == pytest.approx(0, abs=0.02)
    assert one.net_of_expected_refunds()[:200] == pytest.approx(one.net()[:200], rel=1e-3)


def test_without_dates_the_fall_of_the_rate_is_taken_for_refunds_to_come(
    truth: tuple[Series, np.ndarray],
) -> None:
    one, net = truth
    undated = dataclasses.replace(one, dated=None)
    assert overstated(undated.net(), net) > 0.05
    assert overstated(undated.net_of_expected_refunds(), net) == pytest.approx(0, abs=0.03)


def test_chain_ladder_finds_the_lag_distribution(truth: tuple[Series, np.ndarray]) -> None:
    one, _ = truth
    shares = refunds.development(one.dated, one.size)
    ages = np.array([0, 5, 10, 30, 60])
    assert shares[ages] == pytest.approx(1 - np.exp(-(ages + 1) / 10), abs=0.03)
    assert (np.diff(shares) >= 0).all()


def test_chain_ladder_of_three_days_is_the_one_made_by_hand() -> None:
    # Ten refunds a cell; of 1, but 5 on the youngest day, which shows no lag of 1 or 2 yet.
    day, lag = np.repeat([[0, 0, 0, 1, 1, 2], [0, 1, 2, 0, 1, 0]], 10, axis=1)
    made = DatedRefunds(day, lag, np.where(day == 2, 5.0, 1.0))
    # Lag 2 from day 0: 10 of 30. Lag 1 from days 0 and 1: 20 of 40.
    expected = [2 / 3 * 1 / 2, 2 / 3, 1.0]
    assert refunds.development(made, 3)[:3] == pytest.approx(expected)


def test_undated_refunds_without_a_lag_are_left_alone() -> None:
    one = makers.shop(300)
    share = np.random.default_rng(0).uniform(0.1, 0.2, 300)
    one = dataclasses.replace(one, refunded=one.gross * share)
    assert one.net_of_expected_refunds().tolist() == one.net().tolist()


def test_a_company_without_refunds_is_untouched() -> None:
    one = makers.shop(300)
    none = DatedRefunds(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    for each in (one, dataclasses.replace(one, dated=none)):
        assert each.net_of_expected_refunds().tolist() == one.gross.tolist()


def test_fewer_than_30_dated_refunds_develop_nothing() -> None:
    day = np.arange(29) * 3
    few = DatedRefunds(day, np.full(29, 10), np.full(29, 50.0))
    assert (refunds.development(few, 100) == 1).all()


def test_refunds_are_known_from_the_day_they_were_made() -> None:
    made = DatedRefunds(np.array([0, 0, 3]), np.array([0, 4, 1]), np.array([1.0, 2.0, 4.0]))
    for size, expected in ((4, [1, 0, 0, 0]), (5, [3, 0, 0, 4, 0])):
        assert refunds.by_day(refunds.known_at(made, size), size).tolist() == expected


def test_outstanding_is_gross_times_rate_times_what_is_not_made() -> None:
    gross, refunded = np.full(4, 100.0), np.array([20.0, 20.0, 20.0, 10.0])
    # Ages 3 2 1 0: made 1 1 1 0.5 of 350 shown, refunded 70: a rate of 20 %.
    shares = np.array([0.5, 1.0, 1.0, 1.0])
    assert refunds.outstanding(gross, refunded, shares) == pytest.approx([0, 0, 0, 10])


def test_a_forecast_is_net_of_expected_refunds_and_records_their_share(tmp_path: Path) -> None:
    one, net = makers.refunded_shop(180, seed=3)
    (found,) = makers.run([one], tmp_path)
    expected = (one.gross - net)[-56:].sum() - one.refunded[-56:].sum()
    share = found.record["undeveloped_refund_share"]
    assert share == pytest.approx(expected / one.gross[-56:].sum(), abs=0.01)
    assert share > 0.02
