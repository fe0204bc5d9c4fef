"""eBay, Faire and Gumroad: orders of marketplaces."""

from __future__ import annotations

from dataclasses import replace

from simulation.layouts.layout import (
    PAID,
    Export,
    Layout,
    Sheet,
    all_items,
    dollars,
    email,
    money,
    username,
)
from simulation.layouts.sales import Item, Sale, Shop

#: Public headers of eBay.com's orders report.
EBAY = (
    "Sales Record Number,Order Number,Buyer Username,Buyer Name,Ship To City,Ship To State,"
    "Ship To Country,Item Number,Item Title,Custom Label,Quantity,Sold For,"
    "Shipping And Handling,Seller Collected Tax,eBay Collected Tax,"
    "Electronic Waste Recycling Fee,eBay Collected Charges,Total Price,"
    "eBay Collected Tax and Fees Included in Total,Payment Method,Sale Date,Paid On Date,"
    "Shipped On Date"
)
#: A public export of a brand on Faire (2024).
FAIRE = (
    "Order Date,Order Number,Product Name,Option Name,SKU,Status,Quantity,Wholesale Price,"
    "Retail Price,Ship Date,Scheduled Order Date"
)
#: Gumroad's own exporter (purchase_export_service.rb).
GUMROAD = (
    "Purchase ID,Item Name,Buyer Name,Purchase Email,Buyer Email,Do not contact?,Purchase Date,"
    "Purchase Time (UTC timezone),Subtotal ($),Taxes ($),Tax Type,Shipping ($),Sale Price ($),"
    "Fees ($),Net Total ($),Tip ($),Tax Included in Price?,Street Address,City,Zip Code,State,"
    "Country,Referrer,Refunded?,Partial Refund ($),Fully Refunded?,Disputed?,Dispute Won?,"
    "Access Revoked?,Variants,Discount Code,Recurring Charge?,Free trial purchase?,"
    "Pre-order authorization?,Product ID,Order Number,Item Price ($),SKU ID,Quantity,"
    "Payment Type"
)


def _ebay_id(sale: Sale) -> str:
    return f"12-{sale.number:05d}-{sale.number % 97:05d}" if sale.is_paid else str(sale.number)


def ebay_orders(shop: Shop) -> Export:
    """One row an item; an order of several has a row of its own with the total."""
    sheet = Sheet(EBAY, is_quoted=True)
    sheet.no_sale({})
    for sale in shop.newest_first():
        day = sale.local.strftime("%b-%d-%y")
        order = {
            "Sales Record Number": str(sale.number),
            "Order Number": _ebay_id(sale) if sale.is_paid else "",
            "Buyer Username": sale.buyer.username,
            "Seller Collected Tax": "$0.00",
            "eBay Collected Tax and Fees Included in Total": "Yes",
            "Sale Date": day,
            "Paid On Date": day if sale.is_paid else "",
        }
        totals = {
            "Buyer Name": sale.buyer.name,
            "Ship To Country": "United States",
            "Shipping And Handling": dollars(sale.shipping),
            "eBay Collected Tax": dollars(sale.tax),
            "Total Price": dollars(sale.gross),
        }
        lines = [
            {
                "Item Number": str(200_000_000_000 + int(item.sku.removeprefix("SKU"))),
                "Item Title": item.name,
                "Custom Label": item.sku,
                "Quantity": str(item.quantity),
                "Sold For": dollars(item.price),
            }
            for item in sale.items
        ]
        if len(lines) == 1:
            sheet.add(order | totals | lines[0])
            continue
        pieces = str(sum(item.quantity for item in sale.items))
        sheet.add(order | totals | {"Quantity": pieces, "Sold For": dollars(sale.goods)})
        for line in lines:
            sheet.add(order | line)
    blank = "," * (len(sheet.header) - 1)
    said = f'\n"{len(sheet.lines)}","record(s) downloaded,"," from the last 365 days"\n'
    return sheet.export(f"{blank}\n", f'{said}"Seller ID : acme_shop"\n')


def _faire_id(sale: Sale) -> str:
    return f"BRND{sale.number:06d}"


def _short_dollars(cents: int) -> str:
    return dollars(cents).removesuffix(".00")


def faire(shop: Shop) -> Export:
    """One row an item, at wholesale prices; statuses are those of fulfilment."""
    words = {"pending": "New", "cancelled": "Canceled", "voided": "Canceled"}
    sheet = Sheet(FAIRE)
    for sale in shop.newest_first():
        word = words.get(sale.status, ("Processing", "Delivered")[sale.number % 2])
        for item in sale.items:
            row = {
                "Order Date": f"{sale.local:%B} {sale.local.day}, {sale.local.year}",
                "Order Number": _faire_id(sale),
                "Product Name": item.name,
                "SKU": item.sku,
                "Status": word,
                "Quantity": str(item.quantity),
                "Wholesale Price": _short_dollars(item.price),
                "Retail Price": _short_dollars(2 * item.price),
                "Ship Date": "No ship date",
                "Scheduled Order Date": "No scheduled order date",
            }
            sheet.add(row)
    return sheet.export()


def _gumroad_id(sale: Sale) -> str:
    return f"g{sale.number}=="


def _product(sale: Sale) -> tuple[Item, ...]:
    return (replace(sale.items[0], quantity=1, price=sale.goods - sale.discount),)


def gumroad(shop: Shop) -> Export:
    """One row a purchase, then the totals; a full refund leaves the partial one at 0."""
    sheet = Sheet(GUMROAD)
    sold = taxed = shipped = 0

    for sale in reversed(shop.newest_first(PAID)):
        is_partial = sale.status == "partially_refunded"
        fee = sale.gross // 10 + 50
        row = {
            "Purchase ID": _gumroad_id(sale),
            "Item Name": sale.items[0].name,
            "Buyer Name": sale.buyer.name,
            "Purchase Email": sale.buyer.email,
            "Do not contact?": "0",
            "Purchase Date": sale.at.strftime("%Y-%m-%d"),
            "Purchase Time (UTC timezone)": f"{sale.at:%Y-%m-%d %H:%M:%S} UTC",
            "Subtotal ($)": money(sale.goods - sale.discount),
            "Taxes ($)": money(sale.tax),
            "Shipping ($)": money(sale.shipping),
            "Sale Price ($)": money(sale.gross),
            "Fees ($)": money(fee),
            "Net Total ($)": money(sale.gross - fee),
            "Tip ($)": "0.00",
            "Country": "United States",
            "Refunded?": "1" if sale.refunds else "0",
            "Partial Refund ($)": money(sale.refunded if is_partial else 0),
            "Fully Refunded?": "1" if sale.status == "refunded" else "0",
            "Disputed?": "0",
            "Dispute Won?": "0",
            "Pre-order authorization?": "0",
            "SKU ID": sale.items[0].sku,
            "Quantity": "1",
            "Payment Type": "Card",
        }
        sheet.add(row)
        sold, taxed, shipped = sold + sale.gross, taxed + sale.tax, shipped + sale.shipping
    totals = {"Purchase ID": "Totals", "Taxes ($)": money(taxed), "Shipping ($)": money(shipped)}
    sheet.no_sale(totals | {"Sale Price ($)": money(sold)})
    return sheet.export()


LAYOUTS = (
    Layout(
        name="ebay_orders",
        title="eBay orders report",
        file_name="eBay-OrdersReport.csv",
        source='public headers of eBay.com; eBay help, "Orders report"',
        make=ebay_orders,
        order_id=_ebay_id,
        total=lambda sale: sale.gross - sale.tax,
        customer=username,
        precision="day",
        lacks="refunds; times of day; the currency; tax is not the seller's",
        items=all_items,
    ),
    Layout(
        name="faire",
        title="Faire orders export",
        file_name="faire_orders.csv",
        source='a public export of a brand (2024); Faire help, "Order statuses"',
        make=faire,
        order_id=_faire_id,
        total=lambda sale: sale.goods,
        precision="day",
        lacks="times of day; refunds; customers; shipping, tax, discounts; the currency",
        items=all_items,
    ),
    Layout(
        name="gumroad",
        title="Gumroad sales",
        file_name="gumroad_sales.csv",
        source="Gumroad's own exporter (antiwork/gumroad, purchase_export_service.rb)",
        make=gumroad,
        order_id=_gumroad_id,
        customer=email,
        statuses=PAID,
        refunds="undated",
        lacks="dates of refunds; unpaid orders; items but for the first",
        items=_product,
    ),
)
