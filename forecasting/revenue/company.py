"""One company's part of a run: what is fitted, what is cached, its grade, its tables."""

from __future__ import annotations

import dataclasses
import pickle
from importlib.metadata import version
from pathlib import Path

import numpy as np

from forecasting.errors import NoForecastError
from forecasting.revenue import backtest, calibration
from forecasting.revenue.backtest import Window
from forecasting.revenue.known import make_known
from forecasting.revenue.members.naive import YEAR
from forecasting.revenue.pool import seasonal_index
from forecasting.revenue.prior import Prior
from forecasting.revenue.series import Series
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


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that numbers depend on."""
    return {name: version(name) for name in LIBRARIES}


def check(series: Series) -> None:
    """Raise NoForecastError, with the reason, for a series that cannot be forecast."""
    revenue = series.net()
    if not np.isfinite(revenue).all():
        raise NoForecastError("a day's revenue is not a number")
    if series.whole_days().start >= series.whole_days().stop:
        raise NoForecastError("no whole day of orders")
    if not (revenue > 0).any():
        raise NoForecastError("no day with revenue above zero")
    if series.developed()[series.whole_days()].sum() <= 0:
        raise NoForecastError("refunds are as large as all revenue")


def tasks(series: Series, settings: Settings) -> list[Task]:
    """Return the fits that a company needs, the forecast last."""
    whole = series.whole_days()
    sizes = backtest.origins(whole.stop - whole.start, settings)
    return [Task(series, size) for size in (*sizes, None)]


def run_task(task: Task, settings: Settings, prior: Prior) -> Window:
    """Fit a task's members; deterministic by the settings' seed."""
    series = task.series
    if task.size is not None:
        truth = series.developed()[series.whole_days()]
        return backtest.look_back(series, task.size, truth, settings, prior)
    known = series.known(settings)
    return backtest.fit(
        known,
        series.company_id,
        settings,
        prior,
        settings.path_count,
        skipped_days=int(series.ends_cut),
    )


def cached(folder: Path, company_id: str, key: str) -> Fitted | None:
    """Return the fits of an earlier run, if nothing they depend on has changed."""
    try:
        with (folder / f"{company_id}.pickle").open("rb") as file:
            fitted = pickle.load(file)  # noqa: S301 (written by this module)
    except (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError):
        return None
    return fitted if isinstance(fitted, Fitted) and fitted.key == key else None


def keep(folder: Path, company_id: str, fitted: Fitted) -> None:
    """Keep the fits of a company for the next run."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{company_id}.pickle"
    with unfinished.open("wb") as file:
        pickle.dump(fitted, file, protocol=5)
    unfinished.replace(folder / f"{company_id}.pickle")


def season_at(series: Series, cutoff: np.datetime64, settings: Settings) -> np.ndarray | None:
    """Return the seasonal index (52,) that a company could lend at a cutoff, or None.

    Of what was known then, closures filled.
    """
    if (cutoff - series.first_date).astype(int) + 1 < YEAR:
        return None
    then = series.until(cutoff)
    known = make_known(then.first_date, then.net(), then.events, settings.closure_days)
    return seasonal_index(known.first_date, known.values)


def grade(series: Series, forecast: Window, settings: Settings) -> tuple[str, str]:
    """Return the grade of a forecast and its reason.

    By length of history, and one lower with a closure in the last 180 days.
    """
    size = forecast.character.size
    known = series.known(settings)
    for place, (name, least) in enumerate(GRADES):
        if size < least:
            continue
        reason = f"{size} days of history"
        if known.closed_for:
            name = GRADES[min(place + 1, len(GRADES) - 1)][0]
            reason += f", closed for the last {known.closed_for} days"
        elif known.is_closed[-_RECENT_CLOSURE_DAYS:].any():
            name = GRADES[min(place + 1, len(GRADES) - 1)][0]
            reason += f", a closure within the last {_RECENT_CLOSURE_DAYS} days"
        return name, reason
    least = GRADES[-1][1]
    return "insufficient", f"{size} days of history, below {least}: run rate with borrowed spread"


def errors(
    series: Series, windows: tuple[Window, ...], settings: Settings, prior: Prior
) -> list[tuple]:
    """Return the standardised errors of a company's windows (rows of calibration.Errors)."""
    return [
        row
        for window in windows
        for row in calibration.errors_of(
            series.company_id, window, backtest.totals(window.paths, settings), settings, prior
        )
    ]
