"""How often findings are right: `python -m tools.risk_flags --write`.

Simulates clean companies of varied character, and companies with a planted problem each; builds
them in a folder of its own, without a forecast; counts false alarms on the clean ones and which
plants are found; writes the tables of docs/risk.md.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.progress import track

from simulation.company import simulate
from simulation.panel import CHARACTERS, panel_scenario
from simulation.plants import PLANTS
from simulation.streams import stream
from simulation.writing import write_company
from warehouse import paths, process

SEED = 77
#: Nothing is wrong with them; the other characters fall, break, close or refund more.
CLEAN = ("steady", "growing", "wandering", "christmas", "summer", "weekdays_only", "promotions")
#: Findings on the data, such as their age, are true by construction.
JUDGED = """
    select measure_id from reference.risk_thresholds
    where kind = 'concern' and topic <> 'data_quality'
"""
DOCUMENT = paths.PROJECT / "docs" / "risk.md"
MARK = "<!-- measured: written by python -m tools.risk_flags --write -->"
out = Console(highlight=False, soft_wrap=True)


def clean_numbers(count: int) -> Iterator[int]:
    """Return the numbers of the first companies of the panel that are clean."""
    number = 0
    while count:
        if CHARACTERS[number % len(CHARACTERS)] in CLEAN:
            yield number
            count -= 1
        number += 1


def write_orders(
    file: Path, number: int, company: str, plant: str | None = None, orders: int | None = None
) -> tuple[str, ...]:
    """Write a company of the panel as an order file, with a problem planted in it.

    `orders` rescales it to about so many. Returns the settings to add it with.
    """
    scenario = panel_scenario(number, SEED)
    write_company(simulate(scenario, orders), file.parent)
    with (file.parent / "orders.csv").open(newline="") as lines:
        rows = [row | {"company_id": company} for row in csv.DictReader(lines)]
    if plant:
        rows = PLANTS[plant].put(rows, stream(SEED, f"plant.{plant}"))
    with file.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return ("--currency", scenario.currency, "--time-zone", scenario.time_zone)


def land(data: Path, number: int, company: str, plant: str | None = None) -> None:
    """Land a company of the panel."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{company}.csv"
        settings = write_orders(file, number, company, plant)
        code = process.run(
            "-m", "ingestion", "add", str(file), "--company", company, *settings,
            on_line=lambda line: None, data=data,
        )  # fmt: skip
    if code:
        raise SystemExit(f"{company} did not land")


def build(data: Path) -> None:
    """Build all that has landed, and the findings, without a forecast."""
    company_in_git = {"PAIDNET_COMPANIES_IN_GIT": "0"}
    for command in (("seed",), ("run", "--selector", "core"), ("run", "--selector", "forecast")):
        done = process.run(
            "-m", "warehouse.dbt_process", "--quiet", *command, data=data, more=company_in_git
        )
        if done:
            raise SystemExit("the build failed")


def plant_number(plant: str) -> int:
    """Return a steady company of two years or more for a plant."""
    return 30 + 60 * list(PLANTS).index(plant)


def name_of(plant: str) -> str:
    """Return the id of the company that has a plant."""
    return "plant_" + plant.replace(" ", "_").replace("-", "_")


def tables(data: Path, clean: int) -> list[str]:
    """Return the tables of false alarms and of plants as Markdown."""
    with duckdb.connect(str(data / "build" / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.sql(
            f"""
            select measure_name, 100 * count(*) filter (where status = 'amber') / {clean} as amber,
                100 * count(*) filter (where status = 'red') / {clean} as red,
                count(measure_value) as judged
            from marts.fct_company_measures
            where company_id like 'clean_%' and measure_value is not null
                and measure_id in ({JUDGED})
            group by measure_number, measure_name
            order by measure_number
            """
        ).fetchall()
        ((with_red,),) = connection.sql(
            "select count(distinct company_id) from marts.fct_company_flags"
            f" where company_id like 'clean_%' and severity = 'red' and flag_id in ({JUDGED})"
        ).fetchall()
        found = {
            plant: connection.execute(
                "select severity, sentence from marts.fct_company_flags"
                " where company_id = ? and flag_id = ?",
                [name_of(plant), PLANTS[plant].flag_id],
            ).fetchone()
            for plant in PLANTS
        }
    text = [
        f"Of {clean} clean companies {100 * with_red / clean:.1f} % have a red finding.",
        "",
        "| measure | judged | amber, % | red, % |",
        "|---|---|---|---|",
        *(f"| {name} | {judged} | {amber:.1f} | {red:.1f} |" for name, amber, red, judged in rows),
        "",
        "| planted | found | as |",
        "|---|---|---|",
    ]
    for plant, finding in found.items():
        severity, sentence = finding or ("not found", "")
        text.append(f"| {plant} | {severity} | {sentence} |")
    return text


def main(
    companies: Annotated[int, typer.Option(min=1, help="Clean companies.")] = 200,
    data: Annotated[Path | None, typer.Option(help="Folder to build in; kept.")] = None,
    write: Annotated[bool, typer.Option(help="Write docs/risk.md.")] = False,
) -> None:
    """Measure and print; exit 1 when a plant is not found."""
    with tempfile.TemporaryDirectory() as folder:
        here = data or Path(folder)
        numbers = list(clean_numbers(companies))
        for number in track(numbers, description="clean companies"):
            land(here, number, f"clean_{number}")
        for plant in track(PLANTS, description="planted problems"):
            land(here, plant_number(plant), name_of(plant), plant)
        build(here)
        text = tables(here, companies)
    out.print("\n".join(text), markup=False)
    if write:
        head = DOCUMENT.read_text(encoding="utf-8").split(MARK)[0]
        DOCUMENT.write_text(f"{head}{MARK}\n\n" + "\n".join(text) + "\n", encoding="utf-8")
    if any("| not found |" in line for line in text):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
