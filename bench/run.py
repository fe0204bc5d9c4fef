"""Command line: `python -m bench.run`; see docs/performance.md."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import dashboards, data, forecast, page, parts, process

PARTS = ("build", "pandas", "seed", "growth", "forecast", "dashboards")
SEED_ROWS = 1_000_000

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console()
errors = Console(stderr=True, soft_wrap=True, highlight=False)


def _numbers(text: str) -> list[int]:
    try:
        found = sorted({int(part.replace("_", "")) for part in text.split(",")})
    except ValueError:
        found = []
    if not found or found[0] < 1:
        raise typer.BadParameter(f"{text!r} is not a list of whole numbers such as 1000000,3000000")
    return found


def _parts(text: str) -> set[str]:
    chosen = {part.strip() for part in text.split(",")}
    if unknown := sorted(chosen - set(PARTS)):
        raise typer.BadParameter(f"{', '.join(unknown)}: choose of {', '.join(PARTS)}")
    return chosen


@app.command()
def main(
    orders: Annotated[int, typer.Option(min=1000, help="Orders of the whole build.")] = 10_000_000,
    companies: Annotated[int, typer.Option(min=1, max=99, help="They are split among.")] = 20,
    growth: Annotated[
        str, typer.Option(help="Orders of each step of growth.")
    ] = "1000000,3000000,10000000,30000000",
    only: Annotated[
        str, typer.Option(help="Parts to measure; pandas goes with build.")
    ] = "build,pandas,seed,growth,forecast,dashboards",
    workdir: Annotated[
        Path | None,
        typer.Option(help="Keeps the orders for the next run; default: a temporary folder."),
    ] = None,
    seed_rows: Annotated[int, typer.Option(min=1000, help="Rows of the seed.")] = SEED_ROWS,
    repeat: Annotated[int, typer.Option(min=1, help="Runs of each command; medians count.")] = 1,
    cores: Annotated[int, typer.Option(min=1, help="Processor cores to use.")] = 2,
    write: Annotated[bool, typer.Option(help="Write docs/performance.md.")] = False,
) -> None:
    """Measure speed and memory: exit 0, or 1 when a limit is missed or a command fails."""
    chosen, sizes = _parts(only), _numbers(growth)
    used = process.use_cores(cores)
    folder = workdir or Path(tempfile.mkdtemp(prefix="paidnet_bench_"))
    folder.mkdir(parents=True, exist_ok=True)
    console.print(page.machine(used), highlight=False)
    found: dict[str, parts.Part] = {}
    try:
        if chosen & {"build", "pandas"}:
            made = data.make(folder, orders, companies, used)
            found["build"] = _show(parts.build(made, repeat=repeat, with_pandas="pandas" in chosen))
        if "seed" in chosen:
            single = data.make(folder, seed_rows, 1, used)
            found["seed"] = _show(parts.seeds(folder, single))
        if "growth" in chosen:
            steps = [data.make(folder, size, companies, used) for size in sizes]
            found["growth"] = _show(parts.growth(steps))
        if "forecast" in chosen:
            found["forecast"] = _show(forecast.part(used))
        if "dashboards" in chosen:
            found["dashboards"] = _show(dashboards.part(folder, orders, companies, used))
    except process.CommandError as error:
        errors.print(f"A measured command did not end well.\n{error}", markup=False)
        raise typer.Exit(1) from None
    finally:
        if workdir is None:
            shutil.rmtree(folder, ignore_errors=True)
    limits = tuple(limit for part in found.values() for limit in part.limits)
    console.print(page.limits_table(limits).rich())
    if write:
        page.write(found, used)
        console.print(f"written: {page.PAGE.relative_to(process.PROJECT)}")
    if any(limit.is_judged and not limit.is_kept for limit in limits):
        raise typer.Exit(1)


def _show(part: parts.Part) -> parts.Part:
    for table in part.tables:
        console.print(table.rich())
    return part


if __name__ == "__main__":
    app(prog_name="python -m bench.run")
