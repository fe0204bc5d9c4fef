"""What each kind of mess writes into the cells of an order row."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation import text
from simulation.company import Company

BAD_DATES = ("", "not a date", "2024-02-31", "2999-01-01", "0000-00-00", "32/13/2025")
BAD_PRICES = ("n/a", "free", "12,5O", "--", "1.2.3")
UNKNOWN_STATUSES = ("on_hold_by_elves", "mystery", "state 7")
FOREIGN_OFFSETS = (-28_800, -10_800, 12_600, 19_800, 32_400)
CELL_KINDS = (
    "bad_dates",
    "missing_order_ids",
    "missing_customer_ids",
    "missing_prices",
    "negative_prices",
    "non_numeric_prices",
    "mixed_case_statuses",
    "unknown_statuses",
    "other_time_zones",
    "counter_errors",
)


def wrong_cells(
    kind: str,
    table: pa.Table,
    company: Company,
    rows: np.ndarray,
    draws: np.random.Generator,
) -> list[tuple[str, np.ndarray, pa.Array]]:
    """Return (column, rows, text to write) of one kind at sorted `rows` (k,)."""
    orders, count = company.orders, rows.size

    def one_of(values: tuple[str, ...]) -> pa.Array:
        return text.chosen(list(values), draws.integers(len(values), size=count))

    if count == 0:
        return []
    if kind == "bad_dates":
        return [("created_at", rows, one_of(BAD_DATES))]
    if kind in ("missing_order_ids", "missing_customer_ids", "missing_prices"):
        columns = {"missing_order_ids": "order_id", "missing_prices": "total_price"}
        return [(columns.get(kind, "customer_id"), rows, pa.repeat("", count))]
    if kind == "negative_prices":
        return [("total_price", rows, text.money(-orders.gross[rows]))]
    if kind == "non_numeric_prices":
        return [("total_price", rows, one_of(BAD_PRICES))]
    if kind == "unknown_statuses":
        return [("status", rows, one_of(UNKNOWN_STATUSES))]
    if kind == "mixed_case_statuses":
        clean = table["status"].combine_chunks().take(pa.array(rows))
        padded = pc.binary_join_element_wise(" ", pc.utf8_upper(clean), " ", "")
        is_padded = pa.array(draws.random(count) < 0.5)
        return [("status", rows, pc.if_else(is_padded, padded, pc.utf8_title(clean)))]
    if kind == "other_time_zones":
        own = company.clock.offsets
        foreign = [offset for offset in FOREIGN_OFFSETS if offset not in own]
        offsets = draws.choice(foreign, count)
        return [("created_at", rows, text.with_offset(orders.ordered_at[rows], offsets))]
    if kind == "refunds_on_unpaid":
        refund = np.rint(orders.gross[rows] * draws.uniform(0.2, 1.0, count))
        return [("order_refunds", rows, text.money(refund.astype(np.int64)))]
    return _counter_errors(table, company, rows, draws)


def _counter_errors(
    table: pa.Table, company: Company, rows: np.ndarray, draws: np.random.Generator
) -> list[tuple[str, np.ndarray, pa.Array]]:
    names = ("customer_order_count", "customer_total_spent")
    present = [name for name in names if name in table.column_names]
    which = draws.integers(max(len(present), 1), size=rows.size)
    error = draws.integers(1, 5, size=rows.size)
    cells = []
    for number, name in enumerate(present):
        at = rows[which == number]
        if name == "customer_order_count":
            written = text.whole(company.orders.order_count[at] + error[which == number])
        else:
            factor = 1 + error[which == number]
            written = text.money(company.orders.total_spent[at] * factor + 100)
        cells.append((name, at, written))
    return cells
