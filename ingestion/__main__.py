"""Command line: `python -m ingestion add | check | inbox | list`."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ingestion import inbox, landing, manifest, mapping
from warehouse.terminal import App, err

app = App(help="Land a company's raw files, whatever export they come from.", no_args_is_help=True)
out = Console(soft_wrap=True, highlight=False)

File = Annotated[Path, typer.Argument(help="CSV or Parquet file.")]
Company = Annotated[str, typer.Option("--company", help="Id of the company, such as acme.")]
Entity = Annotated[
    str | None,
    typer.Option("--entity", help="What the rows are (default: the mapping's, or orders)."),
]
MappingName = Annotated[
    str, typer.Option("--mapping", help="Name of a shipped mapping, or a .yml file.")
]
Name = Annotated[str | None, typer.Option("--name", help="Full name of the company.")]
TimeZone = Annotated[
    str | None, typer.Option("--time-zone", help="IANA time zone of its days and months.")
]
Currency = Annotated[str | None, typer.Option("--currency", help="ISO 4217 code.")]
Country = Annotated[str | None, typer.Option("--country", help="ISO 3166 code of two letters.")]
Policy = Annotated[
    str | None,
    typer.Option("--repeat-policy", help="latest, sum or keep: what a repeated order id means."),
]
Change = Annotated[
    bool, typer.Option("--change-settings", help="Replace settings the company has already.")
]


def _report(outcome: landing.Outcome) -> None:
    report = outcome.report
    if report is None:
        return
    if outcome.unused_columns:
        out.print(f"not used: {', '.join(outcome.unused_columns)}", style="dim")
    if not report.findings:
        return
    table = Table(title=f"{report.bad_row_count:,} of {report.row_count:,} rows will be rejected")
    for heading in ("reason", "column", "rows", "first line", "found there"):
        table.add_column(heading, justify="right" if heading in {"rows", "first line"} else "left")
    for item in report.findings:
        shown = repr(item.value)[:60] if item.value is not None else "nothing"
        table.add_row(
            item.reason, item.column or "", f"{item.row_count:,}", f"{item.line:,}", shown
        )
    out.print(table)


def _run(
    file: Path,
    company: str,
    entity: str | None,
    name: str,
    stated: dict[str, str | None],
    *,
    change: bool,
    only_check: bool,
) -> None:
    started = time.monotonic()
    with err.status(f"reading {file.name} …"):
        outcome = landing.add(
            file,
            company,
            entity,
            mapping.load(name),
            mapping.settings(company, **stated),
            change_settings=change,
            only_check=only_check,
        )
    _report(outcome)
    seconds = time.monotonic() - started
    if only_check and outcome.report:
        good = outcome.report.row_count - outcome.report.bad_row_count
        out.print(f"{file.name} can be added: {good:,} usable rows ({seconds:.1f} s)")
    elif outcome.landed and not outcome.is_new:
        landed = outcome.landed
        out.print(
            f"{file.name} landed before, at {landed.landed_at} UTC for {company}: nothing to do"
        )
    elif outcome.landed:
        rows = outcome.landed.row_count
        out.print(f"landed {rows:,} rows of {file.name} for {company} ({seconds:.1f} s)")


def _command(*, only_check: bool) -> Callable[..., None]:
    """Make `add` or `check`, which take the same arguments."""

    def command(
        file: File,
        company: Company,
        entity: Entity = None,
        mapping_name: MappingName = "raw",
        name: Name = None,
        time_zone: TimeZone = None,
        currency: Currency = None,
        country: Country = None,
        repeat_policy: Policy = None,
        change_settings: Change = False,
    ) -> None:
        stated = {
            "company_name": name, "time_zone": time_zone, "currency": currency,
            "country": country, "repeat_policy": repeat_policy,
        }  # fmt: skip
        _run(
            file,
            company,
            entity,
            mapping_name,
            stated,
            change=change_settings,
            only_check=only_check,
        )

    return command


app.command(
    "add", help="Land a file: exit 0 when its rows are in (or were already), 1 when it is refused."
)(_command(only_check=False))
app.command(
    "check",
    help="Report what adding the file would do, and change nothing: exit 0 if it would land.",
)(_command(only_check=True))


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
            out.print(f"landed {arrival.outcome.landed.row_count:,} rows of {place}")
    out.print(f"inbox: {landed} files landed, {refused} refused")
    raise typer.Exit(1 if refused else 0)


@app.command("list")
def list_landed() -> None:
    """List the files that have landed, and the mappings there are."""
    table = Table()
    for heading in ("company", "entity", "file", "mapping", "rows", "bad rows", "landed at (UTC)"):
        table.add_column(heading, justify="right" if "rows" in heading else "left")
    for item in manifest.read():
        table.add_row(
            item.company_id, item.entity, item.source_file, item.mapping,
            f"{item.row_count:,}", f"{item.bad_row_count:,}", item.landed_at,
        )  # fmt: skip
    out.print(table)
    out.print(f"mappings: {', '.join(mapping.names())}")


if __name__ == "__main__":
    app(prog_name="python -m ingestion")
