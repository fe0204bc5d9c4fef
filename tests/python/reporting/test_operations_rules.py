"""What is to be done is said by rules: each from its threshold on, and not below."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from reporting import reading
from reporting.operations import content, rules

from . import made
from .made_operations import DECEMBER, MARTS, everything


def changed(rows: made.Rows, mart: str, **values: object) -> made.Rows:
    """Return rows with other values in all rows of a mart."""
    return rows | {mart: [row | values for row in rows.get(mart, [])]}


def said(tmp_path: Path, rows: made.Rows, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return all that there is to do, however little money it is about."""
    monkeypatch.setattr(rules, "MOST", 99)
    made.write(tmp_path, rows, MARTS)
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    with reading.release() as release:
        month, _ = release.month("elm", DECEMBER)
        assert month is not None
        tasks = content.report(release.operations(month), release).to_do
    return "\n".join(one.sentence for one in tasks).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("mart", "values", "sentence"),
    [
        ("fct_stock_cover", {"forecast_days_of_cover": 14.0, "days_of_cover": 14.0}, "Reorder"),
        ("fct_stock_cover", {"is_current": False}, "Reorder"),
        ("fct_inventory_days", {"lost_revenue_amount": 31}, "Order earlier"),
        ("fct_channel_months", {"net_revenue_amount": 3500}, "Win back"),
        ("fct_product_changes", {"compared_net_revenue_amount": 99000}, "Look at Jar"),
        ("fct_product_changes", {"change_kind": "gone"}, "Look at Jar"),
        ("fct_payment_method_months", {"payment_count": 49}, "Check card"),
        ("fct_payment_method_months", {"failure_rate": 0.049}, "Check card"),
        ("fct_product_margins", {"margin_amount": 1}, "Send products with their unit costs"),
        ("fct_operations_gaps", {"gap_share": 0.0049}, "Clear up paid orders without a successful"),
    ],
)
def test_a_rule_says_nothing_below_its_threshold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mart: str, values: dict, sentence: str
) -> None:
    assert sentence in said(tmp_path / "all", everything(), monkeypatch)
    assert sentence not in said(tmp_path, changed(everything(), mart, **values), monkeypatch)


def reordered(product: str, number: int, **values: object) -> dict:
    """Return a row of the reorder list: a product to order, unless `values` say otherwise."""
    return {
        "company_id": "elm", "sku": product.lower(), "product_name": product,
        "reorder_number": number, "units_on_hand": 3, "lead_time_day_count": 21,
        "probability_out": 0.6, "is_to_reorder": True, "order_unit_count": 12,
        "revenue_at_risk_amount": 900, "trained_through_date": dt.date(2025, 12, 31),
    } | values  # fmt: skip


def test_what_to_reorder_is_as_each_product_is_forecast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = everything() | {
        "fct_reorder_list": [
            reordered("Jar", 5, is_to_reorder=False, order_unit_count=0),
            reordered("Pin", 2, probability_out=0.999, lead_time_day_count=1, order_unit_count=1),
            reordered("Mug", 1),
            reordered("Pot", 3),
            reordered("Lid", 4),
        ]
    }
    text = said(tmp_path, rows, monkeypatch)
    assert (
        "Reorder Mug (12 units; out within 21 days: 60.0 %), Pin (1 unit; out within 1 day: "
        "> 99.5 %), Pot (12 units; out within 21 days: 60.0 %) and 1 more: as each product is "
        "forecast, stock may not last until a delivery that is ordered today arrives. 3,600 EUR "
        "of the sales until then are at risk."
    ) in text
    assert "stock lasts less than" not in text


def test_where_the_forecasts_of_products_ask_for_nothing_stock_cover_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = everything() | {"fct_reorder_list": [reordered("Mug", 1, is_to_reorder=False)]}
    assert "Reorder" not in said(tmp_path, rows, monkeypatch)


def test_without_a_forecast_of_products_stock_cover_says_what_to_reorder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        "Reorder Mug $a$ (5 days): stock lasts less than 14 days at the pace of all sales, as "
        "products have no forecast of their own. It leaves 18,000 EUR of the next 60 days’ sales "
        "uncovered."
    ) in said(tmp_path, everything(), monkeypatch)


def test_a_product_that_comes_back_and_one_that_earns_nothing_are_told_of_twelve_months(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = everything()
    last = {"company_id": "elm", "sku": "pot", "product_name": "Pot"}
    # A refund of 2,000 in 4,000 where 3,080 of 18,000 came back, in the January before.
    for month, margin in ((dt.date(2025, 1, 1), -900), (dt.date(2024, 12, 1), 5000)):
        rows["fct_product_margins"].append(
            last | {"revenue_month": month, "gross_amount": 4000, "refund_amount": 2000,
                    "net_revenue_amount": 2000, "margin_amount": margin}
        )  # fmt: skip
    text = said(tmp_path, rows, monkeypatch)
    assert (
        "Find out why Pot comes back: 50.0 % of its gross amount was refunded in twelve months, "
        "2.9 times the 17.1 % of all products."
    ) in text
    assert (
        "Raise prices or cut costs of Pot: in twelve months they left −900 EUR of margin." in text
    )


def test_a_product_whose_refunds_are_little_money_a_month_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = everything()
    # Half of it came back; beyond the share of all that is 25 in a year, of 12,530.
    pin = {"company_id": "elm", "sku": "pin", "product_name": "Pin", "refund_amount": 30}
    sold = {"revenue_month": DECEMBER, "gross_amount": 60, "net_revenue_amount": 30}
    rows["fct_product_margins"].append(pin | sold)
    assert "comes back" not in said(tmp_path / "little", rows, monkeypatch)
    rows["fct_product_margins"][-1] |= {"refund_amount": 800, "gross_amount": 1000}
    assert "Find out why Pin comes back" in said(tmp_path, rows, monkeypatch)


def test_what_fell_as_all_revenue_did_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = said(tmp_path, everything(before=25000), monkeypatch)
    assert "Win back" not in text
    assert "Look at" not in text


def test_commission_that_takes_more_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = everything()
    for row in rows["fct_channel_months"]:
        if row["channel_id"] == "web" and row["revenue_month"] == DECEMBER:
            row["commission_amount"] = 420
    assert (
        "Move sales to cheaper channels: commission takes 12.0 % of revenue, after 10.0 % in "
        "November 2025; the difference is 70 EUR a month."
    ) in said(tmp_path, rows, monkeypatch)
