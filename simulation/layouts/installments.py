"""Klarna's and Afterpay's settlements."""

from __future__ import annotations

import datetime as dt

from simulation.layouts.layout import PAID, Export, Sheet, dollars, money, payments_layout
from simulation.layouts.sales import Sale, Shop

#: Klarna documentation, "Settlement files".
KLARNA = (
    "type,detailed_type,capture_date,sale_date,order_id,short_order_id,capture_id,refund_id,"
    "merchant_reference1,merchant_reference2,amount,posting_currency,tax_rate,tax_amount,"
    "purchase_country,shipping_country,initial_payment_method_type,merchant_capture_reference,"
    "merchant_refund_reference"
)
SUMMARY = (
    "total_sale_amount,total_fee_amount,total_return_amount,total_settlement_amount,"
    "payment_reference,settlement_currency,payout_date,merchant_id"
)
#: Afterpay documentation, "Settlement reports".
AFTERPAY = (
    "Settlement Date,Order Date and Time,Order Month,Order Year,Afterpay Order ID,"
    "Merchant Order ID,Merchant Refund ID,Order Amount,Settlement Amount,Merchant Fee excl Tax,"
    "Merchant Fee Tax,Merchant Fee incl Tax,Net Settlement Amount,Type,Channel,Store Name,"
    "Store Id,Device Name,Device Id,Afterpay Refund ID,Refund Date and Time,"
    "Acquirer Terminal ID,Consumer Country"
)


def _klarna_id(sale: Sale) -> str:
    return f"c504a9bb-{sale.number:012d}"


def _utc(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def klarna_settlement(shop: Shop) -> Export:
    """Write a summary, an empty line, then one row a capture, fee or return."""
    sheet = Sheet(KLARNA)
    sold = fees = returned = 0
    for sale in reversed(shop.newest_first(PAID)):
        order = {
            "sale_date": _utc(sale.at),
            "order_id": _klarna_id(sale),
            "short_order_id": f"{sale.number:06d}Q",
            "merchant_reference1": f"ORDER-{sale.number}",
            "posting_currency": shop.currency,
            "purchase_country": "US",
            "initial_payment_method_type": "pay_later",
        }
        captured = _utc(sale.at + dt.timedelta(hours=9))
        capture = order | {"capture_date": captured, "capture_id": f"cap-{sale.number}"}
        sold, fee = sold + sale.gross, sale.gross * 299 // 10_000
        fees += fee
        # An order that is sent in two parcels is captured twice.
        first = sale.gross // 2 if sale.number % 7 == 0 else sale.gross
        for amount in filter(None, (first, sale.gross - first)):
            kind = {"type": "SALE", "detailed_type": "PURCHASE", "amount": money(amount)}
            sheet.add(capture | kind)
        kind = {"type": "FEE", "detailed_type": "PURCHASE_FEE_PERCENTAGE", "amount": money(fee)}
        sheet.no_sale(capture | kind)
        for refund in sale.refunds:
            returned += refund.amount
            kind = {
                "type": "RETURN",
                "detailed_type": "PURCHASE_RETURN",
                "capture_date": _utc(refund.at),
                "refund_id": f"ref-{refund.number}",
                "amount": money(-refund.amount),
            }
            sheet.add(order | kind)
    totals = (sold, fees, returned, sold - fees - returned)
    paid_out = _utc(shop.weeks[-1]) if shop.weeks else ""
    values = ",".join(money(total) for total in totals)
    above = f"{SUMMARY}\n{values},PAYREF1,{shop.currency},{paid_out},M1\n\n"
    return sheet.export(above)


def _afterpay_id(sale: Sale) -> str:
    return str(79_000_000 + sale.number)


def afterpay_settlement(shop: Shop) -> Export:
    """One row an order or refund by its day of settlement, then one of totals."""
    sheet = Sheet(AFTERPAY)
    day, total = dt.timedelta(days=1), 0
    rows = []
    for sale in shop.newest_first(PAID):
        order = {
            "Order Date and Time": sale.local.strftime("%d/%m/%Y %H:%M"),
            "Order Month": sale.local.strftime("%b"),
            "Order Year": sale.local.strftime("%Y"),
            "Afterpay Order ID": _afterpay_id(sale),
            "Merchant Order ID": str(sale.number),
            "Channel": "Online",
            "Consumer Country": "US",
        }
        fee = sale.gross * 6 // 100
        rows.append((sale.local + day, order | {"Type": "Order"}, sale.gross, fee))
        for refund in sale.refunds:
            named = {
                "Type": "Refund",
                "Merchant Refund ID": f"9163{refund.number:08d}",
                "Afterpay Refund ID": str(4_000_000 + refund.number),
                "Refund Date and Time": refund.local.strftime("%d/%m/%Y %H:%M"),
            }
            rows.append((refund.local + day, order | named, -refund.amount, 0))
    for settled, row, amount, fee in sorted(rows, key=lambda row: row[0]):
        total += amount
        date = {"Settlement Date": settled.strftime("%d/%m/%Y")}
        sheet.add(row | date | _amounts(amount, fee))
    sheet.no_sale(_amounts(total, 0))
    return sheet.export()


def _amounts(amount: int, fee: int) -> dict[str, str]:
    return {
        "Order Amount": dollars(amount),
        "Settlement Amount": dollars(amount),
        "Merchant Fee excl Tax": dollars(fee),
        "Merchant Fee Tax": "$0.00",
        "Merchant Fee incl Tax": dollars(fee),
        "Net Settlement Amount": dollars(amount - fee),
    }


LAYOUTS = (
    payments_layout(
        name="klarna_settlement",
        title="Klarna settlement",
        file_name="klarna_settlement.csv",
        source='Klarna documentation, "Settlement files"',
        make=klarna_settlement,
        order_id=_klarna_id,
        lacks="unpaid orders; customers; items",
    ),
    payments_layout(
        name="afterpay_settlement",
        title="Afterpay settlement",
        file_name="afterpay_settlement.csv",
        source='Afterpay documentation, "Settlement reports"',
        make=afterpay_settlement,
        order_id=_afterpay_id,
        precision="minute",
        is_by_shop_clock=True,
        lacks="unpaid orders; customers; items; seconds; the currency",
    ),
)
