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

    def conditions(self, asked: Asked, bound: dict[str, object]) -> list[str]:
        """Return the conditions in SQL, their values bound; raises ProblemError 404."""
        found = [
            one_of("orders.company_id", asked.chosen(self.company_ids), bound),
            one_of("orders.customer_id", list(self.customer_ids) or None, bound),
            one_of("orders.status", list(self.statuses) or None, bound),
        ]
        for name, sign, day in (("from", ">=", self.from_date), ("to", "<=", self.to_date)):
            if day:
                bound[name] = day
                found.append(f"orders.order_date {sign} ${name}")
        return [one for one in found if one]


def page(asked: Asked, filters: Filters, after: Sequence[str], limit: int) -> Found:
    """Return so many orders after a key, in the order of company, time and order id.

    The key is that of the order before: company_id, ordered_at in ISO, order_id; empty for the
    first page. Raises ProblemError 404.
    """
    bound: dict[str, object] = {"limit": limit + 1}
    conditions = filters.conditions(asked, bound)
    if after:
        bound["company"], at, bound["order"] = after
        bound["at"] = dt.datetime.fromisoformat(at)
        # Not a comparison of rows: DuckDB skips blocks by single columns.
        conditions.append(
            "orders.company_id >= $company and (orders.company_id > $company"
            " or orders.ordered_at > $at"
            " or (orders.ordered_at = $at and orders.order_id > $order))"
        )
    where = f" where {' and '.join(conditions)}" if conditions else ""
    found = asked.table(
        f"select orders.* from marts.fct_orders as orders{where}"
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
    conditions = filters.conditions(asked, bound)
    where = f" where {' and '.join(conditions)}" if conditions else ""
    query = f"select orders.* from marts.fct_orders as orders{where}"
    return asked.connection.execute(query, bound).to_arrow_reader(BATCH)
