"""Refunds still expected of recent orders; they are taken off before training."""

from __future__ import annotations

import dataclasses

import numpy as np

_MAX_LAG = 180  # days
_RATE_DAYS = 180  # the refund rate is that of the latest half year
_MIN_REFUNDS = 30
_MEAN_LAGS = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 20.0, 30.0, 45.0, 60.0)


@dataclasses.dataclass(frozen=True)
class DatedRefunds:
    """Refunds with dates of their own, one row per order day and lag.

    Attributes:
        day: (m,) index of the order's day in the series.
        lag: (m,) days from the order to the refund; 0 or more.
        amount: (m,) amount refunded.
    """

    day: np.ndarray
    lag: np.ndarray
    amount: np.ndarray


def known_at(refunds: DatedRefunds, size: int) -> DatedRefunds:
    """Return the refunds that were made within the first `size` days."""
    known = (refunds.day >= 0) & (refunds.day + refunds.lag < size)
    return DatedRefunds(refunds.day[known], refunds.lag[known], refunds.amount[known])


def by_day(refunds: DatedRefunds, size: int) -> np.ndarray:
    """Return refunds summed per order day (size,)."""
    return np.bincount(refunds.day, refunds.amount, minlength=size)


def development(refunds: DatedRefunds, size: int) -> np.ndarray:
    """Return the share of a day's refunds made within 0, 1, 2 … days, as known at day `size`.

    Chain ladder on a right-truncated triangle: the share made by lag l is the product over
    later lags k of 1 - (refunds at lag k) / (refunds up to lag k), each on the order days
    old enough to show lag k. All ones where fewer than 30 refunds are known.
    """
    known = known_at(refunds, size)
    day, lag, amount = known.day, known.lag, known.amount
    longest = min(_MAX_LAG, size - 1)
    shares = np.ones(_MAX_LAG + 1)
    if day.size < _MIN_REFUNDS or longest < 1:
        return shares
    lag = np.minimum(lag, longest)
    for k in range(longest, 0, -1):
        old_enough = day <= size - 1 - k
        at = amount[old_enough & (lag == k)].sum()
        up_to = amount[old_enough & (lag <= k)].sum()
        shares[k - 1] = shares[k] * (1 - at / up_to if up_to > 0 else 1.0)
    return shares


def estimated_development(gross: np.ndarray, refunded: np.ndarray) -> np.ndarray:
    """Return the same shares where refunds carry no dates, from how rates fall towards the end.

    An exponential lag is fitted to the refund rate by age; it is used only where it
    explains the latest half year better than no lag at all, by the BIC.
    """
    gross, refunded = gross[-_RATE_DAYS:][::-1], refunded[-_RATE_DAYS:][::-1]
    no_lag = np.ones(_MAX_LAG + 1)
    if (refunded > 0).sum() < _MIN_REFUNDS:
        return no_lag
    best, lowest = no_lag, _misfit(gross, refunded, no_lag) + 0.0
    for mean_lag in _MEAN_LAGS:
        shares = 1 - np.exp(-(np.arange(_MAX_LAG + 1) + 0.5) / mean_lag)
        bic = _misfit(gross, refunded, shares) + np.log(gross.size)
        if bic < lowest:
            best, lowest = shares, bic
    return best


def _misfit(gross: np.ndarray, refunded: np.ndarray, shares: np.ndarray) -> float:
    """Return n log(SSE) of refunds by age against rate × gross × share."""
    expected = gross * shares[: gross.size]
    if expected.sum() <= 0:
        return np.inf
    weight = 1 / np.maximum(gross, gross.mean() * 0.1 + 1e-9)
    rate = refunded.sum() / expected.sum()
    return float(gross.size * np.log((weight * (refunded - rate * expected) ** 2).sum() + 1e-12))


def outstanding(gross: np.ndarray, refunded: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return the refunds (n,) still to come of each day, the last day being the youngest.

    Bornhuetter-Ferguson: gross × rate × (1 - share made by that age). The rate is the
    refunds known of the latest half year over the gross that could show them (Cape Cod).
    """
    made = np.ones(gross.size)
    ages = np.arange(min(gross.size, shares.size))
    made[gross.size - 1 - ages] = shares[ages]
    latest = slice(max(gross.size - _RATE_DAYS, 0), None)
    shown = float((gross * made)[latest].sum())
    rate = float(refunded[latest].sum()) / shown if shown > 0 else 0.0
    return np.maximum(gross, 0.0) * min(max(rate, 0.0), 1.0) * (1 - made)
