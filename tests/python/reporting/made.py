"""A release made by hand: the marts' tables as their contracts have them, with a test's rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import docx
import duckdb
import yaml
from typer.testing import CliRunner, Result

from reporting.__main__ import app
from reporting.reading import CORE, FORECAST

from ..conftest import PROJECT

BUILT_AT = dt.datetime(2026, 1, 9, 6, 30)
NAME = "20260109T063000.000000Z"
Rows = dict[str, list[dict]]


@cache
def contract(mart: str) -> dict[str, tuple[str, bool]]:
    """Return column → its type and whether it is never null, from the mart's own file."""
    (file,) = (PROJECT / "models/marts").rglob(f"{mart}.yml")
    (model,) = yaml.safe_load(file.read_text())["models"]
    return {c["name"]: (c["data_type"], "constraints" in c) for c in model["columns"]}


def write(data: Path, rows: Rows, marts: Iterable[str] = (*CORE, *FORECAST)) -> Path:
    """Write a release with these rows of the marts and make it current; returns its file.

    A column that a row leaves out is null, or nothing (0, false, '') where it is never null.
    """
    file = data / "releases" / NAME / "warehouse.duckdb"
    file.parent.mkdir(parents=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema marts")
        for mart in marts:
            columns = contract(mart)
            defined = ", ".join(f"{name} {kind}" for name, (kind, _) in columns.items())
            connection.execute(f"create table marts.{mart} ({defined})")
            for row in rows.get(mart, []):
                assert set(row) <= set(columns), set(row) - set(columns)
                values = [row.get(name, _nothing(*columns[name])) for name in columns]
                marks = ", ".join("?" * len(values))
                connection.execute(f"insert into marts.{mart} values ({marks})", values)
    (data / "current").symlink_to(Path("releases") / NAME)
    return file


def _nothing(kind: str, is_never_null: bool) -> object:
    if not is_never_null:
        return None
    return {"varchar": "", "boolean": False}.get(kind, 0)


def company(
    company_id: str, nets: list[float], *, last: dt.date = dt.date(2025, 12, 31), **more: object
) -> Rows:
    """Return the core rows of a company whose log ends on `last`; `nets` are its months' revenue.

    A quarter is new customers' and a tenth is refunded. The last month is partial unless `last`
    ends it. `more` replaces columns of its months.
    """
    ends = [(last.year * 12 + last.month - len(nets) + n) for n in range(len(nets))]
    months = [dt.date(number // 12, number % 12 + 1, 1) for number in ends]
    key = {"company_id": company_id}
    name = {"company_name": company_id.title(), "currency": "EUR"}
    first = months[0] if months else None
    last_order = last if months else None
    is_whole = (last + dt.timedelta(days=1)).day == 1
    return {
        "dim_companies": [key | name | {"first_order_date": first, "last_order_date": last_order}],
        "fct_monthly_revenue": [
            key
            | {
                "revenue_month": month,
                "net_revenue_amount": net,
                "new_customer_revenue_amount": net / 4,
                "returning_customer_revenue_amount": net * 3 / 4,
                "new_customer_revenue_share": 0.25,
                "gross_amount": net / 0.9,
                "refund_amount": net / 9,
                "refund_value_rate": 0.1,
                "refund_order_rate": 0.2,
                "paid_order_count": 20,
                "customer_count": 10,
                "new_customer_count": 4,
                "average_order_amount": net / 20,
                "is_partial_month": month == months[-1] and not is_whole,
            }
            | more
            for month, net in zip(months, nets, strict=True)
        ],
        "fct_company_summary": [
            key | {"as_of_date": last_order, "has_whole_12_months": len(nets) > 11}
        ],
        "fct_data_quality": [
            key
            | {
                "built_at": BUILT_AT,
                "days_since_last_order": (BUILT_AT.date() - last).days if months else None,
            }
        ],
    }


def together(*parts: Rows) -> Rows:
    """Return the rows of several parts as one."""
    marts = {mart for part in parts for mart in part}
    return {mart: [row for part in parts for row in part.get(mart, [])] for mart in marts}


def run(data: Path, *arguments: object) -> Result:
    """Run the command line in this process, with its state under `data`."""
    environment = {"PAIDNET_DATA": str(data), "COLUMNS": "200"}
    return CliRunner().invoke(app, list(map(str, arguments)), env=environment)


def text(file: Path) -> str:
    """Return all paragraphs of a Word file, with ordinary spaces."""
    return "\n".join(p.text for p in docx.Document(str(file)).paragraphs).replace("\u00a0", " ")


def tables(file: Path) -> list[list[list[str]]]:
    """Return the cells of all tables of a Word file, with ordinary spaces."""
    return [
        [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows]
        for table in docx.Document(str(file)).tables
    ]
