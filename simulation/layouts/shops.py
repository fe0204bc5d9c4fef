"""The admin exports of Magento, BigCommerce and PrestaShop."""

from __future__ import annotations

from simulation.layouts.layout import (
    Export,
    Layout,
    Sheet,
    account,
    account_email,
    all_items,
    dollars,
    money,
    spread,
)
from simulation.layouts.sales import Sale, Shop

#: Columns of Magento's sales_order_grid in the admin's order.
MAGENTO = (
    "ID,Purchase Point,Purchase Date,Bill-to Name,Ship-to Name,Grand Total (Base),"
    "Grand Total (Purchased),Status,Billing Address,Shipping Address,Shipping Information,"
    "Customer Email,Customer Group,Subtotal,Shipping and Handling,Customer Name,Payment Method,"
    "Total Refunded,Allocated sources,Pickup Location Code,Braintree Transaction Source,"
    "Dispute State"
)
#: Public exports of BigCommerce, with the chosen column Order Time.
BIGCOMMERCE = (
    "Order ID,Customer ID,Customer Name,Customer Email,Customer Phone,Order Date,Order Time,"
    "Order Status,Subtotal (inc tax),Subtotal (ex tax),Tax Total,Shipping Cost (inc tax),"
    "Shipping Cost (ex tax),Ship Method,Handling Cost (inc tax),Handling Cost (ex tax),"
    "Store Credit Redeemed,Gift Certificate Amount Redeemed,Gift Certificate Code,Coupon Details,"
    "Order Total (inc tax),Order Total (ex tax),Payment Method,Total Quantity,Total Shipped,"
    "Date Shipped,Order Currency Code,Exchange Rate,Billing Country,Billing Email,"
    "Product Details,Refund Amount,Channel ID,Channel Name"
)
#: PrestaShop's orders grid in English.
PRESTASHOP = "ID,Reference,New client,Delivery,Customer,Total,Payment,Status,Date"
GIFT_CERTIFICATE = 10_00


def _number(sale: Sale) -> str:
    return str(sale.number)


def magento_grid(shop: Shop) -> Export:
    """One row an order; hours to 24 with AM or PM after them."""
    words = {"refunded": "Closed", "pending": "Pending", "cancelled": "Canceled"}
    sheet = Sheet(MAGENTO)
    for sale in shop.newest_first():
        word = words.get(sale.status, "Canceled" if sale.status == "voided" else "Complete")
        total = money(sale.gross, thousands=",")
        row = {
            "ID": _magento_id(sale),
            "Purchase Point": "Main Website",
            "Purchase Date": f"{sale.local:%b} {sale.local.day}, {sale.local:%Y %H:%M:%S %p}",
            "Bill-to Name": sale.buyer.name,
            "Grand Total (Base)": total,
            "Grand Total (Purchased)": total,
            "Status": word,
            "Customer Email": sale.buyer.email,
            "Customer Group": "NOT LOGGED IN" if sale.buyer.is_guest else "General",
            "Subtotal": money(sale.goods, thousands=","),
            "Shipping and Handling": money(sale.shipping),
            "Payment Method": "Credit Card",
            "Total Refunded": money(sale.refunded, thousands=",") if sale.refunds else "",
        }
        sheet.add(row)
    return sheet.export()


def _magento_id(sale: Sale) -> str:
    return f"{sale.number:09d}"


def bigcommerce(shop: Shop) -> Export:
    """One row an order; a gift certificate that paid is no part of the total."""
    words = {
        "paid": "Completed",
        "partially_refunded": "Partially Refunded",
        "refunded": "Refunded",
        "pending": "Awaiting Payment",
        "cancelled": "Cancelled",
        "voided": "Declined",
    }
    sheet = Sheet(BIGCOMMERCE)
    unfinished = spread(4, shop.sales)
    for sale in shop.newest_first():
        redeemed = GIFT_CERTIFICATE if sale.number % 11 == 0 and sale.gross > 20_00 else 0
        details = "|".join(
            f"Product ID: {100 + index}, Product Qty: {item.quantity}, Product SKU: {item.sku}, "
            f"Product Name: {item.name}, Product Unit Price: {money(item.price)}, "
            f"Product Total Price: {money(item.total)}"
            for index, item in enumerate(sale.items)
        )
        row = {
            "Order ID": _number(sale),
            "Customer ID": "0" if sale.buyer.is_guest else str(sale.buyer.number),
            "Customer Name": sale.buyer.name,
            "Customer Email": sale.buyer.email,
            "Order Date": sale.local.strftime("%m/%d/%Y"),
            "Order Time": sale.local.strftime("%H:%M:%S"),
            "Order Status": words[sale.status],
            "Tax Total": money(sale.tax),
            "Shipping Cost (inc tax)": money(sale.shipping),
            "Store Credit Redeemed": "0.0000",
            "Gift Certificate Amount Redeemed": f"{redeemed / 100:.4f}",
            "Order Total (inc tax)": money(sale.gross - redeemed),
            "Order Total (ex tax)": money(sale.gross - redeemed - sale.tax),
            "Payment Method": "Credit Card",
            "Order Currency Code": shop.currency,
            "Billing Country": "United States",
            "Product Details": details,
            "Refund Amount": money(sale.refunded),
        }
        sheet.add(row)
        if sale in unfinished:
            again = {"Order ID": str(sale.number + 500_000), "Order Status": "Incomplete"}
            sheet.no_sale(row | again)
    return sheet.export()


def prestashop(shop: Shop) -> Export:
    """One row an order, separated by semicolons; a partial refund is not seen."""
    words = {
        "refunded": "Refunded",
        "pending": "Awaiting bank wire payment",
        "cancelled": "Canceled",
        "voided": "Payment error",
    }
    sheet = Sheet(PRESTASHOP, delimiter=";")
    for sale in shop.newest_first():
        paid = ("Payment accepted", "Shipped", "Delivered")[sale.number % 3]
        given, family = sale.buyer.name.split()[0], sale.buyer.name.split()[-1]
        row = {
            "ID": _number(sale),
            "Reference": f"REF{sale.number // 2:06d}",
            "New client": "0",
            "Delivery": "United States",
            "Customer": f"{given[0]}. {family.upper()}",
            "Total": dollars(sale.gross),
            "Payment": "Credit card",
            "Status": words.get(sale.status, paid),
            "Date": sale.local.strftime("%Y-%m-%d %H:%M:%S"),
        }
        sheet.add(row)
    return sheet.export()


LAYOUTS = (
    Layout(
        name="magento_grid",
        title="Magento orders grid",
        file_name="export_orders.csv",
        source="Magento's source (sales_order_grid); public exports",
        make=magento_grid,
        order_id=_magento_id,
        customer=account_email,
        refunds="undated",
        is_by_shop_clock=True,
        lacks="dates of refunds; guests; the currency",
    ),
    Layout(
        name="bigcommerce",
        title="BigCommerce orders export",
        file_name="orders-2025.csv",
        source='public exports; BigCommerce help, "Order statuses"',
        make=bigcommerce,
        order_id=_number,
        customer=account,
        refunds="undated",
        items=all_items,
        is_by_shop_clock=True,
        lacks="dates of refunds; guests (customer 0)",
    ),
    Layout(
        name="prestashop",
        title="PrestaShop orders export",
        file_name="order.csv",
        source="PrestaShop's source (orders grid, order states)",
        make=prestashop,
        order_id=_number,
        refunds="full",
        is_by_shop_clock=True,
        lacks="amounts and dates of refunds (a partial one is not seen); customers; the currency",
    ),
)
