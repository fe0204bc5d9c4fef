"""How much of a company's revenue one customer and one channel bring."""

from __future__ import annotations

import dataclasses

import duckdb


@dataclasses.dataclass(frozen=True)
class Concentration:
    """Shares of the last 12 months' net revenue, 0-1; None where the data do not say.

    Attributes:
        customer_share: the largest customer's.
        channel_share, channel_name: the largest channel's; orders without one count as others'.
        channel_count: channels named.
    """

    customer_share: float | None = None
    channel_share: float | None = None
    channel_name: str | None = None
    channel_count: int = 0


def read_all(connection: duckdb.DuckDBPyConnection) -> dict[str, Concentration]:
    """Return company -> concentration, from the marts of a build."""
    customers = connection.sql(
        """
        select company_id, revenue_share
        from marts.fct_top_customers
        where top_customer_count = 1
        """
    ).fetchall()
    # Sums of decimals: those of doubles would differ in their last digit from run to run.
    channels = connection.sql(
        """
        with channels as (
            select
                company_id,
                orders.channel_id,
                greatest(sum(orders.net_revenue_amount), 0) as amount
            from marts.fct_orders as orders
            inner join marts.dim_companies as companies using (company_id)
            where orders.is_paid
            and orders.order_date > companies.as_of_date - interval 1 year
            and orders.order_date <= companies.as_of_date
            group by all
        )

        select
            company_id,
            cast(max(amount) filter (where channel_id is not null) as double)
            / nullif(cast(sum(amount) as double), 0),
            arg_max(channel_id, (amount, channel_id)),
            count(channel_id)
        from channels
        group by all
        """
    ).fetchall()
    found = {company: (share, name, count) for company, share, name, count in channels}
    return {
        company: Concentration(share, *found.get(company, (None, None, 0)))
        for company, share in customers
    }
