"""TikTok Shop's orders export."""

from __future__ import annotations

import datetime as dt

from simulation.layouts.layout import Export, Layout, Sheet, all_items, money, username
from simulation.layouts.sales import Sale, Shop

#: A public guide with both header lines of Seller Center's export.
COLUMNS = (
    "Order ID,Order Status,Order Substatus,Cancelation/Return Type,Normal or Pre-order,SKU ID,"
    "Seller SKU,Product Name,Variation,Quantity,Sku Quantity of return,SKU Unit Original Price,"
    "SKU Subtotal Before Discount,SKU Platform Discount,SKU Seller Discount,"
    "SKU Subtotal After Discount,Shipping Fee After Discount,Original Shipping Fee,"
    "Shipping Fee Seller Discount,Shipping Fee Platform Discount,Payment platform discount,"
    "Retail Delivery Fee,Taxes,Order Amount,Order Refund Amount,Created Time,Paid Time,"
    "RTS Time,Shipped Time,Delivered Time,Cancelled Time,Cancel By,Cancel Reason,"
    "Fulfillment Type,Warehouse Name,Tracking ID,Delivery Option Type,Delivery Option,"
    "Shipping Provider Name,Buyer Message,Buyer Username,Recipient,Phone #,Country,State,City,"
    "Zipcode,Detail Address,Additional address information,House Name or Number,"
    "Delivery Instruction,Payment Method,Weight(kg),Product Category,Package ID,Seller Note,"
    "Shipping Information"
)
DESCRIPTIONS = {
    "Order ID": "Platform unique order ID.",
    "Order Status": "Current order status.",
    "SKU ID": "Platform SKU ID.",
    "Quantity": "SKU sold quantity in the order.",
    "SKU Unit Original Price": "1 SKU original price.",
    "Order Amount": "Order total amount paid by the buyer.",
    "Created Time": "Order created time.",
}


def _order_id(sale: Sale) -> str:
    return str(577_000_000_000_000_000 + sale.number)


def _clock(local: dt.datetime) -> str:
    return local.strftime("%m/%d/%Y %I:%M:%S %p\t")


def orders_csv(shop: Shop) -> Export:
    """Describe the columns in a line, then one row a product; ids and times end with a tab."""
    words = {"pending": "Unpaid", "cancelled": "Canceled", "voided": "Canceled"}
    sheet = Sheet(COLUMNS)
    sheet.no_sale(DESCRIPTIONS)
    for sale in shop.newest_first():
        paid = ("Completed", "Shipped", "To ship")[sale.number % 3]
        word = words.get(sale.status, "Completed" if sale.refunds else paid)
        order = {
            "Order ID": f"{_order_id(sale)}\t",
            "Order Status": word,
            "Normal or Pre-order": "Normal",
            "Shipping Fee After Discount": money(sale.shipping),
            "Taxes": money(sale.tax),
            "Order Amount": money(sale.gross, thousands=","),
            "Order Refund Amount": money(sale.refunded) if sale.refunds else "",
            "Created Time": _clock(sale.local),
            "Paid Time": _clock(sale.local) if sale.is_paid else "\t",
            "Cancelled Time": _clock(sale.local) if word == "Canceled" else "\t",
            "Buyer Username": sale.buyer.username,
            "Country": "United States",
        }
        discounts = sale.per_item(sale.discount)
        for index, item in enumerate(sale.items):
            # A part is given back for the first product only.
            is_back = sale.status == "refunded" or (sale.refunds and index == 0)
            kind = "Return/Refund" if is_back else "Cancel" if word == "Canceled" else ""
            line = {
                "Cancelation/Return Type": kind,
                "SKU ID": f"17{item.sku.removeprefix('SKU')}\t",
                "Seller SKU": item.sku,
                "Product Name": item.name,
                "Quantity": str(item.quantity),
                "SKU Unit Original Price": money(item.price, thousands=","),
                "SKU Subtotal Before Discount": money(item.total, thousands=","),
                "SKU Seller Discount": money(discounts[index]),
                "SKU Subtotal After Discount": money(item.total - discounts[index], thousands=","),
            }
            sheet.add(order | line)
    return sheet.export("\ufeff")


LAYOUTS = (
    Layout(
        name="tiktok_orders",
        title="TikTok Shop orders export",
        file_name="All order.csv",
        source="a public guide with both header lines (57 columns)",
        make=orders_csv,
        order_id=_order_id,
        customer=username,
        refunds="undated",
        is_by_shop_clock=True,
        lacks="dates of refunds; the currency",
        items=all_items,
    ),
)
