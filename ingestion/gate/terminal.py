"""Print a report to the terminal: figures, what to look at, what failed."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from ingestion.gate.page import Page
from ingestion.gate.page import Table as PageTable
from ingestion.printing import out


def show(page: Page) -> None:
    """Print what a page says in short; the details are in its Markdown and HTML."""
    for part in page.parts:
        table = Table(title=escape(part.title), title_justify="left", show_header=False)
        for _ in range(3):
            table.add_column()
        for figure in part.figures:
            table.add_row(figure.label, figure.value, figure.note, style=None)
        out.print(table)
    if page.tests:
        for one in page.tests.tables:
            _print(one)
    for text in page.warnings:
        out.print(f"  look at: {text}", markup=False)
    for text in page.problems:
        out.print(f"  {text}", style="bold red", markup=False)
    out.print(page.verdict, style="bold green" if page.is_good else "bold red", markup=False)
    out.print(page.made, style="dim", markup=False)


def _print(one: PageTable) -> None:
    table = Table(title=escape(one.title), title_justify="left", caption=escape(one.note))
    for heading in one.headings:
        table.add_column(escape(heading))
    for row in one.rows:
        table.add_row(*(escape(cell) for cell in row))
    out.print(table)
