"""The yardstick: the same files and aggregates in plain DuckDB, with no checks at all.

Run as `python -m bench.bare_duckdb 'FOLDER/*.csv' DATABASE`; prints seconds, peak memory
and the rows of each table as one line of JSON. Days are UTC; repeated orders count twice;
a line whose values do not fit the column types is left out.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import duckdb

COLUMNS = {
    "company_id": "varchar",
    "order_id": "varchar",
    "created_at": "timestamp",
    "status": "varchar",
    "total_price": "decimal(18, 2)",
    "order_refunds": "decimal(18, 2)",
    "customer_id": "varchar",
    "customer_order_count": "bigint",
    "customer_total_spent": "decimal(18, 2)",
    "currency": "varchar",
    "channel_id": "varchar",
    "country": "varchar",
    "city": "varchar",
}

# Later dates do not fit the frames of with_pandas.py, so both leave them out.
LOAD = """
create table orders as
select
    *,
    status in ('paid', 'partially_refunded', 'refunded') as is_paid,
    total_price - order_refunds as net
from read_csv($files, columns = {columns}, header = true, ignore_errors = true)
where created_at < timestamp '2262-01-01'
"""

AGGREGATES = {
    "customer_months": """
        select
            company_id,
            customer_id,
            cast(date_trunc('month', created_at) as date) as month,
            sum(net) as net,
            count(*) as orders,
            count(distinct cast(created_at as date)) as active_days
        from orders
        where is_paid and customer_id is not null
        group by all
    """,
    "customer_weeks": """
        select
            company_id,
            customer_id,
            cast(date_trunc('week', created_at) as date) as week,
            sum(net) as net,
            count(distinct cast(created_at as date)) as active_days
        from orders
        where is_paid and customer_id is not null
        group by all
    """,
    "first_orders": """
        select
            company_id,
            customer_id,
            min(created_at) as first_order_at,
            cast(date_trunc('month', min(created_at)) as date) as cohort
        from orders
        where is_paid and customer_id is not null
        group by all
    """,
    "monthly_revenue": """
        select
            company_id,
            cast(date_trunc('month', created_at) as date) as month,
            sum(net) as net,
            sum(total_price) as gross,
            sum(order_refunds) as refunds,
            count(*) as orders
        from orders
        where is_paid
        group by all
    """,
    "new_and_returning": """
        select
            company_id,
            months.month,
            coalesce(sum(months.net) filter (where months.month = firsts.cohort), 0) as new_net,
            coalesce(sum(months.net) filter (where months.month > firsts.cohort), 0)
                as returning_net,
            count(*) as customers
        from customer_months as months
        inner join first_orders as firsts using (company_id, customer_id)
        group by all
    """,
    "cohort_triangle": """
        select
            company_id,
            firsts.cohort,
            date_diff('month', firsts.cohort, months.month) as month_number,
            count(*) as customers,
            sum(months.net) as net
        from customer_months as months
        inner join first_orders as firsts using (company_id, customer_id)
        group by all
    """,
    "running_counters": """
        select
            company_id,
            order_id,
            count(*) over so_far as order_count,
            sum(case when is_paid then total_price else 0 end) over so_far as spent
        from orders
        where customer_id is not null
        window so_far as (
            partition by company_id, customer_id
            order by created_at, order_id
            rows between unbounded preceding and current row
        )
    """,
}


def main(pattern: str, database: Path) -> dict[str, object]:
    """Load the files into a new database, make the tables, and return what it took."""
    begin = time.perf_counter()
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(LOAD.format(columns=COLUMNS), {"files": pattern})
        loaded = time.perf_counter()
        for name, query in AGGREGATES.items():
            connection.execute(f"create table {name} as {query}")
        counts = {
            name: connection.sql(f"select count(*) from {name}").fetchall()[0][0]
            for name in AGGREGATES
        }
        net = connection.sql("select sum(net) from monthly_revenue").fetchall()[0][0]
    return {
        "seconds": round(time.perf_counter() - begin, 2),
        "loading_seconds": round(loaded - begin, 2),
        "peak_kilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "rows": counts,
        "net": round(float(net), 2),
    }


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m bench.bare_duckdb 'FOLDER/*.csv' DATABASE")
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
