"""How busy each local hour is: trend, week, year, events, closures, breaks."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from simulation.clock import DAY, epoch_seconds
from simulation.scenario import Scenario
from simulation.sections import Event, Level

HOUR = 3_600
ACQUISITION = ("acquisition", "both")
REPEATS = ("repeats", "both")


@dataclass(frozen=True)
class Intensity:
    """Expected activity of D simulated local days.

    Attributes:
        start: wall-clock seconds at which day 0 begins.
        acquisition: (D,), new customers expected on each day.
        activity: (D,), relative purchase activity; about 1 on an ordinary day.
        edges: (24 D + 1,), wall-clock seconds of the hours' edges.
        acquired_by: (24 D + 1,), new customers expected up to each edge.
        active_by: (24 D + 1,), activity (in days) passed up to each edge.
        log_day: the first day that is written.
    """

    start: int
    acquisition: np.ndarray
    activity: np.ndarray
    edges: np.ndarray
    acquired_by: np.ndarray
    active_by: np.ndarray
    log_day: int

    @property
    def end(self) -> int:
        """Wall-clock seconds at which the last day ends."""
        return int(self.edges[-1])


def make_intensity(scenario: Scenario) -> Intensity:
    """Return the intensity of every day and hour of the scenario's history."""
    history = scenario.history
    days = epoch_seconds(history.start) // DAY + np.arange((history.end - history.start).days + 1)
    rhythm = _rhythm(scenario, days)
    acquisition = scenario.acquisition.customers_per_day * curve(scenario.acquisition.trend, days)
    acquisition = acquisition * rhythm * _breaks(scenario, days, ACQUISITION)
    activity = rhythm * _breaks(scenario, days, REPEATS)
    hours = np.array(scenario.season.hours, float) / sum(scenario.season.hours)
    start = int(days[0]) * DAY
    return Intensity(
        start=start,
        acquisition=acquisition,
        activity=activity,
        edges=start + HOUR * np.arange(24 * days.size + 1, dtype=float),
        acquired_by=_cumulated(acquisition, hours),
        active_by=_cumulated(activity, hours),
        log_day=history.truncated_days,
    )


def curve(points: tuple[Level, ...], days: np.ndarray) -> np.ndarray:
    """Return a piecewise linear curve (D,) at day numbers (D,); 1 without points."""
    if not points:
        return np.ones(days.size)
    ordered = sorted(points, key=lambda point: point.date)
    at = [epoch_seconds(point.date) // DAY for point in ordered]
    return np.interp(days, at, [point.level for point in ordered])


def event_dates(event: Event, year: int) -> dt.date:
    """Return the day of an event in a year (29 February falls on the 28th)."""
    thanksgiving = dt.date(year, 11, 22)
    thanksgiving += dt.timedelta(days=(3 - thanksgiving.weekday()) % 7)
    rules = {"thanksgiving": 0, "black_friday": 1, "cyber_monday": 4}
    if event.day in rules:
        return thanksgiving + dt.timedelta(days=rules[event.day])
    if event.day == "easter_sunday":
        return _easter(year)
    month, day = (int(part) for part in event.day.split("-"))
    while True:
        try:
            return dt.date(year, month, day)
        except ValueError:
            day -= 1


def _rhythm(scenario: Scenario, days: np.ndarray) -> np.ndarray:
    weekday = np.array(scenario.season.weekday, float)
    rhythm = (weekday / weekday.mean())[(days + 3) % 7] * _yearly(scenario, days)
    first, last = scenario.history.start, scenario.history.end
    for event in scenario.events:
        for year in range(first.year - 1, last.year + 2):
            middle = epoch_seconds(event_dates(event, year)) // DAY
            near = (days >= middle - event.days_before) & (days <= middle + event.days_after)
            rhythm[near] *= event.level
    for closure in scenario.closures:
        closed_from = epoch_seconds(closure.start) // DAY
        closed_to = epoch_seconds(closure.end) // DAY
        rhythm[(days >= closed_from) & (days <= closed_to)] = 0.0
    return rhythm


def _yearly(scenario: Scenario, days: np.ndarray) -> np.ndarray:
    monthly = np.array(scenario.season.monthly, float)
    monthly = monthly / monthly.mean()
    middles = np.array([(month + 0.5) * 365.25 / 12 for month in range(12)])
    dates = days.astype("datetime64[D]")
    of_year = (dates - dates.astype("datetime64[Y]")).astype(int)
    return np.interp(of_year, middles, monthly, period=365.25)


def _breaks(scenario: Scenario, days: np.ndarray, targets: tuple[str, str]) -> np.ndarray:
    level = np.ones(days.size)
    for change in scenario.breaks:
        if change.applies_to in targets:
            level[days >= epoch_seconds(change.date) // DAY] *= change.level
    return level


def _cumulated(daily: np.ndarray, hours: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(np.outer(daily, hours).ravel())])


def _easter(year: int) -> dt.date:
    # Anonymous Gregorian computus (Meeus/Jones/Butcher).
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)
