"""Seasons that companies lend to those that have not seen a year of their own."""

from __future__ import annotations

import dataclasses

import numpy as np

from forecasting.revenue import calibration, company
from forecasting.revenue.backtest import Window, seed_of
from forecasting.revenue.company import Fitted
from forecasting.revenue.prior import Prior
from forecasting.revenue.series import Series
from forecasting.settings import Settings


class Donors:
    """Seasons that companies could lend, by cutoff; the shipped ones where few can."""

    def __init__(self, all_series: list[Series], beliefs: Prior, settings: Settings) -> None:
        self._series, self._beliefs, self._settings = all_series, beliefs, settings
        self._known: dict[tuple[str, np.datetime64], np.ndarray | None] = {}

    def at(self, company_id: str, cutoff: np.datetime64) -> np.ndarray:
        """Return the log indices (d, 52) that others lend to a company at a cutoff."""
        found = []
        for series in self._series:
            if series.company_id == company_id:
                continue
            key = (series.company_id, cutoff)
            if key not in self._known:
                self._known[key] = company.season_at(series, cutoff, self._settings)
            if self._known[key] is not None:
                found.append(self._known[key])
        if len(found) < self._settings.least_pooled_companies:
            found += list(self._beliefs.donors)
        return np.array(found).reshape(-1, 52)


def seasoned(
    all_series: list[Series], fitted: dict[str, Fitted], donors: Donors, settings: Settings
) -> dict[str, Fitted]:
    """Return the fits with seasons borrowed where a company has not seen a year."""

    def one(name: str, window: Window) -> Window:
        if window.way == "long":
            return window
        seed = seed_of(settings, f"{name} season", window.character.size)
        lent = donors.at(name, window.cutoff_date)
        return calibration.seasoned(window, lent, settings, seed)

    return {
        name: dataclasses.replace(
            fits,
            windows=tuple(one(name, window) for window in fits.windows),
            forecast=one(name, fits.forecast),
        )
        for name in (series.company_id for series in all_series)
        if (fits := fitted.get(name)) is not None
    }
