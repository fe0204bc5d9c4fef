"""Ranges of a customer's spend, what sources bring, and what past windows teach."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from forecasting.customers import baselines, features, mixing, scores, sources, spend, study
from forecasting.customers.boosted import Rows, train
from forecasting.customers.features import NAMES, Base
from forecasting.customers.mixing import Said
from forecasting.customers.purchases import Known, Purchases
from forecasting.customers.spend import Spread


def drawn_spend(count: int = 200_000) -> np.ndarray:
    """Spend of customers alike: 60 % buy, about three times, for 90 in the mean."""
    rng = np.random.default_rng(0)
    shape = Spread(0.6, 0.1).shape(np.array([3.0]))[0]
    return np.where(rng.random(count) < 0.6, rng.gamma(shape, 90 / shape, count), 0.0)


def test_ranges_chances_and_deviation_are_those_of_what_is_drawn() -> None:
    came, spread = drawn_spend(), Spread(0.6, 0.1)
    one = np.array([54.0]), np.array([0.6]), np.array([1.8])
    for level in (0.3, 0.45, 0.5, 0.75, 0.9, 0.97):
        found = spend.quantile(level, *one, spread)[0]
        assert found == pytest.approx(np.quantile(came, level), rel=0.02, abs=0.05)
    assert spend.deviation(*one, spread)[0] == pytest.approx(came.std(), rel=0.02)


def test_who_more_likely_buys_nothing_has_a_median_of_nothing() -> None:
    chance = np.array([0.0, 0.05, 0.49, 0.51])
    found = spend.quantile(0.5, np.full(4, 20.0), chance, chance, Spread())
    assert (found[:3] == 0).all()
    assert found[3] > 0


def test_twice_the_purchases_are_missed_with_the_square_of_the_chance() -> None:
    assert spend.at_scale(np.array([0.0, 0.4, 1.0]), 2.0) == pytest.approx([0, 0.64, 1])
    assert spend.at_scale(np.array([0.4]), 0.0) == pytest.approx([0])


def test_the_spread_of_who_bought_is_found() -> None:
    rng = np.random.default_rng(1)
    days = rng.uniform(1, 12, 20_000)
    shape = Spread(0.5, 0.3).shape(days)
    found = Spread.learnt(days, np.full(days.size, 10.0), rng.gamma(shape, 10 / shape))
    assert (found.of_purchases, found.between) == pytest.approx((0.5, 0.3), abs=0.06)
    assert Spread.learnt(days[:10], days[:10], days[:10]) == Spread()


def test_a_forecast_that_is_right_has_the_scores_of_one() -> None:
    came, spread = drawn_spend(4000), Spread(0.6, 0.1)
    one = [np.full(came.size, value) for value in (54.0, 0.6, 1.8)]
    right = scores.of_distribution(came, *one, spread)
    assert right["inside_80_share"] == pytest.approx(0.9, abs=0.02)  # nothing is below P10
    assert right["expected_buyers"] == pytest.approx(right["buyer_count"], rel=0.05)
    wrong = scores.of_distribution(came, one[0] * 2, *one[1:], spread)
    point = scores.of_point(came, one[0])
    assert right["crps"] < min(wrong["crps"], point["crps"])
    # The mean absolute error is of the median, which no other number beats.
    zero = scores.of_point(came, np.zeros(came.size))
    assert right["mean_absolute_error"] <= min(
        point["mean_absolute_error"], zero["mean_absolute_error"]
    )


def test_tenths_hold_all_customers_by_what_was_expected() -> None:
    point = np.arange(25.0)[::-1]
    count, expected, came = scores.deciles(point * 2, point)
    assert count.sum() == 25
    assert expected[0] < expected[-1]
    assert came == pytest.approx(expected * 2)


@pytest.mark.parametrize("totals", [[100.0, 250.0, 40.0], [0.0, -30.0, 5.0]])
def test_sources_sum_to_every_path_of_the_total(totals: list[float]) -> None:
    raw, deviation = np.array([60.0, 30.0, 10.0]), np.array([0.2, 0.4, 0.1])
    found = sources.reconciled(raw, deviation, np.array(totals), seed=3)
    assert found.sum(axis=1) == pytest.approx(totals)
    assert (found[np.array(totals) >= 0] >= 0).all()


def test_what_is_less_certain_moves_further() -> None:
    raw, totals = np.array([100.0, 100.0, 0.0]), np.full(4000, 240.0)
    found = sources.reconciled(raw, np.array([0.1, 0.3, 0.0]), totals, seed=3).mean(axis=0)
    assert found[0] - 100 < (found[1] - 100) / 3
    assert found[2] == pytest.approx(0, abs=0.01)


def test_errors_teach_a_bias_that_few_of_them_do_not_prove() -> None:
    assert sources.error(np.zeros(0)) == (0.0, sources._USUAL)
    bias, deviation = sources.error(np.full(12, 0.3))
    assert 0.2 < bias < 0.3
    assert deviation < 0.15
    assert abs(sources.error(np.array([0.3]))[0]) < 0.2


@pytest.fixture
def purchases() -> Purchases:
    """Three customers over 120 days: two from the first on, one from day 60; guests each day."""
    rows = [(0, 0, 10), (0, 30, 20), (0, 100, 5), (1, 0, 40), (2, 60, 7), (2, 90, 9)]
    customer, day, net = (np.array(column) for column in zip(*rows, strict=True))
    return Purchases(
        "elm", np.datetime64("2024-01-01"), pa.array(["a", "b", "c"]),
        customer.astype(np.int32), day.astype(np.int32), net * 2.0, net * 1.0,
        np.ones(day.size), np.full(120, 1.0),
    )  # fmt: skip


def test_what_is_known_at_a_day_ends_with_it(purchases: Purchases) -> None:
    known = Known.at(purchases, 59)
    assert known.who.tolist() == [0, 1]
    assert (known.n.tolist(), known.last.tolist()) == ([2, 1], [30, 0])
    assert (known.gross.tolist(), known.net.tolist()) == ([60, 80], [30, 40])
    assert (known.t_x * 7).tolist() == [30, 0]
    assert (known.T * 7).tolist() == [59, 59]
    assert known.total("net", 59, 119).tolist() == [5, 0]
    assert known.total("days", 0, 59).tolist() == [1, 0]


def test_who_sent_a_large_order_back_is_not_expected_to_keep_the_next() -> None:
    count = 60
    net = np.full(count, 20.0)
    net[0] = 0.0
    gross = np.where(np.arange(count) == 0, 50_000.0, 20.0)
    everybody = np.arange(count)
    bought = Purchases(
        "elm", np.datetime64("2024-01-01"), pa.array([f"C{one:02d}" for one in everybody]),
        np.repeat(everybody, 2).astype(np.int32), np.tile([0, 30], count).astype(np.int32),
        np.repeat(gross, 2), np.repeat(net, 2), np.ones(2 * count), np.zeros(120),
    )  # fmt: skip
    known = Known.at(bought, 119)
    fits = features.fit(known)
    value = features.base(known, fits, 0, 30).value
    assert value[0] < 0.15 * fits.value.expected_value(np.array([2]), np.array([50_000.0]))[0]
    assert value[1:] == pytest.approx(value[1])


def test_revenue_is_of_who_had_bought_of_who_had_not_and_of_guests(purchases: Purchases) -> None:
    assert purchases.by_source(59, 119).tolist() == [5, 16, 60]
    assert purchases.by_source(99, 119).tolist() == [5, 0, 20]


def test_shares_of_sources_are_those_of_windows_that_were_over(purchases: Purchases) -> None:
    # One window fits before day 59: of its 30 days' 30 + 30, 20 + 10 and the guests' 30.
    found = sources.shares(purchases, 30, 0, 30)
    assert found == pytest.approx([20 / 50, 0, 30 / 50])
    assert sources.shares(purchases, 20, 0, 30) is None


def test_baselines_are_what_anybody_would_say(purchases: Purchases) -> None:
    found = baselines.predict(Known.at(purchases, 119), 30)
    assert found["zero"].tolist() == [0, 0, 0]
    assert found["last_period"].tolist() == [5, 0, 9]
    assert found["own_mean"] == pytest.approx([35 / 4, 40 / 4, 16 / 2])
    # c spent 7 and 9 in its two months: the line goes on to 11.
    assert found["own_trend"][2] == pytest.approx(11)
    assert found["own_trend"][1] == 0


def rows(size: int, seed: int) -> tuple[Rows, np.ndarray]:
    """Return customers whose spend is a third of what the models say in one month, and it."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(size, len(NAMES))).astype(np.float32)
    is_other = rng.random(size) < 0.5
    features[:, NAMES.index("month")] = np.where(is_other, 6, 2)
    features[:, NAMES.index("last_weekday")] = 0
    expected = rng.uniform(0.2, 1.0, size)
    factor = np.where(is_other, 1 / 3, 1.0)
    count = rng.poisson(expected * factor)
    return Rows(
        features, expected, 1 - np.exp(-expected), count * 1.0, count > 0,
        np.full(size, 19000), np.ones(size),
    ), factor  # fmt: skip


def test_trees_learn_what_the_models_do_not_know_and_else_say_the_same() -> None:
    trees = train(rows(20_000, 1)[0])
    later, factor = rows(4000, 2)
    base = Base(later.expected * 5, later.probability, later.expected, np.full(4000, 5.0))
    expected, chance = trees.predict(later.features, base, 5.0)
    for which in (1.0, 1 / 3):
        mine = factor == which
        ratio = expected[mine].sum() / base.expected[mine].sum()
        assert ratio == pytest.approx(which, rel=0.15)
        assert chance[mine].mean() == pytest.approx(later.bought[mine].mean(), abs=0.03)
    assert train(rows(200, 1)[0]) is None


def test_trees_are_the_same_from_the_same_rows() -> None:
    assert train(rows(3000, 1)[0]) == train(rows(3000, 1)[0])


def test_the_weight_of_trees_is_what_past_windows_advise() -> None:
    rng = np.random.default_rng(4)
    level = rng.gamma(1, 10, 3000)

    def past(error_of_base: float, error_of_trees: float) -> list[mixing.Past]:
        found = []
        for number in range(6):
            window = study.Window(
                np.datetime64("2024-01-01") + 40 * number, 30, None, rows(3000, 1)[0], 1.0,
                rng.poisson(level).astype(float), {}, 1.0, np.ones(3), None, np.nan,
            )  # fmt: skip
            said = [
                Said(level * np.exp(rng.normal(0, off, 3000)), np.full(3000, 0.5), np.ones(3000))
                for off in (error_of_base, error_of_trees)
            ]
            found.append(mixing.Past(window, *said, np.full(3, np.nan)))
        return found

    assert mixing.Learnt.of(past(0.0, 1.0)).weight == 0.0
    assert mixing.Learnt.of(past(1.0, 0.0)).weight == 1.0
    assert mixing.Learnt.of([]).weight == 0.5
