"""BG/NBD, MBG/NBD and gamma-gamma: published values, gradients, and simulated customers."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy import optimize

from forecasting.customers import bgnbd, gamma_gamma

WEEK = 7
CDNOW = """
    with days as (
        select id, cast(date as date) as day, sum(amt) as amount
        from read_csv('{file}')
        group by all
    ),

    firsts as (
        select id, min(day) as first_day from days group by id
    )

    select
        count(*) filter (where day <= '1997-09-30') - 1 as x,
        max(day) filter (where day <= '1997-09-30') - any_value(first_day) as t_x,
        date '1997-09-30' - any_value(first_day) as age,
        coalesce(avg(amount) filter (where day <= '1997-09-30' and day > first_day), 0) as value,
        count(*) filter (where day > '1997-09-30') as later
    from days
    inner join firsts using (id)
    group by id
    order by id
"""


@pytest.fixture(scope="module")
def cdnow(real_logs: Path) -> dict[str, np.ndarray]:
    """CDNOW's sample as Fader and Hardie use it: 39 weeks known, 39 to come."""
    file = real_logs / "cdnow" / "cdnow_sample.csv"
    rows = duckdb.sql(CDNOW.format(file=file)).fetchnumpy()
    found = {name: np.asarray(values, float) for name, values in rows.items()}
    return found | {"t_x": found["t_x"] / WEEK, "age": found["age"] / WEEK}


def test_bg_nbd_is_what_was_published(cdnow: dict[str, np.ndarray]) -> None:
    """Fader, Hardie and Lee (2005), table 2, and their customer with 2 repeats."""
    history = cdnow["x"], cdnow["t_x"], cdnow["age"]
    found = bgnbd.fit(bgnbd.Counts.of(*history), modified=0)
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx(
        (0.243, 4.414, 0.793, 2.426), abs=5e-4
    )
    assert found.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    one = [np.array([value]) for value in (2.0, 30.43, 38.86)]
    assert found.expected_purchases(*one, 39.0)[0] == pytest.approx(1.226, abs=1e-3)


def test_gamma_gamma_is_what_was_published(cdnow: dict[str, np.ndarray]) -> None:
    """Fader and Hardie (2013): customers with repeats, the mean value of these."""
    repeats = cdnow["value"] > 0
    found = gamma_gamma.fit(cdnow["x"][repeats], cdnow["value"][repeats])
    assert (found.p, found.q, found.v) == pytest.approx((6.25, 3.74, 15.44), rel=2e-3)


@pytest.mark.parametrize("modified", [0, 1])
def test_purchases_of_the_39_weeks_held_out_are_about_those_that_came(
    cdnow: dict[str, np.ndarray], modified: int
) -> None:
    history = cdnow["x"], cdnow["t_x"], cdnow["age"]
    found = bgnbd.fit(bgnbd.Counts.of(*history), modified)
    expected = found.expected_purchases(*history, 39.0)
    assert expected.sum() == pytest.approx(cdnow["later"].sum(), rel=0.2)
    assert np.corrcoef(expected, cdnow["later"])[0, 1] > 0.6
    # Those with more repeats buy more, as they did.
    for x in range(4):
        group = cdnow["x"] == x
        assert expected[group].mean() == pytest.approx(cdnow["later"][group].mean(), rel=0.35)


def drawn(
    modified: int, count: int = 20_000, weeks: float = 60.0, later: float = 20.0
) -> dict[str, np.ndarray]:
    """Simulate customers of the model itself, all observed for so many weeks and later ones."""
    rng = np.random.default_rng(modified)
    rate = rng.gamma(0.8, 1 / 6.0, count)
    leave = rng.beta(0.9, 2.5, count)
    time, x, t_x = np.zeros(count), np.zeros(count), np.zeros(count)
    alive = rng.random(count) >= leave if modified else np.ones(count, bool)
    after, gone = np.zeros(count), ~alive
    while alive.any():
        time = np.where(alive, time + rng.exponential(1 / np.maximum(rate, 1e-9)), np.inf)
        known, to_come = alive & (time <= weeks), alive & (time > weeks) & (time <= weeks + later)
        x, t_x = x + known, np.where(known, time, t_x)
        after = after + to_come
        stays = rng.random(count) >= leave
        gone |= known & ~stays
        alive &= (time <= weeks + later) & stays
    return {"x": x, "t_x": t_x, "age": np.full(count, weeks), "after": after, "gone": gone}


@pytest.mark.parametrize("modified", [0, 1])
def test_parameters_chances_and_purchases_of_simulated_customers_are_found(modified: int) -> None:
    customers = drawn(modified)
    history = customers["x"], customers["t_x"], customers["age"]
    found = bgnbd.fit(bgnbd.Counts.of(*history), modified)
    assert (found.r, found.alpha) == pytest.approx((0.8, 6.0), rel=0.15)
    assert found.a / (found.a + found.b) == pytest.approx(0.9 / 3.4, rel=0.15)
    alive = found.probability_alive(*history)
    chance = found.probability_of_purchase(*history, 0.0, 20.0)
    expected = found.expected_purchases(*history, 20.0)
    # By tenths of what is said, so that it is right of each and not on average only.
    for said, came in (
        (alive, ~customers["gone"]),
        (chance, customers["after"] > 0),
        (expected, customers["after"]),
    ):
        for part in np.array_split(np.argsort(said, kind="stable"), 5):
            assert said[part].mean() == pytest.approx(came[part].mean(), rel=0.1, abs=0.02)


@pytest.mark.parametrize("modified", [0, 1])
def test_gradients_of_the_purchase_models(modified: int) -> None:
    rng = np.random.default_rng(7)
    x = np.append(rng.poisson(2, 200), [0, 0, 60])
    age = rng.uniform(5, 80, x.size)
    counts = bgnbd.Counts.of(x, np.where(x > 0, age * rng.uniform(0, 1, x.size), 0), age)
    for _ in range(5):
        logs = rng.normal(0, 1.2, 4)
        slope = bgnbd.log_likelihood(logs, counts, modified)[1]
        numeric = optimize.approx_fprime(
            logs, lambda at: bgnbd.log_likelihood(at, counts, modified)[0], 1e-6
        )
        assert slope == pytest.approx(numeric, rel=1e-3, abs=1e-2)


def test_gradient_of_the_value_model() -> None:
    rng = np.random.default_rng(8)
    count, value = rng.integers(1, 9, 300).astype(float), rng.gamma(2, 0.5, 300)
    for _ in range(5):
        logs = rng.normal(0.5, 0.8, 3)
        slope = gamma_gamma.log_likelihood(logs, count, value)[1]
        numeric = optimize.approx_fprime(
            logs, lambda at: gamma_gamma.log_likelihood(at, count, value)[0], 1e-6
        )
        assert slope == pytest.approx(numeric, rel=1e-3, abs=1e-2)


def test_alike_histories_count_as_often_as_they_are() -> None:
    counts = bgnbd.Counts.of(np.array([1, 0, 1]), np.array([2.0, 0, 2.0]), np.array([5.0, 5, 5]))
    assert sorted(counts.weight) == [1, 2]
    assert counts.x.size == 2


@pytest.mark.parametrize("a", [0.2, 1.0, 1.00001, 3.0])
def test_more_weeks_bring_no_less_and_never_more_than_the_rate(a: float) -> None:
    model = bgnbd.Model(0.5, 7.0, a, 2.0, modified=1)
    x = np.array([0.0, 0, 1, 5, 200, 1000])
    age = np.array([0.0, 300, 10, 40, 400, 52])
    t_x = np.array([0.0, 0, 9, 12, 399, 52])
    before = np.zeros(x.size)
    for weeks in (0.1, 1, 4, 13, 52, 500):
        now = model.expected_purchases(x, t_x, age, weeks)
        assert np.isfinite(now).all()
        assert (now >= before - 1e-9).all()
        assert (now <= (0.5 + x) / (7 + age) * weeks + 1e-9).all()
        before = now


def test_a_mean_of_few_purchases_is_drawn_to_that_of_all() -> None:
    rng = np.random.default_rng(9)
    count = rng.integers(1, 6, 3000)
    level = 20 / rng.gamma(4, 1 / 3, 3000)
    value = rng.gamma(3 * count, level / 3 / count)
    model = gamma_gamma.fit(count, value)
    once, often = model.expected_value(np.array([1, 50]), np.array([200.0, 200.0]))
    assert model.mean < once < often < 200
    assert model.expected_value(np.array([0]), np.array([0.0]))[0] == pytest.approx(
        level.mean(), rel=0.1
    )
