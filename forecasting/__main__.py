"""Command line: `python -m forecasting [--company ID …] [--horizon 150] [--as-of DATE]`."""

from __future__ import annotations

import datetime as dt
import functools
import os
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from filelock import FileLock, Timeout
from rich.table import Table

from forecasting import job, scenarios
from forecasting import settings as setting
from forecasting.customers import job as customers
from forecasting.demand import job as demand
from forecasting.lessons import Lessons
from forecasting.revenue import reading
from forecasting.run import Run
from warehouse import paths
from warehouse.errors import PaidnetError
from warehouse.terminal import App, out, progress

app = App()


@app.command()
def main(
    company: Annotated[
        list[str] | None, typer.Option(help="Only this company; repeat for several.")
    ] = None,
    horizon: Annotated[int | None, typer.Option(help="Days to forecast.")] = None,
    as_of: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Forecast with what was known at this day's end."),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
    settings: Annotated[
        Path | None, typer.Option(help="YAML file of settings (forecasting/settings.py).")
    ] = None,
    learn: Annotated[
        bool,
        typer.Option(
            help="Let companies teach each other anew once that is due. Without, what they taught"
            " before stands: for a build of some companies.",
        ),
    ] = True,
    assume: Annotated[
        str | None,
        typer.Option(help="Show what the newest forecasts become: growth=-0.1,refunds=x2."),
    ] = None,
) -> None:
    """Forecast the daily revenue of the build's companies; exit 0 unless the run cannot start.

    Writes quantiles, totals, paths, backtests and a record under data/forecasts/.
    Companies whose series and settings are unchanged are not fitted again.
    With --assume nothing is forecast or written: the newest forecasts are shown as they are and
    as assumed.
    """
    folder = paths.data() / "forecasts"
    if assume is not None:
        assumptions = scenarios.parse(assume)
        chosen = setting.load(settings, horizon_days=horizon)
        run = Run(folder=folder, settings=chosen, only=tuple(company or ()))
        found = reading.read_all(reading.of_build(), run.only)
        out.print(scenarios.table(found, assumptions, run))
        return
    try:
        chosen = setting.load(settings, horizon_days=horizon)
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=0):
            day = as_of.date() if as_of else None
            run = Run(folder=folder, settings=chosen, only=tuple(company or ()), as_of=day)
            forecast(run, jobs, learn=learn)
    except Timeout:
        raise PaidnetError(
            "another forecast of this warehouse is running",
            found=f"{folder / '.lock'} is held",
            expected="one run at a time",
            fix="wait for it, or forecast with another PAIDNET_DATA",
        ) from None
    except OSError as error:
        raise PaidnetError(
            "the forecast cannot be written",
            found=str(error),
            expected=f"room and the right to write in {folder}",
            fix="make room, or forecast with another PAIDNET_DATA",
        ) from None


def forecast(run: Run, jobs: int, *, learn: bool = True) -> None:
    """Run the job on the build and print what became of each company."""
    database = paths.build() / "warehouse.duckdb"
    found = reading.read_all(reading.of_build(), run.only)
    if run.as_of is not None:
        found = [one.until(np.datetime64(run.as_of)) for one in found]
        found = [one for one in found if one.size]
        if not {one.company_id for one in found} >= set(run.only) or not found:
            raise PaidnetError(
                f"nothing was known as of {run.as_of}",
                found=f"no order of {', '.join(run.only) or 'any company'} by then",
                expected="a day on which its log has begun",
                fix="ask for a later day; marts.dim_companies has first_order_date",
            )
    with progress() as bar:
        bars: dict[str, int] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in bars:
                bars[stage] = bar.add_task(f"forecast, {stage}", total=total)
            bar.update(bars[stage], completed=done, total=total)

        # What was known on a past day, and what a few companies know, is no lesson for later.
        lessons = None
        if run.as_of is None:
            lessons = Lessons.of(run, [one.company_id for one in found] if learn else None)
            lessons = lessons if lessons.are_standing or not run.only else None
        outcomes = job.run_all(found, run, jobs, show, lessons)
        if run.as_of is None:  # what was in stock on a past day is not asked for
            names = [one.company_id for one in outcomes]
            demand.run_all(database, names, run, show)
            source = functools.partial(customers.of_build, database)
            processes = jobs if customers.is_large(database) else 1
            all_names = tuple(one.company_id for one in found)
            customers.run_all(source, names, run, processes, show, all_names, lessons)
            if lessons is not None:
                lessons.finish()
    table = Table("company", "grade", "reason", "run", title="Forecasts", title_justify="left")
    for one in outcomes:
        table.add_row(one.company_id, one.grade, one.reason, "new" if one.is_new else "unchanged")
    out.print(table)


if __name__ == "__main__":
    app(prog_name="python -m forecasting")
