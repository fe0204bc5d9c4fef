"""How good forecasts of customers' spend were."""

from __future__ import annotations

import numpy as np

from forecasting.customers import spend
from forecasting.customers.spend import Spread

_GRID = np.arange(0.025, 1.0, 0.05)
_PARTS = 10
NAMES = (
    "customer_count", "actual_total_amount", "expected_total_amount", "mean_absolute_error",
    "root_mean_squared_error", "crps", "rank_correlation", "decile_error_share", "inside_80_share",
    "buyer_count", "expected_buyers",
)  # fmt: skip


def of_point(actual: np.ndarray, point: np.ndarray) -> dict[str, float]:
    """Return the scores of one number for each customer (k,); its CRPS is its absolute error."""
    error = float(np.abs(actual - point).mean())
    return _same(actual, point) | {"mean_absolute_error": error, "crps": error}


def of_distribution(
    actual: np.ndarray,
    expected: np.ndarray,
    probability: np.ndarray,
    days: np.ndarray,
    spread: Spread,
) -> dict[str, float]:
    """Return the scores of a distribution for each customer (k,), as of `spend.quantile`.

    Bias and squared error are of the expected spend, the absolute error is of the median: each is
    least for that figure.
    """

    def at(level: float) -> np.ndarray:
        return spend.quantile(level, expected, probability, days, spread)

    pinball = 0.0
    for level in _GRID:
        off = actual - at(level)
        pinball += float(np.maximum(level * off, (level - 1) * off).mean())
    low, middle, high = (at(level) for level in spend.LEVELS)
    return _same(actual, expected) | {
        "mean_absolute_error": float(np.abs(actual - middle).mean()),
        "crps": 2 * pinball / _GRID.size,
        "inside_80_share": float(((actual >= low) & (actual <= high)).mean()),
        "buyer_count": int((actual > 0).sum()),
        "expected_buyers": float(probability.sum()),
    }


def _same(actual: np.ndarray, point: np.ndarray) -> dict[str, float]:
    from scipy import stats  # takes half of a command's start to import

    is_varied = point.size > 1 and np.ptp(point) > 0 and np.ptp(actual) > 0
    wanted, come = deciles(actual, point)[1:]
    return {
        "customer_count": int(actual.size),
        "actual_total_amount": float(actual.sum()),
        "expected_total_amount": float(point.sum()),
        "root_mean_squared_error": float(np.sqrt(((actual - point) ** 2).mean())),
        "rank_correlation": float(stats.spearmanr(point, actual)[0]) if is_varied else np.nan,
        "decile_error_share": float(np.abs(wanted - come).sum() / max(np.abs(come).sum(), 1e-9)),
    }


def deciles(actual: np.ndarray, point: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the customers, the spend expected and what came of each tenth (10,), least first."""
    order = np.argsort(point, kind="stable")
    part = np.minimum(np.arange(order.size) * _PARTS // max(order.size, 1), _PARTS - 1)
    return (
        np.bincount(part, minlength=_PARTS),
        np.bincount(part, point[order], _PARTS),
        np.bincount(part, actual[order], _PARTS),
    )
