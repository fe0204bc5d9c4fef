"""The three shipped companies are what their descriptions say."""

import datetime as dt

import numpy as np
import pytest

from simulation.truth import daily_truth


def months(made) -> dict[dt.date, float]:
    """Paid-net revenue of the complete months of a company's log."""
    daily = daily_truth(made).to_pydict()
    total: dict[dt.date, float] = {}
    days: dict[dt.date, int] = {}
    rows = zip(daily["revenue_date"], daily["actual_net_revenue_amount"], strict=True)
    for day, amount in rows:
        month = day.replace(day=1)
        total[month] = total.get(month, 0.0) + float(amount)
        days[month] = days.get(month, 0) + 1
    return {month: total[month] for month in total if days[month] >= 28}


def between(revenue: dict[dt.date, float], first: tuple, last: tuple) -> float:
    return sum(
        amount for month, amount in revenue.items() if first <= (month.year, month.month) <= last
    )


def refund_order_rate(made, first_day: int, last_day: int) -> float:
    orders = made.orders
    rows = orders.is_paid & (orders.day >= first_day) & (orders.day < last_day)
    return float((orders.refund[rows] > 0).mean())


@pytest.mark.parametrize("name", ["alder", "birch", "cedar"])
def test_size_and_length(name, company):
    made = company(name)
    assert 10_000 <= made.orders.number.size <= 40_000
    days = made.intensity.activity.size - made.intensity.log_day
    assert 2 * 365 <= days <= 3 * 366
    assert made.scenario.history.end == dt.date(2026, 10, 18)


def test_alder_is_steady(company):
    revenue = months(company("alder"))
    year = [between(revenue, (2024 + n, 1), (2024 + n, 9)) for n in range(3)]
    assert year[1] / year[0] == pytest.approx(1, abs=0.08)
    assert year[2] / year[0] == pytest.approx(1, abs=0.08)
    assert refund_order_rate(company("alder"), 0, 9999) < 0.06


def test_alder_knows_black_friday_and_has_an_older_history(company):
    made = company("alder")
    daily = daily_truth(made).to_pydict()
    count = dict(zip(daily["revenue_date"], daily["paid_order_count"], strict=True))
    for friday in (dt.date(2024, 11, 29), dt.date(2025, 11, 28)):
        usual = np.mean([count[friday - dt.timedelta(days=7 * n)] for n in (1, 2, 3)])
        assert count[friday] > 1.7 * usual
    assert (made.orders.order_count[:200] > 1).mean() > 0.3


def test_birch_grows_fast_and_its_refunds_rise(company):
    made = company("birch")
    revenue = months(made)
    for year in (2025, 2026):
        before = between(revenue, (year - 1, 4), (year - 1, 9))
        assert between(revenue, (year, 4), (year, 9)) > 2 * before
    early = refund_order_rate(made, 0, 240)
    late = refund_order_rate(made, 780, 900)
    assert late > 2.5 * early > 0
    assert (made.orders.order_count == 1).sum() == made.customers.rate.size


def test_cedar_shrinks(company):
    revenue = months(company("cedar"))
    year = [between(revenue, (2024 + n, 1), (2024 + n, 9)) for n in range(3)]
    assert year[0] > 1.08 * year[1]
    assert year[1] > 1.08 * year[2]


def test_cedar_is_seasonal(company):
    revenue = months(company("cedar"))
    for year in (2024, 2025):
        spring = between(revenue, (year, 3), (year, 5))
        winter = between(revenue, (year, 11), (year, 12)) + between(revenue, (year, 1), (year, 1))
        assert spring > 3 * winter


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("alder", 0, 0.06), ("birch", 0, 0.06), ("cedar", 0.35, 0.6)],
)
def test_share_of_the_ten_largest_buyers(name, low, high, company):
    orders = company(name).orders
    net = np.where(orders.is_paid, orders.gross - orders.refund, 0)
    bought = np.sort(np.bincount(orders.customer, net))[::-1]
    assert low < bought[:10].sum() / bought.sum() < high


@pytest.mark.parametrize("name", ["alder", "birch", "cedar"])
def test_mess_is_light_but_there(name, company):
    rates = company(name).scenario.mess
    kinds = rates.model_dump(exclude={"duplicates_changed_share", "malformed_kinds"})
    kinds.pop("refunds_on_unpaid")
    assert 0.005 <= sum(kinds.values()) <= 0.015
