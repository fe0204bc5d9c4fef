"""What `python -m ingestion` prints of a file."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from ingestion import checks
from ingestion.outcome import Outcome

out = Console(soft_wrap=True, highlight=False)


def _report(outcome: Outcome) -> None:
    """Print what a file is, how it was read, and what is wrong with its rows."""
    out.print(f"{outcome.said} ({outcome.read_as})", markup=False)
    for note in outcome.notes:
        out.print(f"  {note}", style="dim", markup=False)
    for reason, count in outcome.converted.excluded.items():
        out.print(f"  {count:,} rows are no sale: {reason}", markup=False)
    for entity, count in outcome.converted.merged.items():
        if count:
            out.print(f"  {count:,} further lines of {entity} with several")
    unused = outcome.converted.unused_columns
    if unused:
        more = f" and {len(unused) - 8} more" if len(unused) > 8 else ""
        out.print(f"  not used: {', '.join(unused[:8])}{more}", style="dim", markup=False)
    for entity, report in outcome.reports.items():
        _findings(entity, report)


def _findings(entity: str, report: checks.Report) -> None:
    if not report.findings:
        return
    title = f"{report.bad_row_count:,} of {report.row_count:,} rows of {entity} will be rejected"
    table = Table(title=title)
    for heading in ("reason", "column", "rows", "first line", "found there"):
        table.add_column(heading, justify="right" if heading in {"rows", "first line"} else "left")
    for item in report.findings:
        shown = repr(item.value)[:60] if item.value is not None else "nothing"
        table.add_row(
            item.reason, item.column or "", f"{item.row_count:,}", f"{item.line:,}", shown
        )
    out.print(table)


def show(file: Path, outcome: Outcome, seconds: float, *, only_check: bool) -> None:
    """Print what came of a file for a company."""
    company = outcome.company_id
    if outcome.landed and not outcome.is_new:
        at = outcome.landed[0].landed_at
        out.print(f"{file.name} landed before, at {at} UTC for {company}: nothing to do")
        return
    _report(outcome)
    if only_check:
        usable = sum(r.row_count - r.bad_row_count for r in outcome.reports.values())
        out.print(f"{file.name} can be added: {usable:,} usable rows ({seconds:.1f} s)")
        return
    rows = ", ".join(f"{line.row_count:,} {line.entity}" for line in outcome.landed)
    instead = ", in place of what it gave before" if outcome.replaced else ""
    count = sum(line.row_count for line in outcome.landed)
    out.print(
        f"landed {count:,} rows of {file.name} for {company}: {rows}{instead} ({seconds:.1f} s)"
    )
