"""How much of a company's revenue one customer and one channel bring."""

from __future__ import annotations

import dataclasses

import duckdb


@dataclasses.dataclass(frozen=True)
class Concentration:
    """Shares of the last 12 months' revenue, 0-1; None where the data do not say.

    Attributes:
        customer_share: the largest customer's.
        channel_share, channel_name: the largest channel's, of two or more.
    """

    customer_share: float | None = None
    channel_share: float | None = None
    channel_name: str | None = None


def read_all(connection: duckdb.DuckDBPyConnection) -> dict[str, Concentration]:
    """Return company -> concentration, from the risk profile of a build."""
    rows = connection.sql(
        "select company_id, top_customer_share, top_channel_share, top_channel_name"
        " from marts.fct_company_risk_profile"
    ).fetchall()
    # Sums of doubles differ in their last digit from run to run, and with it what a run depends on.
    return {
        company: Concentration(
            None if customer is None else round(customer, 9),
            None if channel is None else round(channel, 9),
            name,
        )
        for company, customer, channel, name in rows
    }
