"""Draw the money of orders: amounts, unpaid statuses, refunds with their lag."""

import numpy as np

from simulation.clock import DAY
from simulation.intensity import curve
from simulation.scenario import Scenario
from simulation.sections import RefundWave
from simulation.streams import stream

STATUSES = (
    "paid",
    "partially_refunded",
    "refunded",
    "pending",
    "cancelled",
    "voided",
)
PAID, PARTIALLY_REFUNDED, REFUNDED, PENDING, CANCELLED, VOIDED = range(6)


def refund_rates(scenario: Scenario, days: np.ndarray) -> np.ndarray:
    """Return the probability (D,) that a paid order of each day is ever refunded."""
    rates = scenario.refunds.rate * curve(scenario.refunds.rate_trend, days)
    for wave in scenario.refund_waves:
        rates[_within(wave, days)] += wave.additional_rate
    return np.clip(rates, 0.0, 1.0)


def _within(wave: RefundWave, days: np.ndarray) -> np.ndarray:
    dates = days.astype("datetime64[D]")
    return (dates >= np.datetime64(wave.start)) & (dates <= np.datetime64(wave.end))


def draw_amounts(
    scenario: Scenario, level: np.ndarray, days: np.ndarray, day: np.ndarray, seed: int
) -> np.ndarray:
    """Return the gross amount (n,) in cents of orders on `day` (n,) of `days` (D,)."""
    spend = scenario.spend
    sigma = spend.order_sigma
    noise = stream(seed, "orders.amounts").normal(-(sigma**2) / 2, sigma, day.size)
    amount = level * curve(spend.trend, days)[day] * np.exp(noise)
    cents = np.rint(amount / spend.step) * (100 * spend.step)
    return np.maximum(np.rint(cents), round(100 * spend.minimum)).astype(np.int64)


def draw_unpaid(scenario: Scenario, count: int, seed: int) -> np.ndarray:
    """Return the status (n,) of orders before any refund: paid, or not paid at all."""
    shares = scenario.statuses
    bounds = np.cumsum([shares.pending, shares.cancelled, shares.voided])
    draw = np.searchsorted(bounds, stream(seed, "orders.status").random(count), "right")
    return np.array([PENDING, CANCELLED, VOIDED, PAID])[draw]


def draw_refunds(
    scenario: Scenario,
    days: np.ndarray,
    day: np.ndarray,
    ordered_at: np.ndarray,
    paid_gross: np.ndarray,
    end: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return refund (n,) in cents and its UTC second (n,), both 0 where none.

    `paid_gross` (n,) is 0 where unpaid; a refund at or after `end` (UTC seconds) is not
    known yet, and its order still reads paid.
    """
    draws = stream(seed, "orders.refunds")
    is_refunded = draws.random(day.size) < refund_rates(scenario, days)[day]
    is_partial = draws.random(day.size) < scenario.refunds.partial_share
    part = draws.uniform(0.1, 0.9, day.size)
    lag = draws.exponential(scenario.refunds.lag_days_mean, day.size)
    refunded_at = ordered_at + 60 + (lag * DAY).astype(np.int64)
    is_refunded &= (refunded_at < end) & (paid_gross > 0)
    amount = np.where(is_partial, np.rint(paid_gross * part).astype(np.int64), paid_gross)
    amount = np.where(is_refunded, amount, 0)
    return amount, np.where(amount > 0, refunded_at, 0)
