"""The orders exports of Squarespace and Wix."""

from __future__ import annotations

from simulation.layouts.layout import Export, Layout, Sheet, all_items, email, money
from simulation.layouts.sales import Sale, Shop

#: Public exports; Squarespace help, "Exporting orders".
SQUARESPACE = (
    "Order ID,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,"
    "Shipping,Taxes,Amount Refunded,Total,Discount Code,Discount Amount,Shipping Method,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem variant,"
    "Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,"
    "Billing Address1,Billing Address2,Billing City,Billing Zip,Billing Province,"
    "Billing Country,Billing Phone,Shipping Name,Shipping Address1,Shipping Address2,"
    "Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Cancelled at,"
    "Private Notes,Channel Type,Channel Name,Channel Order Number,Payment Method,"
    "Payment Reference"
)
#: A public export of Wix (52 columns): several names stand twice.
WIX = (
    "Order number,Date created,Time,Fulfill by,Total order quantity,Contact email,"
    "Note from customer,Additional checkout info,Item,Variant,SKU,Qty,Quantity refunded,Price,"
    "Weight,Custom text,Deposit amount,Delivery method,Delivery time,Recipient name,"
    "Recipient phone,Recipient company name,Delivery country,Delivery state,"
    "Delivery state name,Delivery city,Delivery address,Delivery zip/postal code,Billing name,"
    "Billing phone,Billing company name,Delivery country,Delivery state,Delivery state name,"
    "Delivery city,Delivery address,Delivery zip/postal code,Payment status,Payment method,"
    "Coupon code,Gift card amount,Shipping rate,Total tax,Total,Currency,Refunded amount,"
    "Net amount,Additional fees,Fulfillment status,Tracking number,Fulfillment service,"
    "Shipping label"
)


def _wix_id(sale: Sale) -> str:
    return str(sale.number)


def squarespace(shop: Shop) -> Export:
    """One row a line item; further rows have the order's id and the item only."""
    words = {"pending": "PENDING", "cancelled": "CANCELED", "voided": "CANCELED"}
    sheet = Sheet(SQUARESPACE)
    for sale in shop.newest_first():
        word = words.get(sale.status, "REFUNDED" if sale.status == "refunded" else "PAID")
        clock = sale.local.strftime("%Y-%m-%d %H:%M:%S %z")
        first = {
            "Email": sale.buyer.email,
            "Financial Status": word,
            "Paid at": clock if sale.is_paid else "",
            "Currency": shop.currency,
            "Subtotal": money(sale.goods),
            "Shipping": money(sale.shipping),
            "Taxes": money(sale.tax),
            "Amount Refunded": money(sale.refunded),
            "Total": money(sale.gross),
            "Discount Amount": money(sale.discount),
            "Created at": clock,
            "Cancelled at": clock if word == "CANCELED" else "",
            "Channel Type": "web",
            "Payment Method": "Stripe",
        }
        for index, item in enumerate(sale.items):
            line = {
                "Order ID": _squarespace_id(sale),
                "Lineitem quantity": str(item.quantity),
                "Lineitem name": item.name,
                "Lineitem price": money(item.price),
                "Lineitem sku": item.sku,
                "Lineitem fulfillment status": "fulfilled" if sale.is_paid else "pending",
            }
            sheet.add(line | (first if index == 0 else {}))
    sheet.no_sale({})
    return sheet.export()


def _squarespace_id(sale: Sale) -> str:
    return f"{sale.number:05d}"


def wix(shop: Shop) -> Export:
    """One row an item, everything quoted, the order's values on each."""
    words = {
        "paid": "Paid",
        "partially_refunded": "Partially Refunded",
        "refunded": "Refunded",
        "pending": "Unpaid",
        "cancelled": "Declined/Canceled",
        "voided": "Declined/Canceled",
    }
    sheet = Sheet(WIX, is_quoted=True)
    for sale in shop.newest_first():
        order = {
            "Order number": _wix_id(sale),
            "Date created": f"{sale.local:%b} {sale.local.day}, {sale.local:%Y}",
            "Time": f"{sale.local:%I:%M:%S %p}".lstrip("0"),
            "Total order quantity": str(sum(item.quantity for item in sale.items)),
            "Contact email": sale.buyer.email,
            "Billing name": sale.buyer.name,
            "Payment status": words[sale.status],
            "Payment method": "Credit Card",
            "Shipping rate": money(sale.shipping),
            "Total tax": money(sale.tax),
            "Total": money(sale.gross),
            "Currency": shop.currency,
            "Refunded amount": money(sale.refunded),
            "Net amount": money(sale.gross - sale.refunded),
        }
        for item in sale.items:
            line = {"Item": item.name, "SKU": item.sku, "Qty": str(item.quantity)}
            sheet.add(order | line | {"Price": money(item.price)})
    return sheet.export()


LAYOUTS = (
    Layout(
        name="squarespace",
        title="Squarespace orders export",
        file_name="orders.csv",
        source='public exports; Squarespace help, "Exporting orders"',
        make=squarespace,
        order_id=_squarespace_id,
        customer=email,
        refunds="undated",
        lacks="dates of refunds; ids of customers (the e-mail tells them apart)",
        items=all_items,
    ),
    Layout(
        name="wix",
        title="Wix orders export",
        file_name="Orders.csv",
        source="a public export (52 columns)",
        make=wix,
        order_id=_wix_id,
        customer=email,
        refunds="undated",
        is_by_shop_clock=True,
        lacks="dates of refunds; ids of customers (the e-mail tells them apart)",
        items=all_items,
    ),
)
