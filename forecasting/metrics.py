"""Scores of a forecast given as a sample or as quantiles; lower is better unless said."""

from __future__ import annotations

import numpy as np

# The public grid of totals: 1-99 %, and half a percent at both ends.
LEVELS = np.concatenate([[0.005], np.arange(1, 100) / 100, [0.995]])
_INNER = LEVELS[1:-1]
BRIER_THRESHOLDS = (0.7, 0.85, 1.0, 1.15)


def quantiles(sample: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the quantiles (q, …) of a sample (m, …) at levels (q,), over axis 0.

    As `np.quantile` has them (linear), which looks for each of a hundred levels apart.
    """
    ordered = np.sort(np.asarray(sample, float), axis=0)
    place = np.asarray(levels) * (len(ordered) - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, len(ordered) - 1)
    share = (place - below).reshape(-1, *[1] * (ordered.ndim - 1))
    low, high = ordered[below], ordered[above]
    # From the nearer of both, as NumPy does: no quantile is beyond them by rounding.
    step = high - low
    return np.where(share >= 0.5, high - step * (1 - share), low + step * share)


def crps(sample: np.ndarray, actual: float | np.ndarray) -> np.ndarray:
    """Return the continuous ranked probability score of a sample, in the unit of `actual`.

    CRPS = E|X - y| - E|X - X'| / 2, over axis 0 of `sample` (m, …) (Gneiting and Raftery
    2007, eq. 20-21), the second expectation taken over all pairs of the sample.
    """
    ordered = np.sort(np.asarray(sample, float), axis=0)
    size = ordered.shape[0]
    weights = (2 * np.arange(1, size + 1) - size - 1).reshape(-1, *[1] * (ordered.ndim - 1))
    spread = (ordered * weights).sum(axis=0) / size**2
    return np.abs(ordered - actual).mean(axis=0) - spread


def pinball(quantiles: np.ndarray, levels: np.ndarray, actual: float | np.ndarray) -> np.ndarray:
    """Return the quantile score (q, …) of quantiles (q, …) at levels (q,).

    max(τ (y - q), (τ - 1)(y - q)): half of twice-the-pinball conventions.
    """
    levels = np.asarray(levels).reshape(-1, *[1] * (np.ndim(quantiles) - 1))
    gap = actual - np.asarray(quantiles, float)
    return np.maximum(levels * gap, (levels - 1) * gap)


def mean_pinball(sample: np.ndarray, actual: float | np.ndarray) -> np.ndarray:
    """Return the mean pinball of a sample (m, …) over the levels 1-99 %."""
    return pinball(quantiles(sample, _INNER), _INNER, actual).mean(axis=0)


def pit(sample: np.ndarray, actual: float) -> float:
    """Return the forecast's probability of at most `actual`, ties counted half."""
    sample = np.asarray(sample, float)
    return float((sample < actual).mean() + 0.5 * (sample == actual).mean())


def brier(sample: np.ndarray, actual: float, run_rate: float) -> float:
    """Return the mean Brier score of P(total < x) at 0.7, 0.85, 1 and 1.15 × run rate."""
    thresholds = np.array(BRIER_THRESHOLDS) * run_rate
    probability = (np.asarray(sample)[:, None] < thresholds).mean(axis=0)
    return float(((probability - (actual < thresholds)) ** 2).mean())
