"""The order file as text, before any mess is made of it."""

import numpy as np
import pyarrow as pa

from simulation import text
from simulation.amounts import STATUSES
from simulation.clock import to_utc
from simulation.company import Company
from simulation.streams import stream

FIRST_CUSTOMER_NUMBER = 10_001


def order_ids(company: Company) -> pa.Array:
    """Return the ids (n,) of the log's orders."""
    scenario = company.scenario
    prefix = scenario.orders.order_id_prefix
    prefix = scenario.company_id[0].upper() if prefix is None else prefix
    return text.ids(prefix, company.orders.number)


def customer_ids(customer: np.ndarray) -> pa.Array:
    """Return the ids (n,) of customer indices (n,)."""
    return text.ids("C", FIRST_CUSTOMER_NUMBER + customer)


def signed_up_at(company: Company) -> np.ndarray:
    """Return wall-clock seconds (N,) of sign-up: at or before the first order."""
    draws = stream(company.seed, "customers.signup")
    count = company.customers.rate.size
    is_earlier = draws.random(count) < 0.3
    lead = np.where(is_earlier, draws.exponential(12 * 86_400, count), 0.0)
    return np.floor(company.customers.acquired - lead).astype(np.int64)


def price_parts(company: Company) -> dict[str, np.ndarray]:
    """Return discount, tax and shipping (n,) in cents, 0 where not written.

    The total price is items - discount + tax + shipping.
    """
    settings, gross = company.scenario.orders, company.orders.gross
    draws = stream(company.seed, "orders.price_parts")
    fee = round(100 * settings.shipping_fee)
    pays = np.full(gross.size, fee)
    if settings.free_shipping_from is not None:
        pays[gross - fee >= round(100 * settings.free_shipping_from)] = 0
    shipping = np.where(gross > 2 * fee, pays, 0)
    shipping = shipping if "shipping" in settings.columns else np.zeros_like(gross)
    rate = settings.tax_rate if "tax" in settings.columns else 0.0
    tax = np.rint((gross - shipping) * rate / (1 + rate)).astype(np.int64)
    paid_for = gross - shipping - tax
    has_discount = draws.random(gross.size) < settings.discount_share
    share = settings.discount_rate / (1 - settings.discount_rate)
    discount = np.where(has_discount, np.rint(paid_for * share).astype(np.int64), 0)
    if "discount" not in settings.columns:
        discount = np.zeros_like(gross)
    return {"discount": discount, "tax": tax, "shipping": shipping}


def order_table(company: Company) -> pa.Table:
    """Return the clean order file: one row per order, all text."""
    scenario, orders = company.scenario, company.orders
    columns = {
        "company_id": pa.repeat(scenario.company_id, orders.number.size),
        "order_id": order_ids(company),
        "created_at": text.timestamps(orders.ordered_at, company.clock, scenario.timestamp_style),
        "status": text.chosen(list(STATUSES), orders.status),
        "total_price": text.money(orders.gross),
        "order_refunds": text.money(orders.refund),
        "customer_id": customer_ids(orders.customer),
    }
    for name in scenario.orders.columns:
        columns[name] = _optional(company, name)
    return pa.table(columns)


def _optional(company: Company, name: str) -> pa.Array:
    scenario, orders = company.scenario, company.orders
    if name == "customer_order_count":
        return text.whole(orders.order_count)
    if name == "customer_total_spent":
        return text.money(orders.total_spent)
    if name == "currency":
        return pa.repeat(scenario.currency, orders.number.size)
    if name == "channel_id":
        names = [channel.channel_id for channel in scenario.channels]
        return text.chosen(names, company.channel)
    if name == "customer_created_at":
        signed_up = to_utc(company.clock, signed_up_at(company))[orders.customer]
        return text.timestamps(signed_up, company.clock, scenario.timestamp_style)
    if name in ("country", "state", "city"):
        values = [getattr(place, name) for place in scenario.places]
        return text.chosen(values, company.place[orders.customer])
    return text.money(price_parts(company)[name])
