"""A full export: what it lacks within its days was deleted in the shop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ingestion import profile
from ingestion.file_rows import Source
from ingestion.manifest import Landed
from ingestion.outcome import Outcome
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
            if count := profile.gone(orders, path, out):
                out.replace(path)
                reason = "deleted in the shop"
                gone = line.excluded | {reason: line.excluded.get(reason, 0) + count}
                line = replace(line, row_count=line.row_count - count, excluded=gone)
                notes.append(
                    f"{count:,} orders of {line.source_file} are gone: deleted in the shop"
                )
        kept.append(line)
    return replace(outcome, notes=tuple(notes)), kept
