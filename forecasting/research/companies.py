"""The series that the study looks at: simulated panels, the demo companies, the real logs."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import numpy as np
from holidays import country_holidays

from forecasting.events import shopping_events
from forecasting.revenue.reading import read_all
from forecasting.revenue.series import Series
from forecasting.revenue.training_data import Events
from simulation.company import Company, simulate
from simulation.panel import panel_scenario
from simulation.truth import daily_truth
from warehouse import paths, process
from warehouse.errors import PaidnetError

SHARED = paths.PROJECT.parent / "shared" / "data"
LOGS = (
    ("shop", "order_log/order_log.csv", "order_log"),
    ("cards", "card_transactions/card_transactions.csv", "card_transactions"),
    ("gifts", "online_retail/online_retail.parquet", "online_retail"),
)


def panel(numbers: range, seed: int) -> list[Series]:
    """Return companies of a simulated panel, by number."""
    return [simulated(number, seed) for number in numbers]


def simulated(number: int, seed: int) -> Series:
    """Return one company of a panel."""
    return series_of(simulate(panel_scenario(number, seed)))


def series_of(company: Company) -> Series:
    """Return a simulated company's true daily revenue, with the refunds known at the log's end."""
    daily, orders = daily_truth(company), company.orders
    net = np.asarray(daily["actual_net_revenue_amount"].cast("double"))
    paid = np.where(orders.is_paid, orders.gross, 0)
    gross = np.bincount(orders.day - company.intensity.log_day, paid, minlength=net.size) / 100
    first = np.datetime64(daily["revenue_date"][0].as_py())
    return Series(
        company_id=company.scenario.company_id,
        first_date=first,
        gross=gross,
        refunded=np.round(gross - net, 2),
        dated=None,
        events=events_of(first, net.size),
    )


def demo() -> list[Series]:
    """Return the companies kept in git, from a build of their own."""
    return _built(())


def real_logs() -> list[Series]:
    """Return the real logs of the shared folder; none where it is absent."""
    if not SHARED.is_dir():
        return []
    logs = _built(LOGS)
    wanted = {name for name, _, _ in LOGS}
    nexcart = f"""
        select
            cast(order_date as date) as day,
            sum(cast(total_amount as double)) as amount
        from (
            select distinct on (order_id)
                order_id, try_cast(order_date as timestamp) as order_date, total_amount, status
            from read_csv('{SHARED}/nexcart/orders_raw.csv', all_varchar = true)
            order by order_id, order_date
        )
        where order_date is not null and upper(status) in ('COMPLETED', 'SHIPPED', 'DELIVERED')
        group by all
    """
    cdnow = f"""
        select cast(date as date) as day, sum(amt) as amount
        from read_csv('{SHARED}/cdnow/cdnow_master.csv')
        group by all
    """
    return [
        *(one for one in logs if one.company_id in wanted),
        _queried("nexcart", nexcart),
        _queried("cdnow", cdnow),
    ]


def _built(logs: tuple[tuple[str, str, str], ...]) -> list[Series]:
    """Return all series of a warehouse built for the purpose, with these logs landed."""
    with tempfile.TemporaryDirectory() as folder:

        def call(*stage: str) -> None:
            lines: list[str] = []
            data = Path(folder)
            if process.run("-m", *stage, on_line=lines.append, with_stderr=True, data=data):
                raise PaidnetError(f"{' '.join(stage)} failed", found="\n".join(lines))

        for name, file, mapping in logs:
            call("ingestion", "add", str(SHARED / file), "--company", name, "--mapping", mapping)
        call("warehouse", "build", "--no-forecast")
        return read_all(Path(folder) / "build" / "warehouse.duckdb")


def _queried(name: str, query: str) -> Series:
    rows = duckdb.sql(f"select * from ({query}) where day is not null order by day").fetchnumpy()
    days = rows["day"].astype("datetime64[D]")
    values = np.zeros(int((days[-1] - days[0]).astype(int)) + 1)
    values[(days - days[0]).astype(int)] = rows["amount"]
    events = events_of(days[0], values.size)
    return Series(name, days[0], values, np.zeros(values.size), None, events)


def events_of(first: np.datetime64, size: int, country: str = "") -> Events:
    """Return the days of shopping around a series, and its country's holidays.

    Where the country is not known, Christmas alone.
    """
    start = int(str(first)[:4])
    years = range(start - 1, start + size // 365 + 3)
    found = [(name, str(day), 1) for year in years for name, day in shopping_events(year)]
    if country:
        calendar = country_holidays(country, years=years, language="en_US")
        found += [(name, str(day), 0) for day, name in calendar.items()]
    else:
        found += [("Christmas Day", f"{year}-12-25", 0) for year in years]
    names, days, around = (np.array(column) for column in zip(*found, strict=True))
    return Events(names, days.astype("datetime64[D]"), around, around)
