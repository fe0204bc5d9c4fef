"""Spoil a clean order table at the rates a scenario names, and note every row."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation import text
from simulation.cells import CELL_KINDS, wrong_cells
from simulation.company import Company
from simulation.streams import stream

FIRST_LINE = 2
KINDS = ("duplicates", *CELL_KINDS, "refunds_on_unpaid", "malformed_lines")


@dataclass(frozen=True)
class Spoilt:
    """Rows of one kind and column: `rows` (k,), `written` and `true` text (k,)."""

    kind: str
    column: str | None
    rows: np.ndarray
    written: pa.Array
    true: pa.Array


def pick_rows(company: Company) -> dict[str, np.ndarray]:
    """Return the rows of each kind of mess, no row twice, each sorted.

    A rate is a share of all order rows; `refunds_on_unpaid` of the unpaid ones.
    """
    rates, orders = company.scenario.mess, company.orders
    count = orders.number.size
    shuffled = stream(company.seed, "mess.rows").permutation(count)
    picks, taken = {}, 0
    for kind in (*CELL_KINDS, "duplicates", "malformed_lines"):
        size = round(getattr(rates, kind) * count)
        picks[kind] = np.sort(shuffled[taken : taken + size])
        taken += size
    left = shuffled[taken:]
    unpaid = left[~orders.is_paid[left]]
    size = round(rates.refunds_on_unpaid * int((~orders.is_paid).sum()))
    picks["refunds_on_unpaid"] = np.sort(unpaid[:size])
    return picks


def spoil_cells(
    table: pa.Table, company: Company, picks: dict[str, np.ndarray]
) -> tuple[pa.Table, list[Spoilt]]:
    """Return the table with wrong cells written in, and what was written where."""
    spoilt = []
    for kind in (*CELL_KINDS, "refunds_on_unpaid"):
        draws = stream(company.seed, f"mess.{kind}")
        for column, rows, written in wrong_cells(kind, table, company, picks[kind], draws):
            true = table[column].combine_chunks().take(pa.array(rows))
            table = _written(table, column, rows, written)
            spoilt.append(Spoilt(kind, column, rows, written, true))
    return table, spoilt


def repeat_rows(
    table: pa.Table, company: Company, rows: np.ndarray
) -> tuple[pa.Table, np.ndarray, list[Spoilt]]:
    """Repeat rows a little later in the file; some carried an older status before.

    Returns the longer table, the clean row (m,) each of its rows stems from, and the
    notes. The later copy holds the truth, so a note names the earlier, superseded row.
    """
    draws = stream(company.seed, "mess.duplicates")
    share = company.scenario.mess.duplicates_changed_share
    gaps = draws.geometric(1 / 25, rows.size)
    changed = rows[draws.random(rows.size) < share]
    changed = changed[np.isin(company.orders.status[changed], (0, 1, 2, 4))]
    same = rows[~np.isin(rows, changed)]
    count = table.num_rows
    position = np.concatenate([np.arange(count), rows + gaps + 0.5])
    order = np.argsort(position, kind="stable")
    source = np.concatenate([np.arange(count), rows])[order]
    longer = table.take(pa.array(source))
    first = np.flatnonzero(order < count)
    older, columns = _older_version(table, company, changed), []
    for column, written in older.items():
        columns.append(column)
        longer = _written(longer, column, first[changed], written)
    nothing = pa.nulls(same.size, pa.string())
    notes = [Spoilt("duplicates", None, same, nothing, nothing)]
    true = table["status"].combine_chunks().take(pa.array(changed))
    notes.append(Spoilt("duplicates", "status", changed, older["status"], true))
    return longer, source, notes


def mess_table(spoilt: list[Spoilt], line: np.ndarray) -> pa.Table:
    """Return mess.parquet: one row per spoilt row; `line` (n,) is each row's line."""
    parts = [
        pa.table(
            {
                "entity": pa.repeat("orders", note.rows.size),
                "line": pa.array(line[note.rows], pa.int64()),
                "kind": pa.repeat(note.kind, note.rows.size),
                "column_name": pa.repeat(pa.scalar(note.column, pa.string()), note.rows.size),
                "written_value": note.written,
                "true_value": note.true,
            }
        )
        for note in spoilt
        if note.rows.size
    ]
    if not parts:
        kinds = ("entity", "kind", "column_name", "written_value", "true_value")
        empty = {name: pa.array([], pa.string()) for name in kinds}
        return pa.table(empty).add_column(1, "line", pa.array([], pa.int64()))
    return pa.concat_tables(parts).combine_chunks().sort_by("line")


def _older_version(table: pa.Table, company: Company, rows: np.ndarray) -> dict[str, pa.Array]:
    # What the row said before its last change: pending before paid or cancelled,
    # paid before refunded.
    orders = company.orders
    was_pending = np.isin(orders.status[rows], (0, 4))
    older = {
        "status": text.chosen(["paid", "pending"], was_pending.astype(np.int64)),
        "order_refunds": text.money(np.zeros(rows.size, np.int64)),
    }
    if "customer_total_spent" in table.column_names:
        unspent = np.where(orders.status[rows] == 0, orders.gross[rows], 0)
        older["customer_total_spent"] = text.money(orders.total_spent[rows] - unspent)
    return older


def _written(table: pa.Table, column: str, rows: np.ndarray, values: pa.Array) -> pa.Table:
    # `replace_with_mask` wants the values in row order; rows are sorted by contract.
    mask = np.zeros(table.num_rows, bool)
    mask[rows] = True
    current = table[column].combine_chunks()
    replaced = pc.replace_with_mask(current, pa.array(mask), values)
    return table.set_column(table.column_names.index(column), column, replaced)
