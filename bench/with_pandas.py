"""The same as bare_duckdb.py in pandas: the tables stay in memory.

Run as `python -m bench.with_pandas 'FOLDER/*.csv'`; prints one line of JSON. It reads the
columns that it needs, with the pyarrow reader, and turns repeated text into categories.
"""

from __future__ import annotations

import glob
import json
import resource
import sys
import time

import pandas as pd

COLUMNS = [
    "company_id", "order_id", "created_at", "status", "total_price", "order_refunds",
    "customer_id",
]  # fmt: skip
KEY = ["company_id", "customer_id"]
PAID = ["paid", "partially_refunded", "refunded"]


def load(pattern: str) -> pd.DataFrame:
    """Return the orders of all files, one row each, with `is_paid` and `net`."""
    orders = pd.concat([_read(path) for path in sorted(glob.glob(pattern))], ignore_index=True)  # noqa: PTH207
    for column in ("company_id", "status"):
        orders[column] = orders[column].astype("category")
    orders["is_paid"] = orders["status"].isin(PAID)
    orders["net"] = orders["total_price"] - orders["order_refunds"]
    return orders


def _read(path: str) -> pd.DataFrame:
    types = {"order_id": "string[pyarrow]", "customer_id": "string[pyarrow]"}
    orders = pd.read_csv(path, engine="pyarrow", usecols=COLUMNS, dtype=types)
    times = pd.to_datetime(orders["created_at"], format="ISO8601", utc=True, errors="coerce")
    orders["created_at"] = times.dt.tz_localize(None)
    return orders[orders["created_at"].notna()]


def _firsts_of(times: pd.Series, period: str) -> pd.Series:
    if period == "week":
        days = times.dt.normalize()
        return days - pd.to_timedelta(days.dt.dayofweek, unit="D")
    return times.to_numpy().astype("datetime64[M]").astype("datetime64[ns]")


def _per_period(paid: pd.DataFrame, period: str) -> pd.DataFrame:
    keyed = paid.assign(**{period: _firsts_of(paid["created_at"], period)})
    groups = keyed.groupby([*KEY, period], observed=True, sort=False)
    return groups.agg(
        net=("net", "sum"), orders=("net", "size"), active_days=("day", "nunique")
    ).reset_index()


def aggregate(orders: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of bare_duckdb.py, by the same names."""
    paid = orders[orders["is_paid"]].assign(day=lambda rows: rows["created_at"].dt.normalize())
    made = {"customer_months": _per_period(paid, "month")}
    made["customer_weeks"] = _per_period(paid, "week")
    firsts = paid.groupby(KEY, observed=True, sort=False)["created_at"].min()
    firsts = firsts.rename("first_order_at").reset_index()
    firsts["cohort"] = _firsts_of(firsts["first_order_at"], "month")
    made["first_orders"] = firsts
    made["monthly_revenue"] = (
        paid.assign(month=_firsts_of(paid["created_at"], "month"))
        .groupby(["company_id", "month"], observed=True)
        .agg(
            net=("net", "sum"),
            gross=("total_price", "sum"),
            refunds=("order_refunds", "sum"),
            orders=("net", "size"),
        )
        .reset_index()
    )
    months = made["customer_months"].merge(firsts, on=KEY)
    is_new = months["month"] == months["cohort"]
    made["new_and_returning"] = (
        months.assign(new_net=months["net"].where(is_new, 0))
        .assign(returning_net=months["net"].where(~is_new, 0))
        .groupby(["company_id", "month"], observed=True)
        .agg(new_net=("new_net", "sum"), returning_net=("returning_net", "sum"),
             customers=("net", "size"))
        .reset_index()
    )  # fmt: skip
    later = months["month"].dt.year - months["cohort"].dt.year
    numbers = 12 * later + months["month"].dt.month - months["cohort"].dt.month
    made["cohort_triangle"] = (
        months.assign(month_number=numbers)
        .groupby(["company_id", "cohort", "month_number"], observed=True)
        .agg(customers=("net", "size"), net=("net", "sum"))
        .reset_index()
    )
    made["running_counters"] = _running(orders)
    return made


def _running(orders: pd.DataFrame) -> pd.DataFrame:
    rows = orders.loc[orders["customer_id"].notna(), [*KEY, "order_id", "created_at"]]
    rows = rows.assign(paid_price=orders["total_price"].where(orders["is_paid"], 0))
    rows = rows.sort_values(["created_at", "order_id"])
    groups = rows.groupby(KEY, observed=True, sort=False)
    return rows[["company_id", "order_id"]].assign(
        order_count=groups.cumcount() + 1, spent=groups["paid_price"].cumsum()
    )


def main(pattern: str) -> dict[str, object]:
    """Load the files, make the tables, and return what it took."""
    begin = time.perf_counter()
    orders = load(pattern)
    loaded = time.perf_counter()
    made = aggregate(orders)
    return {
        "seconds": round(time.perf_counter() - begin, 2),
        "loading_seconds": round(loaded - begin, 2),
        "peak_kilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "rows": {name: len(table) for name, table in made.items()},
        "net": round(float(made["monthly_revenue"]["net"].sum()), 2),
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.with_pandas 'FOLDER/*.csv'")
    print(json.dumps(main(sys.argv[1])))
