"""Acceptance: real order logs go the whole way, and their totals tie to the cent."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.python.conftest import Warehouse

pytestmark = pytest.mark.shared
CENT = Decimal("0.01")


def totals(warehouse: Warehouse, company: str) -> tuple[Decimal, Decimal, Decimal]:
    sql = f"""
        select sum(gross_amount), sum(refund_amount), sum(net_revenue_amount)
        from marts.fct_monthly_revenue where company_id = '{company}'
    """
    return warehouse.query(sql)[0]


def test_order_log_ties_to_the_cent(real_warehouse: Warehouse, real_logs: Path) -> None:
    months: dict[str, Decimal] = defaultdict(Decimal)
    customers: dict[str, set[str]] = defaultdict(set)
    with (real_logs / "order_log/order_log.csv").open() as file:
        for row in csv.DictReader(file):
            months[row["created_at"][:7]] += Decimal(row["amount"])
            customers[row["created_at"][:7]].add(row["customer_id"])
    found = real_warehouse.query(
        "select strftime(revenue_month, '%Y-%m'), net_revenue_amount, customer_count"
        " from marts.fct_monthly_revenue where company_id = 'shop' order by 1"
    )
    assert found == [(m, months[m], len(customers[m])) for m in sorted(months)]
    (orders,) = real_warehouse.query(
        "select count(*), count(distinct order_id) from marts.fct_orders where company_id = 'shop'"
    )
    assert orders == (50_000, 50_000)


def test_card_transactions_tie_to_the_cent(real_warehouse: Warehouse, real_logs: Path) -> None:
    spent: dict[str, Decimal] = defaultdict(Decimal)
    active_days: dict[tuple[str, int, int], set[str]] = defaultdict(set)
    with (real_logs / "card_transactions/card_transactions.csv").open() as file:
        for row in csv.DictReader(file):
            spent[row["user_id"]] -= Decimal(json.loads(row["data"])["amount"])
            day = datetime.strptime(row["created_at"].split()[0], "%Y-%m-%d")
            year, week, _ = day.isocalendar()
            active_days[row["user_id"], year, week].add(row["created_at"].split()[0])
    users = real_warehouse.query(
        "select customer_id, net_revenue_amount from marts.dim_customers where company_id = 'cards'"
    )
    assert dict(users) == dict(spent)
    weeks = real_warehouse.query(
        "select customer_id, iso_year, iso_week, active_day_count"
        " from marts.fct_customer_weeks where company_id = 'cards'"
    )
    assert {row[:3]: row[3] for row in weeks} == {k: len(v) for k, v in active_days.items()}


def test_online_retail_ties_to_the_cent(real_warehouse: Warehouse, real_logs: Path) -> None:
    rows = pq.read_table(real_logs / "online_retail/online_retail.parquet").to_pylist()
    sold = refunded = Decimal(0)
    invoices: Counter[str] = Counter()
    for row in rows:
        amount = row["Quantity"] * Decimal(str(row["UnitPrice"]))
        if amount < 0:
            refunded -= amount
        else:
            sold += amount
        invoices[row["InvoiceNo"]] += 1
    gross, refunds, net = totals(real_warehouse, "gifts")
    assert gross == sold.quantize(CENT, ROUND_HALF_UP)
    assert refunds == refunded.quantize(CENT, ROUND_HALF_UP)
    assert net == (sold - refunded).quantize(CENT, ROUND_HALF_UP)
    ((raw, accepted, rejected, superseded),) = real_warehouse.query(
        "select raw_row_count, order_count, rejected_row_count, superseded_row_count"
        " from marts.dim_companies where company_id = 'gifts'"
    )
    assert raw == len(rows) == accepted + rejected + superseded


def test_most_refunds_of_online_retail_find_their_invoice(
    real_warehouse: Warehouse, real_logs: Path
) -> None:
    """Only refunds of guests, or of invoices before the log, may stand alone."""
    ((alone, all_refunds),) = real_warehouse.query(
        "select sum(refund_amount) filter (where gross_amount = 0), sum(refund_amount)"
        " from marts.fct_orders where company_id = 'gifts'"
    )
    assert 0 < alone < all_refunds / 2


def test_no_real_log_loses_a_row(real_warehouse: Warehouse) -> None:
    found = real_warehouse.query(
        "select company_id, raw_row_count - order_count - rejected_row_count"
        " - superseded_row_count from marts.dim_companies"
    )
    assert {company for company, _ in found} >= {
        "alder",
        "birch",
        "cedar",
        "shop",
        "cards",
        "gifts",
    }
    assert all(lost == 0 for _, lost in found)


def test_last_months_cut_short_are_partial(real_warehouse: Warehouse) -> None:
    found = real_warehouse.query(
        "select company_id, strftime(revenue_month, '%Y-%m') from marts.fct_monthly_revenue"
        " where is_partial_month and company_id in ('shop', 'gifts', 'cards') order by all"
    )
    assert found == [
        ("cards", "2022-01"),
        ("gifts", "2011-12"),
        ("shop", "2019-11"),
        ("shop", "2020-04"),
    ]
