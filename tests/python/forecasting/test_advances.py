"""What paths repay of an advance: cases by hand, and what holds of any paths and terms."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecasting.advances import engine, stresses
from forecasting.advances.stresses import Stress
from forecasting.advances.terms import Terms, total_due
from warehouse.errors import PaidnetError

INF = np.inf
CENTS = st.integers(-50_000, 500_000).map(lambda cents: cents / 100)
PATHS = arrays(float, st.tuples(st.integers(1, 12), st.integers(35, 70)), elements=CENTS)
SHARES = st.integers(1, 100).map(lambda part: part / 100)
AMOUNTS = st.integers(100, 10_000_000).map(lambda cents: cents / 100)
TERMS = st.builds(
    Terms,
    amount=AMOUNTS,
    fee_rate=st.sampled_from([0.0, 0.06, 0.1]),
    remittance_share=SHARES,
    minimum_per_day=st.sampled_from([0.0, 5.0]),
    minimum_per_month=st.sampled_from([0.0, 900.0]),
    cap_per_day=st.sampled_from([None, 50.0, 400.0]),
    grace_days=st.sampled_from([0, 3, 40]),
)


def flat(amount: float, days: int) -> np.ndarray:
    """Return one path of the same revenue every day."""
    return np.full((1, days), amount)


def test_a_share_of_each_day_is_paid_until_amount_and_fee_are_repaid() -> None:
    terms = Terms(amount=100, fee_rate=0.1, remittance_share=0.1)
    # 110 are due: 10 % of 400 a day are 40, 40, and then the 30 that are left.
    paid = engine.schedule(flat(400, 5), terms)
    assert paid.tolist() == [[40, 40, pytest.approx(30), 0, 0]]
    assert engine.repayment_days(engine.collected(flat(400, 5), terms), 110).tolist() == [3]
    assert engine.repayment_days(engine.collected(flat(400, 2), terms), 110).tolist() == [INF]


def test_a_day_below_zero_remits_nothing_and_is_made_up_for() -> None:
    paths = np.array([[100.0, -30.0, 20.0, 50.0, 10.0], [-40.0, 30.0, 30.0, 0.0, 5.0]])
    assert engine.takings(paths).tolist() == [[100, 0, 0, 40, 10], [0, 0, 20, 0, 5]]


def test_minimum_cap_and_grace_period() -> None:
    taken = np.array([[100.0, 1000.0, 4.0, 0.0, 60.0]])
    terms = Terms(1000, 0.1, 0.1, minimum_per_day=8, cap_per_day=50, grace_days=0)
    # 10 % of 100; 100, capped; the 4 that came in of the least 8; nothing; 8 instead of 6.
    assert engine.remittances(taken, terms).tolist() == [[10, 50, 4, 0, 8]]
    later = dataclasses.replace(terms, grace_days=2)
    assert engine.remittances(taken, later).tolist() == [[0, 0, 4, 0, 8]]


def test_what_a_month_lacks_of_its_minimum_is_paid_on_its_last_day() -> None:
    taken = np.concatenate([flat(10, 30), flat(2, 30), flat(1, 10)], axis=1)
    terms = Terms(1000, 0.1, 0.1, minimum_per_month=75)
    paid = engine.remittances(taken, terms)
    # 30 of 300 came: 45 more. Then 6 of 60: 54 more, all that came in. A month begun owes none.
    assert paid[0, 29] == pytest.approx(1 + 45)
    assert paid[0, 59] == pytest.approx(0.2 + 54)
    assert paid.sum() == pytest.approx(75 + 60 + 1)


def four() -> np.ndarray:
    """Return cumulative remittances that reach 100 on day 1, 2, 4 and never."""
    return np.array(
        [[100, 120, 130, 150], [60, 100, 110, 120], [20, 40, 90, 100], [10, 20, 30, 40]], float
    )


def test_an_assessment_by_hand() -> None:
    found = engine.assess(four(), np.array([80.0]), np.array([100.0]))
    assert found.probability[:, 0].tolist() == [0.25, 0.5, 0.5, 0.75]
    assert found.expected_day[0] == pytest.approx((1 + 2 + 4) / 3)
    assert {level: days[0] for level, days in found.days.items()} == {0.1: 1, 0.5: 2, 0.9: INF}
    assert found.shortfall[0] == pytest.approx(60 / 4)
    # Of 80 paid out 40, 100, 100 and 100 came back.
    returns = [found.returns[level][0] for level in engine.QUANTILES]
    assert returns == pytest.approx([-0.5, 0.25, 0.25])
    # Profit (3 x 20 - 40) / 4 = 5; outstanding 80, 80, 80 and 80 on day 1, then 0, 20, 60, 70,
    # then 0, 0, 40, 60, then 0, 0, 0, 50: 620 / 4 = 155.
    assert found.annual_return[0] == pytest.approx(5 * 365 / 155)


def test_a_loss_is_not_annualised_and_a_day_beyond_the_horizon_is_not_known() -> None:
    found = engine.assess(four(), np.array([200.0]), np.array([220.0]))
    assert np.isnan([found.expected_day[0], found.annual_return[0], found.by(5)[0]]).all()
    assert found.by(4)[0] == 0


def test_a_share_is_a_scale() -> None:
    amounts, dues = np.array([80.0, 90.0]), np.array([100.0, 99.0])
    scaled = engine.assess(four() * 10, amounts, dues, np.array([0.1, 0.1]))
    plain = engine.assess(four(), amounts, dues)
    for field in dataclasses.fields(plain):
        one, other = getattr(scaled, field.name), getattr(plain, field.name)
        for key in one if isinstance(one, dict) else [...]:
            assert one[key] == pytest.approx(other[key], nan_ok=True)


def test_capacity_is_an_order_statistic() -> None:
    last = np.arange(1, 21) * 110.0
    # 90 % of 20 paths: two may fail, and the third smallest, 330, repays 300 with 10 % fee.
    assert engine.capacity(last, 0.1, 0.9) == pytest.approx(300, abs=0.011)
    assert engine.capacity(last, 0.1, 0.95) == pytest.approx(200, abs=0.011)
    assert engine.capacity(np.zeros(20), 0.1, 0.9) == 0


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": float("nan")}, "amount"),
        ({"amount": INF}, "amount"),
        ({"fee_rate": 10}, "write 0.1 for 10 %"),
        ({"fee_rate": -0.1}, "fee"),
        ({"remittance_share": 15}, "write 0.15 for 15 %"),
        ({"remittance_share": 0}, "share"),
        ({"minimum_per_month": -1}, "minimum"),
        ({"minimum_per_day": 50, "cap_per_day": 40}, "cap"),
        ({"cap_per_day": 0}, "cap"),
        ({"grace_days": -1}, "grace"),
    ],
)
def test_terms_that_no_advance_has_are_refused(change: dict[str, float], word: str) -> None:
    with pytest.raises(PaidnetError, match=word):
        dataclasses.replace(Terms(100, 0.1, 0.1), **change).checked()


@given(PATHS, TERMS)
def test_payments_are_never_more_than_is_due_or_taken(paths: np.ndarray, terms: Terms) -> None:
    taken = engine.takings(paths)
    paid = engine.schedule(taken, terms)
    assert (paid >= 0).all()
    assert (paid.sum(axis=1) <= terms.total_due * (1 + 1e-9)).all()
    assert (np.cumsum(paid, axis=1) <= np.cumsum(taken, axis=1) + 1e-6).all()
    highest = np.maximum(np.cumsum(paths, axis=1).max(axis=1), 0)
    assert taken.sum(axis=1) == pytest.approx(highest)


@given(PATHS, TERMS, AMOUNTS)
def test_a_larger_advance_is_never_likelier_repaid(
    paths: np.ndarray, terms: Terms, other: float
) -> None:
    collected = engine.collected(engine.takings(paths), terms)
    amounts = np.sort([terms.amount, other])
    dues = np.array([total_due(amount, terms.fee_rate) for amount in amounts])
    found = engine.assess(collected, amounts, dues)
    assert (found.probability[:, 0] >= found.probability[:, 1]).all()
    assert (np.diff(found.probability, axis=0) >= 0).all()
    assert found.shortfall[0] <= found.shortfall[1] + 1e-9
    for due, column in zip(dues, found.probability.T, strict=True):
        days = engine.repayment_days(collected, due)
        expected = [(days <= day).mean() for day in range(1, len(column) + 1)]
        assert column == pytest.approx(expected)


@given(PATHS, TERMS)
def test_scaling_all_amounts_changes_no_probability(paths: np.ndarray, terms: Terms) -> None:
    ten = dataclasses.replace(
        terms,
        amount=terms.amount * 10,
        minimum_per_day=terms.minimum_per_day * 10,
        minimum_per_month=terms.minimum_per_month * 10,
        cap_per_day=None if terms.cap_per_day is None else terms.cap_per_day * 10,
    )
    due = terms.amount * (1 + terms.fee_rate)
    small, large = (
        engine.repayment_days(engine.collected(engine.takings(some), one), total)
        for some, one, total in ((paths, terms, due), (paths * 10, ten, due * 10))
    )
    assert small.tolist() == large.tolist()


@given(PATHS, TERMS, SHARES)
def test_more_share_is_never_later_repaid(paths: np.ndarray, terms: Terms, other: float) -> None:
    low, high = sorted([terms.remittance_share, other])
    taken = engine.takings(paths)
    late, early = (
        engine.repayment_days(
            engine.collected(taken, dataclasses.replace(terms, remittance_share=share)),
            terms.total_due,
        )
        for share in (low, high)
    )
    assert (early <= late).all()


@given(PATHS, TERMS, SHARES, st.sampled_from([None, 0.0, 40.0, 900.0]))
def test_a_stress_never_improves_anything(
    paths: np.ndarray, terms: Terms, kept: float, limit: float | None
) -> None:
    taken = engine.takings(paths)
    stressed = stresses.apply(taken, Stress("", "", "", kept, limit))
    assert (stressed <= taken + 1e-9).all()
    before, after = (engine.collected(some, terms) for some in (taken, stressed))
    days = [engine.repayment_days(some, terms.total_due) for some in (before, after)]
    assert (days[1] >= days[0]).all()
    capacities = [engine.capacity(some[:, -1], terms.fee_rate, 0.9) for some in (before, after)]
    assert capacities[1] <= capacities[0]


@given(PATHS, TERMS, st.sampled_from([0.5, 0.9, 0.95]))
def test_the_capacity_is_repaid_and_no_more_than_it_is(
    paths: np.ndarray, terms: Terms, confidence: float
) -> None:
    collected = engine.collected(engine.takings(paths), terms)
    amount = engine.capacity(collected[:, -1], terms.fee_rate, confidence)
    more = total_due(amount + 0.03, terms.fee_rate)
    if amount > 0:
        days = engine.repayment_days(collected, total_due(amount, terms.fee_rate))
        assert np.isfinite(days).mean() >= confidence - 1e-9
    assert np.isfinite(engine.repayment_days(collected, more)).mean() < confidence
