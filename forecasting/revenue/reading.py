"""Read the daily series of all companies from a build, by DuckDB or by Spark."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import duckdb
import numpy as np

from forecasting.revenue import concentration, refunds
from forecasting.revenue.concentration import Concentration
from forecasting.revenue.series import Series
from forecasting.revenue.training_data import Events
from warehouse import paths
from warehouse.errors import PaidnetError
from warehouse.reading import open_file, open_tables
from warehouse.spark import environment


def of_build() -> Path:
    """Return what `read_all` reads of this build: its file, or the folder of Spark's tables."""
    return environment.folder() if environment.is_engine() else paths.build() / paths.DATABASE


def read_all(database: Path, companies: tuple[str, ...] = ()) -> list[Series]:
    """Return the series of all companies in a built warehouse, by id.

    `database` is its file, or the folder of Spark's tables. `companies` must be among them.

    Raises:
        PaidnetError: there is no warehouse to read, or a company is not in it.
    """
    if not database.exists():
        raise PaidnetError(
            "there is no build to forecast from",
            found=f"no {database}",
            expected="a built warehouse",
            fix="python -m warehouse build",
        )
    try:
        is_file = database.is_file()
        opened = open_file(database, with_folder=True) if is_file else open_tables(database)
        with opened as connection:
            return _read(connection, companies)
    except duckdb.Error as error:
        raise PaidnetError(
            "the build cannot be read",
            found=str(error).splitlines()[0],
            expected=f"marts.fct_daily_revenue in {database}",
            fix="python -m warehouse build --no-forecast, and see that none runs",
        ) from None


def _read(connection: duckdb.DuckDBPyConnection, companies: tuple[str, ...]) -> list[Series]:
    settings = connection.sql(
        """
        select
            company_id, country, has_dated_refunds, has_partial_first_day, has_partial_last_day
        from marts.dim_companies
        where first_order_date is not null
        order by company_id
        """
    ).fetchall()
    available = [company for company, *_ in settings]
    for company in companies:
        if company not in available:
            raise PaidnetError(
                f"company {company} is not in the warehouse",
                found=f"--company {company}",
                expected=f"one of {', '.join(available) or '(none has orders)'}",
                fix="correct the id, or add its orders and build first",
            )
    concentrations = concentration.read_all(connection)
    return [
        dataclasses.replace(
            _company(connection, company, country, partial=(first, last), dated=dated),
            concentration=concentrations.get(company, Concentration()),
        )
        for company, country, dated, first, last in settings
    ]


def _company(
    connection: duckdb.DuckDBPyConnection,
    company: str,
    country: str | None,
    *,
    partial: tuple[bool, bool],
    dated: bool,
) -> Series:
    daily = connection.execute(
        """
        select
            revenue_date,
            cast(gross_amount as double) as gross,
            cast(refund_amount as double) as refunded
        from marts.fct_daily_revenue
        where company_id = ?
        order by revenue_date
        """,
        [company],
    ).fetchnumpy()
    first = daily["revenue_date"].astype("datetime64[D]")[0]
    return Series(
        company_id=company,
        first_date=first,
        gross=np.asarray(daily["gross"], float),
        refunded=np.asarray(daily["refunded"], float),
        dated=_dated_refunds(connection, company, first) if dated else None,
        events=_events(connection, company, country),
        has_partial_first_day=partial[0],
        has_partial_last_day=partial[1],
    )


def _dated_refunds(
    connection: duckdb.DuckDBPyConnection, company: str, first: np.datetime64
) -> refunds.DatedRefunds:
    rows = connection.execute(
        """
        select
            order_date - cast(? as date) as day,
            greatest(lag_day_count, 0) as lag,
            cast(sum(refund_amount) as double) as amount
        from marts.fct_refunds
        where company_id = ? and is_paid and order_date is not null
        group by all
        order by all
        """,
        [str(first), company],
    ).fetchnumpy()
    return refunds.DatedRefunds(
        np.asarray(rows["day"], np.int64),
        np.asarray(rows["lag"], np.int64),
        np.asarray(rows["amount"], float),
    )


def _events(connection: duckdb.DuckDBPyConnection, company: str, country: str | None) -> Events:
    rows = connection.execute(
        """
        select holiday_name, holiday_date, days_before, days_after
        from staging.stg_reference__holidays
        where country in (?, '*') or company_id = ?
        order by all
        """,
        [country or "", company],
    ).fetchnumpy()
    return Events(
        np.asarray(rows["holiday_name"], str),
        rows["holiday_date"].astype("datetime64[D]"),
        np.asarray(rows["days_before"], np.int64),
        np.asarray(rows["days_after"], np.int64),
    )
