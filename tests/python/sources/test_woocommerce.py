"""WooCommerce: pages that are counted while shoppers go on, WordPress's clock, the trash."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from simulation.third_party.shop import Item, Order, made_up
from simulation.third_party.woocommerce import WooCommerce

from .shops import Puller, serving

KEYS = {
    "WOOCOMMERCE_CONSUMER_KEY": "ck_made_up",
    "WOOCOMMERCE_CONSUMER_SECRET": "cs_made_up",
}
#: WooCommerce knows no tests, so 1004 is not in this shop.
FIRST = (5, Decimal("345.50"), Decimal("80.00"), Decimal("265.50"))


@pytest.fixture
def stand() -> WooCommerce:
    shop = made_up()
    del shop.orders[1004]
    return WooCommerce(shop)


@pytest.fixture
def acme(stand: WooCommerce, tmp_path: Path) -> Iterator[Puller]:
    with serving(stand.app()) as url:
        limits = {"page_size": 2, "seconds": 1, "first_wait": 0.01}
        yield Puller.of(tmp_path, "woocommerce", f"{url}/wp-json/wc/v3", KEYS, limits=limits)


def mug(number: int, price: str) -> Order:
    return Order(number, datetime.now(UTC), 75, (Item("MUG", "Mug", 1, Decimal(price)),))


def test_the_orders_have_the_numbers_of_the_shop_and_a_late_refund_comes_with_the_next_pull(
    stand: WooCommerce, acme: Puller
) -> None:
    acme.pull()
    assert acme.revenue() == FIRST
    orders = acme.orders()
    assert orders["1007"][0] == datetime(2024, 11, 1, 3, 30, tzinfo=UTC)
    assert [orders[key][1] for key in ("1002", "1003", "1005", "1006")] == [
        "paid", "refunded", "cancelled", "pending",
    ]  # fmt: skip
    assert ("1001", "TEE", 2, Decimal("45.00")) in acme.items()
    assert len(acme.items()) == 8
    # Refunded in part a second time, moved to the trash, new.
    now = datetime.now(UTC)
    stand.shop.refund(1002, now, "50.00")
    stand.shop.edit(1008, now, is_trashed=True)
    stand.shop.add(mug(1009, "25.00"))
    acme.pull()
    # 345.50 - 60.00 of 1008 + 25.00; 80.00 + 50.00 went back.
    assert acme.revenue() == (5, Decimal("310.50"), Decimal("130.00"), Decimal("180.50"))
    assert acme.orders()["1008"][1] == "cancelled"
    assert [(run["stream"], run["record_count"]) for run in acme.runs()[2:]] == [
        ("orders", 2), ("trashed_orders", 1),
    ]  # fmt: skip


def test_no_order_is_lost_or_doubled_while_shoppers_go_on(stand: WooCommerce, acme: Puller) -> None:
    """After each page the first order changes, and there is a new one."""
    numbers = iter(range(1010, 1013))

    def go_on() -> None:
        if (number := next(numbers, None)) is not None:
            stand.shop.edit(1001, datetime.now(UTC), shipping=Decimal(number - 1000))
            stand.shop.add(mug(number, "1.00"))

    stand.between = go_on
    acme.pull()
    orders = acme.orders()
    assert sorted(orders) == [str(number) for number in sorted(stand.shop.orders)]
    # The last version of 1001: 110.00 and 12.00 of shipping; and three mugs.
    assert acme.revenue()[1] == Decimal("345.50") + Decimal("2.00") + Decimal("3.00")


def test_a_window_is_asked_for_in_utc_without_an_offset(stand: WooCommerce, acme: Puller) -> None:
    """WordPress turns one with an offset into the shop's clock: hours of orders would be lost."""
    acme.pull()
    assert not any("modified_after" in query for query in stand.asked)
    acme.pull()
    asked = stand.asked[-1]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", asked["modified_after"])
    assert asked["dates_are_gmt"] == "true"
    assert "modified_before" not in asked


def test_a_server_that_is_down_for_a_moment_is_asked_again(
    stand: WooCommerce, acme: Puller
) -> None:
    stand.failing = 2
    acme.pull()
    assert acme.revenue() == FIRST
    assert acme.runs()[0]["retried_count"] == 2


def test_a_key_that_may_not_list_orders_lands_nothing_and_says_so(
    stand: WooCommerce, acme: Puller
) -> None:
    acme.secrets = KEYS | {"WOOCOMMERCE_CONSUMER_SECRET": "cs_revoked"}
    said = acme.refused()
    assert "woocommerce_rest_cannot_view" in said
    (run,) = acme.runs()
    assert run["result"] == "failed"
    assert "cs_revoked" not in said + run["message"]
    acme.secrets = KEYS
    acme.pull()
    assert acme.revenue() == FIRST
