"""How good the forecast of customers is: `make customer-quality`, or `--write` here.

Rolling origins on the demo companies and the real logs, from the marts of a build of its own; and
the cohorts of simulated companies over a year that nobody had seen.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress

from forecasting.research import companies
from forecasting.research.customers import panel
from warehouse import paths, process
from warehouse.errors import PaidnetError
from warehouse.reading import open_file

SEED, COMPANIES = 5, 200
#: Share of cohorts inside their 80 % range that is kept.
COVERED = (0.75, 0.85)
DOCUMENT = paths.PROJECT / "docs" / "forecasting.md"
BEGIN = "<!-- measured: written by make customer-quality -->"
END = "<!-- end customers -->"
_SIZES = ((1, "all"), (20, "20 customers and more"), (100, "100 and more"))
_CDNOW = """description: CDNOW, purchases of those who first bought in early 1997.
entity: orders
company: {time_zone: UTC}
columns:
  order_id: {key: line}
  customer_id: id
  created_at: date
  total_price: amt
  status: {constant: paid}
  order_refunds: {constant: "0"}
"""
_MODELS = {
    "paidnet": "**forecast**", "purchase_models": "purchase models", "trees": "trees",
    "zero": "nothing", "last_period": "as last month", "own_mean": "own mean",
    "own_trend": "own trend",
}  # fmt: skip
out = Console(highlight=False, soft_wrap=True)


def main(
    write: Annotated[bool, typer.Option(help="Write docs/forecasting.md.")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    simulated: Annotated[int, typer.Option(help="Simulated companies.")] = COMPANIES,
) -> None:
    """Measure and print; exit 1 if the cohorts' 80 % range holds less or more than it may."""
    lines = _of_windows()
    with Progress() as bar:
        tasks: dict[str, int] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(f"simulated companies, {stage}")
            bar.update(tasks[stage], completed=done, total=total)

        rows = panel.cohorts(simulated, SEED, jobs, show)
    more, covered = _of_cohorts(rows)
    text = "\n".join([*lines, "", *more])
    out.print(text, markup=False)
    if write:
        head, rest = DOCUMENT.read_text(encoding="utf-8").split(BEGIN)
        tail = rest.split(END)[1]
        DOCUMENT.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}", encoding="utf-8")
    if not COVERED[0] <= covered <= COVERED[1]:
        out.print(f"the cohorts' 80 % range holds {covered:.1%}")
        raise typer.Exit(1)


def _of_windows() -> list[str]:
    """Return tables of the scores of past windows, by company."""
    with tempfile.TemporaryDirectory() as folder:
        _build(Path(folder))
        with open_file(Path(folder) / "build" / paths.DATABASE, with_folder=True) as connection:
            quality = connection.execute(
                """
                select
                    company_id, window_days, window_count, total_bias_share, absolute_bias_share,
                    best_baseline_name, mean_absolute_error_ratio, crps_ratio, rank_correlation,
                    decile_error_share, is_within_goals
                from marts.fct_customer_forecast_quality
                order by window_days, company_id
                """
            ).fetchall()
            models = connection.execute(
                """
                with

                -- As shares of the mean spend, so that companies compare.
                scaled as (
                    select
                        model_name, window_days, total_bias_share,
                        mean_absolute_error * customer_count / actual_total_amount as mae,
                        root_mean_squared_error * customer_count / actual_total_amount as rmse,
                        crps * customer_count / actual_total_amount as crps,
                        rank_correlation, decile_error_share
                    from marts.fct_customer_forecast_backtests
                    where actual_total_amount > 0
                )

                select
                    window_days, model_name, count(*), avg(abs(total_bias_share)), avg(mae),
                    avg(rmse), avg(crps), avg(rank_correlation), avg(decile_error_share)
                from scaled
                group by all
                order by all
                """
            ).fetchall()
    models.sort(key=lambda row: (row[0], list(_MODELS).index(row[1])))
    return [*_company_table(quality), "", *_model_table(models)]


def _build(data: Path) -> None:
    """Build the demo companies and the real logs, with forecasts."""

    def call(*stage: str) -> None:
        lines: list[str] = []
        if process.run("-m", *stage, on_line=lines.append, with_stderr=True, data=data):
            raise PaidnetError(f"{' '.join(stage)} failed", found="\n".join(lines))

    if companies.SHARED.is_dir():
        for name, file, mapping in companies.LOGS:
            file = str(companies.SHARED / file)
            call("ingestion", "add", file, "--company", name, "--mapping", mapping)
        mapping_file = data / "cdnow.yml"
        mapping_file.write_text(_CDNOW, encoding="utf-8")
        file = str(companies.SHARED / "cdnow" / "cdnow_master.csv")
        call("ingestion", "add", file, "--company", "cdnow", "--mapping", str(mapping_file))
    call("warehouse", "build")


def _company_table(rows: list[tuple]) -> list[str]:
    lines = [
        "| company | window | windows | bias of the total | mean absolute bias | best baseline |"
        " absolute error to it | CRPS to the best | rank correlation | error of tenths | kept |",
        "|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---|",
    ]
    for name, days, count, bias, absolute, best, error, crps, rank, tenths, is_kept in rows:
        kept = "yes" if is_kept else "no"
        lines.append(
            f"| {name} | {days} days | {count} | {bias:+.0%} | {absolute:.0%} | {_MODELS[best]} |"
            f" {error:.3f} | {crps:.2f} | {rank:.2f} | {tenths:.0%} | {kept} |"
        )
    return lines


def _model_table(rows: list[tuple]) -> list[str]:
    lines = [
        "| window | model | windows | absolute bias | MAE | RMSE | CRPS | rank correlation |"
        " error of tenths |",
        "|---:|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for days, model, count, bias, mae, rmse, crps, rank, tenths in rows:
        ranked = "" if rank is None else f"{rank:.2f}"
        lines.append(
            f"| {days} days | {_MODELS[model]} | {count} | {bias:.0%} | {mae:.2f} | {rmse:.2f} |"
            f" {crps:.2f} | {ranked} | {tenths:.0%} |"
        )
    return lines


def _of_cohorts(rows: list[tuple]) -> tuple[list[str], float]:
    """Return a table of how often the cohorts' 80 % range held, and the share of all."""
    count, _, projected, low, high, actual = np.array([row[2:] for row in rows], float).T
    whose = np.array([row[0] for row in rows])
    inside = (actual >= low) & (actual <= high)
    # Companies weigh the same, however many cohorts they have.
    lines = [
        "| cohorts | companies | cohorts | inside the 80 % range | below | above |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    found = []
    for least, title in _SIZES:
        kept = count >= least
        means = [
            [part[kept & (whose == name)].mean() for name in np.unique(whose[kept])]
            for part in (inside, actual < low, actual > high)
        ]
        shares = [float(np.mean(one)) for one in means]
        found.append(shares[0])
        lines.append(
            f"| {title} | {len(means[0])} | {int(kept.sum())} |"
            + "".join(f" {share:.0%} |" for share in shares)
        )
    names = np.unique(whose)
    expected, came = (
        np.array([part[whose == name].sum() for name in names]) for part in (projected, actual)
    )
    known = (expected > 0) & (came > 0)
    errors = np.log(came[known] / expected[known])
    lines += [
        "",
        f"All cohorts of a company together: what came was {np.exp(np.median(errors)) - 1:+.0%} of"
        f" what was expected in the median of {known.sum()} companies, half of them within"
        f" {np.exp(np.median(np.abs(errors))) - 1:.0%}.",
    ]
    return lines, found[0]


if __name__ == "__main__":
    typer.run(main)
