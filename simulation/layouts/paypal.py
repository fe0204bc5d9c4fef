"""PayPal's activity download, in American English and in German."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from simulation.layouts.layout import Export, Layout, Sheet, email, money
from simulation.layouts.sales import Refund, Sale, Shop

#: Public exports of 2019 to 2022 (41 columns), in English and in German: the same order.
ENGLISH = (
    "Date|Time|TimeZone|Name|Type|Status|Currency|Gross|Fee|Net|From Email Address|"
    "To Email Address|Transaction ID|Shipping Address|Address Status|Item Title|Item ID|"
    "Shipping and Handling Amount|Insurance Amount|Sales Tax|Option 1 Name|Option 1 Value|"
    "Option 2 Name|Option 2 Value|Reference Txn ID|Invoice Number|Custom Number|Quantity|"
    "Receipt ID|Balance|Address Line 1|Address Line 2/District/Neighborhood|Town/City|"
    "State/Province/Region/County/Territory/Prefecture/Republic|Zip/Postal Code|Country|"
    "Contact Phone Number|Subject|Note|Country Code|Balance Impact"
)
GERMAN = (
    "Datum|Uhrzeit|Zeitzone|Name|Typ|Status|Währung|Brutto|Gebühr|Netto|"
    "Absender E-Mail-Adresse|Empfänger E-Mail-Adresse|Transaktionscode|Lieferadresse|"
    "Adress-Status|Artikelbezeichnung|Artikelnummer|Versand- und Bearbeitungsgebühr|"
    "Versicherungsbetrag|Umsatzsteuer|Option 1 Name|Option 1 Wert|Option 2 Name|Option 2 Wert|"
    "Zugehöriger Transaktionscode|Rechnungsnummer|Zollnummer|Anzahl|Empfangsnummer|Guthaben|"
    "Adresszeile 1|Adresszusatz|Ort|Bundesland|PLZ|Land|Telefon|Betreff|Hinweis|"
    "Ländervorwahl|Auswirkung auf Guthaben"
)
SHOP_EMAIL = "shop@example.com"


@dataclass(frozen=True)
class Language:
    """How an account's language spells dates, amounts and words; None: the shop's own zone."""

    header: str
    date: str
    zone: str | None
    thousands: str
    decimal: str
    words: Mapping[str, str]


LANGUAGES = {
    "en": Language(
        ENGLISH,
        "%m/%d/%Y",
        None,
        ",",
        ".",
        {
            "sale": "Express Checkout Payment",
            "refund": "Payment Refund",
            "withdrawal": "General Withdrawal",
            "purchase": "PreApproved Payment Bill User Payment",
            "hold": "Account Hold for Open Authorization",
            "release": "Reversal of General Account Hold",
            "done": "Completed",
            "waiting": "Pending",
            "refused": "Denied",
            "in": "Credit",
            "out": "Debit",
            "none": "Memo",
        },
    ),
    "de": Language(
        GERMAN,
        "%d.%m.%Y",
        "Europe/Berlin",
        ".",
        ",",
        {
            "sale": "PayPal Express-Zahlung",
            "refund": "Rückzahlung",
            "withdrawal": "Von Nutzer eingeleitete Abbuchung",
            "purchase": "Zahlung im Einzugsverfahren mit Zahlungsrechnung",
            "hold": "Einbehaltung für offene Autorisierung",
            "release": "Freigabe allgemeiner Einbehaltung",
            "done": "Abgeschlossen",
            "waiting": "Ausstehend",
            "refused": "Abgelehnt",
            "in": "Haben",
            "out": "Soll",
            "none": "Memo",
        },
    ),
}


def _sale_id(sale: Sale) -> str:
    return f"{sale.number:08d}W63472043"


def _refund_id(refund: Refund) -> str:
    return f"{refund.number:08d}R63472043"


@dataclass(frozen=True)
class Event:
    """A movement of the account: `kind` and `state` are keys of a language's words."""

    at: dt.datetime
    kind: str
    amount: int
    key: str
    reference: str = ""
    state: str = "done"
    sale: Sale | None = None


def _events(shop: Shop) -> list[Event]:
    states = {"pending": "waiting", "cancelled": "refused", "voided": "refused"}
    events = []
    for sale in shop.sales:
        key = _sale_id(sale)
        state = states.get(sale.status, "done")
        events.append(Event(sale.at, "sale", sale.gross, key, state=state, sale=sale))
        events.extend(
            Event(refund.at, "refund", -refund.amount, _refund_id(refund), key, sale=sale)
            for refund in sale.refunds
        )
    for week, at in enumerate(shop.weeks):
        events.append(Event(at, "withdrawal", -500_00, f"{week:08d}D63472043"))
    for week, at in enumerate(shop.weeks[::4]):
        hour = dt.timedelta(hours=1)
        events.append(Event(at + hour, "purchase", -15_99, f"{week:08d}P63472043"))
        events.append(Event(at + 2 * hour, "hold", -42_00, f"{week:08d}H63472043"))
        events.append(Event(at + 3 * hour, "release", 42_00, f"{week:08d}L63472043"))
    return sorted(events, key=lambda event: (event.at, event.key))


def activity(shop: Shop, language: Language) -> Export:
    """One row an event, oldest first; money that has not come is a memo."""
    sheet = Sheet(language.header, is_quoted=True)
    words, names = language.words, sheet.header
    zone = ZoneInfo(language.zone) if language.zone else shop.zone
    balance = 1_000_00

    def amount(cents: int) -> str:
        return money(cents, thousands=language.thousands, decimal=language.decimal)

    for event in _events(shop):
        clock, sale = event.at.astimezone(zone), event.sale
        is_sale, is_moved = event.kind == "sale", event.state == "done"
        fee = -(event.amount * 29 // 1000 + 30) if is_sale and is_moved else 0
        balance += event.amount + fee if is_moved else 0
        people = [SHOP_EMAIL, sale.buyer.email if sale else ""]
        sender, receiver = people[::-1] if is_sale else people
        impact = "none" if not is_moved else "in" if event.amount > 0 else "out"
        is_other = event.kind not in ("sale", "refund")
        values = {
            0: clock.strftime(language.date),
            1: clock.strftime("%H:%M:%S"),
            2: clock.strftime("%Z"),
            3: sale.buyer.name if sale else "",
            4: words[event.kind],
            5: words[event.state],
            6: shop.currency,
            7: amount(event.amount),
            8: amount(fee),
            9: amount(event.amount + fee),
            10: sender,
            11: receiver,
            12: event.key,
            17: amount(sale.shipping) if sale and is_sale else "",
            19: amount(sale.tax) if sale and is_sale else "",
            24: event.reference,
            25: str(sale.number) if sale and is_sale else "",
            29: amount(balance),
            40: words[impact],
        }
        row = {names[place]: value for place, value in values.items()}
        (sheet.no_sale if is_other else sheet.add)(row)
    return sheet.export()


def _layout(name: str, code: str, file_name: str) -> Layout:
    return Layout(
        name=name,
        title="PayPal activity",
        file_name=file_name,
        source='public exports (41 columns); PayPal documentation, "Activity download"',
        make=lambda shop: activity(shop, LANGUAGES[code]),
        order_id=_sale_id,
        customer=email,
        refunds="dated",
        records=("orders", "refunds"),
        lacks="items; ids of customers (the e-mail tells them apart)",
    )


LAYOUTS = (
    _layout("paypal_activity", "en", "Download.CSV"),
    _layout("paypal_activity_de", "de", "Download_de.CSV"),
)
