"""Subscriptions of a share of the customers."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation import extras, raw, text
from simulation.clock import DAY, to_utc
from simulation.company import Company
from simulation.streams import stream


def subscriptions(company: Company) -> pa.Table:
    """Return one row per subscription, in order of customers.

    It starts within weeks of the customer's first order and is active unless cancelled
    before the end of the log. While active, canceled_at is empty and updated_at is the
    start.
    """
    settings = company.scenario.entities.subscriptions or extras.SubscriptionRows()
    draws = stream(company.seed, "entity.subscriptions")
    acquired = to_utc(company.clock, np.floor(company.customers.acquired).astype(np.int64))
    count = acquired.size
    has_one = draws.random(count) < settings.share
    started = acquired + (DAY * draws.exponential(14, count)).astype(np.int64)
    lifetime = draws.exponential(1 / settings.cancel_hazard_per_day, count)
    canceled = started + 1 + (DAY * lifetime).astype(np.int64)
    plan = draws.integers(len(settings.plans), size=count)
    rows = np.flatnonzero(has_one & (started < company.log_end))
    started, canceled, plan = started[rows], canceled[rows], plan[rows]
    is_canceled = canceled < company.log_end
    style, clock = company.scenario.timestamp_style, company.clock
    ended = text.timestamps(canceled, clock, style)
    began = text.timestamps(started, clock, style)
    nothing = pa.nulls(rows.size, pa.string())
    prices = np.array([round(100 * option.price) for option in settings.plans])
    return pa.table(
        {
            "company_id": pa.repeat(company.scenario.company_id, rows.size),
            "subscription_id": text.ids("S", 1 + np.arange(rows.size)),
            "customer_id": raw.customer_ids(rows),
            "plan": text.chosen([option.plan for option in settings.plans], plan),
            "price": text.money(prices[plan]),
            "status": text.chosen(["active", "canceled"], is_canceled.astype(np.int64)),
            "started_at": began,
            "canceled_at": pc.if_else(pa.array(is_canceled), ended, nothing),
            "updated_at": pc.if_else(pa.array(is_canceled), ended, began),
        }
    )
