"""Companies whose items and refunds are odd to tell apart: files of a few orders each."""

from __future__ import annotations

import json
from pathlib import Path

from tests.python.conftest import Warehouse


def _order(number: int, refunds: dict[int, str], **lines: int) -> dict:
    """Return an order as Shopify gives it: lines of 10 each by SKU, refunds of 1 by their day."""
    paid_back = [{"kind": "refund", "status": "success", "amount": "1.00"}]
    return {
        "id": number, "name": f"#{number}", "created_at": f"2024-01-0{number}T10:00:00Z",
        "financial_status": "paid", "total_price": f"{10 * sum(lines.values())}.00",
        "currency": "EUR", "email": f"{number}@x.com",
        "line_items": [{"sku": s, "quantity": n, "price": "10.00"} for s, n in lines.items()],
        "refunds": [{"id": key, "created_at": day, "transactions": paid_back}
                    for key, day in refunds.items()],
    }  # fmt: skip


#: Orders as objects: one line each, whatever they hold.
OBJECTS = json.dumps(
    [
        _order(1, {11: "yesterday", 12: "some day"}, mug=2, jar=1),
        _order(2, {13: "2024-01-05T10:00:00Z", 14: "2024-01-06T10:00:00Z"}, mug=2),
    ]
)

#: Each row is an order of its own, whatever its id: two of them are A1.
KEPT = """Order ID,Order Date,SKU,Quantity,Total,Unit Price,Status
A1,2024-01-01,mug,2,10.00,5.00,paid
A1,2024-01-02,jar,1,4.00,4.00,paid
A2,2024-01-03,jar,1,4.00,4.00,paid
"""
#: Items and payments of such orders, in files of their own.
KEPT_ITEMS = """order_id,sku,quantity,unit_price
A1,lid,1,4.00
A2,pot,1,4.00
A9,pot,1,3.00
"""
KEPT_PAYMENTS = """payment_id,order_id,payment_method,amount,paid_at,status
P1,A1,card,10.00,2024-01-01T10:00:00Z,success
P2,A2,card,4.00,2024-01-03T10:00:00Z,success
"""

#: A file of items, and then an export of orders with lines: A1 adds up in both, A2 in the lines.
OWN_ITEMS = """order_id,sku,quantity,unit_price
A1,MUG-1,1,15.00
A2,JAR-1,1,12.00
"""
LINES = """Order ID,Order Date,SKU,Quantity,Unit Price,Status
A1,2024-01-01,mug,3,5.00,paid
A2,2024-01-02,jar,2,5.00,paid
A3,2024-01-02,jar,2,5.00,paid
"""


def add(built: Warehouse, folder: Path) -> None:
    """Add the companies, one for each question."""
    objects = folder / "objects.json"
    objects.write_text(OBJECTS)
    built.add(objects, "objects", "--currency", "EUR", "--time-zone", "UTC", "--accept-rejects")
    kept = ("--currency", "EUR", "--time-zone", "UTC", "--repeat-policy", "keep")
    for company in ("kept", "keptapart"):
        orders = folder / f"{company}.csv"
        orders.write_text(KEPT if company == "kept" else KEPT.replace(",SKU,", ",Color,"))
        built.add(orders, company, *kept)
    for entity, text in (("order_items", KEPT_ITEMS), ("payments", KEPT_PAYMENTS)):
        file = folder / f"{entity}.csv"
        file.write_text(text)
        built.add(file, "keptapart", "--entity", entity)
    for name, text in (("items", OWN_ITEMS), ("lines", LINES)):
        file = folder / f"own_{name}.csv"
        file.write_text(text)
        built.add(file, "twice", "--currency", "EUR", "--time-zone", "UTC")
