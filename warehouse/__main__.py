"""Command line: `python -m warehouse build | publish | rollback | run | schedule | status | …`."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer
from filelock import FileLock, Timeout
from rich.table import Table

from warehouse import (
    building,
    dbt,
    ledger,
    paths,
    planning,
    quarantine,
    reading,
    release,
    schedule,
    shards,
    stages,
    summary,
    tasks,
    timing,
)
from warehouse.errors import PaidnetError
from warehouse.publish.command import command as publish
from warehouse.spark import build as spark
from warehouse.terminal import App, out

app = App(
    help="Build the warehouse, release it, and look after its releases.", no_args_is_help=True
)
#: A build prints so many companies; status prints all.
_SHOWN_COMPANIES = 20


def _exit_if_quarantined(file: Path) -> None:
    if lines := quarantine.lines(file):
        out.print("\n".join(lines), soft_wrap=True)
        raise typer.Exit(quarantine.EXIT_CODE)


@app.command()
def build(
    forecast: Annotated[
        bool, typer.Option(help="Forecast, and build the marts that read the forecast.")
    ] = True,
    wait: Annotated[float, typer.Option(help="Seconds to wait for another build to end.")] = 0,
    inbox: Annotated[
        Path | None, typer.Option(help="First land the new files of this folder of uploads.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Build every company, reuse nothing of the last release.")
    ] = False,
    engine: Annotated[
        spark.Engine, typer.Option(envvar=spark.VARIABLE, help="What runs the models.")
    ] = spark.Engine.DUCKDB,
    if_changed: Annotated[bool, typer.Option("--if-changed", hidden=True)] = False,
) -> None:
    """Build what has changed, test and release it; exit 0 when what is current is up to date.

    Companies that have not changed are taken from the last release. Exit 1 when nothing could be
    released.

    Exit 3 when it is current without the new data of some companies, whose rows break a test.
    """
    spark.choose(engine)
    paths.data().mkdir(parents=True, exist_ok=True)
    lock = FileLock(paths.data() / ".build.lock", timeout=wait)
    try:
        with lock:
            refused = stages.land_inbox(inbox) if inbox else None
            _build(forecast_too=forecast, is_full=full, refused=refused)
    except Timeout:
        raise PaidnetError(
            "another build of this warehouse is running",
            found=f"{lock.lock_file} is held",
            expected="one build at a time",
            fix="wait for it (--wait 600), or build with another PAIDNET_DATA",
        ) from None


def _build(*, forecast_too: bool, is_full: bool, refused: str | None) -> None:
    began, started = time.monotonic(), ledger.now()
    with timing.stage("planning"):
        plan = planning.plan(forecast_too=forecast_too, is_full=is_full)
    if plan.is_nothing_new:
        out.print(f"nothing has changed since release {release.current()}")
        _exit_if_quarantined(paths.current() / paths.DATABASE)
        return
    run_id = ledger.stamp(started)
    ledger.write(ledger.Event(run_id, started.isoformat(), "started"))

    def finish(result: str, **more: object) -> None:
        seconds = round(time.monotonic() - began, 1)
        at = ledger.now().isoformat()
        timed = {"seconds": seconds, "stages": timing.spans()}
        ledger.write(ledger.Event(run_id, at, result, **timed, **more))  # type: ignore[arg-type]

    held = quarantine.Quarantine(started)
    try:
        plan = building.run(plan, held)
        made_from = planning.as_released(plan)
        with timing.stage("releasing"):
            name, rows = release.publish(started, made_from)
    except PaidnetError as error:
        finish("failed", detail=str(error).splitlines()[0])
        error.add_note("nothing was released")
        raise
    except KeyboardInterrupt:
        finish("failed", detail="interrupted from the keyboard")
        raise
    detail = "; ".join(filter(None, (refused, plan.detail, held.detail)))
    digest = made_from.digest()
    finish("released", row_count=rows, release=name, detail=detail, made_from=digest)
    file = paths.current() / paths.DATABASE
    out.print(summary.table(file, most=_SHOWN_COMPANIES))
    out.print(f"{plan.detail}; released {rows:,} rows in {time.monotonic() - began:.0f} s:")
    out.print(str(file), soft_wrap=True)
    _exit_if_quarantined(file)


@app.command(hidden=True)
def shard(kind: str) -> None:
    """Build the companies of this folder, for another build to put into its warehouse."""
    held, error = quarantine.Quarantine(ledger.now(), others_stand=True), ""
    try:
        building.all_at_once(kind, held, learns=False)
    except PaidnetError as raised:
        error = "\n".join([str(raised), *getattr(raised, "__notes__", ())])
    result = {"held": held.companies, "error": error, "is_of_rows": dbt.is_of_a_value()}
    (paths.data() / shards.RESULT).write_text(json.dumps(result))
    raise typer.Exit(1 if error else 0)


@app.command()
def path() -> None:
    """Print the file of the current release."""
    reading.release_file()
    print(paths.current() / paths.DATABASE)


@app.command()
def rollback(
    to: Annotated[
        str | None, typer.Option(help="Name of a release; default: the one before.")
    ] = None,
) -> None:
    """Make an earlier release current; readers of the newer one are not interrupted."""
    name = release.rollback(to)
    now = ledger.now()
    ledger.write(ledger.Event(ledger.stamp(now), now.isoformat(), "rolled back", release=name))
    out.print(f"current release: {name}")


@app.command()
def status() -> None:
    """Show the releases, the last runs, and the companies of the current release."""
    current = release.current()
    table = Table("release", "current", title="Releases", title_justify="left")
    for name in release.names():
        table.add_row(name, "current" if name == current else "")
    out.print(table)
    columns = ("run", "task", "result", "seconds", "rows", "detail")
    table = Table(*columns, title="Last runs", title_justify="left")
    for event in ledger.runs()[-10:]:
        rows = f"{event.row_count:,}" if event.row_count is not None else ""
        seconds = "" if event.seconds is None else str(event.seconds)
        detail = ": ".join(filter(None, (event.release, event.detail)))
        table.add_row(event.run_id, event.task or "", event.result, seconds, rows, detail)
    out.print(table)
    if stages := next((event.stages for event in reversed(ledger.runs()) if event.stages), None):
        parts = (f"{name} {took:.1f} s" for name, took in timing.seconds(stages).items())
        out.print("The last build: " + ", ".join(parts), soft_wrap=True)
    if current:
        file = paths.current() / paths.DATABASE
        out.print(summary.table(file))
        out.print("\n".join(planning.origins(paths.releases() / current)), soft_wrap=True)
        out.print("\n".join(quarantine.lines(file)), soft_wrap=True)


app.command("run")(tasks.run_command)
app.command("schedule")(schedule.command)
app.command("publish")(publish)


if __name__ == "__main__":
    app(prog_name="python -m warehouse")
