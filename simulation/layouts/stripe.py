"""Stripe: payments of the dashboard, charges of the interface, movements of the balance."""

from __future__ import annotations

import datetime as dt
import json

from simulation.layouts.layout import (
    PAID,
    Export,
    Layout,
    Sheet,
    email,
    money,
    payments_layout,
    spread,
)
from simulation.layouts.sales import Refund, Sale, Shop

#: Public exports of 2023 (default columns).
PAYMENTS = (
    "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,"
    "Converted Amount Refunded,Converted Currency,Decline Reason,Description,Fee,"
    "Refunded date (UTC),Statement Descriptor,Status,Seller Message,Taxes On Fee,Card ID,"
    "Customer ID,Customer Description,Customer Email,Invoice ID,Transfer"
)
#: Stripe documentation, "Balance change from activity report" (itemised).
ITEMISED = (
    "balance_transaction_id,source_id,payment_intent_id,charge_id,created_utc,available_on_utc,"
    "automatic_payout_effective_at,currency,gross,fee,net,reporting_category,"
    "payment_method_type,customer_email,description,automatic_payout_id"
)
#: Public exports of the dashboard's "All activity": a refund's source is its charge.
ACTIVITY = (
    "id,Type,Source,Amount,Fee,Destination Platform Fee,Destination Platform Fee Currency,Net,"
    "Currency,Created (UTC),Available On (UTC),Description,Customer Facing Amount,"
    "Customer Facing Currency,Transfer,Transfer Date (UTC),Transfer Group"
)
Movement = tuple[dt.datetime, str, str, str, int, int, Sale | None]


def _charge(sale: Sale) -> str:
    return f"ch_3N{sale.number:08d}"


def _fee(sale: Sale) -> int:
    return sale.gross * 29 // 1000 + 30


def payments(shop: Shop) -> Export:
    """One row a payment, newest first; what was only authorized says Paid, but is uncaptured."""
    sheet = Sheet(PAYMENTS)
    for sale in shop.newest_first():
        is_released = sale.status == "voided"
        back = sale.gross if is_released else sale.refunded
        status = {"cancelled": "Failed", "voided": "Refunded"}.get(sale.status, "Paid")
        amounts = {"Amount": money(sale.gross, thousands=","), "Currency": shop.currency.lower()}
        row = amounts | {
            "id": _charge(sale),
            "Created date (UTC)": sale.at.strftime("%Y-%m-%d %H:%M:%S"),
            "Amount Refunded": money(back, thousands=","),
            "Captured": "true" if sale.is_paid else "false",
            "Converted Amount": amounts["Amount"],
            "Converted Amount Refunded": money(back, thousands=","),
            "Converted Currency": amounts["Currency"],
            "Decline Reason": "insufficient_funds" if status == "Failed" else "",
            "Fee": money(_fee(sale) if sale.is_paid else 0),
            "Status": "Refunded" if sale.status == "refunded" else status,
            "Seller Message": "Payment complete." if sale.is_paid else "",
            "Taxes On Fee": "0.00",
            "Customer ID": "" if sale.buyer.is_guest else f"cus_{sale.buyer.number}",
            "Customer Email": sale.buyer.email,
        }
        if sale.refunds:
            row["Refunded date (UTC)"] = f"{sale.refunds[-1].at:%Y-%m-%d %H:%M:%S}"
        sheet.add(row)
    return sheet.export()


def charges_json(shop: Shop) -> Export:
    """GET /v1/charges: cents, and seconds since 1970."""
    chosen = shop.newest_first(tests=True)
    data = [_charge_object(shop, sale) for sale in chosen]
    page = {"object": "list", "url": "/v1/charges", "has_more": False, "data": data}
    return Export(json.dumps(page, indent=1), len(data), tests=len(shop.tests))


def _charge_object(shop: Shop, sale: Sale) -> dict[str, object]:
    status = {"cancelled": "failed", "pending": "pending"}.get(sale.status, "succeeded")
    is_voided = sale.status == "voided"
    buyer = sale.buyer
    return {
        "id": _charge(sale),
        "object": "charge",
        "amount": sale.gross,
        "amount_captured": sale.gross if sale.is_paid else 0,
        "amount_refunded": sale.gross if is_voided else sale.refunded,
        "captured": sale.is_paid,
        "created": int(sale.at.timestamp()),
        "currency": shop.currency.lower(),
        "customer": None if buyer.is_guest else f"cus_{buyer.number}",
        "billing_details": {"email": buyer.email, "name": buyer.name},
        "disputed": False,
        "dispute": None,
        "livemode": not shop.is_test(sale),
        "paid": status == "succeeded",
        "payment_intent": f"pi_{sale.number}",
        "receipt_email": None,
        "refunded": is_voided or sale.status == "refunded",
        "status": status,
    }


def _movements(shop: Shop) -> list[Movement]:
    """Return the account's movements: time, category, source, what it is, amount, fee, sale."""
    moves: list[Movement] = []
    for sale in shop.newest_first(PAID):
        about = f"Order {sale.number}"
        moves.append((sale.at, "charge", _charge(sale), about, sale.gross, _fee(sale), sale))
        for refund in sale.refunds:
            about = f"REFUND FOR CHARGE (Order {sale.number})"
            source = _refund_id(refund)
            moves.append((refund.at, "refund", source, about, -refund.amount, 0, sale))
    for at in shop.weeks:
        before = (move for move in moves if at - dt.timedelta(days=7) <= move[0] < at)
        paid_out = sum(amount - fee for _, _, _, _, amount, fee, _ in before)
        source = f"po_{at:%Y%m%d}"
        moves.append((at, "payout", source, "STRIPE PAYOUT", -paid_out, 0, None))
    for at in shop.weeks[::4]:
        about = f"Card payments ({at:%Y-%m-%d}): Transaction network costs"
        moves.append((at + dt.timedelta(hours=9), "fee", "", about, -5_38, 0, None))
    for sale in spread(2, shop.newest_first(("paid",))):
        # A refund that its bank sent back, and a dispute that the shop won.
        at, later = sale.at + dt.timedelta(days=1), sale.at + dt.timedelta(days=3)
        source, about = f"re_failed{sale.number}", "REFUND FOR CHARGE"
        moves.append((at, "refund", source, about, -sale.gross, 0, sale))
        moves.append((later, "refund_failure", source, "REFUND FAILURE", sale.gross, 0, sale))
        source, about = f"du_{sale.number}", f"Chargeback withdrawal for {_charge(sale)}"
        moves.append((at, "dispute", source, about, -sale.gross, 15_00, sale))
        about = f"Chargeback reversal for {_charge(sale)}"
        moves.append((later, "dispute_reversal", source, about, sale.gross, -15_00, sale))
    return sorted(moves, key=lambda move: (move[0], move[2]), reverse=True)


def _refund_id(refund: Refund) -> str:
    return f"re_3N{refund.number:08d}"


def _is_event(category: str, source: str) -> bool:
    """Whether a movement is a sale, or money that stayed with the buyer."""
    return category == "charge" or (category == "refund" and "failed" not in source)


def balance(shop: Shop) -> Export:
    """Write the itemised report, newest first: one row a movement, and each names its charge."""
    sheet = Sheet(ITEMISED)
    for index, (at, category, source, about, amount, fee, sale) in enumerate(_movements(shop)):
        row = {
            "balance_transaction_id": f"txn_{index:06d}",
            "source_id": source,
            "payment_intent_id": f"pi_{sale.number}" if sale else "",
            "charge_id": _charge(sale) if sale else "",
            "created_utc": at.strftime("%Y-%m-%d %H:%M:%S"),
            "available_on_utc": (at + dt.timedelta(days=2)).strftime("%Y-%m-%d 00:00:00"),
            "currency": shop.currency,
            "gross": money(amount),
            "fee": money(fee),
            "net": money(amount - fee),
            "reporting_category": category,
            "payment_method_type": "card" if sale else "",
            "customer_email": sale.buyer.email if sale else "",
            "description": about,
        }
        (sheet.add if _is_event(category, source) else sheet.no_sale)(row)
    return sheet.export()


def activity(shop: Shop) -> Export:
    """Write the dashboard's list of all activity, in minutes; a refund's source is its charge."""
    types = {"fee": "stripe_fee", "dispute": "adjustment", "dispute_reversal": "adjustment"}
    sheet = Sheet(ACTIVITY)
    for index, (at, category, source, about, amount, fee, sale) in enumerate(_movements(shop)):
        if "re_failed" in source:
            continue
        row = {
            "id": f"txn_{index:06d}",
            "Type": types.get(category, category),
            "Source": _charge(sale) if sale and category == "refund" else source,
            "Amount": money(amount, thousands=","),
            "Fee": money(fee),
            "Net": money(amount - fee, thousands=","),
            "Currency": shop.currency.lower(),
            "Created (UTC)": at.strftime("%Y-%m-%d %H:%M"),
            "Available On (UTC)": (at + dt.timedelta(days=2)).strftime("%Y-%m-%d 00:00"),
            "Description": about,
        }
        (sheet.add if _is_event(category, source) else sheet.no_sale)(row)
    return sheet.export()


LAYOUTS = (
    Layout(
        name="stripe_payments",
        title="Stripe payments",
        file_name="unified_payments.csv",
        source="public exports of 2023 (default columns)",
        make=payments,
        order_id=_charge,
        customer=email,
        refunds="undated",
        lacks="a date of each refund; items; test payments (no column Mode)",
    ),
    Layout(
        name="stripe_charges_json",
        title="Stripe charges and refunds",
        file_name="charges.json",
        source="Stripe's OpenAPI fixtures",
        make=charges_json,
        order_id=_charge,
        customer=email,
        refunds="undated",
        lacks="dates of refunds; items",
    ),
    payments_layout(
        name="stripe_balance",
        title="Stripe balance history",
        file_name="Itemized_balance_change_from_activity.csv",
        source='Stripe documentation, "Balance change from activity report"',
        make=balance,
        order_id=_charge,
        customer=email,
        lacks="unpaid orders; items",
    ),
    payments_layout(
        name="stripe_activity",
        title="Stripe balance history",
        file_name="balance_history.csv",
        source='public exports of the dashboard\'s "All activity" (17 columns)',
        make=activity,
        order_id=_charge,
        precision="minute",
        lacks="unpaid orders; customers; items; seconds",
    ),
)
