"""Members that simulate a weekly level with exponential smoothing and shape it into days."""

from __future__ import annotations

import warnings

import numpy as np

from forecasting.revenue.training_data import WEEK, TrainingData, weekly

_LATEST_WEEKS = 104  # smoothing looks at two years of weeks
_PROFILE_WEEKS = 12
_MIN_WEEKS = 8
_FLOOR = 0.02  # of the median week: keeps the logarithm finite


def smoothed_paths(log_level: np.ndarray, weeks: int, count: int, seed: int) -> np.ndarray:
    """Return simulated paths (count, weeks) of a weekly log level, by ETS(A,N,N)."""
    latest = np.asarray(log_level, float)[-_LATEST_WEEKS:]
    if latest.size < _MIN_WEEKS or np.ptp(latest) < 1e-9:
        return np.full((count, weeks), latest[-1])
    from statsforecast.models import AutoETS  # takes seconds to import

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = AutoETS(season_length=1, model="ANN")
        drawn = np.asarray(model.simulate(h=weeks, n_paths=count, y=latest, seed=seed))
    return drawn.reshape(count, weeks)


def log_floored(level: np.ndarray) -> np.ndarray:
    """Return log(level), small and negative values floored at 2 % of the median."""
    positive = level[level > 0]
    if not positive.size:
        return np.zeros(level.size)
    return np.log(np.maximum(level, max(_FLOOR * float(np.median(positive)), 1e-9)))


def days_of(weekly_paths: np.ndarray, horizon: int) -> np.ndarray:
    """Return weekly values (count, weeks) repeated for each of `horizon` days."""
    return np.repeat(weekly_paths, WEEK, axis=1)[:, :horizon]


def weeks_of(horizon: int) -> int:
    """Return the number of weeks that cover a horizon."""
    return -(-horizon // WEEK)


def seasonal_level(
    data: TrainingData, season: np.ndarray, horizon: int, count: int, seed: int
) -> np.ndarray:
    """Return paths (count, horizon): a simulated level times a given season, with noise.

    `season` (n + horizon,) is a factor per day. The study calls this member `hyb`.
    """
    rng = np.random.default_rng(seed)
    size, weeks = data.size, weeks_of(horizon)
    whole = size // WEEK * WEEK
    past = season[:size]
    weekly_season = weekly(past)
    floor = 0.35 * np.median(weekly_season)
    log_level = log_floored(data.weekly() / np.maximum(weekly_season, max(floor, 1e-9)))
    drawn = smoothed_paths(log_level, weeks, count, seed)
    level = np.exp(np.clip(drawn, log_level.min() - 3, log_level.max() + 3))
    smooth = np.repeat(np.exp(_centred_mean(log_level, 5)), WEEK)
    residual = (data.values[size - whole :] - smooth * past[size - whole :]) / np.median(smooth)
    blocks = residual[-min(whole, 52 * WEEK) :].reshape(-1, WEEK)
    # The level already carries the noise of a week's sum.
    blocks = blocks - blocks.mean(axis=1, keepdims=True)
    noise = blocks[rng.integers(0, len(blocks), (count, weeks))].reshape(count, -1)
    return days_of(level, horizon) * (season[size:] + noise[:, :horizon])


def weekly_smoothing(data: TrainingData, horizon: int, count: int, seed: int) -> np.ndarray:
    """Return paths (count, horizon): smoothed log weekly totals, spread by recent weeks."""
    rng = np.random.default_rng(seed)
    totals, weeks = data.weekly(), weeks_of(horizon)
    log_totals = log_floored(totals)
    drawn = smoothed_paths(log_totals, weeks, count, seed)
    level = np.exp(np.clip(drawn, log_totals.min() - 3, log_totals.max() + 3))
    recent = data.values[-len(totals) * WEEK :].reshape(-1, WEEK)[-_PROFILE_WEEKS:]
    profile = recent.sum(axis=0)
    if profile.sum() <= 0:
        profile = np.ones(WEEK)
    shares = np.tile(profile / profile.sum(), weeks)[:horizon]
    noise = recent / max(recent.sum(axis=1).mean(), 1e-9) - profile / profile.sum()
    noise = noise - noise.mean(axis=1, keepdims=True)
    picked = noise[rng.integers(0, len(noise), (count, weeks))].reshape(count, -1)[:, :horizon]
    return days_of(level, horizon) * (shares + picked)


def last_year_level(data: TrainingData, horizon: int, count: int, seed: int) -> np.ndarray:
    """Return paths (count, horizon): last year's days times a simulated year-on-year ratio.

    Needs 364 + 84 known days. Days beyond 364 repeat the year again.
    """
    totals, weeks = data.weekly(), weeks_of(horizon)
    log_totals = log_floored(totals)
    ratio = log_totals[52:] - log_totals[:-52]
    level = np.exp(np.clip(smoothed_paths(ratio, weeks, count, seed), -2, 2))
    ahead = np.arange(horizon) % 364
    return data.values[data.size - 364 + ahead] * days_of(level, horizon)


def _centred_mean(values: np.ndarray, width: int) -> np.ndarray:
    half = width // 2
    padded = np.concatenate([[0.0], np.cumsum(values)])
    low = np.maximum(np.arange(values.size) - half, 0)
    high = np.minimum(np.arange(values.size) + half + 1, values.size)
    return (padded[high] - padded[low]) / (high - low)
