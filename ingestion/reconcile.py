"""What the amounts of orders add up to, and what of them is revenue."""

from __future__ import annotations

from ingestion.mapping import Settings
from ingestion.profile import Orders


def left_out(orders: Orders, company: Settings) -> list[str]:
    """Return a note for tax and for shipping where the company says that it is no revenue."""
    notes = []
    with orders.open() as connection:
        for column in ("tax", "shipping"):
            if getattr(company, f"revenue_includes_{column}") is not False:
                continue
            rows, blank, amount = connection.execute(
                f"select count(*), count(*) filter (coalesce(trim({column}), '') = ''),"
                f" coalesce(sum(try_cast({column} as decimal(38, 2))), 0) from orders"
            ).fetchone() or (0, 0, 0)
            notes.append(
                f"{column} is no revenue: {amount:,.2f} of it is left out;"
                f" {blank:,} of {rows:,} rows name none"
            )
    return notes
