"""Which lines of orders land as items, and what becomes of them later."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion import keeping, landing, manifest, mapping
from ingestion.outcome import Options
from tests.python.ingestion.order_lines import LINES, SHOPIFY, add, bad, landed
from tests.python.ingestion.test_known_exports import EXPORTS
from warehouse import paths


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))


def test_lines_that_the_mapping_leaves_out_are_counted(tmp_path: Path) -> None:
    settings = mapping.settings("acme", currency="EUR", time_zone="Europe/Berlin")
    (outcome,) = landing.add(EXPORTS / "amazon_orders.txt", "acme", None, None, settings)
    # A cancelled order and a pending one.
    assert "order_items: 2 rows give none: line without a price" in outcome.notes
    assert not bad(outcome)
    (_, items) = sorted(outcome.landed, key=lambda line: line.entity, reverse=True)
    # 9 rows: 5 items, 1 of another shop, 1 cancelled of a shipped order, and the 2.
    assert (items.read_count, items.row_count, items.other_count) == (9, 5, 2)


def test_lines_of_what_came_back_are_no_items(tmp_path: Path) -> None:
    outcome = add(
        tmp_path,
        [
            LINES,
            "A1,2024-01-01,x,2,5.00,paid",
            "A1,2024-01-01,y,1,4.00,paid",
            "C2,2024-01-05,x,-1,5.00,paid",
            # In exchange for it: the order as a whole gave money back.
            "C2,2024-01-05,y,1,4.00,paid",
        ],
    )
    assert landed() == [("A1", "x", "2", "5.00"), ("A1", "y", "1", "4.00")]
    assert {line.entity: line.row_count for line in outcome.landed} == {
        "orders": 1, "refunds": 1, "order_items": 2,
    }  # fmt: skip
    assert "items: 2 lines of what came back, which were not sold" in outcome.notes


def test_a_row_of_an_order_that_gives_money_back_is_no_item(tmp_path: Path) -> None:
    own = """
description: Rows with their own amount.
tables:
  orders:
    columns: {order_id: id, created_at: day, status: {constant: paid}, total_price: amount,
      order_refunds: {constant: ""}, customer_id: {constant: ""}}
  order_items:
    columns: {order_id: id, sku: sku, quantity: pieces, unit_price: price}
"""
    lines = ["id,day,amount,sku,pieces,price", "A1,2024-01-01,10,x,2,5", "A1,2024-01-02,-5,x,1,5"]
    add(tmp_path, lines, own=own, repeat_policy="sum")
    assert landed() == [("A1", "x", "2", "5")]


def test_lines_that_were_not_paid_give_no_items(tmp_path: Path) -> None:
    lines = [LINES, "A1,2024-01-01,x,2,5.00,paid", "A1,2024-01-01,y,1,4.00,cancelled"]
    outcome = add(tmp_path, [*lines, "A2,2024-01-01,y,1,4.00,paid"])
    assert outcome.converted.excluded == {"line that was not paid": 1}
    assert landed() == [("A1", "x", "2", "5.00"), ("A2", "y", "1", "4.00")]


def test_an_export_without_lines_gives_none_and_is_not_refused(tmp_path: Path) -> None:
    line = "#1,a@x.com,paid,USD,30.00,2026-04-01 10:00:00 +0000"
    outcome = add(tmp_path, [SHOPIFY.partition(",Lineitem")[0], line])
    assert [one.entity for one in outcome.landed] == ["orders"]
    assert "items: none, as the file has no column Lineitem sku" in outcome.notes


def test_each_company_of_a_file_has_its_own_items(tmp_path: Path) -> None:
    file = tmp_path / "both.csv"
    lines = [f"{LINES},Shop", "A1,2024-01-01,x,2,5.00,paid,1", "A1,2024-01-01,y,1,4.00,paid,2"]
    file.write_text("\n".join(lines) + "\n")
    options = Options(company_column="Shop")
    landing.add(file, "acme", None, None, mapping.settings("acme"), options)
    assert {
        line.company_id: line.row_count for line in manifest.read() if line.entity == "order_items"
    } == {"acme_1": 1, "acme_2": 1}


def test_items_go_the_way_of_their_upload(tmp_path: Path) -> None:
    lines = [LINES, "A1,2024-01-01,x,2,5.00,paid", "A2,2024-01-02,y,1,4.00,paid"]
    add(tmp_path, lines)
    (file,) = paths.landing().glob("order_items/acme/*.parquet")
    file.unlink()
    assert len(list(keeping.land_again("acme"))) == 1
    assert [row[0] for row in landed()] == ["A1", "A2"]
    # Another mapping of the same file gives no items: those of before are gone.
    own = """
description: Orders only.
columns: {order_id: Order ID, created_at: Order Date, status: Status,
  total_price: {amount: "[Quantity] * [Unit Price]"}, order_refunds: {constant: ""},
  customer_id: {constant: ""}}
"""
    add(tmp_path, lines, own=own)
    assert landed() == []
    add(tmp_path, lines)
    assert {line.entity for line in keeping.remove("orders.csv", "acme")} == {
        "orders", "order_items",
    }  # fmt: skip
    assert landed() == []
    add(tmp_path, lines)
    keeping.forget("acme")
    assert not list(paths.landing().glob("order_items/*/*"))


def test_items_of_an_order_that_was_deleted_go_with_it(tmp_path: Path) -> None:
    lines = [
        LINES,
        *(f"A{n},2024-01-0{n},x,{n},5.00,paid" for n in range(1, 5)),
    ]
    add(tmp_path, lines, name="old.csv")
    newer = [line for line in lines if not line.startswith("A2")]
    outcome = add(tmp_path, newer, Options(full_export=True), name="new.csv")
    assert "1 orders of old.csv are gone: deleted in the shop" in outcome.notes
    assert "1 items of old.csv are gone: deleted in the shop" in outcome.notes
    assert sorted(row[0] for row in landed()) == ["A1", "A1", "A3", "A3", "A4", "A4"]
    assert {(one.file, one.entity): one.row_count for one in manifest.read()} == {
        ("old.csv", "orders"): 3, ("old.csv", "order_items"): 3,
        ("new.csv", "orders"): 3, ("new.csv", "order_items"): 3,
    }  # fmt: skip


def test_items_that_share_a_line_are_left_out_where_they_cannot_be_used(tmp_path: Path) -> None:
    items = [
        {"sku": "A", "quantity": 0, "price": "1.00"},
        {"sku": "", "title": "", "quantity": 2, "price": "1.00"},
        {"sku": "B", "quantity": 1, "price": "30.00"},
        {"sku": "C", "quantity": 3},
        {"sku": "", "title": "Mug", "quantity": 2, "price": "4.00"},
    ]
    order = {
        "id": 1, "name": "#1", "created_at": "2026-04-01T10:00:00Z", "financial_status": "paid",
        "total_price": "38.00", "line_items": items, "refunds": [], "email": "a@x.com",
    }  # fmt: skip
    outcome = add(tmp_path, [json.dumps([order])], name="orders.json")
    assert sorted(landed()) == [("1", "B", "1", "30.00"), ("1", "Mug", "2", "4.00")]
    assert not bad(outcome)
    assert [note for note in outcome.notes if "left out" in note] == [
        "items: 1 lines left out, as quantity: invalid quantity (first on line 1)",
        "items: 1 lines left out, as sku: missing value (first on line 1)",
        "items: 1 lines left out, as unit price: missing value (first on line 1)",
    ]
