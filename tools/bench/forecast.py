"""The forecast: seconds per company and cutoff, and memory, against default Prophet alone.

`python -m tools.bench.forecast COMPANIES JOBS pool|prophet` fits the last companies named (3: the
demo companies; otherwise panel companies with twelve cutoffs each) and prints a line of JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from tools.bench import process
from tools.bench.tables import Limit, Part, Table, gigabytes, ratio, seconds

DEMO = ("alder", "birch", "cedar")
PANEL_SEED = 3
MANY = 100
CUTOFFS = 12


def part(cores: int) -> Part:
    """Measure three demo companies and a hundred others, twelve cutoffs and a forecast each."""
    runs = {
        "demo, Paidnet, 1 process": _run(len(DEMO), 1, "pool"),
        "demo, default Prophet alone, 1 process": _run(len(DEMO), 1, "prophet"),
        f"demo, Paidnet, {cores} processes": _run(len(DEMO), cores, "pool"),
        f"{MANY} companies, Paidnet, {cores} processes": _run(MANY, cores, "pool"),
    }
    base = runs["demo, default Prophet alone, 1 process"][1]["seconds"]
    rows = []
    for title, (run, found) in runs.items():
        each = found["seconds"] / found["fits"]
        against = ratio(found["seconds"] / base) if title.startswith("demo") else ""
        rows.append(
            (title, str(found["fits"]), seconds(run.seconds), f"{each:.2f} s", against,
             gigabytes(run.peak_bytes))
        )  # fmt: skip
    headings = (
        "", "fits", "whole command", "per company and cutoff", "against Prophet", "peak memory"
    )  # fmt: skip
    single, demo, many = (list(runs.values())[place] for place in (0, 2, 3))
    each = single[1]["seconds"] / single[1]["fits"]
    limits = (
        Limit("forecast, per company and cutoff, one thread", f"{each:.2f} s", "1 s", each <= 1),
        Limit("forecast, demo companies", seconds(demo[0].seconds), "60 s", demo[0].seconds < 60),
        Limit(
            f"forecast, {MANY} companies", seconds(many[0].seconds), "900 s",
            many[0].seconds < 900,
        ),
        Limit(
            f"forecast, memory of {MANY} companies", gigabytes(many[0].peak_bytes), "3.0 GB",
            many[0].peak_bytes < 3e9,
        ),
    )  # fmt: skip
    return Part((Table("Forecasts", headings, rows),), limits)


def _run(count: int, jobs: int, what: str) -> tuple[process.Run, dict]:
    environment = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    command = [sys.executable, "-m", "tools.bench.forecast", str(count), str(jobs), what]
    run = process.run(command, environment)
    return run, json.loads(run.output.splitlines()[-1])


def main(count: int, jobs: int, what: str) -> None:
    """Fit and print seconds and the number of fits; simulation is outside the time."""
    from forecasting import job
    from forecasting.run import Run
    from forecasting.settings import Settings

    series, settings = _series(count), Settings(origin_count=CUTOFFS)
    began = time.perf_counter()
    if what == "prophet":
        fits = _prophet_alone(series, settings)
    else:
        with tempfile.TemporaryDirectory() as folder:
            job.run_all(series, Run(folder=Path(folder), settings=settings), jobs)
        fits = count * (CUTOFFS + 1)
    print(json.dumps({"seconds": time.perf_counter() - began, "fits": fits}))


def _series(count: int) -> list:
    from forecasting.research.companies import series_of, simulated
    from simulation.company import simulate
    from simulation.loading import load_scenario

    if count == len(DEMO):
        return [series_of(simulate(load_scenario(name))) for name in DEMO]
    found, number = [], 0
    while len(found) < count:
        series = simulated(number, PANEL_SEED)
        # Shorter logs have fewer than twelve cutoffs.
        found += [series] if series.size >= 400 else []
        number += 1
    return found


def _prophet_alone(series: list, settings: object) -> int:
    import numpy as np

    from forecasting.revenue import company
    from forecasting.revenue.members import prophet

    fits = 0
    for one in series:
        for task in company.tasks(one, settings):
            size = one.size if task.size is None else task.size
            data = one.until(one.first_date + np.timedelta64(size - 1, "D")).training_data(settings)
            model = prophet.fit(data, prophet.Shape(), 1)
            prophet.paths(model, data, settings.horizon_days, 400, 1)
            fits += 1
    return fits


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
