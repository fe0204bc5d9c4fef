"""Seasonality that companies which have not seen a year of their own borrow from others."""

from __future__ import annotations

import dataclasses

import numpy as np

from forecasting.revenue.backtest import Window, seed_of, totals
from forecasting.revenue.company import Fitted, seasonal_index_at
from forecasting.revenue.pool import borrow_seasonality
from forecasting.revenue.series import Series
from forecasting.run import Run


class Donors:
    """Seasonal indices that companies could lend, by cutoff; the shipped ones where few can."""

    def __init__(self, all_series: list[Series], run: Run) -> None:
        self._series, self._run = all_series, run
        self._indices: dict[tuple[str, np.datetime64], np.ndarray | None] = {}

    def at(self, company_id: str, cutoff: np.datetime64) -> np.ndarray:
        """Return the log indices (d, 52) of the other companies at a cutoff."""
        found = []
        for series in self._series:
            if series.company_id == company_id:
                continue
            key = (series.company_id, cutoff)
            if key not in self._indices:
                self._indices[key] = seasonal_index_at(series, cutoff, self._run.settings)
            if self._indices[key] is not None:
                found.append(self._indices[key])
        if len(found) < self._run.settings.min_pooled_companies:
            found += list(self._run.prior.donors)
        return np.array(found).reshape(-1, 52)


def with_borrowed(fitted: Fitted, series: Series, donors: Donors, run: Run) -> Fitted:
    """Return a company's fits, seasonality borrowed where a year is unseen."""
    name = series.company_id

    def moved(window: Window) -> Window:
        if window.route == "long":
            return window
        seed = seed_of(run.settings, f"{name} season", window.character.size)
        indices = donors.at(name, window.cutoff_date)
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
