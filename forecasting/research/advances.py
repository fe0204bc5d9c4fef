"""Whether advances were repaid as often as stated: `make advance-quality`, or `--write` here.

At past cutoffs of companies that the prior has not seen, with the calibrated paths as they would
have been: errors of windows that were not completed at a cutoff are not in them. What the actual
revenue would have remitted is laid beside the stated probabilities and capacities, by the engine
that states them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Annotated

import numpy as np
import pyarrow as pa
import typer
from rich.console import Console
from rich.progress import Progress

from forecasting import job
from forecasting.advances import engine, stresses, tables
from forecasting.advances.terms import Grid, total_due
from forecasting.research import advance_tables, companies
from forecasting.research.quality import HELD_OUT_SEED
from forecasting.revenue import calibration, fits, prior, z_tables
from forecasting.revenue.backtest import Window
from forecasting.revenue.series import Series
from forecasting.run import Run
from warehouse import paths

DOCUMENT = paths.PROJECT / "docs" / "advances.md"
MARK = "<!-- measured: written by make advance-quality -->"
out = Console(highlight=False, soft_wrap=True)


def main(
    write: Annotated[bool, typer.Option(help="Write docs/advances.md and its picture.")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    held_out: Annotated[int, typer.Option(help="Companies of the held-out panel.")] = 60,
) -> None:
    """Measure and print."""
    with Progress() as bar:
        sets = {
            "panel": (companies.panel(range(held_out), HELD_OUT_SEED), "held-out panel", "shipped"),
            "demo": (companies.demo(), "demo companies", "shipped"),
            "real": (companies.real_logs(), "real logs", "panel_only"),
        }
        found = {
            name: measured(series, title, prior_name, jobs, bar)
            for name, (series, title, prior_name) in sets.items()
            if series
        }
    text = "\n".join(advance_tables.report(found))
    out.print(text, markup=False)
    if write:
        head = DOCUMENT.read_text(encoding="utf-8").split(MARK)[0]
        DOCUMENT.write_text(f"{head}{MARK}\n\n{text}\n", encoding="utf-8")
        advance_tables.draw(found, DOCUMENT.parent / "images" / "advance_reliability.png")


def measured(
    series: list[Series], title: str, prior_name: str, jobs: int, bar: Progress
) -> tuple[pa.Table, pa.Table]:
    """Return the cases and the capacities of all windows with a whole horizon of actuals.

    Fits are kept under research/<title>, as those of the quality report are.
    """
    folder = paths.data() / "research" / title.replace(" ", "_")
    run = Run(folder=folder, prior=prior.shipped(prior_name))
    task = bar.add_task(title, total=None)

    def show(stage: str, done: int, total: int) -> None:
        bar.update(task, description=f"{title}, {stage}", completed=done, total=total)

    with fits.workers(jobs) as pool:
        found = job.fit_all(series, run, pool, show)
    cases: list[dict[str, object]] = []
    capacities: list[dict[str, object]] = []
    for one in series:
        fitted, errors = found.of(one), found.errors.around(one.company_id)
        for window in fitted.windows if fitted else ():
            if window.actual.size < run.settings.horizon_days:
                continue
            by_horizon = z_tables.tables(errors, one.company_id, window, run)
            drawn = calibration.calibrate(window, by_horizon, run) * window.scale
            stated, actual = (
                np.cumsum(engine.takings(some), axis=1)
                for some in (drawn, window.actual[None, :] * window.scale)
            )
            key = _key(one, window)
            month = stresses.average_month(one.until(window.cutoff_date))
            cases += [key | row for row in _cases(stated, actual, month, run.grid)]
            capacities += [key | row for row in _capacities(stated[:, -1], actual[0, -1])]
    return pa.Table.from_pylist(cases), pa.Table.from_pylist(capacities)


def _key(series: Series, window: Window) -> dict[str, object]:
    actual = float(window.actual.sum())
    return {
        "company_id": series.company_id,
        "cutoff_date": window.cutoff_date.item(),
        "history_day_count": window.character.size,
        "has_stopped": actual <= 0.05 * window.run_rate * window.actual.size,
    }


def _cases(
    stated: np.ndarray, actual: np.ndarray, month: float, grid: Grid
) -> Iterator[dict[str, object]]:
    """Yield each amount and share at the standard fee, on each day that is stated."""
    if month <= 0:
        return
    product = list(itertools.product(grid.amount_months, grid.remittance_shares))
    months, shares = (np.array(values) for values in zip(*product, strict=True))
    amounts = np.round(months * month, 2)
    dues = np.array([total_due(amount, grid.standard_fee_rate) for amount in amounts])
    believed = engine.assess(stated, amounts, dues, shares)
    came = engine.assess(actual, amounts, dues, shares)
    for day in engine.DAYS:
        for place, (amount, share) in enumerate(product):
            yield {
                "amount_months": amount,
                "remittance_share": share,
                "day": day,
                "probability": float(believed.by(day)[place]),
                "is_repaid": bool(came.by(day)[place] > 0.5),
            }


def _capacities(last: np.ndarray, actual: float) -> Iterator[dict[str, object]]:
    """Yield the capacities; share and fee leave the comparison as it is."""
    for level in tables.CONFIDENCES:
        amount = engine.capacity(last, 0.0, level)
        yield {
            "confidence": level,
            "is_repaid": actual >= amount,
            "shortfall_share": max(1 - actual / amount, 0.0) if amount > 0 else 0.0,
        }


if __name__ == "__main__":
    typer.run(main)
