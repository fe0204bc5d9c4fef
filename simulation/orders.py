"""Draw the orders of given customers: times, amounts, statuses, refunds, counters."""

from dataclasses import dataclass, fields

import numpy as np

from simulation.amounts import (
    PAID,
    PARTIALLY_REFUNDED,
    REFUNDED,
    draw_amounts,
    draw_refunds,
    draw_unpaid,
)
from simulation.clock import DAY, Clock, to_utc
from simulation.customers import Customers
from simulation.intensity import Intensity
from simulation.scenario import Scenario
from simulation.streams import stream


@dataclass(frozen=True)
class Orders:
    """n orders in order of time; money in integer cents.

    Attributes:
        number: (n,), order number, unique and rising with time.
        customer: (n,), index into Customers.
        day: (n,), local day, counted from the history's start.
        ordered_at: (n,), UTC seconds.
        status: (n,), index into STATUSES.
        gross: (n,), total price.
        refund: (n,), refunds known at the end of the log; 0 where unpaid.
        refunded_at: (n,), UTC seconds of the last refund; 0 where none.
        order_count: (n,), the customer's orders so far, this one included.
        total_spent: (n,), the customer's paid gross so far, this one included.
    """

    number: np.ndarray
    customer: np.ndarray
    day: np.ndarray
    ordered_at: np.ndarray
    status: np.ndarray
    gross: np.ndarray
    refund: np.ndarray
    refunded_at: np.ndarray
    order_count: np.ndarray
    total_spent: np.ndarray

    @property
    def is_paid(self) -> np.ndarray:
        """(n,), whether the status counts as paid."""
        return self.status <= REFUNDED


def select(orders: Orders, rows: np.ndarray) -> Orders:
    """Return the orders of a mask or an index array."""
    return Orders(**{part.name: getattr(orders, part.name)[rows] for part in fields(orders)})


def exposure(customers: Customers, intensity: Intensity) -> np.ndarray:
    """Return the activity (N, 2) passed at each customer's arrival and departure."""
    until = np.minimum(customers.dropped, intensity.end)
    return np.column_stack(
        [
            np.interp(customers.acquired, intensity.edges, intensity.active_by),
            np.interp(until, intensity.edges, intensity.active_by),
        ]
    )


def draw_times(
    customers: Customers, intensity: Intensity, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return (customer index, wall-clock seconds) of every order, sorted by time.

    Repeats are a Poisson process in activity time, so that seasons and events thin or
    swell them; the first order is the arrival itself.
    """
    draws = stream(seed, "orders.times")
    passed = exposure(customers, intensity)
    span = passed[:, 1] - passed[:, 0]
    counts = draws.poisson(customers.rate * span)
    repeaters = np.repeat(np.arange(counts.size), counts)
    position = passed[repeaters, 0] + draws.random(repeaters.size) * span[repeaters]
    repeats = np.interp(position, intensity.active_by, intensity.edges)
    customer = np.concatenate([np.arange(counts.size), repeaters])
    local = np.concatenate([customers.acquired, repeats])
    # Interpolation may return the end itself, which is already the next day.
    local = np.minimum(np.floor(local), intensity.end - 1).astype(np.int64)
    order = np.argsort(local, kind="stable")
    return customer[order], local[order]


def draw_orders(
    scenario: Scenario,
    customers: Customers,
    intensity: Intensity,
    clock: Clock,
    seed: int,
) -> Orders:
    """Draw the orders of the whole history, the truncated days included."""
    customer, local = draw_times(customers, intensity, seed)
    ordered_at = to_utc(clock, local)
    day = (local - intensity.start) // DAY
    days = intensity.start // DAY + np.arange(intensity.activity.size)
    gross = draw_amounts(scenario, customers.level[customer], days, day, seed)
    status = draw_unpaid(scenario, customer.size, seed)
    end = int(to_utc(clock, np.array([intensity.end]))[0])
    refund, refunded_at = draw_refunds(
        scenario, days, day, ordered_at, np.where(status == PAID, gross, 0), end, seed
    )
    status[refund > 0] = PARTIALLY_REFUNDED
    status[(refund > 0) & (refund == gross)] = REFUNDED
    order_count, total_spent = _counters(customer, np.where(status <= REFUNDED, gross, 0))
    return Orders(
        number=scenario.orders.first_order_number + np.arange(customer.size),
        customer=customer,
        day=day,
        ordered_at=ordered_at,
        status=status,
        gross=gross,
        refund=refund,
        refunded_at=refunded_at,
        order_count=order_count,
        total_spent=total_spent,
    )


def _counters(customer: np.ndarray, spent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(customer, kind="stable")
    first = np.flatnonzero(np.diff(customer[order], prepend=-1))
    sizes = np.diff(np.append(first, customer.size))
    running = np.cumsum(spent[order])
    before = np.repeat((running - spent[order])[first], sizes)
    order_count, total_spent = np.empty_like(customer), np.empty_like(spent)
    order_count[order] = np.arange(customer.size) - np.repeat(first, sizes) + 1
    total_spent[order] = running - before
    return order_count, total_spent
