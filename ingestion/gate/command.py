"""The command `python -m ingestion check`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import TaskID

from ingestion import landing, mapping, options, printing
from ingestion.gate import changed, describe, render, terminal
from ingestion.gate.check import Read, Report, Upload
from ingestion.gate.check import check as check_files
from ingestion.gate.page import Page
from ingestion.mapping import Settings
from ingestion.outcome import Options
from ingestion.reading import postgres
from warehouse.errors import PaidnetError
from warehouse.terminal import err, progress

Files = Annotated[
    list[str] | None,
    typer.Argument(help="The exports of one company, as they are, or a database's address."),
]
Company = Annotated[str | None, typer.Option("--company", help="Id of the company, such as acme.")]
Quick = Annotated[
    bool, typer.Option("--quick", help="Look at the rows only, and build no warehouse.")
]
Folder = Annotated[
    Path | None, typer.Option("--report", help="Write <company>.md and <company>.html into it.")
]
MarkdownFile = Annotated[
    Path | None, typer.Option("--markdown", help="Write the report to this Markdown file.")
]
HtmlFile = Annotated[Path | None, typer.Option("--html", help="Write it to this HTML file.")]
Inbox = Annotated[
    Path | None,
    typer.Option("--inbox", help="Check companies of a folder: <company>/files, as of an inbox."),
]
ChangedFrom = Annotated[
    str | None,
    typer.Option("--changed-from", help="Only companies whose files differ from this Git commit."),
]


def check(
    files: Files = None,
    company: Company = None,
    entity: options.Entity = None,
    mapping_name: options.MappingName = None,
    name: options.Name = None,
    time_zone: options.TimeZone = None,
    currency: options.Currency = None,
    country: options.Country = None,
    repeat_policy: options.Policy = None,
    convert_to: options.ConvertTo = None,
    tax_is_revenue: options.Tax = None,
    shipping_is_revenue: options.Shipping = None,
    lead_time_days: options.LeadTime = None,
    decimal: options.DecimalMark = None,
    day_order: options.DayOrder = None,
    scale: options.Scale = None,
    sheet: options.Sheet = None,
    table: options.DatabaseTable = None,
    query: options.Query = None,
    exported_at: options.ExportedAt = None,
    company_column: options.CompanyColumn = None,
    full_export: options.FullExport = False,
    accept_rejects: options.Accept = False,
    change_settings: options.Change = False,
    quick: Quick = False,
    report: Folder = None,
    markdown: MarkdownFile = None,
    html: HtmlFile = None,
    inbox: Inbox = None,
    changed_from: ChangedFrom = None,
) -> None:
    """Build a throwaway warehouse of a company's files, test it and report; change nothing.

    Exit 0 when the files can be added; 1 when one is refused, a data test fails or too many rows
    are rejected.
    """
    if inbox is not None:
        if files or company or quick or markdown or html:
            raise typer.BadParameter("--inbox goes with --changed-from and --report alone")
        raise typer.Exit(_check_inbox(inbox, changed_from, report))
    if not files or company is None:
        raise typer.BadParameter("name FILE… and --company, or a folder with --inbox")
    if quick and (report or markdown or html):
        raise typer.BadParameter("--quick writes no report")
    by_mapping = mapping.load(mapping_name) if mapping_name else None
    stated = mapping.settings(
        company, company_name=name, time_zone=time_zone, currency=convert_to or currency,
        country=country, repeat_policy=repeat_policy, revenue_includes_tax=tax_is_revenue,
        convert_currencies=bool(convert_to) or None,
        revenue_includes_shipping=shipping_is_revenue, lead_time_days=lead_time_days,
    )  # fmt: skip
    said = Options(
        decimal=decimal, day_order=day_order, scale=scale, sheet=sheet, exported_at=exported_at,
        accept_rejects=accept_rejects, company_column=company_column, full_export=full_export,
    )  # fmt: skip
    uploads = [Upload(file, entity, by_mapping, table, query) for file in files]
    if quick:
        _look(uploads, company, stated, said, change_settings=change_settings)
        return
    made = _check(uploads, company, stated, said, change_settings=change_settings)
    page = describe.page(made)
    if report:
        markdown, html = markdown or report / f"{company}.md", html or report / f"{company}.html"
    _write(page, markdown, html)
    if made.question:
        raise made.question
    terminal.show(page)
    raise typer.Exit(0 if page.is_good else 1)


def _look(
    uploads: Sequence[Upload], company: str, stated: Settings, said: Options, *,
    change_settings: bool,
) -> None:  # fmt: skip
    """Print what adding each file would do, by its rows alone."""
    for upload in uploads:
        started = time.monotonic()
        opened = postgres.opened(str(upload.file), upload.table, upload.query)
        with err.status("reading …"), opened as (file, source):
            outcomes = landing.add(
                file, company, upload.entity, upload.mapping, stated, replace(said, source=source),
                change_settings=change_settings, only_check=True,
            )  # fmt: skip
        for outcome in outcomes:
            printing.show(file, outcome, time.monotonic() - started, only_check=True)


def _check(
    uploads: Sequence[Upload], company: str, stated: Settings, said: Options | None = None, *,
    change_settings: bool = False,
) -> Report:  # fmt: skip
    """Check the files of a company, and show how far it is and what each file is."""
    with progress() as bar:
        reading = bar.add_task(f"{company}: files", total=len(uploads))
        building: TaskID | None = None

        def on_file(read: Read) -> None:
            bar.advance(reading)
            for outcome in read.outcomes:
                printing.show(read.file, outcome, read.seconds, only_check=True)

        def on_step(done: int, total: int) -> None:
            nonlocal building
            if building is None:
                building = bar.add_task(f"{company}: models and tests", total=total)
            bar.update(building, completed=done, total=total)

        return check_files(
            uploads, company, stated, said,
            change_settings=change_settings, on_file=on_file, on_step=on_step,
        )  # fmt: skip


def _write(page: Page, markdown: Path | None, html: Path | None) -> None:
    if markdown:
        render.write(markdown, render.markdown([page]))
    if html:
        render.write(html, render.html(page))


def _check_inbox(inbox: Path, changed_from: str | None, report: Path | None) -> int:
    """Check each company of a folder; writes its HTML, and one `report.md` of all."""
    pages = []
    for folder in changed.companies(inbox, changed_from):
        made = _check_folder(folder)
        page = describe.page(made)
        pages.append(page)
        if report:
            render.write(report / f"{folder.name}.html", render.html(page))
        if made.question:
            err.print(f"{folder.name}\n{made.question}", markup=False)
        else:
            terminal.show(page)
    if report:
        render.write(report / "report.md", render.markdown(pages) if pages else render.NOTHING)
    if not pages:
        printing.out.print("no company's files have changed: nothing to check")
    return 0 if all(page.is_good for page in pages) else 1


def _check_folder(folder: Path) -> Report:
    try:
        uploads, stated = changed.uploads(folder)
    except PaidnetError as error:
        return Report(folder.name, question=error)
    return _check(uploads, folder.name, stated)
