"""Customers of simulated companies, and how often the ranges of their cohorts held."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import shutil

import duckdb
import jinja2
import numpy as np
import pyarrow as pa

from forecasting import job
from forecasting.customers import job as customers
from forecasting.customers.purchases import YEAR, Purchases
from forecasting.research import companies
from forecasting.revenue.fits import Progress
from forecasting.run import Run
from forecasting.settings import Settings
from simulation import raw
from simulation.company import Company, simulate
from simulation.panel import panel_scenario
from warehouse import paths

#: Days of history that a company needs before the year that is forecast.
_LEAST_HISTORY = 180
_MARTS = ("fct_customer_spend_forecast", "fct_cohort_lifetime_value")


@functools.lru_cache(maxsize=2)
def _company(number: int, seed: int) -> Company:
    return simulate(panel_scenario(number, seed))


def purchases_of(company: Company) -> Purchases:
    """Return the true purchases of a simulated company."""
    orders, kept = company.orders, company.orders.is_paid
    who, day = orders.customer[kept], orders.day[kept] - company.intensity.log_day
    gross, net = orders.gross[kept] / 100, (orders.gross[kept] - orders.refund[kept]) / 100
    known, place = np.unique(who, return_inverse=True)
    size = int(day.max()) + 1
    keys, where = np.unique(place.astype(np.int64) * size + day, return_inverse=True)
    days = companies.series_of(company).size
    return Purchases(
        company.scenario.company_id,
        companies.series_of(company).first_date,
        pa.array(raw.customer_ids(known)),
        (keys // size).astype(np.int32),
        (keys % size).astype(np.int32),
        np.bincount(where, gross),
        np.bincount(where, net),
        np.bincount(where).astype(float),
        np.zeros(days),
    )


def until(purchases: Purchases, day: int) -> Purchases:
    """Return what was known of purchases at the end of a day; refunds as they are known now."""
    rows = purchases.day <= day
    known, place = np.unique(purchases.customer[rows], return_inverse=True)
    return dataclasses.replace(
        purchases,
        names=purchases.names.take(pa.array(known)),
        customer=place.astype(np.int32),
        guests=purchases.guests[: day + 1],
        **{name: getattr(purchases, name)[rows] for name in ("day", "gross", "net", "orders")},
    )


def _source(numbers: dict[str, int], seed: int, name: str) -> Purchases:
    found = purchases_of(_company(numbers[name], seed))
    return until(found, found.guests.size - 1 - YEAR)


def cohorts(count: int, seed: int, jobs: int, progress: Progress) -> list[tuple]:
    """Forecast companies a year before their logs end; return what came of their cohorts.

    The first so many of the panel whose logs are long enough. Rows of (company, cohort month,
    customers, observed, projected, P10, P90, actual), in currency.
    """
    series, names = [], {}
    for number in itertools.count():
        if len(series) == count:
            break
        one = companies.series_of(_company(number, seed))
        if one.size >= YEAR + _LEAST_HISTORY:
            series.append(one.until(one.last_date - YEAR))
            names[one.company_id] = number
    folder = paths.data() / "research" / "customers"
    for old in folder.glob("*/[0-9]*"):
        shutil.rmtree(old)
    run = Run(folder=folder, settings=Settings())
    job.run_all(series, run, jobs, progress)
    source = functools.partial(_source, names, seed)
    customers.run_all(source, list(names), run, jobs, progress)
    return _rows(run, names, seed)


def _rows(run: Run, names: dict[str, int], seed: int) -> list[tuple]:
    """Return the rows of the mart, by its own SQL, with what came."""
    known, actual = [], []
    for name, number in names.items():
        all_ = purchases_of(_company(number, seed))
        cutoff = all_.guests.size - 1 - YEAR
        month = (all_.first_date + all_.first_day).astype("datetime64[M]").astype("datetime64[D]")
        is_before = all_.day <= cutoff
        who = all_.first_day <= cutoff
        net = np.bincount(all_.customer[is_before], all_.net[is_before], all_.count)
        later = np.bincount(all_.customer[~is_before], all_.net[~is_before], all_.count)
        ids = all_.names.to_numpy(zero_copy_only=False)
        known.append(pa.table({
            "company_id": np.repeat(name, who.sum()), "customer_id": ids[who],
            "cohort_month": month[who], "net_revenue_amount": np.round(net[who], 2),
        }))  # fmt: skip
        actual.append(pa.table({
            "company_id": np.repeat(name, who.sum()), "cohort_month": month[who],
            "actual_amount": later[who],
        }))  # fmt: skip
    with duckdb.connect() as connection:
        connection.register("known", pa.concat_tables(known))
        connection.register("actual", pa.concat_tables(actual))
        connection.execute(
            """
            create table int_customers as
            select * replace (cast(net_revenue_amount as decimal(18, 2)) as net_revenue_amount)
            from known
            """
        )
        for table in ("customer_spend", "customer_models"):
            connection.execute(
                f"create table stg_forecasting__{table} as select *"
                f" from '{run.folder}/*/customers/{table}.parquet'"
            )
        connection.execute(
            """
            create table fct_forecast_runs as
            select company_id, run_id, 'EUR' as currency, true as is_current
            from stg_forecasting__customer_models
            """
        )
        for name in _MARTS:
            text = (paths.PROJECT / f"models/marts/forecast/{name}.sql").read_text("utf-8")
            query = jinja2.Template(text).render(
                ref=lambda table: table, money_per=lambda amount, count: f"{amount} / {count}"
            )
            connection.execute(f"create table {name} as {query}")
        return connection.sql(
            """
            select
                found.company_id, found.cohort_month, cohort_customer_count,
                observed_net_revenue_amount, projected_net_revenue_amount,
                projected_p10_amount, projected_p90_amount, came.amount
            from fct_cohort_lifetime_value as found
            inner join (
                select company_id, cohort_month, sum(actual_amount) as amount
                from actual
                group by all
            ) as came using (company_id, cohort_month)
            order by all
            """
        ).fetchall()
