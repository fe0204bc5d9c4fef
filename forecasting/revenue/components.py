"""What a forecast's median is made of, by horizon: amounts that sum to it."""

from __future__ import annotations

import numpy as np

from forecasting.revenue import members
from forecasting.revenue.backtest import Window, totals
from forecasting.revenue.series import Series
from forecasting.settings import Settings


def components(
    series: Series, forecast: Window, median: np.ndarray, settings: Settings
) -> dict[str, np.ndarray]:
    """Return the components (horizons,) of the median totals (horizons,), in currency.

    `level` is as many days like the recent ones, closed days filled; `refunds_to_come` what these
    days' buyers will still give back; `season` and `holidays` what the calendar adds, by the share
    of the members that know it; `borrowed` what other companies' season adds to a log without a
    year of its own; `closure` what a shop that is closed will miss. `trend` is the rest: what the
    members and the calibration expect of the level.
    """

    def share(known: frozenset[str]) -> float:
        return sum(weight for name, weight in forecast.weights.items() if name in known)

    horizons, scale = np.array(settings.horizons), forecast.scale
    to_come = (series.net() - series.net_of_expected_refunds())[series.whole_days()]
    per_day = float(to_come[-settings.recent_days :].mean())
    raw, opened = totals(forecast.paths, settings), forecast.opened(forecast.paths)
    found = {
        "level": (forecast.run_rate * scale + per_day) * horizons,
        "refunds_to_come": -per_day * horizons,
        "season": share(members.SEASONAL) * np.array(forecast.season) * scale,
        "holidays": share(members.WITH_HOLIDAYS) * np.array(forecast.holidays) * scale,
        "borrowed": np.array(forecast.borrowed or np.zeros(horizons.size)) * scale,
        "closure": (np.median(totals(opened, settings), axis=0) - np.median(raw, axis=0)) * scale,
    }
    rounded = {name: np.round(amounts, 2) + 0.0 for name, amounts in found.items()}
    rest = np.round(median, 2) - np.sum(list(rounded.values()), axis=0)
    return rounded | {"trend": np.round(rest, 2) + 0.0}
