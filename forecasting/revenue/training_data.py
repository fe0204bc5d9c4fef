"""What a member is trained on: a daily series up to a cutoff, its calendar and its closures."""

from __future__ import annotations

import dataclasses

import numpy as np

WEEK = 7
# A closure is a run of empty days that chance would bring less often than this in a whole log.
_CHANCE_OF_RUN = 0.01
# Fewer days outside a run do not tell how often the shop sells.
_MIN_DAYS_OUTSIDE = 4 * WEEK
_SIGNIFICANT_DIGITS = 10


@dataclasses.dataclass(frozen=True)
class Events:
    """Holidays and shopping events, one row per date.

    Attributes:
        name, date: (m,) name and day of the event.
        days_before, days_after: (m,) days around it that it moves too.
    """

    name: np.ndarray
    date: np.ndarray
    days_before: np.ndarray
    days_after: np.ndarray

    @classmethod
    def none(cls) -> Events:
        """Return no events."""
        days = np.zeros(0, "datetime64[D]")
        return cls(np.zeros(0, str), days, np.zeros(0, int), np.zeros(0, int))

    def until(self, last: np.datetime64) -> Events:
        """Return the events that can move a day up to `last`."""
        near = self.date - self.days_before <= last
        return Events(*(getattr(self, field.name)[near] for field in dataclasses.fields(self)))


@dataclasses.dataclass(frozen=True)
class TrainingData:
    """Daily net revenue up to a cutoff, in units of its own scale.

    Attributes:
        first_date: day of the first value.
        values: (n,) revenue / scale, closures filled from the weeks around them.
        is_closed: (n,) days of a closure.
        scale: currency per unit.
        events: what may move a day.
        closed_for: days that the closure in which the series ends has lasted; 0 if open.
    """

    first_date: np.datetime64
    values: np.ndarray
    is_closed: np.ndarray
    scale: float
    events: Events
    closed_for: int

    @property
    def size(self) -> int:
        """Number of known days."""
        return int(self.values.size)

    def days(self, horizon: int = 0) -> np.ndarray:
        """Return the known days and the `horizon` days after them."""
        return self.first_date + np.arange(self.size + horizon)

    def weekly(self) -> np.ndarray:
        """Return totals of whole weeks counted back from the cutoff, the last week last."""
        return weekly(self.values)


def weekly(values: np.ndarray) -> np.ndarray:
    """Return sums over runs of seven days, counted back from the last."""
    whole = values.size // WEEK * WEEK
    return values[values.size - whole :].reshape(-1, WEEK).sum(axis=1)


def training_data(
    first_date: np.datetime64, revenue: np.ndarray, events: Events, closure_days: int
) -> TrainingData:
    """Return the training data of `revenue` (n,), in currency, zeros explicit."""
    is_closed = closures(revenue, closure_days)
    open_days = revenue[~is_closed]
    scale = float(np.abs(open_days).mean()) if open_days.size else 0.0
    scale = scale or 1.0
    values = np.round(_filled(revenue, is_closed) / scale, _SIGNIFICANT_DIGITS)
    trailing = 0
    if is_closed.size and is_closed[-1]:
        trailing = int(is_closed.size - np.flatnonzero(~is_closed)[-1] - 1) if open_days.size else 0
    return TrainingData(first_date, values, is_closed, scale, events, trailing)


def closures(revenue: np.ndarray, min_days: int) -> np.ndarray:
    """Return which days (n,) belong to a closure.

    A closure is a run of at least `min_days` days without revenue that is also longer than
    chance explains: a shop that sells on one day in five has such runs without closing. Where
    fewer than four weeks lie outside, chance is not known: the run counts as days without sales.
    """
    empty = revenue == 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], empty.astype(np.int8), [0]])))
    is_closed = np.zeros(revenue.size, bool)
    runs = edges.reshape(-1, 2)
    long = runs[runs[:, 1] - runs[:, 0] >= min_days]
    for begin, end in long:
        outside = np.delete(empty, slice(begin, end))
        chance = outside.mean() if outside.size >= _MIN_DAYS_OUTSIDE else 1.0
        if revenue.size * chance ** (end - begin) < _CHANCE_OF_RUN:
            is_closed[begin:end] = True
    return is_closed


def _filled(revenue: np.ndarray, is_closed: np.ndarray) -> np.ndarray:
    """Return revenue with closed days at the mean of their weekday in the weeks around."""
    filled = revenue.astype(float)
    if not is_closed.any() or is_closed.all():
        return filled
    opened = np.flatnonzero(~is_closed)
    for day in np.flatnonzero(is_closed):
        same = opened[(opened - day) % WEEK == 0]
        if not same.size:
            filled[day] = revenue[opened].mean()
            continue
        nearest = same[np.argsort(np.abs(same - day), kind="stable")[:8]]
        filled[day] = revenue[nearest].mean()
    return filled
