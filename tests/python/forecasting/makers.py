"""Made-up series, windows and errors, and a run of the job read back."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from forecasting import job, metrics, record
from forecasting.revenue import calibration, company, prior, z_tables
from forecasting.revenue.backtest import Window, totals
from forecasting.revenue.pool import Character
from forecasting.revenue.refunds import DatedRefunds
from forecasting.revenue.series import Series
from forecasting.revenue.training_data import Events
from forecasting.revenue.z_tables import Errors
from forecasting.run import Run
from forecasting.settings import Settings

QUICK = Settings(horizon_days=60, path_count=200, origin_count=1)
MONDAY = "2022-01-03"
NOWHERE = Path("nowhere")
WEEKDAYS = np.array([1.0, 1.0, 1.0, 1.1, 1.2, 0.9, 0.8])


def days_from(first: str, size: int) -> np.ndarray:
    """Return `size` dates."""
    return np.datetime64(first) + np.arange(size)


def series(gross: np.ndarray, name: str = "shop", first: str = MONDAY, **others: object) -> Series:
    """Return a series of gross revenue by default without refunds or events."""
    gross = np.asarray(gross, float)
    plain = {"refunded": np.zeros(gross.size), "dated": None, "events": Events.none()}
    return Series(name, np.datetime64(first), gross, **(plain | others))


def shop(size: int, name: str = "shop", seed: int = 0, **others: object) -> Series:
    """Return a busy shop: a weekday profile times noise of 20 %, about 10,000 a day."""
    rng = np.random.default_rng(seed)
    level = 10_000 * WEEKDAYS[np.arange(size) % 7] * np.exp(rng.normal(0, 0.2, size))
    return series(np.round(level, 2), name, **others)


def with_gross(one: Series, days: slice | np.ndarray, value: float) -> Series:
    """Return a series with other gross revenue on some days."""
    gross = one.gross.copy()
    gross[days] = value
    return dataclasses.replace(one, gross=gross)


def refunded_shop(size: int, orders: int = 200, seed: int = 0) -> tuple[Series, np.ndarray]:
    """Return a shop with 20 % dated refunds after 10 days on average, and its true net."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(size), orders)
    amount = np.round(np.exp(rng.normal(3, 0.3, day.size)), 2)
    lag = np.floor(rng.exponential(10, day.size)).astype(np.int64)
    back = rng.random(day.size) < 0.2
    gross = np.bincount(day, amount, minlength=size)
    ultimate = np.bincount(day[back], amount[back], minlength=size)
    made = back & (day + lag < size)
    known = np.bincount(day[made], amount[made], minlength=size)
    dated = DatedRefunds(day[made], lag[made], amount[made])
    return series(gross, refunded=known, dated=dated), gross - ultimate


def forecast(one: Series, settings: Settings = QUICK) -> tuple[Window, np.ndarray]:
    """Return a company's raw window and its calibrated paths in currency, with the prior only."""
    run = a_run(settings)
    window = company.run_task(company.Task(one, None), run)
    tables = z_tables.tables(Errors.of([]), "", window, run)
    return window, calibration.calibrate(window, tables, run) * window.scale


def window(
    paths: np.ndarray, actual: np.ndarray, cutoff: str = "2024-01-01", settings: Settings = QUICK
) -> Window:
    """Return a window of given paths and actual days, of the short route."""
    paths = np.asarray(paths, np.float32)
    pooled = {"pool": totals(paths, settings)}
    return Window(
        cutoff_date=np.datetime64(cutoff),
        route="short",
        character=Character(150, 0.15),
        has_closure=False,
        scale=1.0,
        run_rate=1.0,
        weights={"pool": 1.0},
        totals=pooled,
        daily_scores={"pool": (0.0, 0.0)},
        paths=paths,
        reopening=np.zeros(len(paths)),
        actual=np.asarray(actual, float),
        season=(0.0,) * len(settings.horizons),
        holidays=(0.0,) * len(settings.horizons),
    )


def errors_of(name: str, one: Window, settings: Settings = QUICK) -> list[tuple]:
    """Return the rows of Errors that a company's window gives, with the blank prior."""
    return company.errors(name, (one,), a_run(settings, prior.blank()))


def flat_paths(totals_of_day: np.ndarray, horizon: int) -> np.ndarray:
    """Return paths that are the same on every day."""
    return np.repeat(np.asarray(totals_of_day, float)[:, None], horizon, axis=1)


@dataclasses.dataclass(frozen=True)
class Written:
    """What a run wrote of one company."""

    outcome: record.Outcome

    def table(self, name: str) -> pa.Table:
        """Return a table of the run."""
        return pq.read_table(self.outcome.folder / f"{name}.parquet")

    def column(self, table: str, column: str) -> np.ndarray:
        """Return a column of a table."""
        return self.table(table)[column].to_numpy(zero_copy_only=False)

    @property
    def record(self) -> dict[str, object]:
        """The row of the run."""
        return self.table("runs").to_pylist()[0]

    def paths(self) -> np.ndarray:
        """Return the paths (count, horizon)."""
        record = self.record
        flat = self.column("paths", "net_revenue_amount")
        return flat.reshape(record["path_count"], record["horizon_days"])

    def daily(self) -> np.ndarray:
        """Return quantiles (horizon, levels)."""
        return self.column("daily", "net_revenue_amount").reshape(-1, metrics.LEVELS.size)

    def totals(self) -> np.ndarray:
        """Return quantiles (horizons, levels)."""
        return self.column("totals", "total_net_revenue_amount").reshape(-1, metrics.LEVELS.size)


def a_run(settings: Settings = QUICK, of: prior.Prior | None = None) -> Run:
    """Return a run that is not written, with the shipped prior or another."""
    return Run(folder=NOWHERE, settings=settings, prior=of or prior.shipped())


def run(
    all_series: list[Series], folder: Path, settings: Settings = QUICK, jobs: int = 1
) -> list[Written]:
    """Run the job, in this process unless more are asked for, and return what it wrote."""
    outcomes = job.run_all(all_series, Run(folder=folder, settings=settings), jobs)
    return [Written(outcome) for outcome in outcomes]


def make_build(
    folder: Path, orders_per_day: int = 24, *, partial: tuple[bool, bool] = (False, False)
) -> Path:
    """Write a build of one company, alder, of 100 days; `partial` marks its first and last day."""
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(
            f"""
            create schema marts;
            create schema staging;
            create table marts.fct_orders as
            select
                'alder' as company_id,
                cast(ordered_at as date) as order_date,
                ordered_at
            from (
                select unnest(generate_series(
                    timestamp '2024-01-01', timestamp '2024-04-09 23:00:00',
                    interval '{24 // orders_per_day} hours'
                )) as ordered_at
            );
            create table marts.fct_daily_revenue as
            select
                company_id,
                order_date as revenue_date,
                cast(100 * count(*) as decimal(18, 2)) as gross_amount,
                cast(0 as decimal(18, 2)) as refund_amount
            from marts.fct_orders group by all;
            create table marts.dim_companies as
            select
                'alder' as company_id,
                'GB' as country,
                false as has_dated_refunds,
                date '2024-01-01' as first_order_date,
                {partial[0]} as has_partial_first_day,
                {partial[1]} as has_partial_last_day;
            create table marts.fct_company_risk_profile as
            select
                'alder' as company_id,
                0.25 as top_customer_share,
                0.6 as top_channel_share,
                'web' as top_channel_name;
            create table staging.stg_reference__holidays as
            select
                '*' as country, cast(null as varchar) as company_id,
                'New Year' as holiday_name, date '2024-01-01' as holiday_date,
                cast(0 as bigint) as days_before, cast(1 as bigint) as days_after;
            """
        )
    return folder / "warehouse.duckdb"
