"""An order as Shopify shows it: a node of its GraphQL interface, an object of its REST one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from simulation.third_party.shop import ZONE, Order

_WORD = re.compile(r"[{}]|\w+|\((?:[^()\"]|\"[^\"]*\")*\)")


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _local(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def _set(amount: Decimal, order: Order) -> dict[str, Any]:
    # As Shopify writes it: 80.0, 35.5, 12.25.
    text = re.sub(r"(\.\d+?)0+$", r"\1", f"{amount:.2f}")
    money = {"amount": text, "currencyCode": order.currency}
    return {"shopMoney": money, "presentmentMoney": money}


def status(order: Order) -> str:
    """Return the financial status, as REST writes it."""
    if order.state != "paid":
        return {"unpaid": "pending", "cancelled": "voided"}.get(order.state, order.state)
    if not order.refunded:
        return "paid"
    return "refunded" if order.refunded >= order.total else "partially_refunded"


def node(order: Order) -> dict[str, Any]:
    """Return an order of the GraphQL interface, with all fields that the stand-in knows."""
    address = {"countryCodeV2": order.country, "country": order.country, "city": "Springfield"}
    return {
        "id": f"gid://shopify/Order/{order.number + 5_000_000}",
        "name": f"#{order.number}",
        "createdAt": _utc(order.at),
        "updatedAt": _utc(order.last_change),
        "cancelledAt": _utc(order.at) if order.state == "cancelled" else None,
        "test": order.is_test,
        "displayFinancialStatus": status(order).upper(),
        "currencyCode": order.currency,
        "sourceName": "web",
        "email": f"c{order.customer}@example.com" if order.customer else None,
        "customer": {"id": f"gid://shopify/Customer/{order.customer}"} if order.customer else None,
        "totalPriceSet": _set(order.total, order),
        "currentTotalPriceSet": _set(order.total - order.refunded, order),
        "totalRefundedSet": _set(order.refunded, order),
        "totalDiscountsSet": _set(order.discount, order),
        "totalTaxSet": _set(order.tax, order),
        "totalShippingPriceSet": _set(order.shipping, order),
        "billingAddress": address,
        "shippingAddress": address,
        "refunds": [
            {
                "id": f"gid://shopify/Refund/{one.number}",
                "createdAt": _utc(one.at),
                "totalRefundedSet": _set(Decimal(0) if one.is_failed else one.amount, order),
            }
            for one in order.refunds
        ],
        "lineItems": [
            {
                "id": f"gid://shopify/LineItem/{order.number}{place}",
                "title": item.title,
                "sku": item.sku or None,
                "quantity": item.quantity,
                "currentQuantity": item.quantity,
                "isGiftCard": False,
                "originalUnitPriceSet": _set(item.price, order),
            }
            for place, item in enumerate(order.items)
        ],
    }


def selected(query: str) -> dict[str, Any]:
    """Return the fields that a GraphQL query selects: nested, without arguments and aliases."""
    found: dict[str, Any] = {}
    above: list[dict[str, Any]] = []
    here, name = found, ""
    for word in _WORD.findall(query):
        if word == "{":
            above.append(here)
            here = here.setdefault(name, {}) if name else here
        elif word == "}":
            here = above.pop()
        elif not word.startswith("("):
            name = word
            here[name] = {}
    return found


def lines(order: Order, fields: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the lines of a bulk file: the order, then its items, which name it.

    Raises KeyError with the name of a field that there is not.
    """
    whole = node(order)
    asked = {name: below for name, below in fields.items() if name != "lineItems"}
    items = fields.get("lineItems", {}).get("edges", {}).get("node", {})
    below = [_of(item, items) | {"__parentId": whole["id"]} for item in whole["lineItems"] if items]
    return [_of(whole, asked), *below]


def _of(found: Any, fields: dict[str, Any]) -> Any:  # noqa: ANN401 - what JSON holds
    if isinstance(found, list):
        return [_of(one, fields) for one in found]
    if not isinstance(found, dict):
        return found
    return {name: _of(found[name], below) for name, below in fields.items()}


def resource(order: Order) -> dict[str, Any]:
    """Return an order of the REST interface; times are by the shop's clock, with its offset."""
    return {
        "id": order.number + 5_000_000,
        "name": f"#{order.number}",
        "email": f"c{order.customer}@example.com" if order.customer else "",
        "created_at": _local(order.at),
        "updated_at": _local(order.last_change),
        "cancelled_at": _local(order.at) if order.state == "cancelled" else None,
        "closed_at": None,
        "test": order.is_test,
        "financial_status": status(order),
        "currency": order.currency,
        "source_name": "web",
        "total_price": f"{order.total:.2f}",
        "current_total_price": f"{order.total - order.refunded:.2f}",
        "total_discounts": f"{order.discount:.2f}",
        "total_tax": f"{order.tax:.2f}",
        "total_shipping_price_set": {
            "shop_money": {"amount": f"{order.shipping:.2f}", "currency_code": order.currency}
        },
        "customer": {"id": order.customer} if order.customer else None,
        "billing_address": {"country_code": order.country, "city": "Springfield"},
        "line_items": [
            {
                "id": order.number * 10 + place,
                "sku": item.sku,
                "title": item.title,
                "quantity": item.quantity,
                "price": f"{item.price:.2f}",
                "gift_card": False,
            }
            for place, item in enumerate(order.items)
        ],
        "refunds": [
            {
                "id": one.number,
                "created_at": _local(one.at),
                "transactions": [
                    {
                        "kind": "refund",
                        "status": "failure" if one.is_failed else "success",
                        "amount": f"{one.amount:.2f}",
                    }
                ],
            }
            for one in order.refunds
        ],
    }
