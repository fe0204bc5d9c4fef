"""Draw customers: arrival, purchase rate, drop-out and spend level (Pareto/NBD)."""

from dataclasses import dataclass

import numpy as np

from simulation.clock import DAY, epoch_seconds
from simulation.intensity import Intensity
from simulation.scenario import Scenario
from simulation.streams import stream


@dataclass(frozen=True)
class Customers:
    """N customers in order of arrival; times are wall-clock seconds.

    Attributes:
        acquired: (N,), moment of the first order.
        dropped: (N,), moment after which the customer never orders again.
        rate: (N,), repeat orders per day at activity 1.
        level: (N,), mean gross amount of an order at spend trend 1, in currency.
        is_whale: (N,), member of the scenario's `whales`.
    """

    acquired: np.ndarray
    dropped: np.ndarray
    rate: np.ndarray
    level: np.ndarray
    is_whale: np.ndarray


def draw_customers(scenario: Scenario, intensity: Intensity, seed: int) -> Customers:
    """Draw everyone who arrives during the scenario's history."""
    acquired = _arrivals(intensity, stream(seed, "customers.arrivals"))
    count = acquired.size
    is_whale = np.zeros(count, bool)
    whales = scenario.whales
    if whales is not None:
        chosen = round(whales.share * count)
        order = stream(seed, "customers.whales").permutation(count)
        is_whale[order[:chosen]] = True

    def boosted(values: np.ndarray, multiplier: str) -> np.ndarray:
        factor = 1.0 if whales is None else getattr(whales, multiplier)
        return np.where(is_whale, factor * values, values)

    purchasing = scenario.purchasing
    rate = stream(seed, "customers.rate").gamma(purchasing.r, 1 / purchasing.alpha, count)
    lifetime_draws = stream(seed, "customers.lifetime")
    hazard = lifetime_draws.gamma(purchasing.s, 1 / purchasing.beta, count)
    # A hazard may underflow to 0: such a customer never leaves.
    lifetime = lifetime_draws.exponential(1.0, count) / np.maximum(hazard, 1e-12)
    dropped = acquired + DAY * boosted(lifetime, "lifetime_multiplier")
    spend = scenario.spend
    noise = stream(seed, "customers.level").normal(0.0, spend.customer_sigma, count)
    return Customers(
        acquired=acquired,
        dropped=_lapsed(scenario, acquired, dropped, seed),
        rate=boosted(rate, "rate_multiplier"),
        level=boosted(spend.median * np.exp(noise), "spend_multiplier"),
        is_whale=is_whale,
    )


def mean_level(scenario: Scenario) -> float:
    """Return the expected spend level of a customer about to arrive, in currency."""
    spend, whales = scenario.spend, scenario.whales
    mean = spend.median * float(np.exp(spend.customer_sigma**2 / 2))
    if whales is None:
        return mean
    return mean * (1 + whales.share * (whales.spend_multiplier - 1))


def _arrivals(intensity: Intensity, draws: np.random.Generator) -> np.ndarray:
    expected = intensity.acquired_by[-1]
    position = np.sort(draws.random(draws.poisson(expected))) * expected
    return np.interp(position, intensity.acquired_by, intensity.edges)


def _lapsed(scenario: Scenario, acquired: np.ndarray, dropped: np.ndarray, seed: int) -> np.ndarray:
    for number, lapse in enumerate(scenario.lapses):
        draws = stream(seed, f"customers.lapse.{number}")
        start = np.maximum(acquired, epoch_seconds(lapse.start))
        lapses = start + DAY * draws.exponential(1 / lapse.hazard_per_day, acquired.size)
        if lapse.end is not None:
            lapses[lapses >= epoch_seconds(lapse.end) + DAY] = np.inf
        dropped = np.minimum(dropped, lapses)
    return dropped
