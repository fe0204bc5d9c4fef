"""What the marks of trust were worth: windows that began after the mark was given.

The marks are given by the marts' own SQL, from the windows that were complete by then.
"""

from __future__ import annotations

import duckdb
import jinja2
import pyarrow as pa

from forecasting.research import companies, retail
from forecasting.revenue.series import Series
from warehouse import paths

_MARTS = ("fct_forecast_backtests", "fct_forecast_quality", "fct_forecast_trust")
#: Of 60 simulated companies in a row the last fifteen have long logs, one of each character.
_LONG = (range(45, 60), range(105, 120), range(165, 180))


def long_logs(seed: int) -> list[Series]:
    """Return companies that are old enough for a mark: half of them wild, half ordinary shops."""
    wild = [one for numbers in _LONG for one in companies.panel(numbers, seed)]
    return [*wild, *retail.retail(range(1, 2 * len(wild), 2), seed)]


def marks(backtests: pa.Table) -> list[str]:
    """Return the lines of a table (Markdown): by mark, how often the 80 % range held after it."""
    with duckdb.connect() as connection:
        connection.register("rows_found", backtests)
        connection.execute(
            """
            create table windows as
            select * from rows_found
            where horizon_days = (select max(horizon_days) from rows_found);

            -- One company for each window: what was known of it when the window began.
            create table stg_forecasting__backtests as
            select
                known.* replace (known.company_id || later.cutoff_date as company_id)
            from windows as known
            inner join (select distinct company_id, cutoff_date from windows) as later
                on
                    known.company_id = later.company_id
                    and later.cutoff_date - known.cutoff_date >= known.horizon_days;

            create table fct_forecast_runs as
            select distinct
                company_id, run_id, horizon_days, 'A' as grade, history_day_count,
                'EUR' as currency, true as is_current
            from stg_forecasting__backtests
            qualify row_number() over (partition by company_id) = 1;

            create table fct_forecast_live_record as
            select
                company_id, 'none due' as live_record, null as live_sentence,
                'none due' as pooled_live_record
            from fct_forecast_runs;
            """
        )
        for name in _MARTS:
            text = (paths.PROJECT / f"models/marts/forecast/{name}.sql").read_text("utf-8")
            query = jinja2.Template(text).render(ref=lambda table: table)
            connection.execute(f"create table {name} as {query}")
        found = connection.sql(
            """
            select trust, count(distinct windows.company_id), count(*), avg(is_inside_80::int)
            from windows
            inner join fct_forecast_trust as marked
                on windows.company_id || windows.cutoff_date = marked.company_id
            where model_name = 'paidnet'
            group by trust
            order by list_position(['good', 'fair', 'poor', 'not yet known'], trust)
            """
        ).fetchall()
    return [
        "| mark when the window began | companies | windows | 80 % range held |",
        "|---|---|---|---|",
        *(f"| {mark} | {whose} | {count} | {share:.0%} |" for mark, whose, count, share in found),
    ]
