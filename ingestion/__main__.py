"""Command line: `python -m ingestion`: add, check, pull, guess, list, remove, land and more."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ingestion import inbox, keeping, landing, manifest, mapping, proposal, settings
from ingestion.gate import command
from ingestion.options import (
    Accept,
    Change,
    Company,
    CompanyColumn,
    ConvertTo,
    Country,
    Currency,
    DatabaseTable,
    DayOrder,
    DecimalMark,
    Entity,
    ExportedAt,
    File,
    FileOrAddress,
    FullExport,
    LeadTime,
    MappingName,
    Name,
    Policy,
    Query,
    Scale,
    Sheet,
    Shipping,
    Tax,
    TimeZone,
)
from ingestion.outcome import Options
from ingestion.printing import out, show
from ingestion.reading import postgres
from ingestion.sources.command import pull
from warehouse.errors import PaidnetError
from warehouse.terminal import App, err

app = App(help="Land a company's raw files, whatever export they come from.", no_args_is_help=True)


@app.command("add")
def add(
    file: FileOrAddress,
    company: Company,
    entity: Entity = None,
    mapping_name: MappingName = None,
    name: Name = None,
    time_zone: TimeZone = None,
    currency: Currency = None,
    country: Country = None,
    repeat_policy: Policy = None,
    convert_to: ConvertTo = None,
    tax_is_revenue: Tax = None,
    shipping_is_revenue: Shipping = None,
    lead_time_days: LeadTime = None,
    decimal: DecimalMark = None,
    day_order: DayOrder = None,
    scale: Scale = None,
    sheet: Sheet = None,
    table: DatabaseTable = None,
    query: Query = None,
    exported_at: ExportedAt = None,
    company_column: CompanyColumn = None,
    full_export: FullExport = False,
    accept_rejects: Accept = False,
    change_settings: Change = False,
) -> None:
    """Land a file: exit 0 when its rows are in (or were already), 1 when it is refused."""
    started = time.monotonic()
    stated = mapping.settings(
        company, company_name=name, time_zone=time_zone, currency=convert_to or currency,
        country=country, repeat_policy=repeat_policy, revenue_includes_tax=tax_is_revenue,
        revenue_includes_shipping=shipping_is_revenue,
        convert_currencies=bool(convert_to) or None, lead_time_days=lead_time_days,
    )  # fmt: skip
    options = Options(
        decimal=decimal, day_order=day_order, scale=scale, sheet=sheet, exported_at=exported_at,
        accept_rejects=accept_rejects, company_column=company_column, full_export=full_export,
    )  # fmt: skip
    with err.status("reading …"), postgres.opened(file, table, query) as (path, source):
        outcomes = landing.add(
            path,
            company,
            entity,
            mapping.load(mapping_name) if mapping_name else None,
            stated,
            replace(options, source=source),
            change_settings=change_settings,
        )
    for outcome in outcomes:
        show(path, outcome, time.monotonic() - started, only_check=False)


app.command("check")(command.check)
app.command("pull")(pull)


@app.command("inbox")
def add_inbox(
    folder: Annotated[Path, typer.Argument(help="Folder with a folder for each company.")],
    settled: Annotated[
        float, typer.Option(help="Skip files that changed fewer than this many seconds ago.")
    ] = inbox.SETTLED_SECONDS,
) -> None:
    """Land the new files of an inbox: <company>/orders.csv; exit 1 when a file is refused."""
    refused = landed = 0
    for arrival in inbox.add_all(folder, settled_seconds=settled):
        place = arrival.file.relative_to(folder)
        if arrival.error:
            refused += 1
            err.print(f"{place}\n{arrival.error}", markup=False)
        elif arrival.is_arriving:
            out.print(f"{place} is still arriving; it will land next time", markup=False)
        elif arrival.outcome and arrival.outcome.is_new and arrival.outcome.landed:
            landed += 1
            count = sum(line.row_count for line in arrival.outcome.landed)
            out.print(f"landed {count:,} rows of {place}")
    out.print(f"inbox: {landed} files landed, {refused} refused")
    raise typer.Exit(1 if refused else 0)


@app.command("guess")
def guess_mapping(
    file: File,
    entity: Entity = None,
    write: Annotated[
        Path | None, typer.Option("--write", help="Write the mapping to this .yml file.")
    ] = None,
) -> None:
    """Propose a mapping for a file: what each column is, the first orders, and what is open."""
    with err.status(f"reading {file.name} …"):
        found = proposal.propose(file, entity)
    out.print(f"{found.said} ({found.read_as})", markup=False)
    table = Table("column", "is", "for example")
    for name, column, example in found.columns:
        table.add_row(name, column or "—", example[:60])
    out.print(table)
    if found.preview:
        orders = Table(*proposal.PREVIEW[: len(found.preview[0])], title="the first orders")
        for row in found.preview:
            orders.add_row(*row)
        out.print(orders)
    if write:
        if write.exists():
            raise PaidnetError(
                f"{write}: there is such a file already",
                found="a file",
                expected="a new name",
                fix="name another file with --write",
            )
        write.write_text(found.text)
        out.print(f"written to {write}: look at it, then say --mapping {write}")
    else:
        out.print(found.text, markup=False)
    if found.open_question:
        err.print(f"it could not be decided:\n{found.open_question}", markup=False)


@app.command("remove")
def remove_file(
    name: Annotated[str, typer.Argument(help="Name of a landed file, or the start of its hash.")],
    company: Annotated[str | None, typer.Option("--company", help="Whose file.")] = None,
) -> None:
    """Take a file out again: its rows, and the upload where nothing else needs it."""
    for line in keeping.remove(name, company):
        rows = f"{line.row_count:,} {line.entity}"
        out.print(f"removed {rows} of {line.source_file} for {line.company_id}", markup=False)


@app.command("land")
def land_uploads(
    again: Annotated[bool, typer.Option("--again", help="Say that this is meant.")] = False,
    company: Annotated[str | None, typer.Option("--company", help="Only of this company.")] = None,
) -> None:
    """Land the kept uploads again, as they were added: after a mapping or a reader has changed."""
    if not again:
        raise PaidnetError(
            "land: what is to be landed?",
            found="no --again",
            expected="--again: all kept uploads, or those of --company",
            fix="say --again; a new file is landed by `add`",
        )
    failed = 0
    for line, came in keeping.land_again(company):
        if isinstance(came, PaidnetError):
            failed += 1
            err.print(
                f"{line.source_file} of {line.company_id} stays as it was\n{came}", markup=False
            )
            continue
        count = sum(item.row_count for outcome in came for item in outcome.landed)
        out.print(
            f"landed {count:,} rows of {line.source_file} for {line.company_id}", markup=False
        )
    raise typer.Exit(1 if failed else 0)


@app.command("forget")
def forget_company(
    company: Annotated[str, typer.Argument(help="Id of the company.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would be deleted, and delete nothing.")
    ] = False,
) -> None:
    """Delete all that is kept of a company: uploads, landed rows, forecasts, reports."""
    found = keeping.of_company(company) if dry_run else keeping.forget(company)
    for path in found:
        out.print(f"{'would delete' if dry_run else 'deleted'} {path}", markup=False)
    out.print("releases still hold its numbers: build, and they go with the older releases")


@app.command("list")
def list_landed() -> None:
    """List the files that have landed, the settings of their companies, and the mappings."""
    table = Table()
    for heading in ("company", "entity", "file", "mapping", "rows", "bad rows", "landed at (UTC)"):
        table.add_column(heading, justify="right" if "rows" in heading else "left")
    for item in manifest.read():
        table.add_row(
            item.company_id, item.entity, item.source_file, item.mapping,
            f"{item.row_count:,}", f"{item.bad_row_count:,}", item.landed_at,
        )  # fmt: skip
    out.print(table)
    for company_id, one in settings.landed().items():
        out.print(_in_words(company_id, one), markup=False)
    out.print(f"mappings: {', '.join(mapping.names())}")


def _in_words(company_id: str, one: mapping.Settings) -> str:
    """Return what holds for a company, on a line; what nobody stated is as by default."""
    facts = [
        one.company_name or "no name", one.currency or "no currency",
        one.time_zone or "no time zone", one.country or "no country",
        f"repeated orders: {one.repeat_policy or 'latest'}",
        f"tax is {'no ' if one.revenue_includes_tax is False else ''}revenue",
        f"shipping is {'no ' if one.revenue_includes_shipping is False else ''}revenue",
        f"other currencies are {'converted' if one.convert_currencies else 'rejected'}",
    ]  # fmt: skip
    if one.lead_time_days is not None:
        facts.append(f"goods come {one.lead_time_days} days after their order")
    return f"{company_id}: {', '.join(facts)}"


if __name__ == "__main__":
    app(prog_name="python -m ingestion")
