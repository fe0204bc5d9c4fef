"""The retail panel is what it says: steady shops, of two kinds, the same on every run."""

from __future__ import annotations

import numpy as np

from forecasting.research.retail import retail, shop
from forecasting.revenue.series import Series
from forecasting.settings import Settings

SHOPS = retail(range(60), 3)
STORES, LINES = SHOPS[::2], SHOPS[1::2]


def weekdays(one: Series) -> np.ndarray:
    """Return the weekday of each day, 0 for Monday."""
    return (one.first_date.astype("datetime64[D]").astype(int) + np.arange(one.size) + 3) % 7


def longest_closure(one: Series) -> int:
    closed = np.diff(np.flatnonzero(one.gross > 0))
    return int(closed.max()) - 1


def test_a_shop_is_the_same_on_every_run_and_another_by_seed() -> None:
    assert shop(4, 3).gross.tolist() == SHOPS[4].gross.tolist()
    assert shop(4, 4).gross.tolist() != SHOPS[4].gross.tolist()


def test_stores_close_on_sundays_and_holidays_and_some_for_weeks() -> None:
    closures = [longest_closure(one) for one in STORES]
    assert 1 <= sum(days >= Settings().closure_days for days in closures) <= 10
    for one in STORES:
        assert not one.gross[weekdays(one) == 6].any()
        day = one.first_date + np.arange(one.size)
        assert not one.gross[np.isin(day, np.array(["2021-04-02", "2022-01-01"], "M8[D]"))].any()
        assert 900 <= one.size < 1000


def test_lines_of_goods_sell_every_day() -> None:
    for one in LINES:
        assert (one.gross > 0).all()
        assert 1500 <= one.size < 1830


def test_a_year_is_most_often_like_the_year_before() -> None:
    growth = []
    for one in SHOPS:
        if longest_closure(one) < Settings().closure_days:
            latest, before = one.gross[-364:].sum(), one.gross[-728:-364].sum()
            growth.append(abs(np.log(latest / before)))
    assert np.median(growth) < 0.08
    assert max(growth) < 0.35
