"""What simulated revenue repays of an advance: pure functions of paths and terms.

Day 1 is the first day forecast; the advance is paid out the evening before. A day on which
refunds exceed sales remits nothing, and the days after make up for it before they remit again:
takings are what a new high of the running total adds. Nobody remits what was not taken: a
minimum is met out of the takings of its day or its 30 days. What is remitted does not depend
on the amount until all of it is repaid, so that cumulative remittances of a path answer for
every amount, and the largest amount that is repaid with a probability is an order statistic of
their last day. Beyond the last day of the paths nothing is said: a day that is not reached is
infinite.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from forecasting.advances.terms import Terms

MONTH_DAYS = 30
DAYS = (30, 60, 90, 120, 150)
QUANTILES = (0.1, 0.5, 0.9)
# Floating point: what is this near the total due has been repaid.
_NEAR = 1 - 1e-9


def takings(paths: np.ndarray) -> np.ndarray:
    """Return what of paths (n, h) of net revenue can be remitted from a day, zero or more.

    Days below zero are set off against those that follow. To leave them out instead would make
    more of a path than its total.
    """
    highs = np.maximum.accumulate(np.cumsum(paths, axis=1, dtype=float), axis=1)
    return np.diff(np.maximum(highs, 0.0), axis=1, prepend=0.0)


def remittances(taken: np.ndarray, terms: Terms) -> np.ndarray:
    """Return what takings (n, h) remit a day, as if nothing were ever repaid."""
    taken = taken.copy()
    taken[:, : terms.grace_days] = 0.0
    paid = taken * terms.remittance_share
    if terms.minimum_per_day:
        paid = np.maximum(paid, np.minimum(terms.minimum_per_day, taken))
    if terms.cap_per_day is not None:
        paid = np.minimum(paid, terms.cap_per_day)
    if terms.minimum_per_month:
        for begin in range(terms.grace_days, taken.shape[1] - MONTH_DAYS + 1, MONTH_DAYS):
            month = slice(begin, begin + MONTH_DAYS)
            wanted = np.minimum(terms.minimum_per_month, taken[:, month].sum(axis=1))
            paid[:, begin + MONTH_DAYS - 1] += np.maximum(wanted - paid[:, month].sum(axis=1), 0)
    return paid


def collected(taken: np.ndarray, terms: Terms) -> np.ndarray:
    """Return cumulative remittances (n, h) of takings (n, h), not limited by what is due."""
    return np.cumsum(remittances(taken, terms), axis=1)


def schedule(taken: np.ndarray, terms: Terms) -> np.ndarray:
    """Return payments (n, h) out of takings (n, h): remittances until the total due is repaid."""
    repaid = np.minimum(collected(taken, terms), terms.total_due)
    return np.diff(repaid, axis=1, prepend=0.0)


def repayment_days(cumulative: np.ndarray, due: float) -> np.ndarray:
    """Return the day (n,) on which cumulative remittances (n, h) reach `due`; inf if on none."""
    is_repaid = cumulative >= due * _NEAR
    days = is_repaid.argmax(axis=1) + 1.0
    return np.where(is_repaid.any(axis=1), days, np.inf)


def capacity(last: np.ndarray, fee_rate: float, confidence: float) -> float:
    """Return the largest amount that is repaid with a probability of at least `confidence`.

    `last` (n,) are cumulative remittances on the last day. Exact: a step below an order
    statistic, so that amount and fee to the cent stay within it.
    """
    place = int(np.floor(last.size * (1 - confidence) + 1e-9))
    limit = float(np.partition(last, place)[place])
    return max(float(np.floor(100 * (limit - 0.005) / (1 + fee_rate) + 1e-6)) / 100, 0.0)


@dataclasses.dataclass(frozen=True)
class Assessment:
    """What may become of m cases, an array (m,) each unless said.

    Attributes:
        probability: (h, m) repaid in full by the end of each day.
        expected_day: mean repayment day of the paths that repay; nan if none does.
        days: quantile -> first day by which so large a share of all paths has repaid, or inf.
        shortfall: mean over all paths of what is still due on the last day.
        returns: quantile -> profit on the amount by the last day; what is still due is lost.
        annual_return: mean profit over mean capital outstanding, times 365: simple interest;
            nan where the mean profit is a loss.
    """

    probability: np.ndarray
    expected_day: np.ndarray
    days: dict[float, np.ndarray]
    shortfall: np.ndarray
    returns: dict[float, np.ndarray]
    annual_return: np.ndarray

    def by(self, day: int) -> np.ndarray:
        """Return the probability (m,) of full repayment by a day; nan beyond the last one."""
        if day > len(self.probability):
            return np.full(self.shortfall.shape, np.nan)
        return self.probability[day - 1]


def assess(
    cumulative: np.ndarray, amounts: np.ndarray, dues: np.ndarray, scales: np.ndarray | None = None
) -> Assessment:
    """Return what becomes of cases with amounts (m,) and totals due (m,).

    `cumulative` (n, h) are remittances so far; those of a case are `scales` (m,) times them.
    Sorted by day, they answer for all cases at once.
    """
    count, horizon = cumulative.shape
    scales = np.ones(len(dues)) if scales is None else scales
    by_day = np.sort(cumulative, axis=0)
    sums = np.concatenate([np.zeros((1, horizon)), np.cumsum(by_day, axis=0)])
    limits, capital = dues / scales, amounts / scales
    probability = np.empty((horizon, len(dues)))
    outstanding = amounts.astype(float)  # day 1 begins with the whole amount
    for day in range(horizon):
        column = by_day[:, day]
        probability[day] = 1 - np.searchsorted(column, limits * _NEAR) / count
        if day < horizon - 1:
            below = np.searchsorted(column, capital)
            outstanding = outstanding + scales * (below * capital - sums[below, day]) / count
    last = by_day[:, -1:] * scales
    arrivals = np.diff(probability, axis=0, prepend=0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_day = (arrivals * np.arange(1, horizon + 1)[:, None]).sum(axis=0) / probability[-1]
    paid = np.minimum(last, dues)
    profit = paid.mean(axis=0) - amounts
    return Assessment(
        probability=probability,
        expected_day=np.where(probability[-1] > 0, mean_day, np.nan),
        days={level: _first(probability, level, count) for level in QUANTILES},
        shortfall=np.where(probability[-1] < 1, (dues - paid).mean(axis=0), 0.0),
        returns={level: paid[_rank(level, count)] / amounts - 1 for level in QUANTILES},
        annual_return=np.where(profit >= 0, profit * 365 / outstanding, np.nan),
    )


def _first(probability: np.ndarray, level: float, count: int) -> np.ndarray:
    """Return the first day (m,) with a probability (h, m) of at least `level`, or inf."""
    is_reached = probability >= level - 1e-6 / count
    return np.where(is_reached.any(axis=0), is_reached.argmax(axis=0) + 1.0, np.inf)


def _rank(level: float, count: int) -> int:
    """Return the place of a quantile among sorted values, the lower of two."""
    return max(int(np.ceil(level * count - 1e-9)) - 1, 0)
