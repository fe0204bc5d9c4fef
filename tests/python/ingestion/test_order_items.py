"""A file of orders gives their items too: product, pieces and the price of one."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion import keeping, landing, mapping
from ingestion.outcome import Options
from tests.python.ingestion.order_lines import SHOPIFY, add, bad, landed
from tests.python.ingestion.test_known_exports import EXPORTS


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        # 27.48 after 2.50 of discount: 2 x 9.99 + 10.00
        ("shopify_orders.csv", {"1001": "29.98", "1002": "60.00", "1006": "25.00"}),
        # 398.50 of line items before 5.00 of discount; a gift card of 50.00
        ("shopify_json.json", {"1001": "398.50", "1003": "50.00", "1004": "20.25"}),
        ("shopify_bulk.jsonl", {"1001": "87.63", "1002": "60.75"}),
        # item_subtotal 10.00 + 20.00
        ("woocommerce_wt_lines.csv", {"1001": "30.00", "1002": "12.50"}),
        ("woocommerce_wt.csv", {"A-1": "8.00"}),
        # 1 x 10.00 + 2 x 10.00; what went back of 503 is no item
        ("woocommerce_advanced.csv", {"501": "30.00", "502": "60.00", "504": "20.00"}),
        ("woocommerce_json.json", {"727": "6.50", "732": "15.25"}),
        # Gross Sales 16.00 + 2.00
        ("square_items.csv", {"S1424Uqzz": "18.00", "S1425Uqzz": "1200.00"}),
        # item-price; the cancelled 18.00 of the second order is none
        ("amazon_orders.txt", {"111-0000001-0000001": "1089.90", "111-0000001-0000002": "52.00"}),
        ("amazon_date_range.csv", {"111-0000001-0000001": "1086.00"}),
        ("amazon_settlement.txt", {"111-0000001-0000001": "89.90"}),
        ("amazon_settlement_v1.txt", {"111-0000001-0000001": "1027.99"}),
        ("bigcommerce.csv", {"186": "132.50", "191": "132.50"}),
        ("etsy_items.csv", {"3812345672": "40.00", "3812345673": "1100.00"}),
        ("ebay_orders.csv", {"12-00001-00001": "60.00", "12-00001-00002": "50.00"}),
        ("mercado_libre.csv", {"2000001": "1400.00"}),
    ],
)
def test_items_add_up_to_what_their_order_lists(file: str, expected: dict[str, str]) -> None:
    settings = mapping.settings("acme", currency="USD", time_zone="America/New_York")
    (outcome,) = landing.add(EXPORTS / file, "acme", None, None, settings)
    amounts: defaultdict[str, Decimal] = defaultdict(Decimal)
    for order, _, quantity, price in landed():
        amounts[order] += Decimal(quantity) * Decimal(price)
    assert {order: amounts[order] for order in expected} == {
        order: Decimal(amount) for order, amount in expected.items()
    }
    assert not bad(outcome)


def test_a_line_without_a_sku_is_known_by_its_name_and_without_both_is_rejected(
    tmp_path: Path,
) -> None:
    outcome = add(
        tmp_path,
        [
            SHOPIFY,
            "#1,a@x.com,paid,USD,30.00,2026-04-01 10:00:00 +0000,1,Tee,10.00,TEE-S,0.00",
            "#1,a@x.com,,,,2026-04-01 10:00:00 +0000,2,Mug,5.00,,",
            "#1,a@x.com,,,,2026-04-01 10:00:00 +0000,1,,10.00,,",
        ],
    )
    assert landed() == [
        ("1", "TEE-S", "1", "10.00"), ("1", "Mug", "2", "5.00"), ("1", None, "1", "10.00"),
    ]  # fmt: skip
    assert bad(outcome) == [("sku", "missing_value", 1)]
    assert outcome.notes[-2:] == (
        "items: 3 lines, 4 units; sku ← Lineitem sku, else Lineitem name;"
        " quantity ← Lineitem quantity; unit_price ← Lineitem price",
        "items: 1 lines have no Lineitem sku: Lineitem name is their key",
    )


def test_pieces_that_were_not_sold_are_rejected_by_their_reason(tmp_path: Path) -> None:
    outcome = add(
        tmp_path,
        [
            SHOPIFY,
            "#1,a@x.com,paid,USD,30.00,2026-04-01 10:00:00 +0000,2.0,Tee,10.00,T,0.00",
            "#1,a@x.com,,,,2026-04-01 10:00:00 +0000,0,Mug,5.00,M,",
            "#1,a@x.com,,,,2026-04-01 10:00:00 +0000,-1,Cup,5.00,C,",
            "#1,a@x.com,,,,2026-04-01 10:00:00 +0000,,Hat,5.00,H,",
            "#1,a@x.com,,,,2026-04-01 10:00:00 +0000,1.5,Tea,5.00,I,",
        ],
    )
    assert [row[2] for row in landed()] == ["2", "0", "-1", None, "1.5"]
    assert sorted(bad(outcome)) == [
        ("quantity", "invalid_quantity", 2),
        ("quantity", "missing_value", 1),
        ("quantity", "negative_quantity", 1),
    ]
    assert "items: 5 lines, 4 units" in outcome.notes[-1]


def test_a_line_total_that_does_not_divide_is_rounded_and_said(tmp_path: Path) -> None:
    outcome = add(
        tmp_path,
        [
            "Order ID,Order Date,Product,Quantity,Line Total",
            "A1,2024-01-01,Pen,3,10.00",
            "A1,2024-01-01,Ink,4,10.00",
            "A2,2024-01-02,Pin,1000,4.00",
        ],
    )
    assert landed() == [
        ("A1", "Pen", "3", "3.333333"), ("A1", "Ink", "4", "2.50"), ("A2", "Pin", "1000", "0.004"),
    ]  # fmt: skip
    # 3 x 3.33 lacks 0.01, 1000 x 0.00 lacks 4.00.
    assert outcome.notes[-1] == (
        "items: on 2 lines the price of a unit is rounded to the cent, which changes what they come"
        " to by 4.01 in all; on 1 of them it is 0.00"
    )


def test_a_line_without_pieces_or_amount_has_no_price(tmp_path: Path) -> None:
    outcome = add(
        tmp_path,
        [
            "Order ID,Order Date,Product,Quantity,Line Total",
            "A1,2024-01-01,Pen,0,10.00",
            "A1,2024-01-01,Ink,2,",
            "A1,2024-01-01,Cap,2,7.00",
        ],
    )
    assert landed() == [
        ("A1", "Pen", "0", None), ("A1", "Ink", "2", None), ("A1", "Cap", "2", "3.50"),
    ]  # fmt: skip
    assert ("unit_price", "missing_value", 2) in bad(outcome)


@pytest.mark.parametrize("price", ["Price", "Sales Price"])
def test_what_a_price_is_of_is_what_the_totals_show(tmp_path: Path, price: str) -> None:
    header = f"Order ID,Order Date,Item Name,Quantity,{price},Order Total"
    of_unit = ["A1,2024-01-01,x,2,5.00,14.00", "A1,2024-01-01,y,1,4.00,14.00"]
    add(tmp_path, [header, *of_unit])
    assert landed() == [("A1", "x", "2", "5.00"), ("A1", "y", "1", "4.00")]
    of_line = ["A1,2024-01-01,x,2,5.00,9.00", "A1,2024-01-01,y,1,4.00,9.00"]
    keeping.forget("acme")
    add(tmp_path, [header, *of_line])
    assert landed() == [("A1", "x", "2", "2.50"), ("A1", "y", "1", "4.00")]


def test_where_nothing_tells_what_a_price_is_of_there_are_no_items(tmp_path: Path) -> None:
    header = "Order ID,Order Date,Item Name,Quantity,Price,Order Total"
    outcome = add(tmp_path, [header, "A1,2024-01-01,x,2,5.00,12.00"])
    assert "no items: is Price that of a unit or of the line?" in outcome.said
    assert landed() == []


def test_prices_in_cents_are_read_as_such(tmp_path: Path) -> None:
    lines = ["Order ID,Order Date,SKU,Quantity,Unit Price (cents)", "A1,2024-01-01,x,2,505"]
    add(tmp_path, lines, Options(scale="cents"))
    assert landed() == [("A1", "x", "2", "5.05")]
    keeping.forget("acme")
    header = "Order ID,Order Date,SKU,Quantity,Unit Price{},Order Total (cents)"
    rows = ["A1,2024-01-01,x,2,505,2010", "A1,2024-01-01,y,1,1000,2010"]
    add(tmp_path, [header.format(" (cents)"), *rows])
    assert landed() == [("A1", "x", "2", "5.05"), ("A1", "y", "1", "10.00")]
    # Where one name says cents and the other does not, nothing tells.
    outcome = add(tmp_path, [header.format(""), *rows])
    assert "no items: what is Unit Price counted in?" in outcome.said


def test_a_file_of_the_contracts_columns_gives_items_by_the_contracts_names(tmp_path: Path) -> None:
    header = "order_id,created_at,status,total_price,order_refunds,customer_id,sku,quantity"
    add(tmp_path, [f"{header},unit_price", "A1,2024-01-01,paid,12.00,0,c1,x,2,5.00"])
    assert landed() == [("A1", "x", "2", "5.00")]
    keeping.forget("acme")
    # A quantity without a price of one is the order's.
    add(tmp_path, [header, "A1,2024-01-01,paid,12.00,0,c1,x,2"])
    assert landed() == []


def test_invoice_lines_that_were_sold_are_items(tmp_path: Path) -> None:
    file = tmp_path / "invoices.csv"
    file.write_text(
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "536365,85123A,Holder,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n"
        "536366,22633,Warmer,-3,2010-12-01 08:28:00,0.0,,United Kingdom\n"
        "C536379,85123A,Holder,-1,2010-12-01 09:41:00,2.55,17850,United Kingdom\n"
    )
    (outcome,) = landing.add(
        file, "acme", None, mapping.load("online_retail"), mapping.settings("acme")
    )
    assert landed() == [("536365", "85123A", "6", "2.55")]
    assert "order_items: 1 rows give none: stock that was written off" in outcome.notes


def test_lines_in_cells_of_an_order_are_items(tmp_path: Path) -> None:
    outcome = add(
        tmp_path,
        [
            "order_id,order_number,order_date,status,order_total,order_currency,"
            "line_item_1,line_item_2",
            "1,A-1,2026-04-01 07:00:00,completed,22.00,USD,"
            "name:Mug: big|product_id:13|sku:|quantity:2|total:14.00|sub_total:16.00|tax:1.00,"
            "name:Tee|product_id:14|sku:T-1|quantity:1|total:8.00",
            "2,A-2,2026-04-01 08:00:00,checkout-draft,8.00,USD,"
            "name:Tee|product_id:14|sku:T-1|quantity:1|total:8.00|sub_total:8.00,",
            "3,A-3,2026-04-01 09:00:00,completed,5.00,USD,,",
        ],
    )
    # Before discounts, where the cell says so; those of a cart are none.
    assert sorted(landed()) == [("A-1", "Mug: big", "2", "8.00"), ("A-1", "T-1", "1", "8.00")]
    assert outcome.converted.excluded == {"cart that was never ordered": 1}
    assert (outcome.reports["orders"].row_count, outcome.converted.merged["orders"]) == (2, 0)


def test_products_in_one_cell_are_items_whatever_their_names_hold(tmp_path: Path) -> None:
    cell = (
        "Product ID: 7, Product Qty: 2, Product SKU: , Product Name: Cart, large | red, Product"
        " Weight: 1.0000, Product Unit Price: 1,200.50, Product Total Price: 2,401.00|"
        "Product ID: 8, Product Qty: 1, Product SKU: B-8, Product Name: Lid, Product"
        " Unit Price: 3.00"
    )
    header = "Order ID,Order Status,Order Date,Order Total (inc tax),Product Details"
    add(tmp_path, [header, f'1,Completed,13/04/2026,2404.00,"{cell}"'])
    assert sorted(landed()) == [
        ("1", "B-8", "1", "3.00"),
        ("1", "Cart, large | red", "2", "1200.50"),
    ]
