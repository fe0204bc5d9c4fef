"""The truth beside the data: what really happened, and what was to be expected."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
import pyarrow as pa

from simulation import raw, text
from simulation.amounts import STATUSES, refund_rates
from simulation.clock import DAY, to_utc
from simulation.company import Company
from simulation.customers import mean_level
from simulation.intensity import curve

LIBRARIES = ("numpy", "pyarrow", "pydantic", "faker")
NEVER = 50 * 366 * DAY


def order_truth(company: Company) -> pa.Table:
    """Return one row per order of the log, before any mess; unpaid orders included."""
    orders = company.orders
    return pa.table(
        {
            "order_id": raw.order_ids(company),
            "customer_id": raw.customer_ids(orders.customer),
            "ordered_at": _moments(orders.ordered_at),
            "status": text.chosen(list(STATUSES), orders.status),
            "gross_amount": text.decimals(orders.gross),
            "refund_amount": text.decimals(orders.refund),
            "is_paid": pa.array(orders.is_paid),
        }
    )


def customer_truth(company: Company) -> pa.Table:
    """Return one row per customer who ever arrived, also before a truncated log.

    purchase_rate is repeat orders per day at ordinary activity, spend_level the mean
    gross of an order in currency; dropped_out_at is null if decades after the log.
    """
    customers = company.customers
    stays = customers.dropped > company.intensity.end + NEVER
    dropped = np.where(stays, company.intensity.end, customers.dropped)
    dropped = to_utc(company.clock, np.floor(dropped).astype(np.int64))
    acquired = np.floor(customers.acquired).astype(np.int64)
    return pa.table(
        {
            "customer_id": raw.customer_ids(np.arange(customers.rate.size)),
            "purchase_rate": customers.rate,
            "acquired_at": _moments(to_utc(company.clock, acquired)),
            "dropped_out_at": _moments(dropped, stays),
            "spend_level": customers.level,
            "is_whale": pa.array(customers.is_whale),
        }
    )


def daily_truth(company: Company) -> pa.Table:
    """Return one row per local day of the log: actual and expected paid-net revenue.

    Expected is the mean over order noise, given every customer's true rate, spend level
    and drop-out time, plus the mean of the day's new customers; refunds count on the
    order's day and only if known at the end of the log.
    """
    orders, intensity = company.orders, company.intensity
    size = intensity.activity.size
    net = np.where(orders.is_paid, orders.gross - orders.refund, 0)
    actual = np.zeros(size, np.int64)
    np.add.at(actual, orders.day, net)
    count = np.bincount(orders.day[orders.is_paid], minlength=size)
    log = slice(intensity.log_day, None)
    days = (intensity.start // DAY + np.arange(size)).astype(np.int32)
    return pa.table(
        {
            "revenue_date": pa.array(days[log], pa.date32()),
            "expected_net_revenue_amount": expected_revenue(company)[log],
            "actual_net_revenue_amount": text.decimals(actual[log]),
            "paid_order_count": pa.array(count[log], pa.int64()),
        }
    )


def expected_revenue(company: Company) -> np.ndarray:
    """Return the expected paid-net revenue (D,) of every simulated day, in currency."""
    scenario, intensity = company.scenario, company.intensity
    size = intensity.activity.size
    days = intensity.start // DAY + np.arange(size)
    gross = intensity.acquisition * mean_level(scenario) + _repeat_gross(company)
    gross *= curve(scenario.spend.trend, days)
    shares = scenario.statuses
    paid = 1 - shares.pending - shares.cancelled - shares.voided
    refunds = scenario.refunds
    lag = np.maximum(size - np.arange(size) - 0.5, 0.0)
    known = 1 - np.exp(-lag / refunds.lag_days_mean)
    refunded = refund_rates(scenario, days) * known * (1 - 0.5 * refunds.partial_share)
    return gross * paid * (1 - refunded)


def summary(company: Company, mess_counts: Mapping[str, int]) -> dict[str, Any]:
    """Return the content of truth.json: scenario, seed, totals, library versions."""
    orders, customers = company.orders, company.customers
    gross = int(orders.gross[orders.is_paid].sum())
    refunds = int(orders.refund.sum())
    return {
        "scenario": json.loads(company.scenario.model_dump_json()),
        "seed": company.seed,
        "totals": {
            "order_count": int(orders.number.size),
            "paid_order_count": int(orders.is_paid.sum()),
            "customer_count": int(customers.rate.size),
            "customer_with_order_count": int(np.unique(orders.customer).size),
            "gross_amount": f"{gross / 100:.2f}",
            "refund_amount": f"{refunds / 100:.2f}",
            "net_revenue_amount": f"{(gross - refunds) / 100:.2f}",
        },
        "mess": dict(mess_counts),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _repeat_gross(company: Company) -> np.ndarray:
    customers, intensity = company.customers, company.intensity
    size = intensity.activity.size
    weight = customers.rate * customers.level

    def alive_by(moments: np.ndarray) -> np.ndarray:
        # Weight present at each day's end, with the day of the change counted in part.
        inside = moments < intensity.end
        passed = (moments[inside] - intensity.start) / DAY
        day = passed.astype(np.int64)
        left = weight[inside] * (1 - (passed - day))
        whole = np.bincount(day, weight[inside], size).cumsum()
        return whole - np.bincount(day, weight[inside] - left, size)

    present = alive_by(customers.acquired) - alive_by(customers.dropped)
    return present * intensity.activity


def _moments(utc: np.ndarray, is_null: np.ndarray | None = None) -> pa.Array:
    return pa.array(utc, pa.int64(), mask=is_null).cast(pa.timestamp("s", "UTC"))
