"""The entities beside orders agree with the orders."""

import datetime as dt
from decimal import Decimal

import pytest


def amounts(rows: list[dict[str, str]], key: str, column: str) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for row in rows:
        total[row[key]] = total.get(row[key], Decimal(0)) + Decimal(row[column])
    return total


@pytest.fixture
def shop(company, written, clean, read):
    """Every entity of a clean tiny company, as rows of text."""
    folder = written(company("tiny", clean))
    names = company("tiny").scenario.switched_on
    return {name: read(folder / f"{name}.csv") for name in names}


def test_items_add_up_to_the_goods_of_every_order(shop):
    goods = {
        row["order_id"]: Decimal(row["total_price"])
        + Decimal(row["discount"])
        - Decimal(row["tax"])
        - Decimal(row["shipping"])
        for row in shop["orders"]
    }
    items = [
        row | {"value": str(int(row["quantity"]) * Decimal(row["unit_price"]))}
        for row in shop["order_items"]
    ]
    assert amounts(items, "order_id", "value") == goods
    assert len(items) > 1.25 * len(goods)
    assert all(Decimal(row["unit_price"]) > 0 for row in items)
    known = {row["sku"] for row in shop["products"]}
    assert len(known) == 20
    assert {row["sku"] for row in items} <= known


def test_refund_rows_add_up_to_order_refunds_and_come_later(shop):
    orders = {row["order_id"]: row for row in shop["orders"]}
    refunded = {
        order: Decimal(row["order_refunds"])
        for order, row in orders.items()
        if Decimal(row["order_refunds"]) > 0
    }
    assert amounts(shop["refunds"], "order_id", "amount") == refunded
    assert len(shop["refunds"]) > len(refunded) > 30
    for row in shop["refunds"]:
        refunded_at = dt.datetime.fromisoformat(row["refunded_at"])
        created_at = orders[row["order_id"]]["created_at"]
        assert refunded_at > dt.datetime.fromisoformat(created_at)


def test_payments_add_up_and_succeed_only_for_paid_orders(shop):
    prices = amounts(shop["orders"], "order_id", "total_price")
    assert amounts(shop["payments"], "order_id", "amount") == prices
    assert len(shop["payments"]) > len(prices)
    status = {row["order_id"]: row["status"] for row in shop["orders"]}
    for row in shop["payments"]:
        is_paid = status[row["order_id"]] in ("paid", "refunded", "partially_refunded")
        assert (row["status"] == "succeeded") == is_paid
        assert row["paid_at"]


def test_customers_sign_up_before_their_first_order(shop):
    signup = {row["customer_id"]: row["signup_date"] for row in shop["customers"]}
    assert len(signup) == len(shop["customers"])
    for row in shop["orders"]:
        assert signup[row["customer_id"]] <= row["created_at"][:10]
        assert signup[row["customer_id"]] == row["customer_created_at"][:10]


def test_other_entities_refer_to_what_exists(shop):
    known = {row["sku"] for row in shop["products"]}
    assert {row["sku"] for row in shop["inventory_snapshots"]} == known
    assert all(int(row["quantity_on_hand"]) >= 0 for row in shop["inventory_snapshots"])
    channels = {row["channel_id"] for row in shop["channels"]}
    assert {row["channel_id"] for row in shop["orders"]} == channels
    people = {row["customer_id"] for row in shop["customers"]}
    plans = shop["subscriptions"]
    assert {row["customer_id"] for row in plans} < people
    assert {row["status"] for row in plans} == {"active", "canceled"}
    for row in plans:
        assert (row["status"] == "canceled") == bool(row["canceled_at"])
        assert row["updated_at"] == (row["canceled_at"] or row["started_at"])
