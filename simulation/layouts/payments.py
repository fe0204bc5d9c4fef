"""Square, Mollie and Adyen: transactions and settlements of payment services."""

from __future__ import annotations

import datetime as dt

from simulation.layouts.layout import (
    PAID,
    Export,
    Sheet,
    account,
    dollars,
    money,
    payments_layout,
)
from simulation.layouts.sales import Item, Sale, Shop

#: A public export of Square's transactions (55 columns).
TRANSACTIONS = (
    "Date,Time,Time Zone,Gross Sales,Discounts,Service Charges,Net Sales,Gift Card Sales,Tax,Tip,"
    "Partial Refunds,Total Collected,Source,Card,Card Entry Methods,Cash,Square Gift Card,"
    "Other Tender,Other Tender Type,Tender Note,Fees,Net Total,Transaction ID,Payment ID,"
    "Card Brand,PAN Suffix,Device Name,Staff Name,Staff ID,Details,Description,Event Type,"
    "Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,Device Nickname,"
    "Third Party Fees,Deposit ID,Deposit Date,Deposit Details,Fee Percentage Rate,"
    "Fee Fixed Rate,Refund Reason,Discount Name,Transaction Status,Cash App,"
    "Order Reference ID,Fulfillment Note,Free Processing Applied,Channel,Unattributed Tips,"
    "Table Info,International Fee"
)
#: A public export of Square's items (35 columns).
ITEMS = (
    "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,"
    "Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,"
    "Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,Unit,Count,GTIN,"
    "Itemization Type,Commission,Employee,Fulfillment Note,Channel,Token,Card Brand,PAN Suffix"
)
#: Public converters of Mollie's settlement export.
MOLLIE = (
    "Date,Payment method,Currency,Amount,Status,ID,Description,Consumer name,"
    "Consumer bank account,Consumer BIC,Settlement currency,Settlement amount,"
    "Settlement reference,Amount refunded"
)
#: Public test data of Adyen's settlement detail report (30 columns).
ADYEN = (
    "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,"
    "Creation Date,TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC),"
    "Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),"
    "Commission (NC),Markup (NC),Scheme Fees (NC),Interchange (NC),Payment Method Variant,"
    "Modification Merchant Reference,Batch Number,Reserved4,Reserved5,Reserved6,Reserved7,"
    "Reserved8,Reserved9,Reserved10"
)
#: Square's names of zones.
ZONES = {
    "America/New_York": "Eastern Time (US & Canada)",
    "America/Chicago": "Central Time (US & Canada)",
    "America/Denver": "Mountain Time (US & Canada)",
    "America/Los_Angeles": "Pacific Time (US & Canada)",
    "Europe/London": "London",
    "Europe/Paris": "Paris",
}


def _square_id(sale: Sale) -> str:
    return f"SQ{sale.number:06d}x"


def _square(shop: Shop, sale: Sale, local: dt.datetime, event: str, payment: str) -> dict[str, str]:
    return {
        "Date": local.strftime("%Y-%m-%d"),
        "Time": local.strftime("%H:%M:%S"),
        "Time Zone": ZONES.get(shop.zone.key, shop.zone.key),
        "Transaction ID": _square_id(sale),
        "Payment ID": payment,
        "Event Type": event,
        "Location": "Main",
        "Customer ID": "" if sale.buyer.is_guest else str(sale.buyer.number),
        "Customer Name": "" if sale.buyer.is_guest else sale.buyer.name,
        "Card Brand": "Visa",
    }


def square_transactions(shop: Shop) -> Export:
    """One row a payment or refund; now and then half is paid in cash."""
    sheet = Sheet(TRANSACTIONS)
    for sale in shop.newest_first(PAID):
        # What two payments share of an order adds up in every column.
        halves = 2 if sale.number % 9 == 0 else 1
        for half in range(halves):

            def part(cents: int, half: int = half, halves: int = halves) -> int:
                return cents * (half + 1) // halves - cents * half // halves

            collected = part(sale.gross)
            tender = "Cash" if half else "Card"
            amounts = {
                "Gross Sales": dollars(part(sale.goods)),
                "Discounts": dollars(-part(sale.discount)),
                "Service Charges": dollars(part(sale.shipping)),
                "Net Sales": dollars(part(sale.goods) - part(sale.discount)),
                "Gift Card Sales": "$0.00",
                "Tax": dollars(part(sale.tax)),
                "Tip": "$0.00",
                "Partial Refunds": "$0.00",
                "Total Collected": dollars(collected),
                tender: dollars(collected),
                "Fees": dollars(-(collected * 26 // 1000 + 10)),
                "Net Total": dollars(collected - collected * 26 // 1000 - 10),
                "Transaction Status": "Complete",
            }
            payment = f"P{sale.number}{'AB'[half]}"
            sheet.add(_square(shop, sale, sale.local, "Payment", payment) | amounts)
        for refund in sale.refunds:
            amounts = {
                "Gross Sales": dollars(-refund.amount),
                "Net Sales": dollars(-refund.amount),
                "Total Collected": dollars(-refund.amount),
                "Card": dollars(-refund.amount),
                "Refund Reason": "Returned goods",
                "Transaction Status": "Complete",
            }
            row = _square(shop, sale, refund.local, "Refund", f"R{refund.number}")
            sheet.add(row | amounts)
    return sheet.export()


def _rung_up(sale: Sale) -> list[Item]:
    # What has no SKU goes by its name.
    return [
        *sale.items,
        *([Item("Shipping", "Shipping", 1, sale.shipping)] if sale.shipping else []),
    ]


def square_items(shop: Shop) -> Export:
    """One row an item; shipping is rung up as one, and a refund gives back a custom amount."""
    sheet = Sheet(ITEMS)
    for sale in shop.newest_first(PAID):
        taxes, discounts = sale.per_item(sale.tax), sale.per_item(sale.discount)
        payment = _square(shop, sale, sale.local, "Payment", f"P{sale.number}")
        for item, tax, discount in zip(sale.items, taxes, discounts, strict=True):
            named = {"Item": item.name, "SKU": item.sku, "Qty": f"{item.quantity:.1f}"}
            sheet.add(payment | named | _item_amounts(item.total, discount, tax))
        if sale.shipping:
            named = {"Item": "Shipping", "Qty": "1.0"}
            sheet.add(payment | named | _item_amounts(sale.shipping, 0, 0))
        for refund, tax in zip(sale.refunds, sale.refunds_of(sale.tax), strict=True):
            row = _square(shop, sale, refund.local, "Refund", f"R{refund.number}")
            named = {"Item": "Custom Amount", "Qty": "-1.0"}
            sheet.add(row | named | _item_amounts(tax - refund.amount, 0, -tax))
    return sheet.export()


def _item_amounts(gross: int, discount: int, tax: int) -> dict[str, str]:
    return {
        "Gross Sales": dollars(gross),
        "Discounts": dollars(-discount),
        "Net Sales": dollars(gross - discount),
        "Tax": dollars(tax),
        "Itemization Type": "Physical Good",
    }


def _mollie_id(sale: Sale) -> str:
    return f"tr_{sale.number:010d}"


def mollie_settlement(shop: Shop) -> Export:
    """One row a payment, refund or fee; a refund's description names the order."""
    rows = []
    for sale in shop.newest_first(PAID):
        about, method = f"Order {sale.number}", ("ideal", "creditcard")[sale.number % 2]
        rows.append((sale.local, method, sale.gross, "paidout", _mollie_id(sale), about))
        for refund in sale.refunds:
            key = f"re_{refund.number:010d}"
            about = f"Refund Order {sale.number}"
            rows.append((refund.local, "refund", -refund.amount, "refunded", key, about))
    for at in shop.weeks:
        about = f"Withheld transaction fees MOL-{at:%Y%m%d}"
        rows.append((at.astimezone(shop.zone), "", -2_88, "paidout", "", about))
    sheet = Sheet(MOLLIE)
    for local, method, amount, status, key, about in sorted(rows):
        row = {
            "Date": local.strftime("%Y-%m-%d %H:%M:%S"),
            "Payment method": method,
            "Currency": shop.currency,
            "Amount": money(amount),
            "Status": status,
            "ID": key,
            "Description": about,
            "Settlement currency": shop.currency,
            "Settlement amount": money(amount),
            "Settlement reference": f"1234567.{local:%y%m}.01",
            "Amount refunded": money(-amount) if method == "refund" else "",
        }
        (sheet.add if key else sheet.no_sale)(row)
    return sheet.export()


def _psp(sale: Sale) -> str:
    return f"PSP{sale.number:013d}"


def adyen_settlement(shop: Shop) -> Export:
    """One row a booking, oldest first: captures, refunds, fees and payouts of weekly batches."""
    rows = []
    for sale in shop.newest_first(PAID):
        rows.append((sale.local, "Settled", _psp(sale), f"C{_psp(sale)}", sale, sale.gross))
        for refund in sale.refunds:
            key = f"MOD{refund.number:013d}"
            rows.append((refund.local, "Refunded", _psp(sale), key, sale, -refund.amount))
    for at in shop.weeks:
        about = f"Transaction Fees {at:%B %Y}"
        rows.append((at.astimezone(shop.zone), "Fee", "", about, None, -3_00))
        later = at.astimezone(shop.zone) + dt.timedelta(hours=1)
        rows.append((later, "MerchantPayout", "", f"TX{at:%Y%m%d}XT", None, -1000_00))
    sheet = Sheet(ADYEN)
    for local, kind, psp, key, sale, amount in sorted(rows, key=lambda row: row[:4]):
        side = "Credit" if amount > 0 else "Debit"
        row = {
            "Company Account": "Co",
            "Merchant Account": "Shop",
            "Psp Reference": psp,
            "Merchant Reference": f"ORDER-{sale.number}" if sale else "",
            "Payment Method": "visa" if sale else "",
            "Creation Date": local.strftime("%Y-%m-%d %H:%M:%S"),
            "TimeZone": local.strftime("%Z"),
            "Type": kind,
            "Modification Reference": key,
            "Gross Currency": shop.currency if sale else "",
            "Exchange Rate": "1",
            "Net Currency": shop.currency,
            f"Net {side} (NC)": money(abs(amount)),
            "Batch Number": local.strftime("%Y%W"),
        }
        if sale:
            row[f"Gross {side} (GC)"] = money(abs(amount))
        (sheet.add if sale else sheet.no_sale)(row)
    return sheet.export()


LAYOUTS = (
    payments_layout(
        name="square_transactions",
        title="Square transactions",
        file_name="transactions.csv",
        source="a public export (55 columns)",
        make=square_transactions,
        order_id=_square_id,
        customer=account,
        is_by_shop_clock=True,
        lacks="unpaid orders; guests; items; the currency",
    ),
    payments_layout(
        name="square_items",
        title="Square items",
        file_name="items.csv",
        source="a public export (35 columns)",
        make=square_items,
        order_id=_square_id,
        customer=account,
        is_by_shop_clock=True,
        lacks="unpaid orders; guests; the currency",
        items=_rung_up,
    ),
    payments_layout(
        name="mollie_settlement",
        title="Mollie settlement",
        file_name="settlement.csv",
        source='public converters; Mollie documentation, "Settlement report"',
        make=mollie_settlement,
        order_id=_mollie_id,
        is_by_shop_clock=True,
        lacks="unpaid orders; customers; items",
    ),
    payments_layout(
        name="adyen_settlement",
        title="Adyen settlement details",
        file_name="settlement_detail_report.csv",
        source="public test data of the report (30 columns)",
        make=adyen_settlement,
        order_id=_psp,
        lacks="unpaid orders; customers; items",
    ),
)
