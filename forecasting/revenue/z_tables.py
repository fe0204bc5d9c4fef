"""Quantiles of standardised errors (z) for a forecast: the prior's, by what was seen since.

The prior's quantiles are scaled by the errors of other companies and these by the company's own.
Others count with every route and with their longest completed horizon: each error is compared
with what the prior expects of its route and horizon, so that all tell how large errors are here.
The scale is that of quantiles, at the borders of the 50 % and the 80 % range, and errors of four
times the latter are no part of it: they are breaks (a shop that closed, a channel that was lost),
which have a probability of their own and lie in the outermost 5 % of each side.
"""

from __future__ import annotations

import dataclasses
import functools

import numpy as np

from forecasting.revenue.backtest import Window
from forecasting.revenue.others import TEACHERS, ranked
from forecasting.run import Run

#: What the prior counts for beside the effective windows of an installation. Between panels of
#: different kinds the log of the scale varies by about 0.5, that of one window by about 1.
_PRIOR_WINDOWS = 5.0
#: A window whose horizon is not over yet counts half with the longest that is.
_SHORTER_COUNTS = 0.5
#: Shares of errors in the ranges whose borders are compared with the prior's.
_RANGES = np.array([0.5, 0.8])
_TAIL = 0.05
_BREAK = 4.0  # times the border of the 80 % range
#: A break in one window of a hundred, said with the weight of this many windows; never more than
#: what fits into both tails.
_BREAK_RATE, _BREAK_WINDOWS, _MAX_BREAK_RATE = 0.01, 20.0, 0.08
_REACH_DOWN, _REACH_UP = 8.0, 3.0  # of a break, times the outermost error that is none


@dataclasses.dataclass(frozen=True)
class Errors:
    """Standardised errors of completed windows, one row per window and horizon.

    Sorted by company and cutoff, the longest horizon first.

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
        rows = sorted(rows, key=lambda row: (row[0], row[4], -row[2]))
        columns = list(zip(*rows, strict=True)) or [[], [], [], [], [], []]
        kinds = (str, str, int, "datetime64[D]", "datetime64[D]", float)
        return cls(*(np.array(list(c), kind) for c, kind in zip(columns, kinds, strict=True)))

    @functools.cached_property
    def number(self) -> np.ndarray:
        """Number of the company (m,)."""
        return np.unique(self.company, return_inverse=True)[1]

    @functools.cached_property
    def kinds(self) -> tuple[list[tuple[str, int]], np.ndarray]:
        """The kinds of forecast (route, horizon) there are, and the place of each row's (m,)."""
        rows = [*zip(self.route.tolist(), self.horizon.tolist(), strict=True)]
        kinds = sorted({*rows})
        return kinds, np.array([kinds.index(row) for row in rows], int)

    def around(self, company: str) -> Errors:
        """Return the errors of a company and of those it learns from."""
        names = [company, *ranked(company, np.unique(self.company).tolist())[:TEACHERS]]
        chosen = np.isin(self.company, names)
        columns = (getattr(self, field.name)[chosen] for field in dataclasses.fields(self))
        return Errors(*columns)

    def with_own(self, company: str, rows: list[tuple]) -> Errors:
        """Return the errors of the others, and rows of a company's own in place of those here."""
        own, others = Errors.of(rows), self.company != company
        columns = [
            np.concatenate([getattr(self, field.name)[others], getattr(own, field.name)])
            for field in dataclasses.fields(self)
        ]
        names, _, horizons, _, cutoffs, _ = columns
        order = np.lexsort((-horizons, cutoffs, names))
        return Errors(*(column[order] for column in columns))

    def longest(self, chosen: np.ndarray) -> np.ndarray:
        """Return the places of those chosen (m,): of each window its longest horizon."""
        places = np.flatnonzero(chosen)
        company, cutoff = self.number[places], self.cutoff[places]
        is_next = (company[1:] != company[:-1]) | (cutoff[1:] != cutoff[:-1])
        return places[np.append(True, is_next)[: places.size]]


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


def tables(errors: Errors, company: str, window: Window, run: Run) -> dict[int, Table]:
    """Return the z-table of a window for each horizon."""
    return {h: table(errors, company, window, h, run) for h in run.settings.horizons}


def table(errors: Errors, company: str, window: Window, horizon: int, run: Run) -> Table:
    """Return the z-table of a window, from the errors that were completed at its cutoff.

    Others' windows count when at least `min_pooled_companies` companies and
    `min_pooled_windows` windows are completed, with the weight n / (n + 5); own ones, by their
    mean |z| beside the expected one, with n / (n + own_window_count); n is the effective
    number, span / horizon.
    """
    settings = run.settings
    usable = errors.completed <= window.cutoff_date
    own = usable & (errors.company == company) & (errors.horizon == horizon)
    z, break_rate, label, used = run.prior.z_table(window.route, horizon), 0.0, "prior", own.sum()
    others = errors.longest(usable & (errors.company != company) & (errors.horizon <= horizon))
    companies = np.unique(errors.number[others]).size
    if companies >= settings.min_pooled_companies and others.size >= settings.min_pooled_windows:
        kinds, kind = errors.kinds
        expected = np.array([_borders(run.prior.z_table(*each))[-1] for each in kinds])
        size = np.abs(errors.z[others]) * _borders(z)[-1] / expected[kind[others]]
        z, break_rate = _of_installation(z, size, _weights(errors, others, horizon))
        label, used = "pooled", used + others.size
    if own.any():
        count = effective(errors.cutoff[own], horizon)
        share = count / (count + settings.own_window_count)
        size = np.minimum(np.abs(errors.z[own]), _BREAK * _borders(z)[-1])
        z = z * (1 - share + share * float(size.mean()) / float(np.abs(z).mean()))
    return Table(*_with_breaks(z, break_rate), label, int(used))


def _borders(z: np.ndarray) -> np.ndarray:
    """Return |z| at the borders of the ranges that are compared."""
    # As np.quantile has them, which takes ten times as long.
    return np.interp(_RANGES * (z.size - 1), np.arange(z.size), np.sort(np.abs(z)))


def _weights(errors: Errors, chosen: np.ndarray, horizon: int) -> np.ndarray:
    """Return the weights of windows (k,): of a company together its effective number."""
    weights = np.where(errors.horizon[chosen] == horizon, 1.0, _SHORTER_COUNTS)
    company, cutoffs = errors.number[chosen], errors.cutoff[chosen]
    first = np.flatnonzero(np.diff(company, prepend=-1))
    count = np.diff(first, append=company.size)
    span = (cutoffs[first + count - 1] - cutoffs[first]).astype(float)
    return weights * np.repeat(_effective(span, count, horizon) / count, count)


def _of_installation(
    z: np.ndarray, size: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, float]:
    """Return the quantiles as this installation's errors have them, and how often one is a break.

    Args:
        z: (q,) the prior's quantiles.
        size: (k,) sizes of errors, comparable with |z|.
        weights: (k,) of the windows; their sum is the effective number.
    """
    level = np.abs(2 * (np.arange(z.size) + 0.5) / z.size - 1)
    is_break = np.zeros(size.size, bool)
    for _ in range(2):
        sizes, kept = size[~is_break], weights[~is_break]
        order = np.argsort(sizes)
        place = np.cumsum(kept[order]) - kept[order] / 2
        seen = np.interp(_RANGES * kept.sum(), place, sizes[order])
        factor = np.log(np.maximum(seen, 1e-6) / _borders(z))
        is_break = size > _BREAK * _borders(z)[-1] * np.exp(factor[-1])
    count = float(weights.sum())
    scaled = np.abs(z) * np.exp(
        count / (count + _PRIOR_WINDOWS) * np.interp(level, _RANGES, factor)
    )
    # Further from the median is never less.
    half = np.maximum.accumulate(scaled[z.size // 2 :])
    rate = (_BREAK_WINDOWS * _BREAK_RATE + float(weights[is_break].sum())) / (
        _BREAK_WINDOWS + count
    )
    return np.concatenate([-half[:0:-1], half]), min(rate, _MAX_BREAK_RATE)


def _with_breaks(z: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Return quantiles and probabilities with breaks in the outermost 5 % of each side.

    The log of a break's size is as likely to be anything, up to its reach.
    """
    probability = (np.arange(z.size) + 0.5) / z.size
    if not rate:
        return z, probability
    down, up = (np.abs(z).max() * np.geomspace(r, 1, 10) for r in (_REACH_DOWN, _REACH_UP))
    of_breaks = np.linspace(0, rate / 2, down.size)
    is_tail = probability < _TAIL
    squeezed = rate / 2 + probability[is_tail] * (_TAIL - rate / 2) / _TAIL
    low = np.concatenate([of_breaks, squeezed])
    middle = (probability >= _TAIL) & (probability <= 1 - _TAIL)
    return (
        np.concatenate([-down, z[is_tail], z[middle], -z[is_tail][::-1], up[::-1]]),
        np.concatenate([low, probability[middle], 1 - low[::-1]]),
    )


def effective(cutoffs: np.ndarray, horizon: int) -> float:
    """Return the effective number of windows: the span they cover over the horizon."""
    if not cutoffs.size:
        return 0.0
    span = (cutoffs.max() - cutoffs.min()).astype(float)
    return float(_effective(span, cutoffs.size, horizon))


def _effective(span: np.ndarray, count: np.ndarray, horizon: int) -> np.ndarray:
    """Return the effective number of `count` windows from the first cutoff to the last."""
    return np.minimum((span + horizon) / horizon, count)
