"""Items, payments and channels of a real retailer tie to its files, entity by entity."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from tests.python.conftest import Warehouse

pytestmark = pytest.mark.shared
PAID = {"COMPLETED", "SHIPPED", "DELIVERED"}


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"nexcart/{name}.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def orders(real_logs: Path) -> dict[str, dict[str, str]]:
    """The orders by id, each in its newest row."""
    found: dict[str, dict[str, str]] = {}
    for row in sorted(rows(real_logs, "orders_raw"), key=lambda row: row["order_date"]):
        found[row["order_id"]] = row
    return found


def test_every_row_of_every_entity_is_accounted_for(
    real_warehouse: Warehouse, real_logs: Path
) -> None:
    found = real_warehouse.query(
        "select entity, sum(raw_row_count), sum(accepted_row_count + rejected_row_count"
        " + superseded_row_count) from marts.fct_uploads where company_id = 'nexcart' group by 1"
    )
    names = {
        "orders": "orders_raw", "order_items": "order_items_raw", "payments": "transactions",
        "customers": "customers", "channels": "channels_raw",
        "inventory_snapshots": "inventory_snapshots_raw",
    }  # fmt: skip
    assert {entity: (raw, kept) for entity, raw, kept in found} == {
        entity: (len(rows(real_logs, name)),) * 2 for entity, name in names.items()
    }


def test_items_tie_to_the_file_and_their_parts_to_the_orders(
    real_warehouse: Warehouse, real_logs: Path, orders: dict[str, dict[str, str]]
) -> None:
    lines = rows(real_logs, "order_items_raw")
    worth = sum(int(row["quantity"]) * Decimal(row["unit_price"]) for row in lines)
    (found,) = real_warehouse.query(
        "select count(*), sum(line_amount), count(*) filter (where not has_order)"
        " from marts.fct_order_items where company_id = 'nexcart'"
    )
    assert found == (len(lines), worth, sum(row["order_id"] not in orders for row in lines))
    untied = real_warehouse.query(
        """
        select order_id from (
            select order_id, sum(gross_amount) as gross, sum(net_revenue_amount) as net
            from marts.fct_order_items where company_id = 'nexcart' and has_order group by 1
        ) join marts.fct_orders using (order_id)
        where company_id = 'nexcart' and (gross <> gross_amount or net <> net_revenue_amount)
        """
    )
    assert untied == []


def test_channels_and_products_add_up_to_the_revenue_of_each_month(
    real_warehouse: Warehouse, orders: dict[str, dict[str, str]]
) -> None:
    months: dict[str, Decimal] = defaultdict(Decimal)
    for row in orders.values():
        if row["status"].upper() in PAID:
            months[row["order_date"][:7]] += Decimal(row["total_amount"])
    for mart in ("channel", "product"):
        found = real_warehouse.query(
            f"select strftime(revenue_month, '%Y-%m'), sum(net_revenue_amount)"
            f" from marts.fct_{mart}_months where company_id = 'nexcart' group by 1"
        )
        assert dict(found) == months


def test_every_company_with_channels_or_places_adds_up_to_its_revenue(
    real_warehouse: Warehouse,
) -> None:
    for mart in ("channel", "country", "product"):
        untied = real_warehouse.query(
            f"""
            select company_id, revenue_month from (
                select company_id, revenue_month, sum(net_revenue_amount) as net
                from marts.fct_{mart}_months group by all
            ) join marts.fct_monthly_revenue using (company_id, revenue_month)
            where net <> net_revenue_amount
            """
        )
        assert untied == [], mart
    (companies,) = real_warehouse.query(
        "select count(distinct company_id) from marts.fct_channel_months"
    )
    assert companies[0] > 3


def test_payments_tie_to_the_file_and_gaps_are_found(
    real_warehouse: Warehouse, real_logs: Path, orders: dict[str, dict[str, str]]
) -> None:
    # Three are there twice, and the same.
    payments = {row["transaction_id"]: row for row in rows(real_logs, "transactions")}
    methods: Counter[str] = Counter()
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for row in payments.values():
        if row["status"] == "SUCCESS":
            methods[row["payment_method"]] += Decimal(row["amount"])
            paid[row["order_id"]] += Decimal(row["amount"])
    found = real_warehouse.query(
        "select payment_method, sum(successful_amount) from marts.fct_payment_method_months"
        " where company_id = 'nexcart' group by 1"
    )
    assert dict(found) == methods
    owed = {k: Decimal(r["total_amount"]) for k, r in orders.items() if r["status"].upper() in PAID}
    unpaid = [amount for order, amount in owed.items() if order not in paid]
    differing = [abs(paid[k] - owed[k]) for k in owed if k in paid and paid[k] != owed[k]]
    gaps = real_warehouse.query(
        "select gap_id, gap_count, gap_amount from marts.fct_operations_gaps"
        " where company_id = 'nexcart' and gap_id in ('orders_without_payment', 'payments_differ')"
    )
    assert {gap: (count, amount) for gap, count, amount in gaps} == {
        "orders_without_payment": (len(unpaid), sum(unpaid)),
        "payments_differ": (len(differing), sum(differing)),
    }
