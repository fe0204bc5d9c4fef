"""The process behind the orders: moments, seasons, refunds, counters, truncation."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from simulation.clock import DAY, epoch_seconds, make_clock, to_local, to_utc
from simulation.intensity import event_dates, make_intensity
from simulation.loading import load_scenario
from simulation.orders import exposure
from simulation.sections import Event
from simulation.truth import daily_truth, order_truth

MANY = {
    "acquisition.customers_per_day": 60.0,
    "acquisition.trend": (),
    "whales": None,
    "lapses": (),
    "history.truncated_days": 0,
}


def test_purchase_rates_have_the_gamma_mean_and_variance(company):
    rate = company("tiny", MANY).customers.rate
    r, alpha = 1.0, 60
    assert rate.size > 15_000
    assert rate.mean() == pytest.approx(r / alpha, rel=0.03)
    assert rate.var() == pytest.approx(r / alpha**2, rel=0.1)


def test_lifetimes_follow_the_pareto_distribution(company):
    customers = company("tiny", MANY).customers
    days = (customers.dropped - customers.acquired) / DAY
    for horizon in (30, 120, 365):
        survived = (120 / (120 + horizon)) ** 1.2
        assert (days > horizon).mean() == pytest.approx(survived, abs=0.015)


def test_repeats_match_rate_times_activity_and_stop_at_the_drop_out(company):
    made = company("tiny", MANY)
    orders, customers = made.orders, made.customers
    passed = exposure(customers, made.intensity)
    expected = (customers.rate * (passed[:, 1] - passed[:, 0])).sum()
    repeats = orders.number.size - customers.rate.size
    assert repeats == pytest.approx(expected, abs=4 * np.sqrt(expected))
    local = to_local(made.clock, orders.ordered_at)
    assert (local <= customers.dropped[orders.customer] + 1).all()


def test_acquired_at_is_the_first_order(company):
    made = company("tiny", MANY)
    first = np.full(made.customers.rate.size, np.iinfo(np.int64).max)
    np.minimum.at(first, made.orders.customer, made.orders.ordered_at)
    acquired = np.floor(made.customers.acquired).astype(np.int64)
    assert (first == to_utc(made.clock, acquired)).all()


def test_expected_revenue_is_the_mean_of_actual_revenue(company):
    daily = daily_truth(company("tiny", MANY)).to_pydict()
    actual = float(sum(daily["actual_net_revenue_amount"]))
    expected = sum(daily["expected_net_revenue_amount"])
    assert actual == pytest.approx(expected, rel=0.02)
    ratio = np.corrcoef(
        [float(value) for value in daily["actual_net_revenue_amount"]],
        daily["expected_net_revenue_amount"],
    )
    assert ratio[0, 1] > 0.9


def test_closed_days_have_no_orders_and_black_friday_has_many(company):
    made = company("tiny", MANY)
    start = made.scenario.history.start
    daily = np.bincount(made.orders.day, minlength=made.intensity.activity.size)
    closed = (dt.date(2024, 8, 5) - start).days
    assert daily[closed : closed + 7].sum() == 0
    assert daily[closed - 7 : closed].min() > 0
    friday = (dt.date(2024, 11, 29) - start).days
    assert daily[friday] > 2 * daily[friday - 7]


def test_lapses_take_customers_away(company):
    without = company("tiny", MANY).customers
    hazard = {"start": "2024-03-01", "hazard_per_day": 0.02}
    with_lapse = company("tiny", MANY | {"lapses": [hazard]}).customers
    assert (with_lapse.acquired == without.acquired).all()
    assert np.median(with_lapse.dropped) < np.median(without.dropped) - 20 * DAY
    before = without.dropped < epoch_seconds(dt.date(2024, 3, 1))
    assert (with_lapse.dropped[before] == without.dropped[before]).all()


def test_refunds_come_after_their_orders_and_before_the_log_ends(company):
    made = company("tiny", MANY)
    orders = made.orders
    has_refund = orders.refund > 0
    assert 0.08 < has_refund[orders.is_paid].mean() < 0.17
    assert (orders.refunded_at[has_refund] > orders.ordered_at[has_refund]).all()
    assert (orders.refunded_at[has_refund] < made.log_end).all()
    assert (orders.refund[~orders.is_paid] == 0).all()
    assert (orders.refund <= orders.gross).all()
    lag = (orders.refunded_at - orders.ordered_at)[has_refund & (orders.day < 250)]
    assert lag.mean() / DAY == pytest.approx(7, rel=0.1)


def test_a_refund_wave_raises_the_refund_rate_of_its_days(company):
    orders = company("tiny", MANY).orders
    first = (dt.date(2024, 6, 1) - dt.date(2024, 1, 15)).days
    in_wave = (orders.day >= first) & (orders.day < first + 14) & orders.is_paid
    has_refund = orders.refund > 0
    assert has_refund[in_wave].mean() == pytest.approx(0.42, abs=0.05)
    assert has_refund[~in_wave & orders.is_paid].mean() < 0.14


def test_statuses_agree_with_amounts_and_named_shares(company):
    rows = order_truth(company("tiny", MANY)).to_pylist()
    shares = {"pending": 0.03, "cancelled": 0.05, "voided": 0.02}
    for status, share in shares.items():
        found = sum(row["status"] == status for row in rows) / len(rows)
        assert found == pytest.approx(share, abs=0.005)
    for row in rows:
        gross, refund = row["gross_amount"], row["refund_amount"]
        if row["status"] == "refunded":
            assert refund == gross
        elif row["status"] == "partially_refunded":
            assert 0 < refund < gross
        else:
            assert refund == 0
        assert row["is_paid"] == (row["status"] not in shares)


def test_counters_are_running_counts_and_paid_sums(company):
    orders = company("tiny", {"history.truncated_days": 0}).orders
    count: dict[int, int] = {}
    spent: dict[int, int] = {}
    for index, customer in enumerate(orders.customer.tolist()):
        count[customer] = count.get(customer, 0) + 1
        paid = int(orders.gross[index]) if orders.is_paid[index] else 0
        spent[customer] = spent.get(customer, 0) + paid
        assert orders.order_count[index] == count[customer]
        assert orders.total_spent[index] == spent[customer]
    assert max(count.values()) > 3


def test_truncation_cuts_days_while_counters_keep_counting(company):
    whole = company("tiny", {"history.truncated_days": 0}).orders
    cut = company("tiny").orders
    in_log = whole.day >= 60
    assert 0 < in_log.sum() < in_log.size
    for name in ("number", "ordered_at", "gross", "order_count", "total_spent"):
        assert (getattr(cut, name) == getattr(whole, name)[in_log]).all()
    _, first = np.unique(cut.customer, return_index=True)
    assert (cut.order_count[first] > 1).any()


def test_event_rules():
    def date(day: str, year: int) -> dt.date:
        return event_dates(Event(name="x", day=day, level=1), year)

    assert date("black_friday", 2024) == dt.date(2024, 11, 29)
    assert date("cyber_monday", 2025) == dt.date(2025, 12, 1)
    assert date("thanksgiving", 2023) == dt.date(2023, 11, 23)
    assert date("easter_sunday", 2024) == dt.date(2024, 3, 31)
    assert date("easter_sunday", 2026) == dt.date(2026, 4, 5)
    assert date("02-29", 2025) == dt.date(2025, 2, 28)


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Kolkata"])
def test_the_clock_agrees_with_zoneinfo(zone):
    clock = make_clock(zone, dt.date(2024, 1, 1), dt.date(2025, 12, 31))
    local = np.arange(epoch_seconds(dt.date(2024, 1, 1)), epoch_seconds(dt.date(2026, 1, 1)), 1_799)
    utc = to_utc(clock, local)
    assert (np.diff(utc) >= 0).all()
    for wall, second in zip(local[::7].tolist(), utc[::7].tolist(), strict=True):
        moment = dt.datetime.fromtimestamp(second, ZoneInfo(zone))
        shown = moment.replace(tzinfo=dt.UTC).timestamp()
        # A wall-clock time inside a spring gap does not exist and moves on.
        assert shown == wall or 0 < shown - wall <= 3600
    assert (to_local(clock, utc) == local).mean() > 0.999


def test_season_multipliers_average_to_one():
    settings = load_scenario("tiny", {"events": (), "closures": (), "breaks": ()})
    activity = make_intensity(settings).activity
    assert activity.mean() == pytest.approx(1, abs=0.02)
    assert activity[5] / activity[6] == pytest.approx(1.3 / 0.6)
