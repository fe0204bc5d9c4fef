"""Command line: `python -m warehouse build | publish | rollback | run | schedule | status | …`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from filelock import FileLock, Timeout
from rich.table import Table

from warehouse import (
    dbt,
    fingerprint,
    ledger,
    paths,
    previous,
    quarantine,
    reading,
    release,
    schedule,
    snapshot,
    stages,
    summary,
    tasks,
)
from warehouse.errors import PaidnetError
from warehouse.publish.command import command as publish
from warehouse.spark import build as spark
from warehouse.terminal import App, out, progress

app = App(
    help="Build the warehouse, release it, and look after its releases.", no_args_is_help=True
)


def _dbt_build(session: dbt.Session, selector: str, *, is_alone: bool) -> None:
    if spark.is_engine():
        spark.run(selector, snapshot.folder(), is_alone=is_alone)
    with progress() as bar:
        task = bar.add_task(f"dbt build, {selector}", total=None)
        session.run(
            "build",
            "--selector",
            selector,
            on_step=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _remove_last_build() -> None:
    """Delete the last build: a killed run may have left it in any state."""
    for leftover in paths.build().glob(f"{paths.DATABASE}*"):
        leftover.unlink()


def _build_all(*, forecast_too: bool) -> None:
    _remove_last_build()
    with dbt.session(snapshot.folder(), is_alone=not forecast_too) as session:
        if spark.is_engine():
            spark.prepare(session, snapshot.folder())
        _dbt_build(session, "core" if forecast_too else "alone", is_alone=not forecast_too)
        if forecast_too:
            stages.forecast()
            _dbt_build(session, "forecast", is_alone=False)


def _build_without_the_bad(held: quarantine.Quarantine, *, forecast_too: bool) -> None:
    """Build; where rows of some companies break a test, build again without their new data."""
    snapshot.take()
    previous.keep()
    for left in reversed(range(quarantine.ROUNDS)):
        try:
            _build_all(forecast_too=forecast_too)
            return
        except PaidnetError as error:
            if not left:
                raise
            companies = held.hold_back(error)
        out.print(f"in quarantine: {', '.join(companies)}; building again without its new data")


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
    if_changed: Annotated[
        bool, typer.Option("--if-changed", help="Do nothing if the result would be the same.")
    ] = False,
    engine: Annotated[
        spark.Engine, typer.Option(envvar=spark.VARIABLE, help="What runs the models.")
    ] = spark.Engine.DUCKDB,
) -> None:
    """Build, test and release: exit 0 when a new release is current, 1 when none is.

    Exit 3 when it is current without the new data of some companies, whose rows break a test.
    """
    spark.choose(engine)
    paths.data().mkdir(parents=True, exist_ok=True)
    lock = FileLock(paths.data() / ".build.lock", timeout=wait)
    try:
        with lock:
            refused = stages.land_inbox(inbox) if inbox else None
            if if_changed and release.is_made_from(fingerprint.of_input(forecast_too=forecast)):
                out.print(f"nothing has changed since release {release.current()}")
                _exit_if_quarantined(paths.current() / paths.DATABASE)
                return
            _build(forecast_too=forecast, refused=refused)
    except Timeout:
        raise PaidnetError(
            "another build of this warehouse is running",
            found=f"{lock.lock_file} is held",
            expected="one build at a time",
            fix="wait for it (--wait 600), or build with another PAIDNET_DATA",
        ) from None


def _build(*, forecast_too: bool, refused: str | None) -> None:
    began, started = time.monotonic(), ledger.now()
    made_from = fingerprint.of_input(forecast_too=forecast_too)
    run_id = ledger.stamp(started)
    ledger.write(ledger.Event(run_id, started.isoformat(), "started"))

    def finish(result: str, **more: object) -> None:
        seconds = round(time.monotonic() - began, 1)
        at = ledger.now().isoformat()
        ledger.write(ledger.Event(run_id, at, result, seconds=seconds, **more))  # type: ignore[arg-type]

    held = quarantine.Quarantine(started)
    try:
        _build_without_the_bad(held, forecast_too=forecast_too)
        name, rows = release.publish(started)
    except PaidnetError as error:
        finish("failed", detail=str(error).splitlines()[0])
        error.add_note("nothing was released")
        raise
    except KeyboardInterrupt:
        finish("failed", detail="interrupted from the keyboard")
        raise
    detail = "; ".join(filter(None, (refused, held.detail))) or None
    finish("released", row_count=rows, release=name, detail=detail, made_from=made_from)
    file = paths.current() / paths.DATABASE
    out.print(summary.table(file))
    out.print(f"released {rows:,} rows in {time.monotonic() - began:.0f} s:")
    out.print(str(file), soft_wrap=True)
    _exit_if_quarantined(file)


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
    if current:
        file = paths.current() / paths.DATABASE
        out.print(summary.table(file))
        out.print("\n".join(quarantine.lines(file)), soft_wrap=True)


app.command("run")(tasks.run_command)
app.command("schedule")(schedule.command)
app.command("publish")(publish)


if __name__ == "__main__":
    app(prog_name="python -m warehouse")
