"""The seasonality that one company lends to others."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.revenue import company
from tests.python.forecasting import makers
from tests.python.forecasting.makers import QUICK


def test_a_season_lent_at_a_cutoff_knows_no_later_refunds() -> None:
    one, _ = makers.refunded_shop(500, orders=20)
    cutoff = one.first_date + 420
    lent = company.seasonal_index_at(one, cutoff, QUICK)
    assert lent == pytest.approx(company.seasonal_index_at(one.until(cutoff), cutoff, QUICK))


def test_a_closure_is_not_lent_as_a_season() -> None:
    one = makers.shop(420)
    shut = makers.with_gross(one, slice(200, 228), 0.0)
    lent, lent_shut = (
        company.seasonal_index_at(each, one.last_date, QUICK) for each in (one, shut)
    )
    assert np.abs(lent_shut - lent).max() < 0.7
