"""Amazon: all orders, settlements (flat file V2), and the date range report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from simulation.layouts.layout import (
    PAID,
    Export,
    Layout,
    Sheet,
    all_items,
    money,
    payments_layout,
    spread,
)
from simulation.layouts.sales import Sale, Shop

#: Amazon Selling Partner API, "Order tracking reports", list of attributes.
ORDERS = (
    "amazon-order-id,merchant-order-id,purchase-date,last-updated-date,order-status,"
    "fulfillment-channel,sales-channel,order-channel,ship-service-level,product-name,sku,asin,"
    "item-status,quantity,currency,item-price,item-tax,shipping-price,shipping-tax,"
    "gift-wrap-price,gift-wrap-tax,item-promotion-discount,ship-promotion-discount,ship-city,"
    "ship-state,ship-postal-code,ship-country,promotion-ids,is-business-order,"
    "purchase-order-number,price-designation"
)
#: Public settlement files of US sellers.
SETTLEMENT = (
    "settlement-id,settlement-start-date,settlement-end-date,deposit-date,total-amount,currency,"
    "transaction-type,order-id,merchant-order-id,adjustment-id,shipment-id,marketplace-name,"
    "amount-type,amount-description,amount,fulfillment-id,posted-date,posted-date-time,"
    "order-item-code,merchant-order-item-id,merchant-adjustment-item-id,sku,"
    "quantity-purchased,promotion-id"
)
#: A public export of a US seller (2023).
DATE_RANGE = (
    "date/time,settlement id,type,order id,sku,description,quantity,marketplace,account type,"
    "fulfillment,order city,order state,order postal,tax collection model,product sales,"
    "product sales tax,shipping credits,shipping credits tax,gift wrap credits,"
    "giftwrap credits tax,Regulatory Fee,Tax On Regulatory Fee,promotional rebates,"
    "promotional rebates tax,marketplace withheld tax,selling fees,fba fees,"
    "other transaction fees,other,total"
)
ABOVE = (
    "Includes Amazon Marketplace, Fulfillment by Amazon (FBA), and Amazon Webstore transactions",
    "All amounts in {currency}, unless specified",
    "Definitions:",
    "Sales tax collected: Includes sales tax collected from buyers for product sales, shipping, "
    "and gift wrap.",
    "Selling fees: Includes variable closing fees and referral fees.",
)
DAYS = 14
Line = tuple[str, str, int, str, str]


def _order_id(sale: Sale) -> str:
    return f"111-{sale.number:07d}-{7 * sale.number % 10_000_000:07d}"


def _without_tax(sale: Sale) -> int:
    return sale.gross - sale.tax


def _fee(amount: int) -> int:
    return -(amount * 15 // 100)


def all_orders(shop: Shop) -> Export:
    """One row an item; what is pending or cancelled has no prices yet, or no more."""
    words = {"pending": "Pending", "cancelled": "Cancelled", "voided": "Cancelled"}
    sheet = Sheet(ORDERS, delimiter="\t")
    for sale in shop.newest_first():
        word = words.get(sale.status, "Shipped")
        clock = sale.at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        order = {
            "amazon-order-id": _order_id(sale),
            "purchase-date": clock,
            "last-updated-date": clock,
            "order-status": word,
            "fulfillment-channel": "Merchant",
            "sales-channel": "Amazon.com",
            "ship-country": "US",
        }
        taxes, discounts = sale.per_item(sale.tax), sale.per_item(sale.discount)
        for index, item in enumerate(sale.items):
            status = {"Pending": "Unshipped"}.get(word, word)
            quantity = "0" if word == "Cancelled" else str(item.quantity)
            named = {"product-name": item.name, "sku": item.sku, "item-status": status}
            row = order | named | {"quantity": quantity}
            if word == "Shipped":
                row |= {
                    "currency": shop.currency,
                    "item-price": money(item.total),
                    "item-tax": money(taxes[index]),
                    "shipping-price": money(sale.shipping) if index == 0 else "",
                    "item-promotion-discount": money(discounts[index]),
                }
            sheet.add(row)
        if word == "Shipped" and sale.number % 10 == 0:
            # A buyer cancels one item of an order; its price is still there.
            sheet.no_sale(row | {"sku": "SKU-GONE", "item-status": "Cancelled", "quantity": "1"})
    for sale in spread(3, shop.sales):
        row = {
            "amazon-order-id": f"S01-{sale.number:07d}-0000001",
            "purchase-date": sale.at.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
            "order-status": "Shipped",
            "sales-channel": "Non-Amazon",
            "item-status": "Shipped",
            "quantity": "1",
        }
        sheet.no_sale(row)
    return sheet.export()


def _sale_lines(sale: Sale) -> Iterator[Line]:
    """Yield type, description, amount, SKU, quantity of what an order's settlement holds."""
    taxes, discounts = sale.per_item(sale.tax), sale.per_item(sale.discount)
    for index, (item, tax, discount) in enumerate(zip(sale.items, taxes, discounts, strict=True)):
        about = (item.sku, str(item.quantity))
        yield "ItemPrice", "Principal", item.total, *about
        if tax:
            yield "ItemPrice", "Tax", tax, *about
            yield "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", -tax, *about
        if index == 0 and sale.shipping:
            yield "ItemPrice", "Shipping", sale.shipping, *about
        if discount:
            yield "Promotion", "Principal", -discount, *about
        yield "ItemFees", "Commission", _fee(item.total), *about


def _refund_lines(sale: Sale, amount: int, net: int) -> Iterator[Line]:
    about, tax = (sale.items[0].sku, ""), amount - net
    yield "ItemPrice", "Principal", -net - (2_00 if sale.discount else 0), *about
    if sale.discount:
        # The promotion that was taken off is taken off what is given back.
        yield "Promotion", "Principal", 2_00, *about
    if tax:
        yield "ItemPrice", "Tax", -tax, *about
        yield "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", tax, *about
    yield "ItemFees", "Commission", -_fee(net), *about


def _is_no_sale(line: Line) -> bool:
    return line[0] in ("ItemFees", "ItemWithheldTax") or line[1] == "Tax"


def settlement(shop: Shop) -> Export:
    """Settlements of two weeks, each with its summary: one row an amount."""
    events: list[tuple[dt.datetime, str, str, list[Line]]] = []
    for sale in shop.newest_first(PAID):
        events.append((sale.at, "Order", _order_id(sale), list(_sale_lines(sale))))
        nets = sale.refunds_of(_without_tax(sale))
        for refund, net in zip(sale.refunds, nets, strict=True):
            lines = list(_refund_lines(sale, refund.amount, net))
            events.append((refund.at, "Refund", _order_id(sale), lines))
    for at in shop.weeks[::4]:
        line = ("other-transaction", "Subscription Fee", -39_99, "", "")
        events.append((at, "other-transaction", "", [line]))
        line = ("Cost of Advertising", "TransactionTotalAmount", -12_00, "", "")
        events.append((at, "ServiceFee", "", [line]))
    sheet = Sheet(SETTLEMENT, delimiter="\t")
    start = min((event[0] for event in events), default=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    batches: dict[int, list[tuple[dt.datetime, str, str, list[Line]]]] = {}
    for event in sorted(events, key=lambda event: event[:3]):
        batches.setdefault((event[0] - start).days // DAYS, []).append(event)
    for batch, held in batches.items():
        begins = start + dt.timedelta(days=DAYS * batch)
        ends = begins + dt.timedelta(days=DAYS)
        key = {"settlement-id": str(26_827_000_000 + batch)}
        total = sum(line[2] for event in held for line in event[3])
        summary = {
            "settlement-start-date": f"{begins:%Y-%m-%d %H:%M:%S} UTC",
            "settlement-end-date": f"{ends:%Y-%m-%d %H:%M:%S} UTC",
            "deposit-date": f"{ends + dt.timedelta(days=2):%Y-%m-%d %H:%M:%S} UTC",
            "total-amount": money(total),
            "currency": shop.currency,
        }
        sheet.no_sale(key | summary)
        for at, kind, order, lines in held:
            for line in lines:
                row = {
                    "transaction-type": kind,
                    "order-id": order,
                    "merchant-order-id": order,
                    "marketplace-name": "Amazon.com" if order else "",
                    "amount-type": line[0],
                    "amount-description": line[1],
                    "amount": money(line[2]),
                    "posted-date": at.strftime("%Y-%m-%d"),
                    "posted-date-time": f"{at:%Y-%m-%d %H:%M:%S} UTC",
                    "sku": line[3],
                    "quantity-purchased": line[4],
                }
                (sheet.no_sale if not order or _is_no_sale(line) else sheet.add)(key | row)
    return sheet.export()


def date_range(shop: Shop) -> Export:
    """Lines of definitions, then one row an item, refund, fee or transfer."""
    rows = []
    for sale in shop.newest_first(PAID):
        taxes, discounts = sale.per_item(sale.tax), sale.per_item(sale.discount)
        for index, item in enumerate(sale.items):
            values = {
                "sku": item.sku,
                "quantity": str(item.quantity),
                "product sales": item.total,
                "product sales tax": taxes[index],
                "shipping credits": sale.shipping if index == 0 else 0,
                "promotional rebates": -discounts[index],
                "marketplace withheld tax": -taxes[index],
                "selling fees": _fee(item.total),
            }
            rows.append((sale.local, "Order", _order_id(sale), values))
        nets = sale.refunds_of(_without_tax(sale))
        for refund, net in zip(sale.refunds, nets, strict=True):
            tax = refund.amount - net
            values = {
                "sku": sale.items[0].sku,
                "quantity": "1",
                "product sales": -net,
                "product sales tax": -tax,
                "marketplace withheld tax": tax,
                "selling fees": -_fee(net),
            }
            rows.append((refund.local, "Refund", _order_id(sale), values))
    for at in shop.weeks[::2]:
        local, sent = at.astimezone(shop.zone), {"other": -900_00}
        rows.append((local, "Transfer", "", sent))
        rows.append((local, "Service Fee", "", {"other transaction fees": -12_00}))
    for at in shop.weeks[::8]:
        rows.append((at.astimezone(shop.zone), "Adjustment", "", {"other": 12_00}))
    sheet = Sheet(DATE_RANGE, is_quoted=True)
    for local, kind, order, values in sorted(rows, key=lambda row: row[:3]):
        amounts = dict.fromkeys(sheet.header[14:-1], 0)
        amounts |= {name: value for name, value in values.items() if isinstance(value, int)}
        row = {
            "date/time": f"{local:%b} {local.day}, {local.year} {local:%I:%M:%S %p %Z}",
            "settlement id": "1001",
            "type": kind,
            "order id": order,
            "marketplace": "amazon.com" if order else "",
        }
        row |= {name: value for name, value in values.items() if isinstance(value, str)}
        row |= {name: money(value, thousands=",") for name, value in amounts.items()}
        row["total"] = money(sum(amounts.values()), thousands=",")
        row["date/time"] = row["date/time"].replace(" 0", " ")
        (sheet.add if order else sheet.no_sale)(row)
    above = "".join(f'"{line.format(currency=shop.currency)}"\n' for line in ABOVE)
    return sheet.export(above)


LAYOUTS = (
    Layout(
        name="amazon_orders",
        title="Amazon all orders report",
        file_name="all_orders.txt",
        source='Amazon Selling Partner API, "Order tracking reports", list of attributes',
        make=all_orders,
        order_id=_order_id,
        total=lambda sale: sale.gross if sale.is_paid else 0,
        lacks="refunds; customers; prices of what is pending or cancelled",
        items=lambda sale: sale.items if sale.is_paid else (),
    ),
    payments_layout(
        name="amazon_settlement",
        title="Amazon settlement report (V2)",
        file_name="settlement.txt",
        source="public settlement files of US sellers",
        make=settlement,
        order_id=_order_id,
        total=_without_tax,
        refund_part=_without_tax,
        lacks="unpaid orders; customers; tax is not the seller's; times are those of shipping",
        items=all_items,
    ),
    payments_layout(
        name="amazon_date_range",
        title="Amazon date range report",
        file_name="date_range.csv",
        source="public exports of US sellers (2017 to 2023)",
        make=date_range,
        order_id=_order_id,
        total=_without_tax,
        refund_part=_without_tax,
        lacks="unpaid orders; customers; tax is not the seller's",
        items=all_items,
    ),
)
