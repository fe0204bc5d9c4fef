"""Members of the pool and the baselines: each turns what is known into sample paths.

`PROPHET_DEFAULT` and the three naives always run, as what the forecast is compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from forecasting.revenue.known import Known
from forecasting.revenue.members import level, naive, prophet
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
_LEAST_FOR_PROPHET = 14
_LEAST_FOR_NAIVE_364 = naive.YEAR + 56
_LEAST_FOR_LAST_YEAR = naive.YEAR + 84


def route(size: int, settings: Settings) -> str:
    """Return the route of a history of `size` days: insufficient, short or long."""
    if size < settings.shortest_history_days:
        return "insufficient"
    return "short" if size < settings.yearly_from_days else "long"


def simulate(
    known: Known, horizon: int, count: int, seed: int, settings: Settings
) -> dict[str, np.ndarray]:
    """Return sample paths (count, horizon) by member and baseline, in units of the scale.

    Every member draws from a stream of its own, so that one more member changes no other.
    """
    paths = {
        name: member(seed + 1 + place)
        for place, (name, member) in enumerate(_members(known, horizon, count, seed, settings))
    }
    return {name: np.nan_to_num(drawn, posinf=0.0, neginf=0.0) for name, drawn in paths.items()}


_Member = Callable[[int], np.ndarray]


def _members(
    known: Known, horizon: int, count: int, seed: int, settings: Settings
) -> Iterator[tuple[str, _Member]]:
    size, way = known.size, route(known.size, settings)
    yield (
        RECENT,
        lambda s: naive.recent_bootstrap(known, horizon, count, s, settings.recent_days),
    )
    if size > 2 * 7:
        yield NAIVE_7, lambda s: naive.seasonal_naive_7(known, horizon, count, s)
    if size >= _LEAST_FOR_NAIVE_364:
        yield NAIVE_364, lambda s: naive.seasonal_naive_364(known, horizon, count, s)
    if size >= _LEAST_FOR_PROPHET:
        default = prophet.fit(known, prophet.Shape(), seed)
        yield PROPHET_DEFAULT, lambda s: prophet.paths(default, known, horizon, count, s)
    if way == "insufficient":
        return

    yield WEEKLY, lambda s: level.weekly_smoothing(known, horizon, count, s)
    plain = prophet.fit(known, prophet.Shape("multiplicative", "flat", yearly=False), seed)
    yield PLAIN, _shaped(known, plain, horizon, count)
    if way == "short":
        flat = prophet.fit(known, prophet.Shape("additive", "flat", yearly=False), seed)
        yield FLAT, lambda s: prophet.paths(flat, known, horizon, count, s)
        return

    order = settings.yearly_order if size < settings.long_from_days else "auto"
    flat_yearly = prophet.fit(known, prophet.Shape("multiplicative", "flat", order), seed)
    yield LEVEL_FLAT_YEARLY, _shaped(known, flat_yearly, horizon, count)
    yearly = prophet.fit(known, prophet.Shape("multiplicative", "linear", order), seed)
    yield YEARLY, lambda s: prophet.paths(yearly, known, horizon, count, s)
    yield LEVEL_YEARLY, _shaped(known, yearly, horizon, count)
    if size >= _LEAST_FOR_LAST_YEAR:
        yield LAST_YEAR, lambda s: level.last_year_level(known, horizon, count, s)


def _shaped(known: Known, model: prophet.Prophet, horizon: int, count: int) -> _Member:
    def draw(seed: int) -> np.ndarray:
        season = prophet.factor(model, known, horizon)
        return level.seasonal_level(known, season, horizon, count, seed)

    return draw
