"""What stands beside orders: items, products, stock and payments, by the names of their columns."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion import landing
from ingestion.mapping import Settings
from ingestion.outcome import Outcome
from warehouse import paths
from warehouse.errors import PaidnetError

ORDERS = (
    "order_id,order_date,total_amount,customer_id,status",
    "A1,2024-01-01 10:00:00,20.00,c1,paid",
    "A2,2024-01-02 10:00:00,30.00,c2,paid",
    "A3,2024-01-03 10:00:00,40.00,,paid",
)
PAYMENTS = (
    "transaction_id,order_id,payment_method,amount,transaction_date,status",
    "T1,A1,Card,20.00,2024-01-01 10:00:05,SUCCESS",
    "T2,A2,Card,30.00,2024-01-02 10:00:05,SUCCESS",
)


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))


def add(folder: Path, name: str, lines: tuple[str, ...], entity: str | None = None) -> Outcome:
    """Add a file of a company."""
    file = folder / name
    file.write_text("\n".join(lines) + "\n")
    (outcome,) = landing.add(file, "acme", entity, None, Settings())
    return outcome


@pytest.mark.parametrize(
    ("lines", "entity", "row"),
    [
        (
            ("Variant SKU,Title,Type,Cost per item,Vendor", "#A1,Mug,Kitchen,$3.20,Potters"),
            "products",
            {"sku": "A1", "product_name": "Mug", "category": "Kitchen", "unit_cost": "3.20"},
        ),
        (
            ("sku,product_name,category,unit_cost,lead_time_days", "A1,Mug,Kitchen,3.20,21"),
            "products",
            {"sku": "A1", "unit_cost": "3.20", "lead_time_days": "21"},
        ),
        (
            ("Variant SKU,Title,Type,Cost per item,Lead time (days)", "A1,Mug,Kitchen,3.20,14.0"),
            "products",
            {"sku": "A1", "unit_cost": "3.20", "lead_time_days": "14"},
        ),
        (
            ("Order Number,Item SKU,Qty Ordered,Item Price", "#1001,A1,2,3.20"),
            "order_items",
            {"order_id": "1001", "sku": "A1", "quantity": "2", "unit_price": "3.20"},
        ),
        (
            ("SKU;Location;Date;Available", "A1;Berlin;31.12.2024;5"),
            "inventory_snapshots",
            {"sku": "A1", "warehouse_id": "Berlin", "snapshot_date": "2024-12-31"},
        ),
        (
            ("Channel,Platform,Commission Rate,Channel ID", "Amazon DE,Amazon,0.15,amz"),
            "channels",
            {"channel_id": "amz", "channel_name": "Amazon DE", "commission_rate": "0.15"},
        ),
    ],
)
def test_a_file_of_what_stands_beside_orders_says_what_it_is(
    tmp_path: Path, lines: tuple[str, ...], entity: str, row: dict[str, str]
) -> None:
    (landed,) = add(tmp_path, "file.csv", lines).landed
    assert landed.entity == entity
    (found,) = pq.read_table(paths.landing() / landed.path).to_pylist()
    assert found | row == found


def test_a_file_of_orders_stays_one_though_it_names_items(tmp_path: Path) -> None:
    lines = (
        "Order ID,Order Date,SKU,Quantity,Unit Price,Status",
        "A1,2024-01-01,x,1,5.00,paid",
        "A1,2024-01-01,y,2,3.00,paid",
    )
    entities = [one.entity for one in add(tmp_path, "orders.csv", lines).landed]
    assert entities == ["orders", "order_items"]


def test_orders_once_more_without_their_customers_are_a_question(tmp_path: Path) -> None:
    add(tmp_path, "orders.csv", ORDERS)
    with pytest.raises(PaidnetError, match=r"are these the payments or items of the orders of"):
        add(tmp_path, "payments.csv", PAYMENTS)
    (landed,) = add(tmp_path, "payments.csv", PAYMENTS, "payments").landed
    (first, _) = pq.read_table(paths.landing() / landed.path).to_pylist()
    assert (landed.entity, landed.row_count) == ("payments", 2)
    assert (first["payment_id"], first["order_id"], first["amount"]) == ("T1", "A1", "20.00")


def test_orders_do_not_lose_their_customers_to_a_later_file_without(tmp_path: Path) -> None:
    lines = (
        "order_id,sku,quantity,unit_price,created_at",
        "A1,x,1,20.00,2024-01-01 10:00:00",
        "A2,y,2,15.00,2024-01-09 10:00:00",
    )
    assert add(tmp_path, "items.csv", lines).landed[0].entity == "orders"
    with pytest.raises(PaidnetError, match="hold the payments or items of these") as error:
        add(tmp_path, "orders.csv", ORDERS)
    assert "2 orders in both, 2 with a customer in orders.csv and none in items.csv" in str(
        error.value
    )


def test_customers_come_with_a_newer_export(tmp_path: Path) -> None:
    guests = tuple(line.replace("c1", "").replace("c2", "") for line in ORDERS)
    add(tmp_path, "guests.csv", guests)
    later = (*ORDERS, "A4,2024-01-09 10:00:00,1.00,c3,paid")
    (outcome,) = [add(tmp_path, "orders.csv", later)]
    assert "this replaces 3 orders of guests.csv: 90.00 become 90.00" in outcome.notes


def test_payments_alone_are_orders_of_guests(tmp_path: Path) -> None:
    assert add(tmp_path, "payments.csv", PAYMENTS).landed[0].entity == "orders"
