"""Refunds, payments and channels: what happened to each order's money, and where."""

import numpy as np
import pyarrow as pa

from simulation import extras, raw, text
from simulation.amounts import CANCELLED, PENDING, VOIDED
from simulation.company import Company
from simulation.streams import stream


def refunds(company: Company) -> pa.Table:
    """Return one row per refund, by time; they sum to the order's order_refunds.

    A share of orders is refunded in two steps; every refund comes after its order and
    before the end of the log.
    """
    settings = company.scenario.entities.refunds or extras.RefundRows()
    orders = company.orders
    draws = stream(company.seed, "entity.refunds")
    order = np.flatnonzero(orders.refund > 0)
    amount, last = orders.refund[order], orders.refunded_at[order]
    is_split = (draws.random(order.size) < settings.split_share) & (amount >= 2)
    first_amount = np.clip(
        np.rint(amount * draws.uniform(0.2, 0.8, order.size)),
        1,
        np.maximum(amount - 1, 1),
    ).astype(np.int64)
    placed = orders.ordered_at[order]
    wait = (last - placed) * draws.uniform(0.2, 0.9, order.size)
    first_at = placed + np.maximum(wait.astype(np.int64), 1)
    rows = np.concatenate([order, order[is_split]])
    at = np.concatenate([last, first_at[is_split]])
    amounts = np.concatenate(
        [np.where(is_split, amount - first_amount, amount), first_amount[is_split]]
    )
    by_time = np.lexsort((rows, at))
    style = company.scenario.timestamp_style
    return pa.table(
        {
            "company_id": _company(company, rows.size),
            "refund_id": text.ids("R", 1 + np.arange(rows.size)),
            "order_id": raw.order_ids(company).take(pa.array(rows[by_time])),
            "refunded_at": text.timestamps(at[by_time], company.clock, style),
            "amount": text.money(amounts[by_time]),
        }
    )


def payments(company: Company) -> pa.Table:
    """Return one or two rows per order; amounts sum to the order's total_price.

    Succeeded payments of an order exist only if it is paid. paid_at is when it was tried.
    """
    settings = company.scenario.entities.payments or extras.PaymentRows()
    orders = company.orders
    draws = stream(company.seed, "entity.payments")
    count = orders.number.size
    is_split = (draws.random(count) < settings.split_share) & (orders.gross >= 2)
    share = draws.uniform(0.2, 0.8, count)
    second = np.clip(np.rint(orders.gross * share), 1, np.maximum(orders.gross - 1, 1))
    second = second.astype(np.int64)
    delay = draws.integers(1, 600, count)
    method = draws.integers(len(settings.methods), size=2 * count)
    rows = np.concatenate([np.arange(count), np.flatnonzero(is_split)])
    amounts = np.concatenate(
        [np.where(is_split, orders.gross - second, orders.gross), second[is_split]]
    )
    by_order = np.argsort(rows, kind="stable")
    rows, amounts = rows[by_order], amounts[by_order]
    states = {PENDING: "pending", CANCELLED: "failed", VOIDED: "voided"}
    names = [states.get(status, "succeeded") for status in range(6)]
    # A payment never comes after the log's end.
    at = np.minimum(orders.ordered_at + delay, company.log_end - 1)[rows]
    return pa.table(
        {
            "company_id": _company(company, rows.size),
            "payment_id": text.ids("P", 1 + np.arange(rows.size)),
            "order_id": raw.order_ids(company).take(pa.array(rows)),
            "payment_method": text.chosen(list(settings.methods), method[: rows.size]),
            "amount": text.money(amounts),
            "paid_at": text.timestamps(at, company.clock, company.scenario.timestamp_style),
            "status": text.chosen(names, orders.status[rows]),
        }
    )


def channels(company: Company) -> pa.Table:
    """Return one row per channel of the scenario."""
    listed = company.scenario.channels
    return pa.table(
        {
            "company_id": _company(company, len(listed)),
            "channel_id": _texts([channel.channel_id for channel in listed]),
            "channel_name": _texts([channel.channel_name for channel in listed]),
            "platform": _texts([channel.platform for channel in listed]),
            "commission_rate": _texts([f"{channel.commission_rate:.4f}" for channel in listed]),
        }
    )


def _company(company: Company, count: int) -> pa.Array:
    return pa.repeat(company.scenario.company_id, count)


def _texts(values: list[str]) -> pa.Array:
    return pa.array(values, pa.string())
