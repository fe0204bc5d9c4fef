"""How good the forecast is: `make forecast-quality`, or this module with `--write`.

Rolling-origin backtests of companies that the prior has not seen, through the same job that
forecasts; tables in the style of the study, and pictures of reliability.
"""

from __future__ import annotations

import shutil
from typing import Annotated

import duckdb
import pyarrow as pa
import typer
from rich.console import Console
from rich.progress import Progress

from forecasting import job
from forecasting.research import companies, pictures, retail, tables, trust
from forecasting.revenue import prior
from forecasting.revenue.series import Series
from forecasting.run import Run
from forecasting.settings import Settings
from warehouse import paths

HELD_OUT_SEED, STATISTICAL_SEED, RETAIL_SEED, TRUST_SEED = 1, 2, 3, 4
#: So many companies, one cutoff each, tell 80 % from 70 % and from 90 % nineteen times in twenty.
STATISTICAL_COMPANIES, COVERED = 260, (0.75, 0.85)
DOCUMENT = paths.PROJECT / "docs" / "forecasting.md"
MARK = "<!-- measured: written by make forecast-quality -->"
out = Console(highlight=False, soft_wrap=True)


def main(
    write: Annotated[
        bool, typer.Option(help="Write docs/forecasting.md and its pictures.")
    ] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    held_out: Annotated[int, typer.Option(help="Companies of the held-out panel.")] = 60,
    shops: Annotated[int, typer.Option(help="Shops of the retail panel.")] = 40,
    statistical: Annotated[
        int, typer.Option(help="Companies of the coverage test.")
    ] = STATISTICAL_COMPANIES,
) -> None:
    """Measure and print; exit 1 if the calibrated 80 % interval covers less or more than it may."""
    with Progress() as bar:
        panel = companies.panel(range(held_out), HELD_OUT_SEED)
        many = companies.panel(range(statistical), STATISTICAL_SEED)
        sets = {
            "panel": backtests(panel, Settings(), jobs, bar, "held-out panel"),
            "retail": backtests(
                retail.retail(range(shops), RETAIL_SEED), Settings(), jobs, bar, "retail panel"
            ),
            "demo": backtests(companies.demo(), Settings(), jobs, bar, "demo companies"),
            "real": backtests(
                companies.real_logs(), Settings(), jobs, bar, "real logs", prior_name="panel_only"
            ),
            "coverage": backtests(many, Settings(origin_count=1), jobs, bar, "coverage"),
        }
        # More cutoffs than usual: a mark needs five windows before those that it is judged by.
        long = Settings(origin_count=18)
        marked = backtests(trust.long_logs(TRUST_SEED), long, jobs, bar, "trust marks")
    connection = duckdb.connect()
    for name, files in sets.items():
        if files:
            connection.register(name, files)
    lines = tables.report(connection, [name for name, rows in sets.items() if rows])
    if marked:
        lines += ["### Marks of trust: companies with long logs, windows of 150 days", ""]
        lines += trust.marks(marked)
    text = "\n".join(lines)
    out.print(text, markup=False)
    if write:
        head = DOCUMENT.read_text(encoding="utf-8").split(MARK)[0]
        DOCUMENT.write_text(f"{head}{MARK}\n\n{text}\n", encoding="utf-8")
        available = [name for name in ("panel", "demo", "real") if sets[name]]
        pictures.draw(connection, available, DOCUMENT.parent / "images")
    covered = tables.coverage(connection, "coverage")
    if not COVERED[0] <= covered <= COVERED[1]:
        out.print(f"the 80 % interval covers {covered:.1%} of {statistical} companies")
        raise typer.Exit(1)


def backtests(
    series: list[Series],
    settings: Settings,
    jobs: int,
    bar: Progress,
    title: str,
    prior_name: str = "shipped",
) -> pa.Table | None:
    """Return the backtest rows of the series as an Arrow table; None without series."""
    if not series:
        return None
    task = bar.add_task(title, total=None)

    def show(stage: str, done: int, total: int) -> None:
        bar.update(task, description=f"{title}, {stage}", completed=done, total=total)

    # Fits are kept, so that a change of calibration is measured in a minute.
    folder = paths.data() / "research" / title.replace(" ", "_")
    for old in folder.glob("*/[0-9]*"):
        shutil.rmtree(old)
    run = Run(folder=folder, settings=settings, prior=prior.shipped(prior_name))
    job.run_all(series, run, jobs, show)
    files = f"{folder}/*/*/backtests.parquet"
    return duckdb.sql(f"select * from read_parquet('{files}')").to_arrow_table()


if __name__ == "__main__":
    typer.run(main)
