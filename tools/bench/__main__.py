"""Command line: `python -m tools.bench`; see docs/performance.md."""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from tools import freshness
from tools.bench import (
    api,
    customers,
    dashboards,
    data,
    forecast,
    increment,
    landing,
    operations,
    process,
    scale,
    small,
    spark,
    tables,
    whole_build,
)

PAGE = process.PROJECT / "docs" / "performance.md"
PARTS = (
    "landing", "build", "increment", "operations", "forecast", "customers", "api", "dashboards",
)  # fmt: skip
#: Hours and 60 GB of disk: only when they are asked for.
LARGE_PARTS = ("scale", "largest", "small", "spark")
PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def _numbers(text: str) -> list[int]:
    numbers = [part.strip() for part in text.split(",")]
    if not all(number.isdigit() and int(number) >= 1000 for number in numbers):
        raise typer.BadParameter(f"{text!r} is not a list of numbers from 1000, as 1000000,3000000")
    return sorted(map(int, numbers))


def _parts(text: str) -> list[str]:
    chosen = [part.strip() for part in text.split(",")]
    known = (*PARTS, *LARGE_PARTS)
    if unknown := sorted(set(chosen) - set(known)):
        raise typer.BadParameter(f"{', '.join(unknown)}: choose from {', '.join(known)}")
    return chosen


@app.command()
def main(
    orders: Annotated[
        str,
        typer.Option(
            help="Sizes in orders, by commas; landing takes the smallest; operations, api and"
            " dashboards take the largest."
        ),
    ] = "1000000,3000000,10000000",
    companies: Annotated[int, typer.Option(min=1, max=99, help="They are split among.")] = 20,
    only: Annotated[
        str, typer.Option(help=f"The parts to measure; also {', '.join(LARGE_PARTS)}.")
    ] = ",".join(PARTS),
    workdir: Annotated[
        Path | None,
        typer.Option(help="Keeps the orders for the next run; by default a temporary folder."),
    ] = None,
    cores: Annotated[int, typer.Option(min=1, help="Processor cores to use.")] = 2,
    write: Annotated[bool, typer.Option(help="Write docs/performance.md.")] = False,
) -> None:
    """Measure speed and memory: exit 0, or 1 when a limit is missed or a command fails."""
    chosen, sizes = _parts(only), _numbers(orders)
    used = process.use_cores(cores)
    folder = workdir or Path(tempfile.mkdtemp(prefix="paidnet_bench_"))

    def made(size: int) -> data.Orders:
        return data.make(folder, size, companies, used)

    measure = {
        "landing": lambda: landing.part(folder, sizes[0]),
        "build": lambda: whole_build.part([made(size) for size in sizes]),
        "increment": lambda: increment.part(
            data.make(folder, sizes[-1], increment.COMPANIES, used)
        ),
        "operations": lambda: operations.part(made(sizes[-1])),
        "forecast": lambda: forecast.part(used),
        "customers": lambda: customers.part(used),
        "api": lambda: api.part(made(sizes[-1])),
        "dashboards": lambda: dashboards.part(made(sizes[-1])),
        "scale": lambda: scale.part(folder, sizes, used),
        "largest": lambda: scale.largest(folder, sizes[-1], used),
        "small": lambda: small.part(folder, sizes[0]),
        "spark": lambda: spark.part(folder, sizes, used),
    }
    limits: list[tables.Limit] = []
    try:
        for name in chosen:
            found = measure[name]()
            limits += found.limits
            day = datetime.now(UTC).date().isoformat()
            text = f"Measured on {day}: {_machine(used)}.\n\n{found.markdown()}"
            print(f"\n{text}", flush=True)
            if write:
                freshness.write(PAGE, name, text)
    except process.CommandError as error:
        typer.echo(f"A measured command failed.\n{error}", err=True)
        raise typer.Exit(1) from None
    finally:
        if workdir is None:
            shutil.rmtree(folder, ignore_errors=True)
    if not all(limit.is_kept for limit in limits):
        raise typer.Exit(1)


def _machine(cores: int) -> str:
    """Return the machine and the versions, in a line."""
    processor, cpuinfo = platform.machine(), Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*: (.+)$", cpuinfo.read_text(), re.MULTILINE)
        processor = " ".join(found[1].split()) if found else processor
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    parts = [f"{cores} cores", processor, f"{memory:.0f} GB of memory"]
    parts += [f"Python {platform.python_version()}"]
    return ", ".join(parts + [f"{name} {version(name)}" for name in PACKAGES])


if __name__ == "__main__":
    app(prog_name="python -m tools.bench")
