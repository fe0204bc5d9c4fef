"""Stripe: a refund is in its charge and in the list of refunds; it is neither lost nor doubled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from simulation.third_party.bucket import Bucket
from simulation.third_party.shop import Item, Order, made_up
from simulation.third_party.stripe import Stripe

from .shops import Puller, serving

KEY = {"STRIPE_SECRET_KEY": "sk_live_made_up"}
FIRST = (5, Decimal("345.50"), Decimal("80.00"), Decimal("265.50"))


@pytest.fixture
def stand() -> Stripe:
    return Stripe(made_up())


@pytest.fixture
def acme(stand: Stripe, tmp_path: Path) -> Iterator[Puller]:
    with serving(stand.app()) as url:
        limits = {"page_size": 3, "first_wait": 0.01, "throttled": {"wait": 0.01}}
        # Without a rate of yen their charge will be rejected, which is said and accepted.
        own = {"settings": {"currency": "USD", "convert_currencies": True}, "limits": limits}
        yield Puller.of(tmp_path, "stripe", url, KEY, **own, reading={"accept_rejects": True})


def sold(number: int, total: str, days_ago: float = 10, **more: object) -> Order:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    return Order(number, at, 75, (Item("MUG", "Mug", 1, Decimal(total)),), **more)


def test_the_charges_have_the_numbers_of_the_shop_and_a_late_refund_of_an_old_one_counts_once(
    stand: Stripe, acme: Puller
) -> None:
    acme.pull()
    assert acme.revenue() == FIRST
    orders = acme.orders()
    assert orders["ch_1007"][0] == datetime(2024, 11, 1, 3, 30, tzinfo=UTC)
    assert [orders[f"ch_{number}"][1] for number in (1003, 1005, 1006)] == [
        "refunded", "failed", "pending",
    ]  # fmt: skip
    assert orders["ch_1004"][4]
    # Charges are listed by when they were made: this one does not come again, its refund does.
    stand.shop.refund(1001, datetime.now(UTC) - timedelta(minutes=30), "45.00")
    acme.pull()
    assert acme.revenue() == (5, Decimal("345.50"), Decimal("125.00"), Decimal("220.50"))
    assert [(run["stream"], run["record_count"]) for run in acme.runs()[2:]] == [
        ("charges", 0), ("refunds", 1),
    ]  # fmt: skip


def test_a_refund_that_stands_in_both_lists_counts_once_and_a_further_one_is_added(
    stand: Stripe, acme: Puller
) -> None:
    now = datetime.now(UTC)
    stand.shop.add(sold(1010, "100.00"))
    stand.shop.refund(1010, now - timedelta(days=3), "10.00")
    acme.pull()
    assert acme.orders()["ch_1010"][2:4] == (Decimal("100.00"), Decimal("10.00"))
    stand.shop.refund(1010, now - timedelta(hours=1), "15.00")
    acme.pull()
    assert acme.orders()["ch_1010"][3] == Decimal("25.00")


def test_a_refund_that_fails_after_it_counted_is_taken_back(stand: Stripe, acme: Puller) -> None:
    now = datetime.now(UTC)
    stand.shop.add(sold(1010, "100.00"))
    stand.shop.refund(1010, now - timedelta(days=9), "40.00")
    acme.pull()
    assert acme.orders()["ch_1010"][3] == Decimal("40.00")
    order = stand.shop.orders[1010]
    stand.shop.edit(1010, now, refunds=(replace(order.refunds[0], is_failed=True),))
    acme.pull()
    assert acme.orders()["ch_1010"][3] == Decimal("0.00")


def test_what_was_not_captured_is_no_refund_and_yen_have_no_cents(
    stand: Stripe, acme: Puller
) -> None:
    now = datetime.now(UTC)
    # 80.00 of 100.00 were captured, and 10.00 of them went back.
    stand.shop.add(sold(1010, "100.00", captured=Decimal("80.00")))
    stand.shop.refund(1010, now - timedelta(days=2), "10.00")
    # All that was captured went back.
    stand.shop.add(sold(1011, "100.00", captured=Decimal("60.00")))
    stand.shop.refund(1011, now - timedelta(days=2), "60.00")
    stand.shop.add(sold(1012, "12000", currency="JPY"))
    stand.shop.refund(1012, now - timedelta(days=2), "2000")
    acme.pull()
    orders = acme.orders()
    assert [orders[f"ch_{number}"][2:4] for number in (1010, 1011, 1012)] == [
        (Decimal("80.00"), Decimal("10.00")),
        (Decimal("60.00"), Decimal("60.00")),
        (Decimal("12000.00"), Decimal("2000.00")),
    ]
    assert acme.revenue("JPY") == (1, Decimal(12000), Decimal(2000), Decimal(10000))


def test_an_authorization_that_is_captured_later_is_a_sale_from_then_on(
    stand: Stripe, acme: Puller
) -> None:
    stand.shop.add(sold(1010, "100.00", days_ago=6, state="unpaid"))
    acme.pull()
    assert acme.revenue() == FIRST
    stand.shop.edit(1010, datetime.now(UTC), state="paid")
    acme.pull()
    assert acme.revenue()[:2] == (6, Decimal("445.50"))


def test_too_many_requests_are_waited_for_and_counted(stand: Stripe, acme: Puller) -> None:
    stand.calls = Bucket(2, 20, level=2)
    acme.pull()
    assert acme.revenue() == FIRST
    assert sum(run["throttled_count"] for run in acme.runs()) == stand.refused_count > 0


def test_an_expired_key_lands_nothing_says_so_and_the_next_pull_goes_on(
    stand: Stripe, acme: Puller
) -> None:
    stand.expired, stand.key = {"sk_live_made_up"}, "sk_live_new"
    said = acme.refused()
    assert "api_key_expired" in said
    (run,) = acme.runs()
    assert (run["stream"], run["result"]) == ("charges", "failed")
    assert "sk_live_made_up" not in said + run["message"]
    acme.secrets = {"STRIPE_SECRET_KEY": "sk_live_new"}
    acme.pull()
    assert acme.revenue() == FIRST
