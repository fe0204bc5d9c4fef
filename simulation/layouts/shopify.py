"""Shopify's orders: the admin's CSV export, and its two programming interfaces."""

from __future__ import annotations

import datetime as dt
import json

from simulation.layouts.layout import (
    Export,
    Layout,
    Sheet,
    account,
    account_email,
    all_items,
    money,
)
from simulation.layouts.sales import Sale, Shop

#: Public exports of 2023 to 2026 (79 columns); Shopify help, "Exporting orders".
COLUMNS = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,"
    "Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,"
    "Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,"
    "Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,"
    "Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,"
    "Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,"
    "Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,"
    "Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,"
    "Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,"
    "Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,"
    "Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,"
    "Payment ID,Payment Terms Name,Next Payment Due At,Payment References"
)
ID = 5_450_000_000_000


def _order_id(sale: Sale) -> str:
    return f"#{sale.number}"


def _status(sale: Sale) -> str:
    # An order that is cancelled before it is paid is voided, or stays pending if paid by hand.
    unpaid = "voided" if sale.number % 3 else "pending"
    return {"voided": "voided", "cancelled": unpaid}.get(sale.status, sale.status)


def _cancelled(sale: Sale) -> dt.datetime | None:
    is_cancelled = sale.status in ("cancelled", "voided")
    return sale.local + dt.timedelta(hours=1) if is_cancelled else None


def _clock(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S %z")


def orders_csv(shop: Shop) -> Export:
    """One row a line item, newest order first; an order's values stand on its first row."""
    sheet = Sheet(COLUMNS)
    for sale in shop.newest_first(tests=True):
        is_test, cancelled = shop.is_test(sale), _cancelled(sale)
        email = "" if sale.buyer.is_guest else sale.buyer.email
        outstanding = sale.gross if _status(sale) == "pending" else 0
        first = {
            "Financial Status": _status(sale),
            "Paid at": _clock(sale.local) if sale.is_paid else "",
            "Fulfillment Status": "fulfilled" if sale.is_paid else "unfulfilled",
            "Accepts Marketing": "no",
            "Currency": shop.currency,
            "Subtotal": money(sale.goods - sale.discount),
            "Shipping": money(sale.shipping),
            "Taxes": money(sale.tax),
            "Total": money(sale.gross),
            "Discount Code": "WELCOME" if sale.discount else "",
            "Discount Amount": money(sale.discount),
            "Shipping Method": "Standard",
            "Billing Name": sale.buyer.name,
            "Cancelled at": _clock(cancelled) if cancelled else "",
            "Payment Method": "bogus" if is_test else "Shopify Payments",
            "Refunded Amount": money(sale.refunded),
            "Outstanding Balance": money(outstanding),
            "Id": str(ID + sale.number),
            "Risk Level": "Low",
            "Source": "web",
            "Tax 1 Name": "State Tax" if sale.tax else "",
            "Tax 1 Value": money(sale.tax) if sale.tax else "",
        }
        for index, item in enumerate(sale.items):
            line = {
                "Name": _order_id(sale),
                "Email": email,
                "Created at": _clock(sale.local),
                "Lineitem quantity": str(item.quantity),
                "Lineitem name": item.name,
                "Lineitem price": money(item.price),
                "Lineitem sku": item.sku,
                "Lineitem requires shipping": "true",
                "Lineitem taxable": "true",
                "Lineitem fulfillment status": "fulfilled" if sale.is_paid else "pending",
                "Lineitem discount": "0.00",
                "Vendor": shop.name,
            }
            is_first = index == 0
            sheet.add(line | (first if is_first else {}), is_test=is_test and is_first)
    return sheet.export()


def orders_json(shop: Shop) -> Export:
    """GET /admin/api/orders.json: one object an order, its items and refunds within."""
    orders = [_rest_order(shop, sale) for sale in shop.newest_first(tests=True)]
    return Export(json.dumps({"orders": orders}, indent=1), len(orders), tests=len(shop.tests))


def _rest_order(shop: Shop, sale: Sale) -> dict[str, object]:
    buyer, cancelled = sale.buyer, _cancelled(sale)
    customer = {"id": 7_200_000_000_000 + buyer.number, "email": buyer.email}
    shipping = {"amount": money(sale.shipping), "currency_code": shop.currency}
    return {
        "id": ID + sale.number,
        "name": _order_id(sale),
        "order_number": sale.number,
        "email": "" if buyer.is_guest else buyer.email,
        "created_at": sale.local.isoformat(),
        "cancelled_at": cancelled.isoformat() if cancelled else None,
        "test": shop.is_test(sale),
        "currency": shop.currency,
        "financial_status": _status(sale),
        "subtotal_price": money(sale.goods - sale.discount),
        "total_discounts": money(sale.discount),
        "total_tax": money(sale.tax),
        "total_shipping_price_set": {"shop_money": shipping, "presentment_money": shipping},
        "total_price": money(sale.gross),
        "current_total_price": money(sale.gross - sale.refunded),
        "source_name": "pos" if buyer.is_guest else "web",
        "customer": None if buyer.is_guest else customer,
        "line_items": [
            {
                "id": 100 * sale.number + index,
                "sku": item.sku,
                "name": item.name,
                "title": item.name,
                "quantity": item.quantity,
                "price": money(item.price),
                "gift_card": False,
            }
            for index, item in enumerate(sale.items)
        ],
        "refunds": [
            {
                "id": 900_000_000 + refund.number,
                "created_at": refund.local.isoformat(),
                "refund_line_items": [],
                "transactions": [
                    # Now and then the first attempt fails.
                    {"kind": "refund", "status": status, "amount": money(refund.amount)}
                    for status in ("failure", "success")[refund.number % 4 != 0 :]
                ],
            }
            for refund in sale.refunds
        ]
        + _void(sale),
    }


def _void(sale: Sale) -> list[dict[str, object]]:
    # A cancelled authorization is a refund too, whose transaction gives nothing back.
    if sale.status != "voided":
        return []
    transaction = {"kind": "void", "status": "success", "amount": money(sale.gross)}
    at = (sale.local + dt.timedelta(hours=1)).isoformat()
    return [{"id": 800_000_000 + sale.number, "created_at": at, "transactions": [transaction]}]


def bulk_jsonl(shop: Shop) -> Export:
    """Write a bulk operation: a line an order, then its items, each naming its order."""
    lines: list[dict[str, object]] = []
    details = 0
    for sale in shop.newest_first(tests=True):
        order = f"gid://shopify/Order/{ID + sale.number}"
        lines.append(_graphql_order(shop, sale, order))
        for index, item in enumerate(sale.items):
            lines.append(
                {
                    "id": f"gid://shopify/LineItem/{100 * sale.number + index}",
                    "title": item.name,
                    "sku": item.sku,
                    "quantity": item.quantity,
                    "originalUnitPriceSet": _bag(shop, item.price),
                    "__parentId": order,
                }
            )
        if sale.discount:
            details += 1
            lines.append({"allocationMethod": "ACROSS", "code": "WELCOME", "__parentId": order})
    text = "".join(json.dumps(line) + "\n" for line in lines)
    return Export(text, len(lines), no_sale=details, tests=len(shop.tests))


def _graphql_order(shop: Shop, sale: Sale, order: str) -> dict[str, object]:
    buyer, cancelled = sale.buyer, _cancelled(sale)
    return {
        "id": order,
        "name": _order_id(sale),
        "createdAt": _utc(sale.at),
        "cancelledAt": _utc(cancelled) if cancelled else None,
        "test": shop.is_test(sale),
        "displayFinancialStatus": _status(sale).upper(),
        "currencyCode": shop.currency,
        "totalPriceSet": _bag(shop, sale.gross),
        "currentTotalPriceSet": _bag(shop, sale.gross - sale.refunded),
        "totalRefundedSet": _bag(shop, sale.refunded),
        "totalTaxSet": _bag(shop, sale.tax),
        "totalDiscountsSet": _bag(shop, sale.discount),
        "totalShippingPriceSet": _bag(shop, sale.shipping),
        "customer": None if buyer.is_guest else {"id": f"gid://shopify/Customer/{buyer.number}"},
        "refunds": [
            {
                "id": f"gid://shopify/Refund/{900_000_000 + refund.number}",
                "createdAt": _utc(refund.at),
                "totalRefundedSet": _bag(shop, refund.amount),
            }
            for refund in sale.refunds
        ],
    }


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bag(shop: Shop, cents: int) -> dict[str, object]:
    # GraphQL writes money without trailing zeros: "60.0", "87.5".
    one = {"amount": str(cents / 100), "currencyCode": shop.currency}
    return {"shopMoney": one, "presentmentMoney": one}


LAYOUTS = (
    Layout(
        name="shopify_orders",
        title="Shopify orders export",
        file_name="orders_export_1.csv",
        source='public exports (79 columns); Shopify help, "Exporting orders"',
        make=orders_csv,
        order_id=_order_id,
        customer=account_email,
        refunds="undated",
        lacks="dates of refunds; ids of customers (the e-mail tells them apart)",
        items=all_items,
    ),
    Layout(
        name="shopify_json",
        title="Shopify orders (REST)",
        file_name="orders.json",
        source='Shopify documentation, "Order" of the Admin REST API',
        make=orders_json,
        order_id=_order_id,
        customer=account,
        refunds="dated",
        items=all_items,
    ),
    Layout(
        name="shopify_bulk",
        title="Shopify orders (GraphQL)",
        file_name="bulk_orders.jsonl",
        source='Shopify documentation, "Bulk operations" and "Order" of the Admin GraphQL API',
        make=bulk_jsonl,
        order_id=_order_id,
        customer=account,
        refunds="dated",
        records=("orders", "order_items"),
        items=all_items,
    ),
)
