"""Read the daily series of all companies from a build."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

from forecasting.revenue import refunds
from forecasting.revenue.series import Series
from forecasting.revenue.training_data import Events
from warehouse.errors import PaidnetError

# A first or last day counts as partial where this many orders are to be expected (of a whole
# day, chance leaves that many out one time in fifty)
# in the hours that the log does not hold, going by the days beside it.
_MISSING_ORDERS = 4.0
_DAYS_BESIDE = 56


def read_all(database: Path, companies: tuple[str, ...] = ()) -> list[Series]:
    """Return the series of all companies in a built warehouse, by id.

    `companies` must be among them.

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
        with duckdb.connect(str(database), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
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
        select company_id, country, has_dated_refunds
        from marts.dim_companies
        where first_order_date is not null
        order by company_id
        """
    ).fetchall()
    available = [company for company, _, _ in settings]
    for company in companies:
        if company not in available:
            raise PaidnetError(
                f"company {company} is not in the warehouse",
                found=f"--company {company}",
                expected=f"one of {', '.join(available) or '(none has orders)'}",
                fix="correct the id, or add its orders and build first",
            )
    cut = _cut_days(connection)
    return [
        _company(connection, company, country, cut.get(company), dated=bool(has_dated_refunds))
        for company, country, has_dated_refunds in settings
    ]


def _company(
    connection: duckdb.DuckDBPyConnection,
    company: str,
    country: str | None,
    cut: tuple[bool, bool] | None,
    *,
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
    has_partial_first_day, has_partial_last_day = cut or (False, False)
    return Series(
        company_id=company,
        first_date=first,
        gross=np.asarray(daily["gross"], float),
        refunded=np.asarray(daily["refunded"], float),
        dated=_dated_refunds(connection, company, first) if dated else None,
        events=_events(connection, company, country),
        has_partial_first_day=has_partial_first_day,
        has_partial_last_day=has_partial_last_day,
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
        from reference.holidays
        where country = ? or country = '*'
        union all
        select holiday_name, holiday_date, days_before, days_after
        from reference.holidays_of_companies
        where company_id = ?
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


def _cut_days(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[bool, bool]]:
    """Return per company whether its first and its last day are partial.

    Of the days beside, the orders before the first order's time of day count, or after the last's.
    """
    rows = connection.execute(
        f"""
        with edges as (
            select
                company_id,
                min(ordered_at) as first_at,
                min(order_date) as first_date,
                max(ordered_at) as last_at,
                max(order_date) as last_date
            from marts.fct_orders
            group by all
        )

        select
            edges.company_id,
            count(*) filter (
                where
                orders.order_date > first_date
                and orders.order_date <= first_date + {_DAYS_BESIDE}
                and orders.ordered_at
                < first_at + to_days(cast(orders.order_date - first_date as integer))
            ) / greatest(least(last_date - first_date, {_DAYS_BESIDE}), 1) as missing_before,
            count(*) filter (
                where
                orders.order_date < last_date
                and orders.order_date >= last_date - {_DAYS_BESIDE}
                and orders.ordered_at
                > last_at - to_days(cast(last_date - orders.order_date as integer))
            ) / greatest(least(last_date - first_date, {_DAYS_BESIDE}), 1) as missing_after
        from edges
        inner join marts.fct_orders as orders on edges.company_id = orders.company_id
        where
            orders.order_date <= first_date + {_DAYS_BESIDE}
            or orders.order_date >= last_date - {_DAYS_BESIDE}
        group by edges.company_id, first_date, last_date
        """
    ).fetchall()
    # A log of one or two days is kept whole: there is nothing to compare it with.
    return {
        company: (before >= _MISSING_ORDERS, after >= _MISSING_ORDERS)
        for company, before, after in rows
    }
