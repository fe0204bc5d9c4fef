"""Read weekly units of all products of a company from a build."""

from __future__ import annotations

import dataclasses
import datetime as dt

import duckdb
import numpy as np

WEEK = 7
#: A week with fewer days of stock says little of demand.
_LEAST_DAYS = 4
#: The mean of so many weeks before stands for one without stock.
_WEEKS_BEFORE = 8
#: What a unit comes to, and which part of revenue has items, is learnt from so many days.
_RECENT_DAYS = 182


@dataclasses.dataclass(frozen=True)
class Products:
    """Weekly units of a company's products; weeks end on the last day the forecast knows.

    Attributes:
        company_id: whose they are.
        skus: (p,) the products.
        units: (p, weeks) sold per week, NaN before a product's first sale; weeks without stock
            hold what the weeks before sold.
        unit_revenue: (p,) paid-net revenue per unit, in currency.
        stock: (p,) units on hand on the last day; NaN where it is not known.
        item_share: share of recent revenue that has items.
    """

    company_id: str
    skus: list[str]
    units: np.ndarray
    unit_revenue: np.ndarray
    stock: np.ndarray
    item_share: float


def read(
    connection: duckdb.DuckDBPyConnection, company_id: str, through: dt.date
) -> Products | None:
    """Return a company's products as known at the end of a day; None where it sends no items."""
    sold = connection.execute(
        """
        select
            sku, ($2 - order_date) // 7 as weeks_ago, sum(quantity) as unit_count,
            sum(net_revenue_amount) filter (where $2 - order_date < $3) as amount,
            sum(quantity) filter (where $2 - order_date < $3) as recent_unit_count,
            sum(net_revenue_amount) as whole_amount
        from marts.fct_order_items
        where company_id = $1 and has_order and is_paid and order_date <= $2
        group by all
        order by all
        """,
        [company_id, through, _RECENT_DAYS],
    ).fetchnumpy()
    if not len(sold["sku"]):
        return None
    names, place = np.unique(sold["sku"].astype(str), return_inverse=True)
    weeks = int(sold["weeks_ago"].max()) + 1
    units = np.zeros((names.size, weeks))
    units[place, weeks - 1 - sold["weeks_ago"].astype(int)] = sold["unit_count"].astype(float)
    for row in units:
        row[: int(np.argmax(row > 0))] = np.nan
    # The first week of the log may lack days.
    units = units[:, 1:] if weeks > 1 else units
    names_list = names.tolist()
    _fill_stock_outs(connection, company_id, through, names_list, units)
    return Products(
        company_id, names_list, units, _unit_revenue(sold, place, names.size),
        _stock(connection, company_id, through, names_list),
        _item_share(connection, company_id, through, float(_filled(sold["amount"]).sum())),
    )  # fmt: skip


def _filled(values: np.ndarray) -> np.ndarray:
    """Return numbers of the database, 0 where there is none."""
    return np.ma.filled(np.ma.asarray(values).astype(float), 0.0)


def _unit_revenue(sold: dict[str, np.ndarray], place: np.ndarray, count: int) -> np.ndarray:
    """Return the paid-net revenue per unit, of recent sales where there are any."""

    def per_unit(amount: str, units: str) -> np.ndarray:
        total, number = (np.bincount(place, _filled(sold[name]), count) for name in (amount, units))
        return np.divide(total, number, out=np.full(count, np.nan), where=number > 0)

    recent = per_unit("amount", "recent_unit_count")
    return np.where(np.isnan(recent), per_unit("whole_amount", "unit_count"), recent)


def _fill_stock_outs(
    connection: duckdb.DuckDBPyConnection,
    company_id: str,
    through: dt.date,
    names: list[str],
    units: np.ndarray,
) -> None:
    """Replace what was sold in weeks without stock by what would have been."""
    found = connection.execute(
        """
        select sku, ($2 - inventory_date) // 7 as weeks_ago, count(distinct inventory_date) as days
        from marts.fct_inventory_days
        where company_id = $1 and is_product_out and inventory_date <= $2
        group by all
        order by sku, weeks_ago desc
        """,
        [company_id, through],
    ).fetchall()
    places = {name: number for number, name in enumerate(names)}
    last = units.shape[1] - 1
    for sku, weeks_ago, out_days in found:
        week = last - int(weeks_ago)
        if sku not in places or week < 0 or np.isnan(units[places[sku], week]):
            continue
        row, days = units[places[sku]], WEEK - int(out_days)
        before = row[max(0, week - _WEEKS_BEFORE) : week]
        before = before[~np.isnan(before)]
        if days >= _LEAST_DAYS:
            row[week] *= WEEK / days
        elif before.size:
            row[week] = max(row[week], before.mean())


def _stock(
    connection: duckdb.DuckDBPyConnection, company_id: str, through: dt.date, names: list[str]
) -> np.ndarray:
    found = dict(
        connection.execute(
            """
            select sku, sum(units_on_hand) from marts.fct_inventory_days
            where company_id = $1 and inventory_date = $2
            group by all
            """,
            [company_id, through],
        ).fetchall()
    )
    return np.array([found.get(name, np.nan) for name in names], float)


def _item_share(
    connection: duckdb.DuckDBPyConnection, company_id: str, through: dt.date, of_items: float
) -> float:
    """Return the share of recent revenue whose orders have items."""
    (revenue,) = connection.execute(
        """
        select coalesce(sum(net_revenue_amount), 0) from marts.fct_daily_revenue
        where company_id = $1 and revenue_date <= $2 and $2 - revenue_date < $3
        """,
        [company_id, through, _RECENT_DAYS],
    ).fetchone()
    return min(1.0, of_items / float(revenue)) if revenue > 0 else 1.0
