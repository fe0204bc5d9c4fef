"""Simulate one company in memory: customers, orders, places, channels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.clock import Clock, make_clock, to_utc
from simulation.customers import Customers, draw_customers
from simulation.intensity import Intensity, make_intensity
from simulation.orders import Orders, draw_orders, draw_times, select
from simulation.scenario import Scenario
from simulation.streams import stream
from warehouse.errors import PaidnetError

MAX_ORDERS = 20_000_000
SCALE_TOLERANCE = 0.02
SCALE_ATTEMPTS = 8


@dataclass(frozen=True)
class Company:
    """A simulated company: the truth every file is written from.

    Attributes:
        scenario: the settings, acquisition already rescaled.
        seed: the seed every stream was spawned from.
        clock: offsets of the company's time zone.
        intensity: expected activity of every day of the history.
        customers: everyone who ever arrived, also before the log's start.
        orders: the orders of the log; the truncated days are left out.
        place: (N,), index into scenario.places per customer; empty without places.
        channel: (n,), index into scenario.channels per order; empty without channels.
        log_end: UTC seconds at which the log ends (exclusive).
    """

    scenario: Scenario
    seed: int
    clock: Clock
    intensity: Intensity
    customers: Customers
    orders: Orders
    place: np.ndarray
    channel: np.ndarray
    log_end: int


def simulate(scenario: Scenario, target_orders: int | None = None) -> Company:
    """Simulate a scenario, deterministically by its seed.

    Args:
        scenario: a validated scenario.
        target_orders: rescale acquisition so that the log holds about this many orders.

    Raises:
        PaidnetError: more orders are to be expected than memory is likely to hold.
    """
    if target_orders is not None:
        scenario = rescaled(scenario, target_orders)
    seed, history = scenario.seed, scenario.history
    clock = make_clock(scenario.time_zone, history.start, history.end)
    intensity = make_intensity(scenario)
    _refuse_floods(scenario, intensity)
    customers = draw_customers(scenario, intensity, seed)
    everything = draw_orders(scenario, customers, intensity, clock, seed)
    channel = _weighted(scenario.channels, everything.day.size, seed, "orders.channel")
    _fail_channels(channel, scenario, everything.day)
    in_log = everything.day >= intensity.log_day
    return Company(
        scenario=scenario,
        seed=seed,
        clock=clock,
        intensity=intensity,
        customers=customers,
        orders=select(everything, in_log),
        place=_weighted(scenario.places, customers.rate.size, seed, "customers.place"),
        channel=channel[in_log] if channel.size else channel,
        log_end=int(to_utc(clock, np.array([intensity.end]))[0]),
    )


def rescaled(scenario: Scenario, target_orders: int) -> Scenario:
    """Return the scenario with acquisition scaled to yield about `target_orders`.

    Draws the times of trial histories until one is within 2 %; the closest of eight
    trials otherwise (only a few hundred orders are that noisy).
    """
    best, smallest_gap = scenario, np.inf
    for _ in range(SCALE_ATTEMPTS):
        count = _count_orders(scenario)
        gap = abs(count / target_orders - 1)
        if gap < smallest_gap:
            best, smallest_gap = scenario, gap
        if gap <= SCALE_TOLERANCE:
            break
        acquisition = scenario.acquisition
        per_day = acquisition.customers_per_day * target_orders / max(count, 0.5)
        acquisition = acquisition.model_copy(update={"customers_per_day": per_day})
        scenario = scenario.model_copy(update={"acquisition": acquisition})
    return best


def _count_orders(scenario: Scenario) -> int:
    intensity = make_intensity(scenario)
    _refuse_floods(scenario, intensity)
    customers = draw_customers(scenario, intensity, scenario.seed)
    _, local = draw_times(customers, intensity, scenario.seed)
    return int((local >= intensity.edges[24 * intensity.log_day]).sum())


def _refuse_floods(scenario: Scenario, intensity: Intensity) -> None:
    purchasing, whales = scenario.purchasing, scenario.whales
    rate = purchasing.r / purchasing.alpha
    if whales is not None:
        factor = whales.rate_multiplier * whales.lifetime_multiplier
        rate *= 1 + whales.share * (factor - 1)
    # Mean of a Pareto lifetime truncated at the end of the history; s = 1 is its limit.
    left = np.arange(intensity.activity.size, 0, -1)
    power = purchasing.s - 1 if abs(purchasing.s - 1) > 1e-6 else 1e-6
    survival = (purchasing.beta / (purchasing.beta + left)) ** power
    lifetime = np.minimum(purchasing.beta / power * (1 - survival), left)
    expected = float((intensity.acquisition * (1 + rate * lifetime)).sum())
    if expected > 1.25 * MAX_ORDERS:
        raise PaidnetError(
            f"{scenario.company_id}, acquisition.customers_per_day, purchasing: "
            "the scenario cannot be run",
            found=f"about {expected:,.0f} orders to be expected",
            expected=f"no more than {MAX_ORDERS:,} orders of one company",
            fix="lower customers_per_day or r, or raise alpha",
        )


def _fail_channels(channel: np.ndarray, scenario: Scenario, day: np.ndarray) -> None:
    """Give orders of failing channels to the others, by their shares; nothing else changes."""
    draws = stream(scenario.seed, "orders.channel_failing")
    sound = [n for n, option in enumerate(scenario.channels) if option.failing is None]
    shares = np.cumsum([scenario.channels[n].share for n in sound])
    for n, option in enumerate(scenario.channels):
        if option.failing is None:
            continue
        since = (option.failing.date - scenario.history.start).days
        is_lost = (channel == n) & (day >= since)
        is_lost &= draws.random(channel.size) >= option.failing.level
        pick = draws.random(channel.size)[is_lost] * shares[-1]
        channel[is_lost] = np.array(sound)[np.searchsorted(shares, pick, "right")]


def _weighted(options: Sequence[object], count: int, seed: int, purpose: str) -> np.ndarray:
    if not options:
        return np.zeros(0, np.int64)
    shares = np.cumsum([option.share for option in options])
    draws = stream(seed, purpose).random(count) * shares[-1]
    return np.minimum(np.searchsorted(shares, draws, "right"), len(options) - 1)
