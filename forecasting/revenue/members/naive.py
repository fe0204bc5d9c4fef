"""The naive forecasts that anything better must beat."""

from __future__ import annotations

import numpy as np

from forecasting.revenue.training_data import WEEK, TrainingData

YEAR = 364  # whole weeks, so that weekdays stay


def recent_bootstrap(
    data: TrainingData, horizon: int, count: int, seed: int, window: int = 56
) -> np.ndarray:
    """Return paths (count, horizon) of whole weeks drawn from the last `window` days.

    Where fewer days are known, the week that the log begins in counts too, filled up from others.
    """
    rng = np.random.default_rng(seed)
    values = data.values[-window:]
    if values.size < WEEK:
        return rng.choice(values, (count, horizon))
    begun = values.size % WEEK
    weeks = values[begun:].reshape(-1, WEEK)[::-1]
    picks = rng.choice(len(weeks) + (begun > 0), (count, -(-horizon // WEEK)))
    if not begun:
        return weeks[picks].reshape(count, -1)[:, :horizon]
    drawn = weeks[np.where(picks < len(weeks), picks, rng.choice(len(weeks), picks.shape))]
    drawn[picks == len(weeks), WEEK - begun :] = values[:begun]
    return drawn.reshape(count, -1)[:, :horizon]


def with_unknown_rate(paths: np.ndarray, days_with_sales: int, seed: int) -> np.ndarray:
    """Return paths (count, horizon) at rates that as few days with sales leave open.

    The rate at which days with sales come is Gamma distributed given their number k, with shape
    k + 1/2 (Jeffreys' prior): one day leaves a factor of ten open, forty leave a third.
    """
    if not days_with_sales:
        return paths
    rates = np.random.default_rng(seed).gamma(days_with_sales + 0.5, size=len(paths))
    return paths * (rates / days_with_sales)[:, None]


def seasonal_naive_7(data: TrainingData, horizon: int, count: int, seed: int) -> np.ndarray:
    """Return paths (count, horizon): the same weekday last week, with simulated errors."""
    from statsforecast.models import SeasonalNaive  # takes seconds to import

    model = SeasonalNaive(season_length=WEEK)
    drawn = model.simulate(h=horizon, n_paths=count, y=data.values, seed=seed)
    return np.asarray(drawn).reshape(count, horizon)


def seasonal_naive_364(data: TrainingData, horizon: int, count: int, seed: int) -> np.ndarray:
    """Return paths (count, horizon): last year's days × recent growth, weeks bootstrapped.

    Growth is the last 56 days over the same days a year before. Needs 364 + 56 known days.
    """
    rng = np.random.default_rng(seed)
    recent = data.values[-56:].sum()
    before = data.values[-YEAR - 56 : -YEAR].sum()
    growth = float(np.clip(recent / before, 0.2, 5)) if before > 0 and recent > 0 else 1.0
    base = data.values[data.size - YEAR + np.arange(horizon) % YEAR] * growth
    errors = data.values[-56:] - growth * data.values[-YEAR - 56 : -YEAR]
    blocks = errors.reshape(-1, WEEK)
    picked = blocks[rng.integers(0, len(blocks), (count, -(-horizon // WEEK)))]
    return base + picked.reshape(count, -1)[:, :horizon]
