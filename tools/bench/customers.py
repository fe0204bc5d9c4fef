"""The forecast of customers: a company of a million of them, from its orders to the written tables.

`python -m tools.bench.customers prepare|forecast FOLDER COUNT JOBS` makes the orders and a revenue
forecast, or forecasts the customers.
"""

from __future__ import annotations

import functools
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tools.bench import process
from tools.bench.tables import Limit, Part, Table, gigabytes, seconds

COUNT = 1_000_000
MAX_SECONDS, MAX_BYTES = 180, 6e9
DAYS, FIRST = 1095, np.datetime64("2023-01-01")
_NAME, _RUN_ID, _PATHS = "elm", "2026", 1000
_NIGHT = "the same again, nothing changed"


def part(cores: int) -> Part:
    """Measure the first forecast, and a run in which nothing has changed."""
    folder = Path(tempfile.mkdtemp(prefix="paidnet_bench_"))
    try:
        command = [sys.executable, "-m", "tools.bench.customers"]
        orders = int(process.run([*command, "prepare", folder, str(COUNT), "1"]).output)
        forecast = [*command, "forecast", folder, str(COUNT), str(cores)]
        first, again = process.run(forecast), process.run(forecast)
    finally:
        shutil.rmtree(folder)
    rows = [
        (title, seconds(run.seconds), seconds(run.cpu_seconds), gigabytes(run.peak_bytes))
        for title, run in ((f"{COUNT:,} customers, {orders:,} orders", first), (_NIGHT, again))
    ]
    limits = (
        Limit(
            f"customers, {COUNT:,} fitted and predicted", seconds(first.seconds),
            seconds(MAX_SECONDS), first.seconds <= MAX_SECONDS,
        ),
        Limit(
            f"memory of {COUNT:,} customers", gigabytes(first.peak_bytes), gigabytes(MAX_BYTES),
            first.peak_bytes <= MAX_BYTES,
        ),
    )  # fmt: skip
    headings = ("", "whole command", "CPU", "peak memory")
    return Part((Table("Customers", headings, rows),), limits)


def _prepare(folder: Path, count: int) -> int:
    """Write a build with the orders of so many customers, and a forecast of their revenue."""
    rng = np.random.default_rng(3)
    start = rng.uniform(0, DAYS, count)
    rate, stay = rng.gamma(0.8, 1 / 40, count), rng.exponential(150, count)
    level = rng.gamma(4, 10, count)
    more = rng.poisson(rate * stay)
    who = np.concatenate([np.arange(count), np.repeat(np.arange(count), more)])
    when = np.concatenate([start, start.repeat(more) + rng.random(more.sum()) * stay.repeat(more)])
    kept = when < DAYS
    who, day = who[kept], when[kept].astype(np.int64)
    gross = np.round(level[who] * rng.gamma(5, 1 / 5, who.size), 2)
    net = np.where(rng.random(who.size) < 0.05, 0.0, gross)
    orders = pa.table({
        "customer": who, "order_date": FIRST + day, "gross": gross, "net": net,
    })  # fmt: skip
    (folder / "build").mkdir(parents=True)
    with duckdb.connect(str(folder / "build" / "warehouse.duckdb")) as connection:
        connection.register("orders", orders)
        connection.execute(
            f"""
            create schema marts;
            create table marts.fct_orders as
            select
                '{_NAME}' as company_id, 'C' || customer as customer_id, true as is_paid,
                cast(order_date as date) as order_date,
                cast(gross as decimal(18, 2)) as gross_amount,
                cast(net as decimal(18, 2)) as net_revenue_amount
            from orders;
            create table marts.fct_daily_revenue as
            select
                company_id, order_date as revenue_date,
                sum(net_revenue_amount) as net_revenue_amount
            from marts.fct_orders
            group by all;
            """
        )
    _revenue(folder / "forecasts" / _NAME / _RUN_ID, np.bincount(day, net, DAYS))
    return int(who.size)


def _revenue(target: Path, daily: np.ndarray) -> None:
    """Write a revenue forecast in which the last weeks go on, with backtests of the same."""
    from forecasting import output
    from forecasting.settings import Settings

    settings, through = Settings(path_count=_PATHS), FIRST + DAYS - 1
    rng = np.random.default_rng(1)
    level = daily[-56:].mean() * rng.lognormal(0, 0.1, _PATHS)
    paths = level[:, None] * rng.gamma(4, 1 / 4, (_PATHS, settings.horizon_days))
    ids = {"company_id": _NAME, "run_id": _RUN_ID}
    tables = output.forecast_tables(paths, through + 1, through, settings, ids)
    rows = [
        {"cutoff_date": (FIRST + cutoff).item(), "horizon_days": days,
         "model_name": output.MODEL, "p50_amount": daily[cutoff - 55 : cutoff + 1].mean() * days}
        for cutoff in range(90, DAYS - 150, 84) for days in (30, 90)
    ]  # fmt: skip
    target.mkdir(parents=True)
    for name in ("daily", "paths"):
        pq.write_table(tables[name], target / f"{name}.parquet")
    pq.write_table(pa.Table.from_pylist(rows), target / "backtests.parquet")
    record = {"run_id": _RUN_ID, "trained_through_date": through.item()}
    pq.write_table(pa.Table.from_pylist([record]), target / "runs.parquet")


def _forecast(folder: Path, jobs: int) -> None:
    from forecasting.customers import job
    from forecasting.run import Run

    source = functools.partial(job.of_build, folder / "build" / "warehouse.duckdb")
    job.run_all(source, [_NAME], Run(folder=folder / "forecasts"), jobs, lambda *_: None)


if __name__ == "__main__":
    what, where, size, processes = sys.argv[1:]
    if what == "prepare":
        print(_prepare(Path(where), int(size)))
    else:
        _forecast(Path(where), int(processes))
