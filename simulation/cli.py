"""Command line: `python -m simulation run SCENARIO --out DIR`."""

import datetime as dt
import difflib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from simulation import seeds
from simulation.company import MAX_ORDERS, simulate
from simulation.entities import entity_tables
from simulation.layouts import LAYOUTS
from simulation.layouts.told import write_export
from simulation.loading import apply_dates, load_scenario, shipped_scenarios
from simulation.scenario import ENTITIES, Scenario
from simulation.writing import write_company
from warehouse.errors import PaidnetError
from warehouse.terminal import App, err

app = App(
    help="Simulate order histories of whole companies, with the truth beside them.",
    no_args_is_help=True,
)
console = Console()


class Format(StrEnum):
    """File format of the raw entities."""

    csv = "csv"
    parquet = "parquet"


@app.command("list")
def list_scenarios() -> None:
    """List the shipped scenarios with their one-line descriptions."""
    table = Table("scenario", "description", box=None)
    for name in shipped_scenarios():
        table.add_row(name, load_scenario(name).description)
    console.print(table)


@app.command("layouts")
def list_layouts() -> None:
    """List the exports of platforms that `run --layout` writes, and what each cannot tell."""
    table = Table("layout", "export", "lacks", box=None)
    for layout in LAYOUTS.values():
        table.add_row(layout.name, layout.title, layout.lacks)
    console.print(table)


@app.command("seeds")
def write_demo_companies(
    out: Annotated[Path, typer.Option(help="Folder to write to.", file_okay=False)] = seeds.FOLDER,
) -> None:
    """Write the demo companies that are kept in git: seeds/orders."""
    for path in seeds.write_seeds(out):
        console.print(f"{path}: {path.stat().st_size:,} bytes", soft_wrap=True)


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(help="Shipped scenario or path of a .yml.")],
    out: Annotated[Path, typer.Option(help="Folder to write to.", file_okay=False)],
    seed: Annotated[int | None, typer.Option(min=0, help="Other seed.")] = None,
    company: Annotated[str | None, typer.Option(help="Other company_id.")] = None,
    orders: Annotated[
        int | None,
        typer.Option(min=1, max=MAX_ORDERS, help="Rescale to about this many orders."),
    ] = None,
    start: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day of the log."),
    ] = None,
    days: Annotated[int | None, typer.Option(help="Days of the log.")] = None,
    file_format: Annotated[
        Format, typer.Option("--format", help="Format of the raw files.")
    ] = Format.csv,
    entity: Annotated[
        list[str] | None,
        typer.Option(help="Write only this entity; may be repeated."),
    ] = None,
    layout: Annotated[
        str | None,
        typer.Option(help="Write the orders as this platform's export instead."),
    ] = None,
) -> None:
    """Simulate one company and write its raw files and DIR/truth."""
    _check_layout(layout, entity)
    overrides: dict[str, Any] = {}
    if seed is not None:
        overrides["seed"] = seed
    if company is not None:
        overrides["company_id"] = company
    settings = _settings(scenario, overrides, start, days, entity)
    wanted = () if layout else tuple(entity) if entity else settings.switched_on
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("simulating", total=None)

        def show(step: str) -> None:
            progress.update(task, description=f"writing {step}")

        simulated = simulate(settings, orders)
        try:
            written = write_company(
                simulated,
                out,
                entity_tables(simulated, wanted),
                file_format.value,
                with_orders="orders" in wanted,
                progress=show,
            )
            if layout:
                path, rows = write_export(simulated, LAYOUTS[layout], out)
        except OSError as error:
            raise PaidnetError(
                f"{error.filename} cannot be written",
                found=str(error.strerror),
                expected=f"room and the right to write in {out}",
                fix="make room, or choose another folder with --out",
            ) from None
    if layout:
        console.print(f"{path}: {rows:,} rows")
    for name, count in written.items():
        console.print(f"{out / name}.{file_format.value}: {count:,} rows")
    console.print(f"{out / 'truth'}: {simulated.orders.number.size:,} true orders")


def _check_layout(layout: str | None, entity: list[str] | None) -> None:
    if layout is None:
        return
    if layout not in LAYOUTS:
        close = difflib.get_close_matches(layout, LAYOUTS, n=1)
        raise PaidnetError(
            "--layout: no such export can be written",
            found=repr(layout),
            expected=f"one of: {', '.join(LAYOUTS)}",
            fix=f"did you mean {close[0]}?" if close else "run `python -m simulation layouts`",
        )
    if entity:
        raise PaidnetError(
            "--layout, --entity: only one of them can be used",
            found=f"--layout {layout} and --entity {entity[0]}",
            expected="an export of a platform, or entities of the raw contract",
            fix="leave one of them out",
        )


def _settings(
    name: str,
    overrides: dict[str, Any],
    start: dt.datetime | None,
    days: int | None,
    entity: list[str] | None,
) -> Scenario:
    settings = load_scenario(name, overrides)
    for wanted in entity or ():
        if wanted not in ENTITIES:
            raise PaidnetError(
                f"{name}, --entity: the scenario cannot be run",
                found=repr(wanted),
                expected=f"one of: {', '.join(ENTITIES)}",
                fix="correct the spelling",
            )
        if wanted not in settings.switched_on:
            overrides = overrides | {f"entities.{wanted}": True}
    settings = load_scenario(name, overrides)
    if start is None and days is None:
        return settings
    first_day = None if start is None else start.date()
    return apply_dates(settings, name, first_day, days)
