"""Orders of `marts.fct_orders`: a page of them in a fixed order, or all of them as a stream."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from api.queries.found import Asked, Found, one_of

#: Rows of a batch of a stream.
BATCH = 10_000


@dataclass(frozen=True)
class Filters:
    """Which orders: by day in the company's time zone, both ends included; empty for any."""

    from_date: dt.date | None = None
    to_date: dt.date | None = None
    company_ids: Sequence[str] = ()
    customer_ids: Sequence[str] = ()
    statuses: Sequence[str] = ()

    def source(self, bound: dict[str, object]) -> str:
        """Return the beginning of a query, which names the orders of the customers `orders`."""
        chosen = one_of("customer_id", list(self.customer_ids) or None, bound)
        if chosen is None:
            return "with orders as not materialized (from marts.fct_orders)"
        # Alone the condition is answered by the index; beside others or a limit it would not be.
        return f"with orders as materialized (from marts.fct_orders where {chosen})"

    def conditions(self, asked: Asked, bound: dict[str, object]) -> list[str]:
        """Return the other conditions on `orders`, their values bound; raises ProblemError 404."""
        found = [
            one_of("orders.company_id", asked.chosen(self.company_ids), bound),
            one_of("orders.status", list(self.statuses) or None, bound),
        ]
        for name, sign, day in (("from", ">=", self.from_date), ("to", "<=", self.to_date)):
            if day:
                bound[name] = day
                found.append(f"orders.order_date {sign} ${name}")
        return [one for one in found if one]

    def where(self, asked: Asked, bound: dict[str, object], *others: str) -> str:
        """Return all conditions as a clause; empty when there is none; raises ProblemError 404."""
        found = [*others, *self.conditions(asked, bound)]
        return f"where {' and '.join(found)}" if found else ""


def page(asked: Asked, filters: Filters, after: Sequence[str], limit: int) -> Found:
    """Return so many orders after a key, in the order of company, time and order id.

    The key is that of the order before: company_id, ordered_at in ISO, order_id; empty for the
    first page. Raises ProblemError 404.
    """
    bound: dict[str, object] = {"limit": limit + 1}
    others = []
    if after:
        bound["company"], at, bound["order"] = after
        bound["at"] = dt.datetime.fromisoformat(at)
        # Not a comparison of rows: DuckDB skips blocks by single columns.
        others.append(
            "orders.company_id >= $company and (orders.company_id > $company"
            " or orders.ordered_at > $at"
            " or (orders.ordered_at = $at and orders.order_id > $order))"
        )
    found = asked.table(
        f"{filters.source(bound)} from orders {filters.where(asked, bound, *others)}"
        " order by orders.company_id, orders.ordered_at, orders.order_id limit $limit",
        bound,
    )
    rows = found.slice(0, limit)
    if found.num_rows <= limit:
        return Found({"rows": rows}, is_page=True)
    last = rows.slice(limit - 1).to_pylist()[0]
    key = (last["company_id"], last["ordered_at"].isoformat(), last["order_id"])
    return Found({"rows": rows}, is_page=True, last=key)


def stream(asked: Asked, filters: Filters) -> pa.RecordBatchReader:
    """Return all orders, in the order they are stored; read batch by batch, memory stays flat.

    Raises ProblemError 404.
    """
    bound: dict[str, object] = {}
    query = f"{filters.source(bound)} from orders {filters.where(asked, bound)}"
    return asked.connection.execute(query, bound).to_arrow_reader(BATCH)
