"""One company's part of a run: what is fitted, its grade, its errors."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from importlib.metadata import version

import numpy as np

from forecasting.revenue import backtest, calibration
from forecasting.revenue.backtest import Window
from forecasting.revenue.members.naive import YEAR
from forecasting.revenue.pool import seasonal_index
from forecasting.revenue.series import Series
from forecasting.revenue.training_data import training_data
from forecasting.run import Run
from forecasting.settings import Settings

LIBRARIES = ("prophet", "cmdstanpy", "statsforecast", "numpy", "pandas", "pyarrow", "duckdb")
_RECENT_CLOSURE_DAYS = 180
# Days of history from which a forecast earns a grade; below the last it is insufficient.
GRADES = (("A", 730), ("B", 400), ("C", 180), ("D", 60))


@dataclasses.dataclass(frozen=True)
class Task:
    """One fit: a company and the number of whole days known; None is the forecast itself."""

    series: Series
    size: int | None

    def fingerprint(self, settings: Settings) -> str:
        """Return a hash of what the fit depends on: what was known, and what came of it."""
        if self.size is None:
            return self.series.fingerprint(settings)
        known, actual = self.known_and_actual(settings)
        digest = hashlib.sha256(known.fingerprint(settings).encode())
        digest.update(actual.tobytes())
        return digest.hexdigest()

    def known_and_actual(self, settings: Settings) -> tuple[Series, np.ndarray]:
        """Return the series as it was known at the cutoff, and the days after it that are known.

        These are net of the refunds expected at the log's end; at most a horizon of them.
        """
        series, size = self.series, self.size or 0
        whole = series.whole_days()
        known = series.until(series.first_date + (whole.start + size - 1))
        truth = series.net_of_expected_refunds()[whole]
        return known, truth[size : size + settings.horizon_days]


@dataclasses.dataclass(frozen=True)
class Fitted:
    """All fits of a company, before calibration.

    Attributes:
        key: hash of everything the fits depend on.
        windows: backtest windows, oldest first.
        forecast: the fit on the whole history.
    """

    key: str
    windows: tuple[Window, ...]
    forecast: Window


@functools.cache
def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that numbers depend on."""
    return {name: version(name) for name in LIBRARIES}


def obstacle(series: Series) -> str | None:
    """Return why a series cannot be forecast, the reason of its grade; None when it can."""
    revenue = series.net()
    if not np.isfinite(revenue).all():
        return "a day's revenue is not a number"
    if series.whole_days().start >= series.whole_days().stop:
        return "no whole day of orders"
    if not (revenue > 0).any():
        return "no day with revenue above zero"
    if series.net_of_expected_refunds()[series.whole_days()].sum() <= 0:
        return "refunds are as large as all revenue"
    return None


def tasks(series: Series, settings: Settings) -> list[Task]:
    """Return the fits that a company needs, the forecast last."""
    whole = series.whole_days()
    sizes = backtest.origins(whole.stop - whole.start, settings)
    return [Task(series, size) for size in (*sizes, None)]


def run_task(task: Task, run: Run) -> Window:
    """Fit a task's members; deterministic by the seed of the settings."""
    series = task.series
    if task.size is not None:
        known, actual = task.known_and_actual(run.settings)
        data = known.training_data(run.settings)
        return backtest.fit(data, series.company_id, run, backtest.BACKTEST_PATHS, actual=actual)
    data, count = series.training_data(run.settings), run.settings.path_count
    skipped_days = int(series.has_partial_last_day)
    return backtest.fit(data, series.company_id, run, count, skipped_days)


def seasonal_index_at(
    series: Series, cutoff: np.datetime64, settings: Settings
) -> np.ndarray | None:
    """Return the seasonal index (52,) that a company could lend at a cutoff, or None.

    Of the revenue as known then, closures filled.
    """
    if (cutoff - series.first_date).astype(int) + 1 < YEAR:
        return None
    then = series.until(cutoff)
    data = training_data(then.first_date, then.net(), then.events, settings.closure_days)
    return seasonal_index(data.first_date, data.values)


def grade(series: Series, forecast: Window, settings: Settings) -> tuple[str, str]:
    """Return the grade of a forecast and its reason.

    By length of history, and one lower with a closure in the last 180 days.
    """
    size = forecast.character.size
    data = series.training_data(settings)
    for place, (name, min_days) in enumerate(GRADES):
        if size < min_days:
            continue
        reason = f"{size} days of history"
        if data.closed_for:
            name = GRADES[min(place + 1, len(GRADES) - 1)][0]
            reason += f", closed for the last {data.closed_for} days"
        elif data.is_closed[-_RECENT_CLOSURE_DAYS:].any():
            name = GRADES[min(place + 1, len(GRADES) - 1)][0]
            reason += f", a closure within the last {_RECENT_CLOSURE_DAYS} days"
        return name, reason
    reason = f"{size} days of history, below {GRADES[-1][1]}: run rate with borrowed spread"
    return "insufficient", reason


def errors(name: str, windows: tuple[Window, ...], run: Run) -> list[tuple]:
    """Return the standardised errors of a company's windows (rows of z_tables.Errors)."""
    return [
        row
        for window in windows
        for row in calibration.errors_of(name, window, window.pooled_totals(run.settings), run)
    ]
