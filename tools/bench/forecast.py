"""The forecast: seconds per company and cutoff, those of a day more, memory; default Prophet alone.

`python -m tools.bench.forecast COMPANIES JOBS pool|prophet` fits the last companies named (3: the
demo companies; otherwise panel companies with twelve cutoffs each) and prints a line of JSON.
"""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
import time
from pathlib import Path

from tools.bench import forecast_marts, process
from tools.bench.tables import Limit, Part, Table, gigabytes, ratio, seconds

DEMO = ("alder", "birch", "cedar")
PANEL_SEED = 3
MANY = 100
CUTOFFS = 12
LONG_ENOUGH = 400
MARTS_OF = 150


def part(cores: int) -> Part:
    """Measure three demo companies and a hundred others, twelve cutoffs and a forecast each."""
    runs = {
        "demo, Paidnet, 1 process": _run(len(DEMO), 1, "pool"),
        "demo, default Prophet alone, 1 process": _run(len(DEMO), 1, "prophet"),
        f"demo, Paidnet, {cores} processes": _run(len(DEMO), cores, "pool"),
        f"{MANY} companies, Paidnet, {cores} processes": _run(MANY, cores, "pool"),
    }
    base = runs["demo, default Prophet alone, 1 process"][1]
    rows = []
    for title, (run, found) in runs.items():
        each = found["seconds"] / found["fits"]
        against = ratio(each * base["fits"] / base["seconds"]) if title.startswith("demo") else ""
        rows.append(
            (title, str(found["fits"]), seconds(run.seconds), f"{each:.2f} s", against,
             gigabytes(run.peak_bytes))
        )  # fmt: skip
    headings = (
        "", "fits", "whole command", "per company and cutoff", "against Prophet", "peak memory"
    )  # fmt: skip
    single, demo, many = (list(runs.values())[place] for place in (0, 2, 3))
    each = single[1]["seconds"] / single[1]["fits"]
    all_of_it, night = many[1]["seconds"], many[1]["night"]
    after = many[1]["after_fitting"] / (all_of_it - many[1]["after_fitting"])
    nights = Table(
        f"A day more of {MANY} companies, {cores} processes",
        ("fits", "time", "a company", "1,000 companies at that"),
        [(str(night["fits"]), seconds(night["seconds"]), f"{night['seconds'] / MANY:.2f} s",
          f"{night['seconds'] / MANY * 1000 / 60:.0f} min")],
    )  # fmt: skip
    marts = forecast_marts.measure(MARTS_OF)
    limits = (
        Limit("forecast, per company and cutoff, one thread", f"{each:.2f} s", "1 s", each <= 1),
        Limit("forecast, demo companies", seconds(demo[0].seconds), "60 s", demo[0].seconds < 60),
        Limit(f"forecast, {MANY} companies", seconds(all_of_it), "480 s", all_of_it < 480),
        Limit(
            "calibrating and writing, against fitting", f"{after:.0%}", "10%", after <= 0.1
        ),
        Limit(
            f"forecast, a day more of {MANY} companies", seconds(night["seconds"]), "120 s",
            night["seconds"] < 120,
        ),
        Limit(
            f"forecast, memory of {MANY} companies", gigabytes(many[0].peak_bytes), "3.0 GB",
            many[0].peak_bytes < 3e9,
        ),
        Limit(f"dbt's forecast marts, {MARTS_OF} companies", seconds(marts), "30 s", marts < 30),
    )  # fmt: skip
    return Part((Table("Forecasts", headings, rows), nights), limits)


def _run(count: int, jobs: int, what: str) -> tuple[process.Run, dict]:
    environment = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    command = [sys.executable, "-m", "tools.bench.forecast", str(count), str(jobs), what]
    run = process.run(command, environment)
    return run, json.loads(run.output.splitlines()[-1])


def main(count: int, jobs: int, what: str) -> None:
    """Fit and print seconds and the number of fits; simulation is outside the time.

    Of many companies also those of the night after, when each has a day more.
    """
    from forecasting.settings import Settings

    series, settings = _series(count), Settings(origin_count=CUTOFFS)
    if what == "prophet":
        began = time.perf_counter()
        fits = _prophet_alone(series, settings)
        found = {"seconds": time.perf_counter() - began, "fits": fits}
    else:
        with tempfile.TemporaryDirectory() as folder:
            if count == len(DEMO):
                found = _forecast(series, settings, jobs, Path(folder))
            else:
                before = [one.until(one.last_date - 1) for one in series]
                found = _forecast(before, settings, jobs, Path(folder))
                found["night"] = _forecast(series, settings, jobs, Path(folder))
    print(json.dumps(found))


def _forecast(series: list, settings: object, jobs: int, folder: Path) -> dict:
    """Return the fits and seconds of a run, and of these the seconds after the last fit."""
    from forecasting import job
    from forecasting.run import Run

    last = {"done": 0, "at": time.perf_counter()}
    began = last["at"]

    def watch(stage: str, done: int, total: int) -> None:
        if stage == "fitting":
            last.update(done=done, at=time.perf_counter())

    job.run_all(series, Run(folder=folder, settings=settings), jobs, watch)
    now = time.perf_counter()
    return {"seconds": now - began, "fits": last["done"], "after_fitting": now - last["at"]}


def _series(count: int) -> list:
    from forecasting.research.companies import series_of, simulated
    from simulation.company import simulate
    from simulation.loading import load_scenario

    if count == len(DEMO):
        return [series_of(simulate(load_scenario(name))) for name in DEMO]
    return [simulated(number, PANEL_SEED) for number in numbers(count)]


def numbers(count: int) -> list[int]:
    """Return numbers of companies of the panel whose logs are long enough for twelve cutoffs."""
    found = (number for number in itertools.count() if _days(number) >= LONG_ENOUGH)
    return list(itertools.islice(found, count))


def _days(number: int) -> int:
    from simulation.panel import panel_scenario

    history = panel_scenario(number, PANEL_SEED).history
    return (history.end - history.start).days + 1 - history.truncated_days


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
