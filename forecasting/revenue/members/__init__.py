"""Members of the pool and the baselines: each turns training data into sample paths.

`PROPHET_DEFAULT` and the three naives always run, as what the forecast is compared with.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from forecasting.revenue.members import level, naive
from forecasting.revenue.training_data import TrainingData
from forecasting.settings import Settings

if TYPE_CHECKING:
    from forecasting.revenue.members import prophet

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
#: Members that know the season of the year, and holidays.
SEASONAL = frozenset({YEARLY, LEVEL_YEARLY, LEVEL_FLAT_YEARLY, LAST_YEAR, NAIVE_364})
WITH_HOLIDAYS = SEASONAL | {FLAT, PLAIN}
_MIN_DAYS_PROPHET = 14
_RATE = 1000  # a stream of its own
_MIN_DAYS_NAIVE_364 = naive.YEAR + 56
_MIN_DAYS_LAST_YEAR = naive.YEAR + 84


def route(size: int, settings: Settings) -> str:
    """Return the route of a history of `size` days: insufficient, short or long."""
    if size < settings.shortest_history_days:
        return "insufficient"
    return "short" if size < settings.yearly_from_days else "long"


@dataclasses.dataclass(frozen=True)
class Effects:
    """How far the calendar lifts the coming days above the recent ones, in units of the scale.

    Attributes:
        season: (horizon,) by season and weekdays.
        holidays: (horizon,) by holidays and events.
    """

    season: np.ndarray
    holidays: np.ndarray

    @classmethod
    def none(cls, horizon: int) -> Effects:
        """Return those of a model without a calendar."""
        return cls(np.zeros(horizon), np.zeros(horizon))


def simulate(
    data: TrainingData, horizon: int, count: int, seed: int, settings: Settings
) -> tuple[dict[str, np.ndarray], Effects]:
    """Return sample paths (count, horizon) by member and baseline, in units of the scale.

    Every member draws from a stream of its own, so that one more member changes no other. Beside
    the paths, what the calendar moves, by the model of them that has the most of it.
    """
    found: list[Effects] = []
    paths = {
        name: member(seed + 1 + place)
        for place, (name, member) in enumerate(
            _members(data, horizon, count, seed, settings, found.append)
        )
    }
    drawn = {name: np.nan_to_num(each, posinf=0.0, neginf=0.0) for name, each in paths.items()}
    return drawn, found[0] if found else Effects.none(horizon)


_Member = Callable[[int], np.ndarray]


def _effects(data: TrainingData, terms: prophet.Terms, recent_days: int) -> Effects:
    """Return the effects of a model's terms: the recent level stays as it is without them."""
    recent = slice(max(data.size - recent_days, 0), data.size)
    base = float(terms.factor[recent].mean())
    level = float(data.values[recent].mean()) / base if base > 0 else 0.0
    lift = level * (terms.factor[data.size :] - base)
    holidays = level * (terms.holidays[data.size :] - float(terms.holidays[recent].mean()))
    return Effects(lift - holidays, holidays)


def _members(
    data: TrainingData,
    horizon: int,
    count: int,
    seed: int,
    settings: Settings,
    explain: Callable[[Effects], None],
) -> Iterator[tuple[str, _Member]]:
    # Prophet takes seconds to import: a run that fits nothing does without.
    from forecasting.revenue.members import prophet

    def shaped(model: prophet.Prophet, *, is_explained: bool = False) -> _Member:
        def draw(seed: int) -> np.ndarray:
            terms = prophet.terms(model, data, horizon)
            if is_explained:
                explain(_effects(data, terms, settings.recent_days))
            return level.seasonal_level(data, terms.factor, horizon, count, seed)

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
    yield PLAIN, shaped(plain, is_explained=chosen == "short")
    if chosen == "short":
        flat = prophet.fit(data, prophet.Shape("additive", "flat", yearly=False), seed)
        yield FLAT, lambda s: prophet.paths(flat, data, horizon, count, s)
        return

    order = settings.yearly_order if size < settings.long_from_days else "auto"
    flat_yearly = prophet.fit(data, prophet.Shape("multiplicative", "flat", order), seed)
    yield LEVEL_FLAT_YEARLY, shaped(flat_yearly, is_explained=True)
    yearly = prophet.fit(data, prophet.Shape("multiplicative", "linear", order), seed)
    yield YEARLY, lambda s: prophet.paths(yearly, data, horizon, count, s)
    yield LEVEL_YEARLY, shaped(yearly)
    if size >= _MIN_DAYS_LAST_YEAR:
        yield LAST_YEAR, lambda s: level.last_year_level(data, horizon, count, s)
