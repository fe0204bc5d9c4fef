"""A full export: what it lacks within its days was deleted in the shop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ingestion import profile
from ingestion.file_rows import Source
from ingestion.manifest import Landed
from ingestion.outcome import Outcome
from ingestion.sql import PACKED, quoted
from warehouse import paths


def drop_gone(
    outcome: Outcome, others: list[Landed], source: Source, folder: Path
) -> tuple[Outcome, list[Landed]]:
    """Take out of earlier exports the orders that a full export lacks, with their items.

    The uploads stay.
    """
    orders = profile.Orders(outcome.converted.files["orders"], source.source_file)
    exported = outcome.converted.exported_at
    kept, notes = list(others), list(outcome.notes)
    # The items of an upload go with its orders: those are looked at while they are there.
    for place, line in sorted(enumerate(others), key=lambda one: one[1].entity == "orders"):
        is_older = line.exported_at <= exported.isoformat(sep=" ", timespec="seconds")
        of_upload = next((one for one in others if _is_orders_of(one, line)), None)
        if of_upload is None or line.company_id != source.company_id or not is_older:
            continue
        path, out = paths.landing() / line.path, folder / "left.parquet"
        if count := _gone(orders, paths.landing() / of_upload.path, path, out):
            out.replace(path)
            reason = "deleted in the shop"
            gone = line.excluded | {reason: line.excluded.get(reason, 0) + count}
            kept[place] = replace(line, row_count=line.row_count - count, excluded=gone)
            what = line.entity.removeprefix("order_")
            notes.append(f"{count:,} {what} of {line.source_file} are gone: deleted in the shop")
    return replace(outcome, notes=tuple(notes)), kept


def _is_orders_of(one: Landed, line: Landed) -> bool:
    """Whether one line of the manifest has the orders whose rows, or whose items, another has."""
    is_same = (one.company_id, one.sha256) == (line.company_id, line.sha256)
    return is_same and one.entity == "orders" and line.entity in {"orders", "order_items"}


def _gone(orders: profile.Orders, old: Path, path: Path, out: Path) -> int:
    """Write the rows of an earlier export to `out` without the orders that this one lacks.

    This one is all there is between its first and its last order: what it does not have there
    was deleted in the shop. `old` has the export's orders, `path` the rows. Returns how many
    rows are gone.
    """
    with orders.open() as connection:
        connection.execute(
            "create temp table gone as select distinct order_id"
            f" from read_parquet({quoted(old)})"
            " where try_cast(left(created_at, 19) as timestamp) between"
            " (select min(placed_at) from orders) and (select max(placed_at) from orders)"
            " and order_id not in (select order_id from orders where order_id is not null)"
        )
        is_gone = "coalesce(order_id in (from gone), false)"
        row = connection.execute(
            f"select count(*) from read_parquet({quoted(path)}) where {is_gone}"
        ).fetchone()
        if row and row[0]:
            connection.execute(
                f"copy (from read_parquet({quoted(path)}) where not {is_gone})"
                f" to {quoted(out)} ({PACKED})"
            )
    return row[0] if row else 0
