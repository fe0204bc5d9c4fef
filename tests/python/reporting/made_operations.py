"""What the tests of the report of operations share: a company's rows by hand, and a page's text."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser
from pathlib import Path

from reporting import reading

from . import made

MARTS = reading.CORE | reading.FORECAST | reading.OPERATIONS
DECEMBER, NOVEMBER = dt.date(2025, 12, 1), dt.date(2025, 11, 1)
ENTITIES = {
    "orders": "Revenue, channels and places",
    "order_items": "Products, baskets and margins",
    "products": "Names, categories and unit costs",
    "channels": "Names and commission of channels",
    "payments": "Ways to pay, failures and what was not paid",
    "inventory_snapshots": "What lasts how long, and what ran out",
}
_VOID = {"meta", "br", "img"}


def orders_only(company_id: str, nets: list[float]) -> made.Rows:
    """Return a company that sends orders and nothing else; its orders name no products."""
    rows = made.company(company_id, nets)
    parts = (("volume", "Number of orders", 20), ("price", "Average order", 10),
             ("refunds", "Refunds", -5))  # fmt: skip
    rows["fct_revenue_drivers"] = _drivers(company_id, parts, nets, is_by_product=False)
    rows["fct_sent_entities"] = sent(company_id, ["orders"])
    rows["fct_operations_gaps"] = [
        {"company_id": company_id, "gap_rank": 1, "gap_id": "orders_without_items",
         "gap_label": "Paid orders without items", "gap_status": "not sent"}
    ]  # fmt: skip
    return rows


def sent(company_id: str, entities: list[str]) -> list[dict]:
    """Return the rows of fct_sent_entities of a company that sends these."""
    return [
        {"company_id": company_id, "entity_rank": rank, "entity": entity, "use_label": use,
         "entity_label": entity.replace("_", " ").capitalize(),
         "sent_status": "sent" if entity in entities else "not sent"}
        for rank, (entity, use) in enumerate(ENTITIES.items(), 1)
    ]  # fmt: skip


def _drivers(
    company_id: str, parts: tuple[tuple[str, str, float], ...], nets: list[float], **more: object
) -> list[dict]:
    return [
        {"company_id": company_id, "revenue_month": DECEMBER, "comparison": "month before",
         "compared_month": NOVEMBER, "driver_rank": rank, "driver": driver, "driver_label": label,
         "change_amount": amount, "net_revenue_amount": nets[-1],
         "compared_net_revenue_amount": nets[-2], "is_by_product": True} | more
        for rank, (driver, label, amount) in enumerate(parts, 1)
    ]  # fmt: skip


def everything(before: float = 10000) -> made.Rows:
    """Return elm, which sends all: a channel and a product fell, payments failed, stock ran out.

    `before` is the revenue of the month before.
    """
    rows = made.company("elm", [8000, before, 12500])
    key = {"company_id": "elm"}
    now, then = key | {"revenue_month": DECEMBER}, key | {"revenue_month": NOVEMBER}
    parts = (("volume", "Volume", 3000), ("price", "Price", -400.5),
             ("mix", "Mix of products", 0.5), ("refunds", "Refunds", -100))  # fmt: skip
    channel = {"channel_id": "web", "channel_name": "Web <shop>", "gross_amount": 4000,
               "net_revenue_amount": 3500, "net_revenue_share": 0.28, "commission_rate": 0.1,
               "commission_amount": 350, "refund_amount": 500}  # fmt: skip
    other = {"channel_id": "amz", "channel_name": "Amazon", "paid_order_count": 9,
             "gross_amount": 9000,
             "net_revenue_amount": 9000, "net_revenue_share": 0.72}  # fmt: skip
    mug = {"sku": "mug", "product_name": "Mug $a$", "unit_count": 90, "gross_amount": 10000,
           "net_revenue_amount": 9000, "refund_amount": 1000, "margin_amount": 4500,
           "margin_share": 0.5, "contribution_amount": 4150}  # fmt: skip
    jar = {"sku": "jar", "product_name": "Jar", "unit_count": 10, "gross_amount": 4000,
           "net_revenue_amount": 3500, "refund_amount": 80}  # fmt: skip
    change = {"revenue_month": DECEMBER, "comparison": "month before", "change_kind": "kept",
              "compared_month": NOVEMBER, "is_by_product": True}  # fmt: skip
    stock = {"is_current": True, "inventory_date": dt.date(2025, 12, 31)}
    rows |= {
        "fct_revenue_drivers": _drivers("elm", parts, [10000, 12500]),
        "fct_sent_entities": sent("elm", list(ENTITIES)),
        "fct_channel_months": [
            now | channel, now | other,
            then | channel | {"net_revenue_amount": 7000, "commission_amount": 700},
            then | other | {"net_revenue_amount": 3000},
        ],
        "fct_product_margins": [now | mug, now | jar],
        "fct_product_changes": [
            key | change | {"sku": "jar", "product_name": "Jar", "change_amount": -2000,
                            "net_revenue_amount": 3500, "compared_net_revenue_amount": 5500,
                            "unit_count": 10, "compared_unit_count": 16},
            key | change | {"sku": "mug", "product_name": "Mug $a$", "change_amount": 4500,
                            "net_revenue_amount": 9000, "compared_net_revenue_amount": 4500,
                            "unit_count": 90, "compared_unit_count": 45},
        ],
        "fct_country_months": [
            now | {"country": "DE", "state": "BY", "city": "Ulm", "net_revenue_amount": 7000,
                   "net_revenue_share": 0.56, "paid_order_count": 12},
            now | {"country": "DE", "state": "BW", "city": "Ulm", "net_revenue_amount": 1000,
                   "net_revenue_share": 0.08, "paid_order_count": 2},
            then | {"country": "DE", "state": "BY", "city": "Ulm", "net_revenue_amount": 4000},
            now | {"country": "(none)", "state": "(none)", "city": "(none)",
                   "net_revenue_amount": 4500, "net_revenue_share": 0.36, "paid_order_count": 6},
        ],
        "fct_payment_method_months": [
            key | {"payment_month": DECEMBER, "payment_method": "card", "payment_count": 100,
                   "successful_payment_count": 90, "failure_rate": 0.1,
                   "successful_amount": 9000, "successful_amount_share": 1},
        ],
        "fct_stock_cover": [
            key | stock | {"sku": "mug", "product_name": "Mug $a$", "units_on_hand": 20,
                           "daily_units": 3, "days_of_cover": 6.7, "forecast_days_of_cover": 5.9,
                           "needed_60_amount": 20000, "covered_60_amount": 2000,
                           "stock_out_day_count": 4, "units_lost": 12,
                           "lost_revenue_amount": 600},
            key | stock | {"sku": "jar", "product_name": "Jar", "units_on_hand": 90,
                           "days_of_cover": 14, "daily_units": 1},
        ],
        "fct_inventory_days": [
            key | {"inventory_date": dt.date(2025, month, 3), "sku": "mug", "is_product_out": out,
                   "product_name": "Mug $a$", "warehouse_id": "a", "lost_revenue_amount": 200}
            for month, out in ((11, True), (12, True), (12, False))
        ],
        "fct_operations_gaps": [
            key | {"gap_rank": 6, "gap_id": "orders_without_payment", "gap_status": "does not fit",
                   "gap_label": "Paid orders without a successful payment", "gap_count": 3,
                   "checked_count": 300, "gap_share": 0.01, "gap_amount": 99, "example": "A7"},
            key | {"gap_rank": 7, "gap_id": "payments_differ", "gap_status": "fits",
                   "gap_label": "Paid orders that their payments do not add up to"},
        ],
    }  # fmt: skip
    return rows


class Page(HTMLParser):
    """A page read: its text, the cells of its tables' rows, addresses, and whether it is whole."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.rows: list[list[str]] = []
        self.addresses: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)
        self.close()
        assert self.open == [], f"not closed: {self.open}"
        self.text = " ".join(" ".join(self.words).replace("\u00a0", " ").split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that opens, and what it names."""
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag, f"{tag} closes out of order"

    def handle_data(self, data: str) -> None:
        """Note text, and of which cell it is."""
        self.words.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data.strip().replace("\u00a0", " ")


def page(file: Path) -> Page:
    """Return a report's page, read."""
    return Page(file.read_text(encoding="utf-8"))
