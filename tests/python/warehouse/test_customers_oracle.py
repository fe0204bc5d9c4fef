"""Customers and acquisition against plain Python over the demo's orders and a real log.

Random companies are held against the same in tests/python/marts; these are large enough for
ranges, quarters and each segment.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.python.conftest import SHARED_DATA, Warehouse
from tests.python.marts.compare import differences, report
from tests.python.marts.full_build import COLUMNS
from tests.python.marts.oracle import Expected
from tests.python.marts.oracle_acquisition import acquisition_quality
from tests.python.marts.oracle_orders import Order
from tests.python.marts.oracle_rows import RawRow, Row
from tests.python.marts.oracle_scores import SEGMENTS, customers

MARTS = {"dim_customers": customers, "fct_acquisition_quality": acquisition_quality}
REAL = ("shop", "gifts") if SHARED_DATA.is_dir() else ()
COMPANIES = ("alder", "birch", "cedar", *REAL)


@pytest.fixture(scope="module", params=COMPANIES)
def company(request: pytest.FixtureRequest) -> str:
    return request.param


def orders_of(uploads: Warehouse, company: str) -> list[Order]:
    """Return the orders, whose marts have an oracle of their own."""
    rows = uploads.query(
        f"""
        select
            orders.order_id, orders.ordered_at, orders.order_date, orders.status, orders.is_paid,
            orders.gross_amount, orders.refund_amount, orders.customer_id,
            orders.reported_customer_order_count, orders.paid_order_number,
            customers.cohort_month, coalesce(customers.has_older_orders, false)
        from marts.fct_orders as orders
        left join intermediate.int_customers as customers
            on
                orders.company_id = customers.company_id
                and orders.customer_id = customers.customer_id
        where orders.company_id = '{company}' and not orders.is_refund_without_order
        """
    )
    return [order(*row) for row in rows]


def order(
    order_id: str,
    ordered_at: dt.datetime,
    day: dt.date,
    status: str,
    is_paid: bool,
    gross: Decimal,
    refund: Decimal,
    customer: str | None,
    reported: int | None,
    number: int | None,
    cohort: dt.date | None,
    has_older: bool,
) -> Order:
    raw = RawRow("", 0, 0, {})
    row = Row(raw, order_id, ordered_at, status, is_paid, gross, refund, customer, reported)
    return Order(row, day, number, cohort, has_older)


def found(uploads: Warehouse, company: str) -> Expected:
    """Return what the release holds of the company."""
    result = Expected()
    for mart in MARTS:
        keys, columns = COLUMNS[mart]
        rows = uploads.query(
            f"select {', '.join((*keys, *columns))} from marts.{mart}"
            f" where company_id = '{company}' and {'order_count > 0' if len(keys) == 1 else 'true'}"
        )
        result.marts[mart] = {
            row[: len(keys)]: dict(zip(columns, row[len(keys) :], strict=True)) for row in rows
        }
    return result


def test_marts_equal_the_plain_python_computation(uploads: Warehouse, company: str) -> None:
    orders = orders_of(uploads, company)
    expected = Expected({mart: compute(orders) for mart, compute in MARTS.items()})
    assert len(expected.marts["dim_customers"]) > 1000
    wrong = list(differences({company: (expected, found(uploads, company))}))
    assert not wrong, report(wrong)


def test_the_demos_have_what_is_compared(uploads: Warehouse) -> None:
    """Each segment, quarters and months, and ranges on both kinds of ground."""
    segments = uploads.query("select distinct customer_segment from marts.dim_customers")
    assert {name for (name,) in segments} == {None}.union(*map(set, SEGMENTS.values()))
    rows = uploads.query(
        "select distinct cohort_type, compared_with, net_revenue_change_low is not null"
        " from marts.fct_acquisition_quality where company_id in ('alder', 'birch', 'cedar')"
    )
    assert {kind for kind, *_ in rows} == {"month", "quarter", "newest"}
    assert ("newest", "same months a year before", True) in rows
