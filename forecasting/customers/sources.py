"""What of a company's revenue its customers of today bring, what new ones must, and guests.

The revenue forecast is the better one of the whole, and stays as it is: the parts are brought to
it, each moved as far as it is uncertain.
"""

from __future__ import annotations

import numpy as np

from forecasting.customers.purchases import Purchases

SOURCES = ("existing", "new", "guests")
#: Standard deviation of a part's log error before it is known, and in how many windows.
_USUAL, _WINDOWS = 0.2, 2
_LAGS = (0, 7, 14, 21, 28)
_LEAST = 1e-9
#: What new customers bring may be off by this share of all estimates, though none came lately.
_FLOOR = 0.2
_NEW = SOURCES.index("new")


def shares(purchases: Purchases, cutoff: int, start: int, end: int) -> np.ndarray | None:
    """Return the shares (3,) of revenue by source in windows like one after the cutoff.

    The last five that were complete by the cutoff, begun a week apart: days start < day <= end
    after an earlier cutoff. None where the log is too short.
    """
    found = []
    for lag in _LAGS:
        origin = cutoff - end - lag
        if origin < 0:
            break
        # Who is known at the origin had bought by then: later days of the window included.
        through = purchases.by_source(origin, origin + end)
        if start:
            through = through - purchases.by_source(origin, origin + start)
        through = np.maximum(through, 0.0)
        if through.sum() > 0:
            found.append(through / through.sum())
    return np.mean(found, axis=0) if found else None


def error(logs: np.ndarray) -> tuple[float, float]:
    """Return bias and standard deviation of log errors, oldest first, shrunk to none and usual."""
    if not logs.size:
        return 0.0, _USUAL
    recent = 0.7 ** np.arange(logs.size)[::-1]
    bias = float((recent * logs).sum() / (recent.sum() + 1.0))
    rest = ((logs - bias) ** 2).sum() + _WINDOWS * _USUAL**2
    return bias, float(np.sqrt(rest / (logs.size + _WINDOWS)))


def reconciled(raw: np.ndarray, deviation: np.ndarray, totals: np.ndarray, seed: int) -> np.ndarray:
    """Return the parts (paths, 3) of paths of a total (paths,), in currency.

    Each part is drawn around its own estimate, then all are moved to the total in proportion to
    their variances; a part that would fall below zero is nothing, and the rest is scaled.

    Args:
        raw: (3,) estimates of the parts.
        deviation: (3,) standard deviations of their log errors.
        totals: what they have to sum to.
        seed: of the draws.
    """
    draws = np.random.default_rng(seed).standard_normal((totals.size, raw.size))
    parts = raw * np.exp(deviation * draws - deviation**2 / 2)
    off = parts * deviation
    off[:, _NEW] = np.maximum(off[:, _NEW], _FLOOR * parts.sum(axis=1))
    variance = off**2 + _LEAST
    missing = totals - parts.sum(axis=1)
    moved = parts + missing[:, None] * variance / variance.sum(axis=1, keepdims=True)
    moved = np.maximum(moved, 0.0)
    whole = moved.sum(axis=1)
    safe = np.where(whole > 0, whole, 1.0)
    scaled = moved * (totals / safe)[:, None]
    # Where nothing is left, or the total is below zero, in the shares of the estimates.
    by_share = totals[:, None] * raw / max(raw.sum(), _LEAST)
    return np.where(((whole > 0) & (totals > 0))[:, None], scaled, by_share)
