"""Calibration: errors of completed windows, standardised and pooled, widen the forecast.

A total's error is z = log(actual / median) / s, where s is the spread that the prior expects of
such a forecast (its half-width, its volatility). Quantiles of z, scaled to the errors of this
company and of others, turn each path's rank into a calibrated total; the path is scaled to it,
horizon by horizon, so that daily quantiles, totals and P(total < x) come from one set of paths.
Of a company with negative days whose median or P05 is not positive, errors are added, not
multiplied. Totals of a company without, whose median is zero, stay as they are.
"""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np

from forecasting.revenue.backtest import Window, totals
from forecasting.revenue.prior import Prior
from forecasting.run import Run

_MIN_HALF_WIDTH = 0.01
_MIN_SHARE = 0.02
_MIN_FACTOR, _MAX_FACTOR = 0.05, 20.0  # of the factor on a segment of a path
_MIN_LOG = -6.0  # a total of e^-6 of the median is as good as nothing
_PRIOR_WINDOWS = 20.0  # what the prior counts for beside an installation's effective windows


@dataclasses.dataclass(frozen=True)
class Centre:
    """Median and spread of a raw total at one horizon; errors are `log`, `added` or `none`."""

    median: float
    spread: float
    kind: str

    def z(self, actual: float) -> float:
        """Return the standardised error of an actual total."""
        if self.kind == "added":
            return (actual - self.median) / self.spread
        ratio = max(actual, 0.0) / self.median
        return max(float(np.log(ratio)) if ratio > 0 else _MIN_LOG, _MIN_LOG) / self.spread

    def total(self, z: np.ndarray) -> np.ndarray:
        """Return the totals at standardised errors."""
        if self.kind == "added":
            return self.median + self.spread * z
        return self.median * np.exp(self.spread * z)


@dataclasses.dataclass(frozen=True)
class Errors:
    """Standardised errors of completed windows, one row per window and horizon.

    Attributes:
        company, route: (m,) whose window, and its route.
        horizon: (m,) days.
        completed: (m,) last day of the window.
        cutoff: (m,) its cutoff.
        z: (m,) the standardised error.
    """

    company: np.ndarray
    route: np.ndarray
    horizon: np.ndarray
    completed: np.ndarray
    cutoff: np.ndarray
    z: np.ndarray

    @classmethod
    def of(cls, rows: list[tuple[str, str, int, np.datetime64, np.datetime64, float]]) -> Errors:
        """Return the table of rows (company, route, horizon, completed, cutoff, z)."""
        columns = list(zip(*rows, strict=True)) or [[], [], [], [], [], []]
        kinds = (str, str, int, "datetime64[D]", "datetime64[D]", float)
        return cls(*(np.array(list(c), kind) for c, kind in zip(columns, kinds, strict=True)))


@dataclasses.dataclass(frozen=True)
class Table:
    """Quantiles of z for one forecast and horizon, and where they come from."""

    z: np.ndarray
    probability: np.ndarray
    label: str
    window_count: int

    def quantile(self, probability: np.ndarray) -> np.ndarray:
        """Return z at probabilities."""
        return np.interp(probability, self.probability, self.z)


def centre(raw: np.ndarray, horizon: int, window: Window, prior: Prior) -> Centre:
    """Return median and expected spread of a window's raw totals (count,) at a horizon."""
    p05, p50 = np.quantile(raw, [0.05, 0.5])
    never_negative = window.paths.min() >= 0
    if never_negative and p50 <= 0:
        return Centre(0.0, 0.0, "none")
    half_width = half_width_of(raw)
    spread = float(np.exp(prior.log_spread(window.route, horizon, half_width, window.character)))
    if never_negative or p05 > 0:
        return Centre(float(p50), spread, "log")
    size = max(abs(p50), 0.1 * abs(window.run_rate) * horizon, 1e-9)
    return Centre(float(p50), spread * size, "added")


def half_width_of(raw: np.ndarray) -> float:
    """Return half the log distance of P10 and P90, each at least 2 % of the median's size."""
    p10, p50, p90 = np.quantile(raw, [0.1, 0.5, 0.9])
    floor = max(_MIN_SHARE * abs(p50), 1e-9)
    return max(float(np.log(max(p90, floor) / max(p10, floor))) / 2, _MIN_HALF_WIDTH)


def errors_of(company: str, window: Window, raw: np.ndarray, run: Run) -> list[tuple]:
    """Return the rows of Errors of a window's raw totals (count, horizons), where completed.

    A shop closed at the cutoff gives none: whether it opened is not an error of its level.
    """
    if window.reopening.any():
        return []
    rows = []
    for place, horizon in enumerate(run.settings.horizons):
        if horizon > window.actual.size:
            break
        middle = centre(raw[:, place], horizon, window, run.prior)
        if middle.kind == "none":
            continue
        actual = float(window.actual[:horizon].sum())
        completed = window.cutoff_date + horizon
        z = middle.z(actual)
        rows.append((company, window.route, horizon, completed, window.cutoff_date, z))
    return rows


def tables(errors: Errors, company: str, window: Window, run: Run) -> dict[int, Table]:
    """Return the z-table of a window for each horizon."""
    return {h: table(errors, company, window, h, run) for h in run.settings.horizons}


def table(errors: Errors, company: str, window: Window, horizon: int, run: Run) -> Table:
    """Return the z-table of a window, from the errors that were completed at its cutoff.

    The prior's distribution is scaled by how large errors have been in this installation, and
    these by how large the company's own have been, each as a mean |z| beside what was
    expected. Others' windows of the route count when at least `min_pooled_companies`
    companies and `min_pooled_windows` windows are completed, with the weight n / (n + 20);
    own ones with n / (n + own_window_count); n is the effective number, span / horizon.
    """
    prior, settings = run.prior, run.settings
    usable = (errors.horizon == horizon) & (errors.completed <= window.cutoff_date)
    own = usable & (errors.company == company)
    others = usable & (errors.company != company) & (errors.route == window.route)
    z, label, used = prior.z_table(window.route, horizon), "prior", int(own.sum())
    usual, scale = float(np.abs(z).mean()), 1.0
    names = np.unique(errors.company[others])
    if len(names) >= settings.min_pooled_companies and (
        others.sum() >= settings.min_pooled_windows
    ):
        cutoffs = (errors.cutoff[others & (errors.company == name)] for name in names)
        count = sum(effective(each, horizon) for each in cutoffs)
        share = count / (count + _PRIOR_WINDOWS)
        scale = 1 - share + share * float(np.abs(errors.z[others]).mean()) / usual
        label, used = "pooled", used + int(others.sum())
    if own.any():
        count = effective(errors.cutoff[own], horizon)
        share = count / (count + settings.own_window_count)
        scale *= 1 - share + share * float(np.abs(errors.z[own]).mean()) / (usual * scale)
    return Table(z * scale, (np.arange(z.size) + 0.5) / z.size, label, used)


def effective(cutoffs: np.ndarray, horizon: int) -> float:
    """Return the effective number of windows: the span they cover over the horizon."""
    if not cutoffs.size:
        return 0.0
    span = float((cutoffs.max() - cutoffs.min()).astype(int)) + horizon
    return min(span / horizon, float(cutoffs.size))


def calibrate(window: Window, tables: dict[int, Table], run: Run) -> np.ndarray:
    """Return the calibrated paths (count, horizon), in units of the window's scale."""
    horizons, raw = run.settings.horizons, totals(window.paths, run.settings)
    count = len(raw)
    probability = (np.arange(count) + 0.5) / count
    target, added = raw.copy(), False
    for place, horizon in enumerate(horizons):
        middle = centre(raw[:, place], horizon, window, run.prior)
        if middle.kind == "none":
            continue
        order = np.argsort(raw[:, place], kind="stable")
        target[order, place] = middle.total(tables[horizon].quantile(probability))
        added |= middle.kind == "added"
    paths = window.paths.astype(float)
    wanted = np.diff(target, axis=1, prepend=0.0)
    had = np.diff(raw, axis=1, prepend=0.0)
    for place, (begin, end) in enumerate(itertools.pairwise([0, *horizons])):
        now, want = had[:, [place]], wanted[:, [place]]
        if added:
            paths[:, begin:end] += (want - now) / (end - begin)
            continue
        factor = np.divide(want, now, out=np.ones_like(now), where=now > 0)
        paths[:, begin:end] *= np.clip(factor, _MIN_FACTOR, _MAX_FACTOR)
    return window.opened(paths)
