"""The tables of a company's customers, as they are written."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from forecasting import output, schemas
from forecasting.customers import outlook, scores, sources, spend, study
from forecasting.customers.mixing import Learnt, Scored
from forecasting.customers.outlook import MONTH, Outlook, Revenue, Window


def of_outlook(
    ahead: Outlook, revenue: Revenue, learnt: dict[int, Learnt], ids: dict[str, str]
) -> dict[str, output.Content]:
    """Return the spend of customers and the sources of revenue in the windows ahead."""
    rows = [row for window in ahead.windows for row in _sources(window, revenue)]
    columns = {name: [row[name] for row in rows] for name in rows[0]} if rows else None
    empty = schemas.REVENUE_SOURCES.empty_table()
    models, value, shortest, longest = ahead.fits.purchases, ahead.fits.value, *study.LENGTHS
    return {
        "customer_spend": _spends(ahead, revenue, learnt, ids),
        "customer_models": output.table(
            "customer_models",
            {
                "model_name": ahead.model_name,
                "customer_count": ahead.known.who.size,
                **{f"purchase_{name}": getattr(models, name) for name in ("r", "alpha", "a", "b")},
                **{f"value_{name}": getattr(value, name) for name in ("p", "q", "v")},
                "kept_share": ahead.fits.kept,
                "orders_per_day": ahead.fits.orders_per_day,
                "window_count": learnt[shortest].count,
                "trees_weight_30": learnt[shortest].weight if ahead.has_trees else 0.0,
                "trees_weight_90": learnt[longest].weight if ahead.has_trees else 0.0,
                "total_log_deviation": ahead.total_log_deviation,
                "trained_through_date": revenue.totals.through.item(),
            },
            ids,
        ),
        "revenue_sources": output.table("revenue_sources", columns, ids) if columns else empty,
    }


def _dates(window: Window, revenue: Revenue) -> dict[str, object]:
    return {
        "window_name": window.name,
        "window_start_date": (revenue.first_date + window.start).item(),
        "window_end_date": (revenue.first_date + (window.end - 1)).item(),
    }


def _spends(
    ahead: Outlook, revenue: Revenue, learnt: dict[int, Learnt], ids: dict[str, str]
) -> Iterator[pa.Table]:
    """Yield the spend of customers, a window after the other, of some customers at a time."""
    for window in ahead.windows:
        for first in range(0, ahead.known.who.size, outlook.BLOCK):
            some = slice(first, first + outlook.BLOCK)
            yield _spend(ahead, revenue, window, learnt, ids, some)


def _spend(
    ahead: Outlook,
    revenue: Revenue,
    window: Window,
    learnt: dict[int, Learnt],
    ids: dict[str, str],
    some: slice,
) -> pa.Table:
    said, shortest = window.said.of(some), study.LENGTHS[0]
    days = shortest if window.name == MONTH else min(window.end, study.LENGTHS[-1])
    low, middle, high = (
        spend.quantile(level, said.expected, said.probability, said.days, learnt[days].spread)
        for level in spend.LEVELS
    )
    orders = said.days * ahead.fits.orders_per_day
    return output.table("customer_spend", {
        **_dates(window, revenue),
        "customer_id": ahead.known.purchases.names.take(pa.array(ahead.known.who[some])),
        "expected_amount": said.expected,
        "p10_amount": low,
        "p50_amount": middle,
        "p90_amount": high,
        "probability_of_purchase": said.probability,
        "probability_alive": ahead.alive[some],
        "expected_orders": orders,
        "expected_order_amount": np.divide(
            said.expected, orders, out=np.full(orders.shape, np.nan), where=orders > 0
        ),
        "spend_deviation_amount": spend.deviation(
            said.expected, said.probability, said.days, learnt[days].spread
        ),
        "is_reconciled": window.parts is not None,
        "model_name": ahead.model_name,
        "trained_through_date": revenue.totals.through.item(),
    }, ids)  # fmt: skip


def _sources(window: Window, revenue: Revenue) -> list[dict[str, object]]:
    if window.parts is None:
        return []
    low, middle, high = np.quantile(window.parts.paths, spend.LEVELS, axis=0)
    return [
        {
            **_dates(window, revenue),
            "revenue_source": source,
            "expected_amount": window.parts.central[at],
            "p10_amount": low[at],
            "p50_amount": middle[at],
            "p90_amount": high[at],
        }
        for at, source in enumerate(sources.SOURCES)
    ]


def of_backtests(scored: list[Scored], ids: dict[str, str]) -> dict[str, pa.Table]:
    """Return the scores of past windows, and their customers by tenths."""
    rows, tenths = [], []
    for one in scored:
        when = {"cutoff_date": one.window.cutoff.item(), "window_days": one.window.days}
        for model, found in one.by_model.items():
            weight = one.weight if model == output.MODEL else np.nan
            named = {name: found.get(name, np.nan) for name in scores.NAMES}
            rows.append(when | {"model_name": model, "model_weight": weight} | named)
        for at, (count, expected, actual) in enumerate(zip(*one.deciles, strict=True), 1):
            tenths.append(
                when
                | {"decile": at, "customer_count": int(count)}
                | {"expected_amount": expected, "actual_amount": actual}
            )
    return {
        name: output.table(name, {key: [row[key] for row in found] for key in found[0]}, ids)
        if found
        else schemas.ALL[name].empty_table()
        for name, found in (("customer_backtests", rows), ("customer_deciles", tenths))
    }
