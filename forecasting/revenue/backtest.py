"""Fit the members at a cutoff and score them on the actuals: rolling origins and the forecast."""

from __future__ import annotations

import dataclasses
import hashlib
import math

import numpy as np

from forecasting import metrics
from forecasting.revenue import members, pool
from forecasting.revenue.training_data import WEEK, TrainingData
from forecasting.run import Run
from forecasting.settings import Settings

# (horizon that the last window completes, min days of training at the first cutoff), best first.
_TIERS = ((None, 90), (90, 90), (45, 60), (30, 45))
BACKTEST_PATHS = 400
# Below this share of days, one with more refunds than sales is an accident: no simulated day is.
_NEGATIVE_DAYS_SHARE = 0.01


@dataclasses.dataclass(frozen=True)
class Window:
    """A forecast from one cutoff before calibration, and the truth as far as it is known.

    Revenue is in units of `scale`; `horizons` are the settings' totals, in days.

    Attributes:
        cutoff_date: last day of the training data.
        route: by which members were chosen.
        character: size and volatility of the training data.
        has_closure: a closure in the training data.
        scale: currency per unit.
        run_rate: mean revenue per day of the latest days.
        weights: share of each member in the pool.
        totals: by member (count, horizons): totals of its paths.
        daily_scores: by member: (mean daily pinball, share of days inside 90 %).
        paths: (count, horizon): the pool, as if the shop were open.
        reopening: (count,): day of the path on which a shop closed at the cutoff opens; 0 if open.
        actual: (days,): the actuals after the cutoff, at most the horizon.
        season, holidays: by horizon: what the calendar adds to as many days like the recent ones.
        borrowed: by horizon: what a borrowed season adds to the median; nothing before it is.
        own_totals: (count, horizons): of the pool as the company's own windows weigh it, where
            they do: what `paths` are brought to by calibration.
    """

    cutoff_date: np.datetime64
    route: str
    character: pool.Character
    has_closure: bool
    scale: float
    run_rate: float
    weights: dict[str, float]
    totals: dict[str, np.ndarray]
    daily_scores: dict[str, tuple[float, float]]
    paths: np.ndarray
    reopening: np.ndarray
    actual: np.ndarray
    season: tuple[float, ...]
    holidays: tuple[float, ...]
    borrowed: tuple[float, ...] = ()
    own_totals: np.ndarray | None = None

    def pooled_totals(self, settings: Settings) -> np.ndarray:
        """Return the totals (count, horizons) of the pool, before calibration."""
        return totals(self.paths, settings) if self.own_totals is None else self.own_totals

    def opened(self, paths: np.ndarray) -> np.ndarray:
        """Return paths (count, horizon) at zero until the shop opens again."""
        if not self.reopening.any():
            return paths
        return np.where(np.arange(paths.shape[1]) >= self.reopening[:, None], paths, 0.0)


def origins(size: int, settings: Settings) -> list[int]:
    """Return the numbers of known days at which to backtest, evenly spread, oldest first.

    At most `origin_count`, at least `origin_gap_days` apart, each followed by a whole
    horizon; by 90, 45 or 30 days where the log is short. They are counted from the first day, by
    a gap of whole weeks: as a log grows they stay, and their fits with them. A single origin is
    the latest.
    """
    for horizon, min_days in _TIERS:
        first, last = min_days, size - min(horizon or settings.horizon_days, settings.horizon_days)
        if last >= first:
            break
    else:
        return []
    if settings.origin_count == 1:
        return [last]
    gap = max(settings.origin_gap_days, math.ceil((last - first) / (settings.origin_count - 1)))
    return list(range(first, last + 1, math.ceil(gap / WEEK) * WEEK))


def seed_of(settings: Settings, company_id: str, size: int) -> int:
    """Return the seed of a company's cutoff, below 2**31 and the same on every machine."""
    text = f"{settings.seed} {company_id} {size}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1


def fit(
    data: TrainingData,
    company_id: str,
    run: Run,
    count: int,
    skipped_days: int = 0,
    actual: np.ndarray | None = None,
) -> Window:
    """Return the pooled forecast of the days that start `skipped_days` after the data end."""
    settings = run.settings
    seed = seed_of(settings, company_id, data.size)
    horizon, route = settings.horizon_days, members.route(data.size, settings)
    character = pool.character(data)
    drawn, effects = members.simulate(data, horizon + skipped_days, count, seed, settings)
    drawn = {name: paths[:, skipped_days:] for name, paths in drawn.items()}
    weights = run.prior.member_weights(route, character, tuple(drawn))
    pooled = pool.mix(drawn, weights, count)
    if (data.values < 0).mean() < _NEGATIVE_DAYS_SHARE:
        pooled = np.maximum(pooled, 0.0)
    actual = np.zeros(0) if actual is None else actual / data.scale
    daily = {name: daily_scores(paths, actual) for name, paths in drawn.items()}
    return Window(
        cutoff_date=data.first_date + (data.size - 1),
        route=route,
        character=character,
        has_closure=bool(data.is_closed.any()),
        scale=data.scale,
        run_rate=float(data.values[-settings.recent_days :].mean()),
        weights=weights,
        totals={name: totals(paths, settings) for name, paths in drawn.items()},
        daily_scores={name: (score, share_of(inside)) for name, (score, inside) in daily.items()},
        paths=pooled.astype(np.float32),
        reopening=_reopening(data.closed_for, skipped_days, count, seed),
        actual=actual,
        season=_sums(effects.season[skipped_days:], settings),
        holidays=_sums(effects.holidays[skipped_days:], settings),
    )


def _sums(days: np.ndarray, settings: Settings) -> tuple[float, ...]:
    return tuple(totals(days[None], settings)[0].tolist())


def totals(paths: np.ndarray, settings: Settings) -> np.ndarray:
    """Return totals (count, horizons) of paths (count, horizon)."""
    ends = np.array(settings.horizons) - 1
    return np.cumsum(paths, axis=1, dtype=float)[:, ends]


def daily_scores(paths: np.ndarray, actual: np.ndarray) -> tuple[float, np.ndarray]:
    """Return mean daily pinball over the actuals (n,), and which days are inside 90 % (n,)."""
    if not actual.size:
        return np.nan, np.zeros(0, bool)
    levels = metrics.LEVELS[1:-1]
    quantiles = metrics.quantiles(paths[:, : actual.size], levels)
    inside = (actual >= quantiles[4]) & (actual <= quantiles[94])
    return float(metrics.pinball(quantiles, levels, actual).mean()), inside


def share_of(inside: np.ndarray) -> float:
    """Return the share of days (n,) that are inside; nan of none."""
    return float(inside.mean()) if inside.size else np.nan


def _reopening(closed_for: int, skipped: int, count: int, seed: int) -> np.ndarray:
    """Return the day (count,) on which each path reopens.

    What has lasted L days lasts more than t days longer with probability L / (L + t).
    """
    draws = np.random.default_rng(seed).random(count)
    longer = closed_for * (1 / np.maximum(draws, 1e-9) - 1)
    return np.maximum(np.ceil(longer) - skipped, 0.0)
