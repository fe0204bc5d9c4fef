"""Sums of orders equal the marts' own, and no two currencies are ever added up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from api.problems import ProblemError
from api.queries import summary
from api.queries.found import Asked
from api.queries.transactions import Filters
from api.releases import Opened

from .conftest import Api

PATH = "/v1/transactions/summary"
SUMS = "gross_amount, refund_amount, net_revenue_amount"


def test_months_of_companies_are_fct_monthly_revenue(api: Api) -> None:
    expected = api.sql(
        f"select company_id, revenue_month, currency, paid_order_count, {SUMS}, customer_count"
        " from marts.fct_monthly_revenue where paid_order_count > 0 or net_revenue_amount <> 0"
        " order by company_id, revenue_month"
    )
    assert api.rows(PATH, group_by=["month", "company"]) == expected


def test_days_are_fct_daily_revenue(api: Api) -> None:
    expected = api.sql(
        f"select company_id, revenue_date as order_date, currency, paid_order_count, {SUMS},"
        " active_customer_count as customer_count from marts.fct_daily_revenue"
        " where (paid_order_count > 0 or net_revenue_amount <> 0)"
        " and revenue_date between '2025-02-01' and '2026-01-31'"
        " order by company_id, revenue_date"
    )
    chosen = {"from_date": "2025-02-01", "to_date": "2026-01-31"}
    assert api.rows(PATH, group_by=["day", "company"], **chosen) == expected


def test_channels_are_fct_channel_months(api: Api) -> None:
    expected = api.sql(
        f"select revenue_month, company_id, channel_id, paid_order_count, {SUMS}, customer_count"
        " from marts.fct_channel_months where channel_id is not null and paid_order_count > 0"
        " order by company_id, revenue_month, channel_id"
    )
    found = [
        {name: value for name, value in row.items() if name != "currency"}
        for row in api.rows(PATH, group_by=["month", "channel"])
        if row["channel_id"] is not None and row["paid_order_count"]
    ]
    assert found == expected


def test_customers_are_fct_customer_months(api: Api) -> None:
    expected = api.sql(
        "select company_id, customer_id, paid_order_count, net_revenue_amount"
        " from marts.fct_customer_months where company_id = 'birch' and spend_month = '2026-05-01'"
        " order by customer_id"
    )
    found = api.rows(
        PATH, group_by="customer", company_id="birch", from_date="2026-05-01", to_date="2026-05-31"
    )
    guests = [row for row in found if row["customer_id"] is None]
    names = expected[0]
    assert [{name: row[name] for name in names} for row in found if row not in guests] == expected


@pytest.mark.parametrize("groups", [["month"], ["week"], ["country"], ["week", "country"]])
def test_each_currency_stands_alone(api: Api, groups: list[str]) -> None:
    found = api.rows(PATH, group_by=groups)
    assert {row["currency"] for row in found} == {"GBP", "EUR", "USD"}
    in_sql = {
        "month": "date_trunc('month', order_date)",
        "week": "date_trunc('week', order_date)",
        "country": "orders.country",
    }
    keys = ", ".join(in_sql[group] for group in ("week", "month", "country") if group in groups)
    expected = api.sql(
        f"""
        select currency, paid_order_count, {SUMS}, customer_count from (
            select {keys}, companies.currency, count(*) filter (where is_paid) as paid_order_count,
                sum(gross_amount) as gross_amount, sum(refund_amount) as refund_amount,
                sum(net_revenue_amount) as net_revenue_amount,
                count(distinct customer_id || ' of ' || company_id) filter (where is_paid)
                    as customer_count
            from marts.fct_orders as orders join marts.dim_companies as companies using (company_id)
            where is_paid or net_revenue_amount <> 0 group by all order by all
        )
        """
    )
    names = expected[0]
    assert [{name: row[name] for name in names} for row in found] == expected


def test_one_id_in_two_companies_is_two_customers() -> None:
    """By hand: 10 + 20 euros of two, 5 of somebody's refund; another currency stands alone."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema marts;
            create table marts.dim_companies as
            from (values ('elm', 'EUR'), ('fir', 'EUR'), ('oak', 'GBP')) as t(company_id, currency);
            create table marts.fct_orders as
            select *, gross_amount - refund_amount as net_revenue_amount
            from (values
                ('elm', 'C1', date '2025-03-01', true, false, 10.00, 0.00),
                ('fir', 'C1', date '2025-03-31', true, false, 20.00, 0.00),
                ('fir', null, date '2025-03-31', false, true, 0.00, 5.00),
                ('fir', 'C2', date '2025-03-31', false, false, 99.00, 0.00),
                ('oak', 'C1', date '2025-03-02', true, false, 7.00, 0.00)
            ) as t(company_id, customer_id, order_date, is_paid, is_refund_without_order,
                gross_amount, refund_amount);
            """
        )
        opened = Opened("r", connection, {"elm": "EUR", "fir": "EUR", "oak": "GBP"})
        found = summary.grouped(Asked(opened, connection, None), Filters(), {"month"})
    rows = [tuple(row.values()) for row in found.members["rows"].to_pylist()]
    march, cents = dt.date(2025, 3, 1), lambda *some: tuple(map(Decimal, some))
    assert rows == [
        (march, "EUR", 2, *cents("30.00", "5.00", "25.00"), 2),
        (march, "GBP", 1, *cents("7.00", "0.00", "7.00"), 1),
    ]


def test_amounts_of_unknown_currencies_are_not_added_up() -> None:
    """Two companies whose currency nobody has said may be of two."""
    opened = Opened("r", None, {"elm": None, "fir": None, "oak": "EUR"})  # type: ignore[arg-type]
    everyone = Asked(opened, None, None)  # type: ignore[arg-type]
    for asked, filters in (
        (everyone, Filters()),
        (everyone, Filters(company_ids=["elm", "fir"])),
        (Asked(opened, None, frozenset({"elm", "fir"})), Filters()),  # type: ignore[arg-type]
    ):
        with pytest.raises(ProblemError, match="elm, fir") as caught:
            summary.grouped(asked, filters, {"month"})
        assert caught.value.status == 422


def test_more_rows_than_an_answer_holds_are_refused_not_cut(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = api.get(PATH, group_by=["customer", "day"])
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:paidnet:problem:too-many-rows"

    class Few(Asked):
        def table(self, sql: str, values: object = None) -> pa.Table:
            return pa.table({"n": [1, 2, 3]})

    monkeypatch.setattr(summary, "MAX_ROWS", 2)
    few = Few(Opened("r", None, {"elm": "EUR"}), None, None)  # type: ignore[arg-type]
    with pytest.raises(ProblemError):
        summary.grouped(few, Filters(from_date=dt.date(2024, 1, 1)), {"month"})
