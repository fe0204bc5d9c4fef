"""Seasonality that companies which have not seen a year of their own borrow from others."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

import numpy as np

from forecasting.revenue.backtest import Window, seed_of, totals
from forecasting.revenue.company import Fitted, seasonal_index_at
from forecasting.revenue.others import LENDERS, ranked
from forecasting.revenue.pool import borrow_seasonality
from forecasting.revenue.series import Series
from forecasting.run import Run


class Donors:
    """Seasonal indices that companies could lend, by cutoff; the shipped ones where few can."""

    def __init__(self, lenders: list[Series], run: Run) -> None:
        self._series, self._run = {one.company_id: one for one in lenders}, run

    def of(self, company_id: str) -> Callable[[np.datetime64], np.ndarray]:
        """Return what gives the log indices (d, 52) of some other companies at a cutoff."""
        order = [self._series[name] for name in ranked(company_id, self._series)]

        def at(cutoff: np.datetime64) -> np.ndarray:
            indices = (seasonal_index_at(one, cutoff, self._run.settings) for one in order)
            found = [*itertools.islice((one for one in indices if one is not None), LENDERS)]
            if len(found) < self._run.settings.min_pooled_companies:
                found += list(self._run.prior.donors)
            return np.array(found).reshape(-1, 52)

        return at


def with_borrowed(fitted: Fitted, series: Series, donors: Donors, run: Run) -> Fitted:
    """Return a company's fits, seasonality borrowed where a year is unseen."""
    name, lent_at = series.company_id, donors.of(series.company_id)

    def moved(window: Window) -> Window:
        if window.route == "long":
            return window
        seed = seed_of(run.settings, f"{name} season", window.character.size)
        indices = lent_at(window.cutoff_date)
        first_day, recent_days = window.cutoff_date + 1, run.settings.recent_days
        paths = borrow_seasonality(window.paths, first_day, indices, recent_days, seed)
        with_it, without = (
            np.median(totals(each, run.settings), axis=0) for each in (paths, window.paths)
        )
        return dataclasses.replace(window, paths=paths, borrowed=tuple(with_it - without))

    return dataclasses.replace(
        fitted,
        windows=tuple(map(moved, fitted.windows)),
        forecast=moved(fitted.forecast),
    )
