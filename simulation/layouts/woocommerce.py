"""WooCommerce's orders: a plugin's CSV export, and the programming interface."""

from __future__ import annotations

import json

from simulation.layouts.layout import (
    Export,
    Layout,
    Sheet,
    account,
    all_items,
    email,
    money,
    spread,
)
from simulation.layouts.sales import Sale, Shop

#: Advanced Order Export's default columns, as in its sample files.
COLUMNS = (
    "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),"
    "Last Name (Billing),City (Billing),State Code (Billing),Postcode (Billing),"
    "Country Code (Billing),Email (Billing),Phone (Billing),Payment Method Title,"
    "Cart Discount Amount,Order Subtotal Amount,Shipping Method Title,Order Shipping Amount,"
    "Order Refund Amount,Order Total Amount,Order Total Tax Amount,SKU,Item #,Name,"
    "Quantity (- Refund),Item Cost,Coupon Code,Discount Amount,Discount Amount Tax"
)
#: A partial refund leaves the status as it was.
STATUSES = {
    "paid": "completed",
    "partially_refunded": "completed",
    "refunded": "refunded",
    "pending": "on-hold",
    "cancelled": "cancelled",
    "voided": "failed",
}
WORDS = {"completed": "Completed", "refunded": "Refunded", "on-hold": "On hold"}
CARTS = 4


def _order_id(sale: Sale) -> str:
    return str(sale.number)


def orders_csv(shop: Shop) -> Export:
    """One row a line item, with the order's values on each; minutes of the shop's clock."""
    sheet = Sheet(COLUMNS)
    carts = spread(CARTS, shop.sales)
    for sale in shop.newest_first():
        status = STATUSES[sale.status]
        order = {
            "Order Number": _order_id(sale),
            "Order Status": WORDS.get(status, status.title()),
            "Order Date": sale.local.strftime("%Y-%m-%d %H:%M"),
            "First Name (Billing)": sale.buyer.name.split()[0],
            "Last Name (Billing)": sale.buyer.name.split()[-1],
            "Email (Billing)": sale.buyer.email,
            "Payment Method Title": "Credit Card (Stripe)",
            "Cart Discount Amount": money(sale.discount),
            "Order Subtotal Amount": money(sale.goods),
            "Order Shipping Amount": money(sale.shipping),
            "Order Refund Amount": money(sale.refunded),
            "Order Total Amount": money(sale.gross),
            "Order Total Tax Amount": money(sale.tax),
        }
        for index, item in enumerate(sale.items, start=1):
            left = 0 if sale.status == "refunded" else item.quantity
            line = {
                "SKU": item.sku,
                "Item #": str(index),
                "Name": item.name,
                "Quantity (- Refund)": str(left),
                "Item Cost": money(item.price),
            }
            sheet.add(order | line)
        if sale in carts:
            cart = {"Order Number": str(sale.number + 500_000), "Order Status": "Draft"}
            sheet.no_sale(order | cart)
    return sheet.export()


def orders_json(shop: Shop) -> Export:
    """GET /wc/v3/orders: one object an order; refunds are totals without a date."""
    carts = spread(CARTS, shop.sales)
    orders = []
    for sale in shop.newest_first():
        orders.append(_rest_order(shop, sale, sale.number, STATUSES[sale.status]))
        if sale in carts:
            orders.append(_rest_order(shop, sale, sale.number + 500_000, "checkout-draft"))
    return Export(json.dumps(orders, indent=1), len(orders), no_sale=len(carts))


def _rest_order(shop: Shop, sale: Sale, number: int, status: str) -> dict[str, object]:
    return {
        "id": number,
        "parent_id": 0,
        "number": str(number),
        "order_key": f"wc_order_{number}",
        "created_via": "checkout",
        "status": status,
        "currency": shop.currency,
        "date_created": sale.local.strftime("%Y-%m-%dT%H:%M:%S"),
        "date_created_gmt": sale.at.strftime("%Y-%m-%dT%H:%M:%S"),
        "discount_total": money(sale.discount),
        "shipping_total": money(sale.shipping),
        "total": money(sale.gross),
        "total_tax": money(sale.tax),
        "customer_id": 0 if sale.buyer.is_guest else sale.buyer.number,
        "billing": {"email": sale.buyer.email, "country": "US"},
        "payment_method": "stripe",
        "payment_method_title": "Credit Card (Stripe)",
        "line_items": [
            {
                "id": 10 * number + index,
                "name": item.name,
                "sku": item.sku,
                "quantity": item.quantity,
                "subtotal": money(item.total),
                "total": money(item.total),
                "price": item.price / 100,
            }
            for index, item in enumerate(sale.items)
        ],
        "refunds": [
            {"id": 700_000 + refund.number, "reason": "", "total": money(-refund.amount)}
            for refund in sale.refunds
        ],
    }


LAYOUTS = (
    Layout(
        name="woocommerce",
        title="WooCommerce orders export",
        file_name="orders-export.csv",
        source="Advanced Order Export For WooCommerce: its default columns and sample files",
        make=orders_csv,
        order_id=_order_id,
        customer=email,
        precision="minute",
        refunds="undated",
        is_by_shop_clock=True,
        lacks="seconds; dates of refunds; ids of customers (the e-mail tells them apart)",
        items=lambda sale: () if sale.status == "refunded" else sale.items,
    ),
    Layout(
        name="woocommerce_json",
        title="WooCommerce orders (REST)",
        file_name="wc-orders.json",
        source='WooCommerce REST API documentation, "Orders"',
        make=orders_json,
        order_id=_order_id,
        customer=account,
        refunds="undated",
        lacks="dates of refunds; guests (customer 0)",
        items=all_items,
    ),
)
