"""Exports that the simulator writes of one company: what lands is what the file can tell of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from ingestion import contract, landing, mapping
from ingestion.outcome import Options, Outcome
from simulation.company import simulate
from simulation.layouts import LAYOUTS
from simulation.layouts.layout import Export, Layout
from simulation.layouts.sales import Shop, make_shop
from simulation.layouts.told import told
from simulation.loading import load_scenario
from warehouse import paths

ZONE = ZoneInfo("America/New_York")


#: Half past one in New York, before and after the clocks go back, and half past three on the day
#: they go forward.
CLOCK_CHANGES = (
    dt.datetime(2024, 11, 3, 5, 30, tzinfo=dt.UTC),
    dt.datetime(2024, 11, 3, 6, 30, tzinfo=dt.UTC),
    dt.datetime(2025, 3, 9, 7, 30, tzinfo=dt.UTC),
)


@pytest.fixture(scope="module")
def shop() -> Shop:
    """The shipped company, with an order in each odd hour of its clock."""
    made = make_shop(simulate(load_scenario("acme")))
    plain = [sale for sale in made.sales if sale.status == "paid"]
    moved = {
        sale.number: replace(sale, at=at, local=at.astimezone(ZONE))
        for sale, at in zip(plain, CLOCK_CHANGES, strict=False)
    }
    sales = tuple(moved.get(sale.number, sale) for sale in made.sales)
    return replace(made, sales=tuple(sorted(sales, key=lambda sale: sale.at)))


def test_the_company_has_all_that_layouts_may_get_wrong(shop: Shop) -> None:
    statuses = Counter(sale.status for sale in shop.sales)
    assert min(statuses[name] for name in ("refunded", "partially_refunded", "pending")) > 5
    assert min(statuses[name] for name in ("cancelled", "voided")) > 2
    assert {sale.local.utcoffset() for sale in shop.sales} == {
        dt.timedelta(hours=-4),
        dt.timedelta(hours=-5),
    }
    # The last hours of a day in New York are the next day, and month, in UTC.
    assert any(sale.local.month != sale.at.month for sale in shop.sales)
    assert any(len(sale.refunds) > 1 for sale in shop.sales)
    for part in ("discount", "tax", "shipping"):
        assert any(getattr(sale, part) for sale in shop.sales)
    assert any(len(sale.items) > 2 for sale in shop.sales)
    assert any(sale.buyer.is_guest for sale in shop.sales)
    for sale in shop.sales:
        assert sale.gross == sale.goods - sale.discount + sale.tax + sale.shipping
        assert (sale.refunded == sale.gross) == (sale.status == "refunded")


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_an_export_gives_what_it_can_tell_of_the_company(
    layout: Layout, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))
    file = tmp_path / layout.file_name
    export = layout.make(shop)
    file.write_text(export.text, encoding="utf-8", newline="")
    stated = mapping.settings("acme", time_zone=ZONE.key, currency=shop.currency)
    (outcome,) = landing.add(file, "acme", None, None, stated, Options(**layout.options))

    truth = told(layout, shop)
    assert outcome.said.startswith(layout.title)
    orders = _landed("orders")
    assert sum(row.get("is_test") == "true" for row in orders) == export.tests
    orders = [row for row in orders if row.get("is_test") != "true"]
    refunds = _landed("refunds")
    check_every_row_went_somewhere(layout, export, outcome)
    check_orders(layout, truth.orders.to_pylist(), orders, refunds)
    check_customers(truth.orders.to_pylist(), orders)
    check_items(truth.items.to_pylist(), orders)
    if layout.refunds == "dated":
        check_refunds(truth.refunds.to_pylist(), refunds)


def check_every_row_went_somewhere(layout: Layout, export: Export, outcome: Outcome) -> None:
    """Rows in = orders + their further lines + refunds + what is no sale; none is rejected."""
    reports, converted = outcome.reports, outcome.converted
    assert {name: report.bad_row_count for name, report in reports.items()} == dict.fromkeys(
        reports, 0
    )
    assert sum(converted.excluded.values()) == export.no_sale
    given = sum(reports[name].row_count for name in layout.records)
    assert given + sum(converted.merged.values()) + export.no_sale == export.rows


def check_orders(
    layout: Layout, expected: list[dict], orders: list[dict], refunds: list[dict]
) -> None:
    """The same orders, each with its time, whether it was paid, its total and its refunds."""
    by_order: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in refunds:
        by_order[row["order_id"]] += Decimal(row["amount"])
    paid = contract.paid_statuses()
    found = {}
    for row in orders:
        total = Decimal(row["total_price"])
        back = max(Decimal(row["order_refunds"] or 0), by_order.pop(row["order_id"], Decimal()))
        status = row["status"].lower()
        if status == "refunded" and not back:
            back = total
        # What is given back of an unpaid order, such as a released authorization, counts nothing.
        back = back if status in paid else Decimal()
        found[row["order_id"]] = (_moment(row["created_at"]), status in paid, total, back)
    assert len(found) == len(orders)
    assert not by_order
    assert found == {
        row["order_id"].lstrip("#"): (
            _utc(row["ordered_at"]),
            row["is_paid"],
            row["gross_amount"],
            row["refund_amount"],
        )
        for row in expected
    }


def check_refunds(expected: list[dict], refunds: list[dict]) -> None:
    """The same refunds, each with its order, time and amount."""
    assert Counter(
        (row["order_id"], _moment(row["refunded_at"]), Decimal(row["amount"])) for row in refunds
    ) == Counter(
        (row["order_id"].lstrip("#"), _utc(row["refunded_at"]), row["amount"]) for row in expected
    )


def check_items(expected: list[dict], orders: list[dict]) -> None:
    """The same items of these orders, each with its quantity and the price of a piece."""
    known = {row["order_id"] for row in orders}
    assert Counter(
        (row["order_id"], row["sku"], Decimal(row["quantity"]), Decimal(row["unit_price"]))
        for row in _landed("order_items")
        if row["order_id"] in known
    ) == Counter(
        (row["order_id"].lstrip("#"), row["sku"], row["quantity"], row["unit_price"])
        for row in expected
    )


def check_customers(expected: list[dict], orders: list[dict]) -> None:
    """Orders of one customer have one id, those of two have two, those of nobody have none."""
    landed = {row["order_id"]: row["customer_id"] or "" for row in orders}
    pairs = {(row["customer"], landed[row["order_id"].lstrip("#")]) for row in expected}
    assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})
    assert all(bool(one) == bool(other) for one, other in pairs)


def _landed(entity: str) -> list[dict]:
    files = paths.landing() / entity / "acme"
    if not files.exists():
        return []
    found = duckdb.sql(f"select * from '{files}/*.parquet' order by source_line")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC)


def _moment(text: str) -> dt.datetime:
    """Return a landed time in UTC; one by the company's clock that occurs twice is the later."""
    moment = dt.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE, fold=1)).astimezone(dt.UTC)
