"""What tests of the items of orders share: a file added, what landed of it, what is wrong."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion import landing, mapping
from ingestion.outcome import Options, Outcome
from warehouse import paths

SHOPIFY = (
    "Name,Email,Financial Status,Currency,Total,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem sku,Refunded Amount"
)
LINES = "Order ID,Order Date,SKU,Quantity,Unit Price,Status"


def add(
    folder: Path, lines: list[str], options: Options | None = None, *, name: str = "orders.csv",
    own: str | None = None, **stated: str,
) -> Outcome:  # fmt: skip
    """Add a file of a company; `own` is a mapping of its own."""
    file = folder / name
    file.write_text("\n".join(lines) + "\n")
    chosen = None
    if own is not None:
        (folder / "own.yml").write_text(own)
        chosen = mapping.load(str(folder / "own.yml"))
    settings = mapping.settings("acme", **{"currency": "USD", "time_zone": "UTC"} | stated)
    (outcome,) = landing.add(file, "acme", None, chosen, settings, options)
    return outcome


def landed() -> list[tuple[str, ...]]:
    """Return the landed items: order, product, pieces, price of one."""
    if not list(paths.landing().glob("order_items/*/*.parquet")):
        return []
    files = str(paths.landing() / "order_items/*/*.parquet")
    return duckdb.sql(
        f"select order_id, sku, quantity, unit_price from '{files}' order by filename, source_line"
    ).fetchall()


def bad(outcome: Outcome) -> list[tuple[str | None, str, int]]:
    """Return why items will be rejected: column, reason, rows."""
    found = outcome.reports["order_items"].findings
    return [(one.column, one.reason, one.row_count) for one in found]
