"""A company learns from all of a few others, from some of many."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.revenue import company, seasonality, z_tables
from forecasting.revenue.z_tables import Errors
from tests.python.forecasting import makers
from tests.python.forecasting.makers import QUICK


def test_of_many_others_some_teach_and_lend_and_the_same_ones_as_others_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(seasonality, "LENDERS", 2)
    shops = [makers.shop(500, f"shop{number}", seed=number) for number in range(6)]
    run = makers.a_run()
    cutoff = shops[0].last_date
    lent = seasonality.Donors(shops, run).of("shop0")(cutoff)
    own = {one.company_id: company.seasonal_index_at(one, cutoff, QUICK) for one in shops}
    lenders = [name for name, index in own.items() if any((index == each).all() for each in lent)]
    assert len(lenders) == 2
    assert "shop0" not in lenders
    left = [one for one in shops if one.company_id in {"shop0", *lenders}]
    assert np.array_equal(seasonality.Donors(left, run).of("shop0")(cutoff)[:2], lent[:2])


def test_errors_around_a_company_are_its_own_and_those_of_some_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(z_tables, "TEACHERS", 3)
    day = np.datetime64("2024-01-01")
    errors = Errors.of([(f"c{n}", "long", 30, day, day - 30, float(n)) for n in range(9)])
    found = errors.around("c4")
    assert found.company.size == 4
    assert "c4" in found.company
    assert found.z.tolist() == [float(name[1:]) for name in found.company]
    few = Errors.of([("c4", "long", 30, day, day - 30, 4.0), ("c5", "long", 30, day, day - 30, 5)])
    assert few.around("c4").z.tolist() == [4.0, 5.0]
    assert Errors.of([]).around("c4").z.size == 0
