"""Etsy's sold orders and sold order items."""

from __future__ import annotations

from simulation.layouts.layout import PAID, Export, Layout, Sheet, all_items, money, username
from simulation.layouts.sales import Sale, Shop

HELP = 'Etsy help, "How to download your shop data"'
#: Public documentation of the 36 columns of Etsy's sold orders.
ETSY_ORDERS = (
    "Sale Date,Order ID,Buyer User ID,Full Name,First Name,Last Name,Number of Items,"
    "Payment Method,Date Shipped,Street 1,Street 2,Ship City,Ship State,Ship Zipcode,"
    "Ship Country,Currency,Order Value,Coupon Code,Coupon Details,Discount Amount,"
    "Shipping Discount,Shipping,Sales Tax,Order Total,Status,Card Processing Fees,Order Net,"
    "Adjusted Order Total,Adjusted Card Processing Fees,Adjusted Net Order Amount,Buyer,"
    "Order Type,Payment Type,InPerson Discount,InPerson Location,SKU"
)
#: Public exports of Etsy's sold order items (33 columns).
ETSY_ITEMS = (
    "Sale Date,Item Name,Buyer,Quantity,Price,Coupon Code,Coupon Details,Discount Amount,"
    "Shipping Discount,Order Shipping,Order Sales Tax,Item Total,Currency,Transaction ID,"
    "Listing ID,Date Paid,Date Shipped,Ship Name,Ship Address1,Ship Address2,Ship City,"
    "Ship State,Ship Zipcode,Ship Country,Order ID,Variations,Order Type,Listings Type,"
    "Payment Type,InPerson Discount,InPerson Location,VAT Paid by Buyer,SKU"
)


def _etsy_id(sale: Sale) -> str:
    return str(3_800_000_000 + sale.number)


def etsy_orders(shop: Shop) -> Export:
    """One row an order, by day; what is left after refunds is the adjusted total."""
    sheet = Sheet(ETSY_ORDERS)
    for sale in shop.newest_first((*PAID, "cancelled")):
        fees = sale.gross * 3 // 100 + 25
        row = {
            "Sale Date": sale.local.strftime("%m/%d/%y"),
            "Order ID": _etsy_id(sale),
            "Buyer User ID": sale.buyer.username,
            "Full Name": sale.buyer.name,
            "Number of Items": str(sum(item.quantity for item in sale.items)),
            "Ship Country": "United States",
            "Currency": shop.currency,
            "Order Value": money(sale.goods, thousands=","),
            "Discount Amount": money(sale.discount),
            "Shipping Discount": "0.00",
            "Shipping": money(sale.shipping),
            "Sales Tax": money(sale.tax),
            "Order Total": money(sale.gross, thousands=","),
            "Status": "Canceled" if sale.status == "cancelled" else "Completed",
            "Card Processing Fees": money(fees),
            "Order Net": money(sale.gross - fees, thousands=","),
            "Adjusted Order Total": money(sale.gross - sale.refunded, thousands=","),
            "Order Type": "online",
            "Payment Type": "online_cc",
        }
        sheet.add(row)
    return sheet.export()


def etsy_items(shop: Shop) -> Export:
    """One row an item, with the whole order's shipping and tax on each."""
    sheet = Sheet(ETSY_ITEMS)
    for sale in shop.newest_first(PAID):
        discounts = sale.per_item(sale.discount)
        for index, item in enumerate(sale.items):
            row = {
                "Sale Date": sale.local.strftime("%m/%d/%y"),
                "Item Name": item.name,
                "Buyer": sale.buyer.username,
                "Quantity": str(item.quantity),
                "Price": money(item.price, thousands=","),
                "Discount Amount": money(discounts[index]),
                "Shipping Discount": "0.00",
                "Order Shipping": money(sale.shipping),
                "Order Sales Tax": money(sale.tax),
                "Item Total": money(item.total, thousands=","),
                "Currency": shop.currency,
                "Transaction ID": str(40_000_000_000 + 100 * sale.number + index),
                "Listing ID": str(1_400_000_000 + int(item.sku.removeprefix("SKU"))),
                "Ship Country": "United States",
                "Order ID": _etsy_id(sale),
                "Payment Type": "online_cc",
                "SKU": item.sku,
            }
            sheet.add(row)
    return sheet.export()


LAYOUTS = (
    Layout(
        name="etsy_orders",
        title="Etsy sold orders",
        file_name="EtsySoldOrders2025.csv",
        source=f"public documentation of the 36 columns; {HELP}",
        make=etsy_orders,
        order_id=_etsy_id,
        customer=username,
        statuses=(*PAID, "cancelled"),
        precision="day",
        refunds="undated",
        lacks="times of day; dates of refunds; orders that wait for payment",
    ),
    Layout(
        name="etsy_items",
        title="Etsy sold order items",
        file_name="EtsySoldOrderItems2025.csv",
        source=f"public exports; {HELP}",
        make=etsy_items,
        order_id=_etsy_id,
        customer=username,
        statuses=PAID,
        precision="day",
        lacks="times of day; refunds; cancelled orders and those that wait for payment",
        items=all_items,
    ),
)
