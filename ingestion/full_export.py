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
    """Take out of earlier exports the orders that a full export lacks; the uploads stay."""
    orders = profile.Orders(outcome.converted.files["orders"], source.source_file)
    exported = outcome.converted.exported_at
    kept, notes = [], list(outcome.notes)
    for line in others:
        is_older = line.exported_at <= exported.isoformat(sep=" ", timespec="seconds")
        if line.company_id == source.company_id and line.entity == "orders" and is_older:
            path, out = paths.landing() / line.path, folder / "left.parquet"
            if count := _gone(orders, path, out):
                out.replace(path)
                reason = "deleted in the shop"
                gone = line.excluded | {reason: line.excluded.get(reason, 0) + count}
                line = replace(line, row_count=line.row_count - count, excluded=gone)
                notes.append(
                    f"{count:,} orders of {line.source_file} are gone: deleted in the shop"
                )
        kept.append(line)
    return replace(outcome, notes=tuple(notes)), kept


def _gone(orders: profile.Orders, path: Path, out: Path) -> int:
    """Write the rows of an earlier export to `out` without the orders that this one lacks.

    This one is all there is between its first and its last order: what it does not have there
    was deleted in the shop. Returns how many rows are gone.
    """
    with orders.open() as connection:
        connection.execute(
            "create temp view old as select *, coalesce("
            " try_cast(left(created_at, 19) as timestamp) between"
            " (select min(placed_at) from orders) and (select max(placed_at) from orders)"
            " and order_id not in (select order_id from orders where order_id is not null), false)"
            f" as is_gone from read_parquet({quoted(path)})"
        )
        row = connection.execute("select count(*) filter (is_gone) from old").fetchone()
        if row and row[0]:
            connection.execute(
                f"copy (select * exclude (is_gone) from old where not is_gone)"
                f" to {quoted(out)} ({PACKED})"
            )
    return row[0] if row else 0
