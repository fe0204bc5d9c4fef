"""Members of the pool and the baselines: each turns training data into sample paths.

`PROPHET_DEFAULT` and the three naives always run, as what the forecast is compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from forecasting.revenue.members import level, naive
from forecasting.revenue.training_data import TrainingData
from forecasting.settings import Settings

PROPHET_DEFAULT = "prophet_default"
NAIVE_7, NAIVE_364, RECENT = (
    "naive_seasonal_7",
    "naive_seasonal_364",
    "naive_recent_bootstrap",
)
BASELINES = (NAIVE_7, NAIVE_364, RECENT, PROPHET_DEFAULT)

FLAT, PLAIN, WEEKLY = "member_prophet_flat", "member_level_plain", "member_weekly_smoothing"
YEARLY, LEVEL_YEARLY, LEVEL_FLAT_YEARLY, LAST_YEAR = (
    "member_prophet_yearly",
    "member_level_yearly",
    "member_level_flat_yearly",
    "member_last_year",
)
# What is pooled, by route. The naives take part where they earn their weight.
POOLED = {
    "insufficient": (RECENT,),
    "short": (FLAT, PLAIN, WEEKLY, RECENT),
    "long": (
        *(YEARLY, LEVEL_YEARLY, LEVEL_FLAT_YEARLY, LAST_YEAR, PLAIN, WEEKLY),
        *(NAIVE_364, RECENT),
    ),
}
_MIN_DAYS_PROPHET = 14
_RATE = 1000  # a stream of its own
_MIN_DAYS_NAIVE_364 = naive.YEAR + 56
_MIN_DAYS_LAST_YEAR = naive.YEAR + 84


def route(size: int, settings: Settings) -> str:
    """Return the route of a history of `size` days: insufficient, short or long."""
    if size < settings.shortest_history_days:
        return "insufficient"
    return "short" if size < settings.yearly_from_days else "long"


def simulate(
    data: TrainingData, horizon: int, count: int, seed: int, settings: Settings
) -> dict[str, np.ndarray]:
    """Return sample paths (count, horizon) by member and baseline, in units of the scale.

    Every member draws from a stream of its own, so that one more member changes no other.
    """
    paths = {
        name: member(seed + 1 + place)
        for place, (name, member) in enumerate(_members(data, horizon, count, seed, settings))
    }
    return {name: np.nan_to_num(drawn, posinf=0.0, neginf=0.0) for name, drawn in paths.items()}


_Member = Callable[[int], np.ndarray]


def _members(
    data: TrainingData, horizon: int, count: int, seed: int, settings: Settings
) -> Iterator[tuple[str, _Member]]:
    # Prophet takes seconds to import: a run that fits nothing does without.
    from forecasting.revenue.members import prophet

    def shaped(model: prophet.Prophet) -> _Member:
        def draw(seed: int) -> np.ndarray:
            season = prophet.factor(model, data, horizon)
            return level.seasonal_level(data, season, horizon, count, seed)

        return draw

    size, chosen = data.size, route(data.size, settings)

    def recent(seed: int) -> np.ndarray:
        drawn = naive.recent_bootstrap(data, horizon, count, seed, settings.recent_days)
        if chosen != "insufficient":
            return drawn
        return naive.with_unknown_rate(drawn, int(np.count_nonzero(data.values)), seed + _RATE)

    yield RECENT, recent
    if size > 2 * 7:
        yield NAIVE_7, lambda s: naive.seasonal_naive_7(data, horizon, count, s)
    if size >= _MIN_DAYS_NAIVE_364:
        yield NAIVE_364, lambda s: naive.seasonal_naive_364(data, horizon, count, s)
    if size >= _MIN_DAYS_PROPHET:
        default = prophet.fit(data, prophet.Shape(), seed)
        yield PROPHET_DEFAULT, lambda s: prophet.paths(default, data, horizon, count, s)
    if chosen == "insufficient":
        return

    yield WEEKLY, lambda s: level.weekly_smoothing(data, horizon, count, s)
    plain = prophet.fit(data, prophet.Shape("multiplicative", "flat", yearly=False), seed)
    yield PLAIN, shaped(plain)
    if chosen == "short":
        flat = prophet.fit(data, prophet.Shape("additive", "flat", yearly=False), seed)
        yield FLAT, lambda s: prophet.paths(flat, data, horizon, count, s)
        return

    order = settings.yearly_order if size < settings.long_from_days else "auto"
    flat_yearly = prophet.fit(data, prophet.Shape("multiplicative", "flat", order), seed)
    yield LEVEL_FLAT_YEARLY, shaped(flat_yearly)
    yearly = prophet.fit(data, prophet.Shape("multiplicative", "linear", order), seed)
    yield YEARLY, lambda s: prophet.paths(yearly, data, horizon, count, s)
    yield LEVEL_YEARLY, shaped(yearly)
    if size >= _MIN_DAYS_LAST_YEAR:
        yield LAST_YEAR, lambda s: level.last_year_level(data, horizon, count, s)
