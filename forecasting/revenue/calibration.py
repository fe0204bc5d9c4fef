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
from forecasting.revenue.z_tables import Table
from forecasting.run import Run

_MIN_HALF_WIDTH = 0.01
_MIN_SHARE = 0.02
_MIN_FACTOR, _MAX_FACTOR = 0.05, 20.0  # of the factor on a segment of a path
_MIN_LOG = -6.0  # a total of e^-6 of the median is as good as nothing


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


def centre(raw: np.ndarray, horizon: int, window: Window, prior: Prior) -> Centre:
    """Return median and expected spread of a window's raw totals (count,) at a horizon."""
    p05, p50 = np.quantile(raw, [0.05, 0.5])
    never_negative = window.paths.min() >= 0
    if never_negative and p50 <= 0:
        return Centre(0.0, 0.0, "none")
    half_width = half_width_of(raw)
    spread = float(np.exp(prior.log_spread(window.route, horizon, half_width, window.character)))
    if window.route == "insufficient":
        # What chance alone leaves open of so short a log is the least.
        border = float(np.quantile(prior.z_table(window.route, horizon), 0.9))
        spread = max(spread, half_width / border)
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


def calibrate(window: Window, tables: dict[int, Table], run: Run) -> np.ndarray:
    """Return the calibrated paths (count, horizon), in units of the window's scale."""
    horizons, raw = run.settings.horizons, totals(window.paths, run.settings)
    pooled, count = window.pooled_totals(run.settings), len(raw)
    probability = (np.arange(count) + 0.5) / count
    target, added = raw.copy(), False
    for place, horizon in enumerate(horizons):
        middle = centre(pooled[:, place], horizon, window, run.prior)
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
