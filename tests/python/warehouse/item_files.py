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


def add(built: Warehouse, folder: Path) -> None:
    """Add the companies, one for each question."""
    objects = folder / "objects.json"
    objects.write_text(OBJECTS)
    built.add(objects, "objects", "--currency", "EUR", "--time-zone", "UTC", "--accept-rejects")
