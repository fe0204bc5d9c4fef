"""What the tests of the export share: a release of customers with odd ids, and what is written."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb

from reporting import reading
from reporting.export import tables

from . import made

MARTS = {table.mart for table in tables.TABLES}
#: Ids that a program of tables would calculate, or that open another cell where it parts lines.
EVIL = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "a;=1", 'a,"=1', "a|-1",
    "'=1", "'t Hooft", "plain", "00123", "1E5", "a'b", 'quo"te', "https://paidnet.invalid",
]  # fmt: skip
CUSTOMER = {
    "company_id": "elm",
    "currency": "EUR",
    "cohort_month": dt.date(2025, 10, 1),
    "first_paid_date": dt.date(2025, 10, 3),
    "paid_order_count": 2,
    "net_revenue_amount": Decimal("-12.30"),
    "average_order_amount": Decimal("-6.15"),
    "is_repeat_customer": True,
}


def rows() -> made.Rows:
    """Return elm, with customers of odd ids and a forecast of each, and oak beside it."""
    own = made.together(made.company("elm", [80, 100, 125]), made.company("oak", [9]))
    day = dt.date(2026, 1, 1)
    ahead = {"company_id": "elm", "window_start_date": day, "window_end_date": day,
             "trained_through_date": dt.date(2025, 12, 31)}  # fmt: skip
    more = {
        "dim_customers": [CUSTOMER | {"customer_id": one} for one in EVIL]
        + [CUSTOMER | {"customer_id": "never paid", "paid_order_count": 0},
           CUSTOMER | {"company_id": "oak", "customer_id": "of another"}],
        "fct_customer_spend_forecast": [
            ahead | {"customer_id": one, "window_name": window,
                     "expected_net_revenue_amount": 1.25, "probability_of_purchase": 0.5}
            for one in EVIL for window in ("next_month", "30_days")
        ],
        "fct_revenue_forecast_totals": [
            {"company_id": "elm", "model_name": model, "horizon_days": 30, "quantile": 0.1,
             "trained_through_date": dt.date(2025, 12, 31)}
            for model in ("paidnet", "pool")
        ],
    }  # fmt: skip
    return made.together(own, more)


def write(data: Path) -> Path:
    """Write the release of `rows` to a state folder; returns the folder."""
    made.write(data, rows(), sorted({*reading.CORE, *reading.FORECAST, *MARTS}))
    return data


def run(data: Path, *arguments: object, company: str = "elm") -> made.Result:
    """Export a company to data/out."""
    return made.run(data, "export", "--company", company, "--out", data / "out", *arguments)


def exported(data: Path, form: str) -> Path:
    """Export elm, which must work; returns the file or folder."""
    done = run(data, "--format", form)
    assert done.exit_code == 0, done.output
    return data / "out" / (f"elm_{form}" if form != "xlsx" else "elm.xlsx")


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file as text."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def release_edit(data: Path, *statements: str) -> None:
    """Change the release."""
    with duckdb.connect(str(data / "current/warehouse.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)
