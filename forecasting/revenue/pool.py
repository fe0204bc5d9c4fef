"""The linear pool of members, and the season that a young company borrows from others."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np

from forecasting.events import shopping_events
from forecasting.revenue.members.level import log_floored
from forecasting.revenue.members.naive import YEAR
from forecasting.revenue.training_data import WEEK, TrainingData

WEEKS = 52
_VOLATILITY_WEEKS = 26
RECENT = 56
_FLOOR = 0.02  # of the mean day
_MIN_ERROR = 0.03  # of a log total: two errors below it are as good as equal
_USUAL_ERROR = 0.15  # of the log total of 150 days, by "as lately"
_MAX_RESTLESS = 2.0
_MAX_INDEX = 1.5  # of a log index: e^1.5 = 4.5 times an ordinary week
# A borrowed index is one other company's year, noise included; shrunk before it is used.
BORROWED_SHARE = 0.4


@dataclasses.dataclass(frozen=True)
class Character:
    """What a series is like, free of its scale: what weights and spread depend on.

    Attributes:
        size: known days.
        volatility: robust standard deviation of the weekly change of log revenue over the
            last 26 weeks, plus 0.02.
        seasonality: log ratio of the past errors of "last year × growth" to those of "as
            lately", shrunk to 0 where few could be compared; below 0 the year repeats.
        restlessness: log ratio of the past errors of "as lately" to usual ones, shrunk to 0
            where there were few; above 0 the level moves or has a season.
    """

    size: int
    volatility: float
    seasonality: float = 0.0
    restlessness: float = 0.0


def character(data: TrainingData) -> Character:
    """Return what a known series is like."""
    totals = data.weekly()[-_VOLATILITY_WEEKS - 1 :]
    changes = np.diff(log_floored(totals)) if totals.size > 1 else np.zeros(1)
    spread = 1.4826 * float(np.median(np.abs(changes - np.median(changes))))
    values = data.values
    return Character(data.size, spread + 0.02, _seasonality(values), _restlessness(values))


class _Past:
    """Cutoffs a fortnight apart over the latest year, each with `before` known days and a horizon.

    The horizon is half of what is left, 28 days at least and 150 at most.
    """

    def __init__(self, values: np.ndarray, before: int) -> None:
        self.horizon = min(150, max(28, (values.size - before) // 2))
        cutoffs = np.arange(values.size - self.horizon, before - 1, -14)
        self.cutoffs = cutoffs[cutoffs >= values.size - self.horizon - YEAR]
        self._sums = np.concatenate([[0.0], np.cumsum(values)])
        self._floor = max(_FLOOR * float(np.abs(values).mean()), 1e-12)

    def mean(self, begin: int, end: int) -> np.ndarray:
        """Return the mean of the days from `begin` to `end` after each cutoff."""
        days = self._sums[self.cutoffs + end] - self._sums[self.cutoffs + begin]
        return np.maximum(days / (end - begin), self._floor)

    def error(self, predicted: np.ndarray) -> float:
        """Return the mean absolute log error of a mean day."""
        error = float(np.abs(np.log(self.mean(0, self.horizon) / predicted)).mean())
        return error + _MIN_ERROR

    def shrunk(self, found: float) -> float:
        """Return what was found, nearer to 0 the fewer windows do not overlap."""
        windows = (self.cutoffs.max() - self.cutoffs.min()) / self.horizon + 1
        return float(found * windows / (windows + 1))


def _seasonality(values: np.ndarray) -> float:
    """Compare two naive forecasts at past cutoffs."""
    past = _Past(values, YEAR + RECENT)
    if not past.cutoffs.size:
        return 0.0
    lately = past.mean(-RECENT, 0)
    growth = np.clip(lately / past.mean(-YEAR - RECENT, -YEAR), 0.2, 5)
    yearly = past.mean(-YEAR, past.horizon - YEAR) * growth
    return past.shrunk(np.log(past.error(yearly) / past.error(lately)))


def _restlessness(values: np.ndarray) -> float:
    """Compare what "as lately" was worth at past cutoffs with what it is worth as a rule."""
    past = _Past(values, RECENT)
    if not past.cutoffs.size:
        return 0.0
    usual = _USUAL_ERROR * np.sqrt(past.horizon / 150) + _MIN_ERROR
    found = np.log(past.error(past.mean(-RECENT, 0)) / usual)
    return past.shrunk(np.clip(found, -_MAX_RESTLESS, _MAX_RESTLESS))


def mix(paths: dict[str, np.ndarray], weights: dict[str, float], count: int) -> np.ndarray:
    """Return `count` paths, each member giving its weight's share of them.

    A member gives every k-th of its paths in the order of their totals, so that a small
    share stands for the whole member. Shares are rounded by largest remainder.
    """
    names = [name for name in weights if name in paths]
    wanted = np.array([weights[name] for name in names]) * count
    shares = np.floor(wanted).astype(int)
    for place in np.argsort(shares - wanted, kind="stable")[: count - shares.sum()]:
        shares[place] += 1
    taken = []
    for name, share in zip(names, shares, strict=True):
        ranked = np.argsort(paths[name].sum(axis=1), kind="stable")
        places = ((np.arange(share) + 0.5) / max(share, 1) * ranked.size).astype(int)
        taken.append(paths[name][ranked[places]])
    return np.concatenate(taken)


def season_week(days: np.ndarray) -> np.ndarray:
    """Return 0 … 51 for each day: weeks since the week of the last Black Friday.

    Counting from there, and not from 1 January, keeps the year's strongest week in place.
    """
    years = days.astype("datetime64[Y]").astype(int) + 1970
    low, high = int(years.min()) - 1, int(years.max())
    fridays = np.array([shopping_events(year)[0][1] for year in range(low, high + 1)])
    mondays = np.array([friday - dt.timedelta(days=4) for friday in fridays], "datetime64[D]")
    latest = np.searchsorted(mondays, days, "right") - 1
    weeks = (days - mondays[np.maximum(latest, 0)]).astype(int) // WEEK
    return np.minimum(weeks, WEEKS - 1)


def seasonal_index(first_date: np.datetime64, revenue: np.ndarray) -> np.ndarray | None:
    """Return a log index (52,) by season week of the last whole year; None below a year.

    Revenue by week against its own straight trend in logs over the latest 364 days.
    """
    if revenue.size < WEEKS * WEEK or (revenue > 0).mean() < 0.5:
        return None
    latest = revenue[-WEEKS * WEEK :]
    days = first_date + np.arange(revenue.size)[-WEEKS * WEEK :]
    log_weeks = log_floored(latest.reshape(WEEKS, WEEK).sum(axis=1))
    when = np.arange(WEEKS) - (WEEKS - 1) / 2
    # With one year, trend and season cannot be told apart: the trend between both ends' quarters
    # is taken, which the same season of next year would continue.
    trend = (np.median(log_weeks[-6:]) - np.median(log_weeks[:6])) / (WEEKS - 6)
    log_weeks = log_weeks - trend * when
    index = np.full(WEEKS, np.nan)
    index[season_week(days[WEEK // 2 :: WEEK])] = log_weeks - log_weeks.mean()
    index = np.where(np.isnan(index), np.roll(index, 1), index)
    return np.clip(np.nan_to_num(index), -_MAX_INDEX, _MAX_INDEX)


def borrow_seasonality(
    paths: np.ndarray,
    first_day: np.datetime64,
    donors: np.ndarray,
    recent_days: int,
    seed: int,
) -> np.ndarray:
    """Return paths (m, h) moved by seasons of other companies, one drawn for each path.

    `donors` (d, 52) are log indices; with none, paths stay. Each path is multiplied by its
    donor's index relative to the days that its level was learnt from.
    """
    if not len(donors):
        return paths
    count, horizon = paths.shape
    rng = np.random.default_rng(seed)
    drawn = BORROWED_SHARE * donors[rng.integers(0, len(donors), count)]
    days = first_day + np.arange(-recent_days, horizon)
    by_day = drawn[:, season_week(days)]
    base = by_day[:, :recent_days].mean(axis=1, keepdims=True)
    return paths * np.exp(by_day[:, recent_days:] - base)
