"""Sums of orders, by the definitions of `fct_daily_revenue`: never over several currencies."""

from __future__ import annotations

from collections.abc import Collection

from api.problems import ProblemError
from api.queries.found import Asked, Found
from api.queries.transactions import Filters

#: Groups, in the order of their columns. Ids of customers and channels are a company's own.
GROUPS = {
    "company": {"company_id": "orders.company_id"},
    "day": {"order_date": "orders.order_date"},
    "week": {"week_start_date": "cast(date_trunc('week', orders.order_date) as date)"},
    "month": {"revenue_month": "cast(date_trunc('month', orders.order_date) as date)"},
    "channel": {"company_id": "orders.company_id", "channel_id": "orders.channel_id"},
    "country": {"country": "orders.country"},
    "customer": {"company_id": "orders.company_id", "customer_id": "orders.customer_id"},
}
MAX_ROWS = 10_000
_MONEY = ("gross_amount", "refund_amount", "net_revenue_amount")


def grouped(asked: Asked, filters: Filters, groups: Collection[str]) -> Found:
    """Return sums of paid orders by groups and currency, sorted by group.

    Raises ProblemError 404 for a company, 422 where amounts of unknown currencies would be added
    up, or where there are more than `MAX_ROWS` rows.
    """
    chosen = [GROUPS[group] for group in GROUPS if group in groups]
    keys = {name: sql for name, sql in GROUPS["company"].items() if any(name in c for c in chosen)}
    keys |= {name: sql for columns in chosen for name, sql in columns.items()}
    if "company_id" not in keys:
        _refuse_unknown_currencies(asked, filters)
    bound: dict[str, object] = {"limit": MAX_ROWS + 1}
    columns = [f"{sql} as {name}" for name, sql in keys.items()]
    sums = [f"cast(sum(orders.{name}) as decimal(18, 2)) as {name}" for name in _MONEY]
    names = [*keys, "currency"]
    found = asked.table(
        f"""
        {filters.source(bound)}
        select
            {"".join(f"{column}, " for column in columns)} companies.currency,
            count(*) filter (where orders.is_paid) as paid_order_count,
            {", ".join(sums)},
            count(distinct (orders.company_id, orders.customer_id)) filter (
                where orders.is_paid and orders.customer_id is not null
            ) as customer_count
        from orders
        inner join marts.dim_companies as companies on orders.company_id = companies.company_id
        {filters.where(asked, bound, "(orders.is_paid or orders.is_refund_without_order)")}
        group by {", ".join(str(place + 1) for place in range(len(names)))}
        order by {", ".join(names)}
        limit $limit
        """,
        bound,
    )
    if found.num_rows > MAX_ROWS:
        raise ProblemError(
            422,
            "too-many-rows",
            f"This would be more than {MAX_ROWS:,} rows: ask for fewer days or companies, or for"
            " coarser groups.",
        )
    return Found({"rows": found})


def _refuse_unknown_currencies(asked: Asked, filters: Filters) -> None:
    chosen = asked.chosen(filters.company_ids)
    looked_at = asked.opened.currencies if chosen is None else chosen
    unknown = sorted(one for one in looked_at if asked.opened.currencies.get(one, "") is None)
    if len(unknown) > 1:
        raise ProblemError(
            422,
            "currency",
            f"The currencies of {', '.join(unknown[:10])} are not known, so that their amounts are"
            " not added up: group by company.",
            errors=[{"field": "group_by", "message": "Must have company here."}],
        )
