"""How often the finding on newer customers is right: `python -m tools.acquisition_trends --write`.

Companies of the simulator's panel in which nothing goes wrong, with logs that can be judged, land
as they are and with three trends planted: newer customers whose orders come to less, who come
back less, whose orders are refunded more. Each is there twice, the second time with an order a day.
Counts what is found; writes the table of docs/risk.md.
"""

from __future__ import annotations

import csv
import itertools
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Annotated

import duckdb
import typer
import yaml
from rich.console import Console
from rich.progress import track

from simulation.company import simulate
from simulation.panel import CHARACTERS, panel_scenario
from simulation.plants import Rows, fading
from simulation.streams import stream
from simulation.writing import write_company
from tools.risk_flags import CLEAN
from warehouse import paths, process

SEED = 404
#: What was planted -> the manner of `fading`; None is the company as it is.
TRENDS = {
    "nothing": None,
    "orders come to less": "amounts",
    "come back less": "repeats",
    "refunded more": "refunds",
}
YEARLY = 0.35
#: Orders per day that a company is rescaled to; None leaves it as it is drawn.
SIZES = {"drawn": None, "small": 1.0}
DOCUMENT = paths.PROJECT / "docs" / "risk.md"
BEGIN = "<!-- measured: written by python -m tools.acquisition_trends --write -->"
END = "<!-- end of what is measured -->"
FOUND = """
    select
        split_part(trends.company_id, '_', 1) as trend,
        split_part(trends.company_id, '_', 2) as size,
        newest.customer_count,
        trends.acquisition_quality_change < thresholds.amber as is_found,
        trends.acquisition_quality_change < thresholds.red as is_red
    from intermediate.int_acquisition_trends as trends
    inner join marts.fct_acquisition_quality as newest
        on
            trends.company_id = newest.company_id
            and newest.age_days = 90
            and newest.cohort_type = 'newest'
    cross join reference.risk_thresholds as thresholds
    where
        thresholds.measure_id = 'acquisition_quality_change'
        and trends.acquisition_quality_change is not null
"""
out = Console(highlight=False, soft_wrap=True)


def clean_numbers() -> Iterator[int]:
    """Yield the numbers of clean companies of the panel with logs of two years or more."""
    for number in itertools.count():
        if CHARACTERS[number % len(CHARACTERS)] in CLEAN:
            history = panel_scenario(number, SEED).history
            if (history.end - history.log_start).days >= 730:
                yield number


def put(inbox: Path, number: int) -> None:
    """Put a company of the panel into the inbox: in both sizes, as it is and with each trend."""
    scenario = panel_scenario(number, SEED)
    history = scenario.history
    settings = {"currency": scenario.currency, "time_zone": scenario.time_zone}
    for size, per_day in SIZES.items():
        days = (history.end - history.log_start).days
        orders = per_day and round(days * per_day)
        with tempfile.TemporaryDirectory() as folder:
            write_company(simulate(scenario, orders), Path(folder))
            with (Path(folder) / "orders.csv").open(newline="") as lines:
                rows = list(csv.DictReader(lines))
        for how in TRENDS.values():
            company = f"{how or 'clean'}_{size}_{number}"
            rng = stream(SEED, f"trend.{company}")
            made = fading(rows, rng, how, YEARLY) if how else rows
            _write(inbox / company, company, made, settings)


def _write(folder: Path, company: str, rows: Rows, settings: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    (folder / "company.yml").write_text(yaml.safe_dump(settings))
    file = folder / "orders.csv"
    with file.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | {"company_id": company} for row in rows)
    # A file that changed a moment ago may be on its way, and would wait.
    os.utime(file, (0, 0))


def build(data: Path, inbox: Path) -> None:
    """Land the inbox, and build what the finding is made of."""
    for command in (
        ("-m", "ingestion", "inbox", str(inbox)),
        ("-m", "warehouse.dbt_process", "--quiet", "seed"),
        ("-m", "warehouse.dbt_process", "--quiet", "run", "--select",
         "+int_acquisition_trends", "+fct_acquisition_quality"),
    ):  # fmt: skip
        more = {"PAIDNET_COMPANIES_IN_GIT": "0"}
        if process.run(*command, on_line=lambda line: None, data=data, more=more):
            raise SystemExit(f"failed: {' '.join(command)}")


def table(data: Path) -> list[str]:
    """Return what was found as Markdown."""
    with duckdb.connect(str(data / "build" / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(FOUND).fetchall()
    text = [
        f"| planted, by {YEARLY:.0%} a year | new customers in the newest months, median | judged"
        " | amber or red | red |",
        "|---|---|---|---|---|",
    ]
    for size, (name, how) in itertools.product(SIZES, TRENDS.items()):
        of = [row[2:] for row in rows if row[:2] == (how or "clean", size)]
        middle = round(median(customers for customers, *_ in of)) if of else 0
        found, red = (share([row[column] for row in of]) for column in (1, 2))
        text.append(f"| {name} | {middle:,} | {len(of)} | {found} | {red} |")
    return text


def share(found: list[bool]) -> str:
    """Return a share in percent, with its number."""
    return f"{100 * sum(found) / max(len(found), 1):.1f} % ({sum(found)})"


def main(
    companies: Annotated[int, typer.Option(min=1, help="Companies, each eight times.")] = 110,
    data: Annotated[Path | None, typer.Option(help="Folder to build in; kept.")] = None,
    write: Annotated[bool, typer.Option(help="Write docs/risk.md.")] = False,
) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        here, inbox = data or Path(folder) / "data", Path(folder) / "inbox"
        for number in track(list(itertools.islice(clean_numbers(), companies))):
            put(inbox, number)
        build(here, inbox)
        text = table(here)
    out.print("\n".join(text), markup=False)
    if write:
        page, written = DOCUMENT.read_text(encoding="utf-8"), "\n".join([BEGIN, "", *text, "", END])
        between = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
        DOCUMENT.write_text(between.sub(lambda _: written, page), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
