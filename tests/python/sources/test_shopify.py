"""Shopify, by bulk operations and by REST: what is pulled has the numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from simulation.third_party.bucket import Bucket
from simulation.third_party.shop import Item, Order, made_up
from simulation.third_party.shopify import Shopify

from ..conftest import run_stage
from .shops import Puller, serving

TOKEN = {"SHOPIFY_ACCESS_TOKEN": "shpat_made_up"}
#: The window grows back after a refusal, in a second and not in a minute.
SOON = {"seconds": 1, "first_wait": 0.01, "throttled": {"wait": 0.01}}
QUICK = {
    "shopify": {"paging": {"poll_seconds": 0.01}, "limits": SOON},
    "shopify_rest": {"limits": SOON | {"page_size": 3}},
}
ITEMS = [
    ("1001", "MUG", 1, Decimal("20.00")), ("1001", "TEE", 2, Decimal("45.00")),
    ("1002", "LAMP", 1, Decimal("80.00")), ("1003", "Bag", 1, Decimal("50.00")),
    ("1004", "LAMP", 1, Decimal("80.00")), ("1005", "MUG", 1, Decimal("20.00")),
    ("1006", "Bag", 1, Decimal("50.00")), ("1007", "MUG", 1, Decimal("20.00")),
    ("1008", "DESK", 1, Decimal("60.00")),
]  # fmt: skip
#: Five paid orders that are no test: gross, what went back, and what is left.
FIRST = (5, Decimal("345.50"), Decimal("80.00"), Decimal("265.50"))


@pytest.fixture
def stand() -> Shopify:
    return Shopify(made_up())


@pytest.fixture
def source(stand: Shopify, tmp_path: Path) -> Iterator[Callable[[str], Puller]]:
    with serving(stand.app()) as url:
        base = f"{url}/admin/api/2026-10"
        yield lambda name: Puller.of(tmp_path, name, base, TOKEN, **QUICK[name])


def a_week_later(stand: Shopify) -> None:
    """An old order is refunded, another one gets a second mug, and there is a new one."""
    now = datetime.now(UTC)
    stand.shop.refund(1001, now, "45.00")
    mugs = replace(stand.shop.orders[1007].items[0], quantity=2)
    stand.shop.edit(1007, now, items=(mugs,))
    stand.shop.add(Order(1009, now, 75, (Item("MUG", "Mug", 1, Decimal("25.00")),)))


@pytest.mark.parametrize(("name", "changed"), [("shopify", 7), ("shopify_rest", 3)])
def test_the_orders_have_the_numbers_of_the_shop_and_a_late_refund_comes_with_the_next_pull(
    stand: Shopify, source: Callable[[str], Puller], name: str, changed: int
) -> None:
    acme = source(name)
    acme.pull()
    assert acme.revenue() == FIRST
    assert acme.items() == ITEMS
    orders = acme.orders()
    assert orders["1007"][0] == datetime(2024, 11, 1, 3, 30, tzinfo=UTC)
    assert [orders[key][1] for key in ("1004", "1005", "1006")] == ["paid", "voided", "pending"]
    assert orders["1004"][4]
    a_week_later(stand)
    acme.source.write_text(acme.source.read_text() + "window: {lateness_minutes: 0}\n")
    acme.pull()
    # 20.00 more of 1007, 25.00 of 1009, 45.00 less of 1001.
    assert acme.revenue() == (6, Decimal("390.50"), Decimal("125.00"), Decimal("265.50"))
    assert [row for row in acme.items() if row[0] in {"1007", "1009"}] == [
        ("1007", "MUG", 2, Decimal("20.00")),
        ("1009", "MUG", 1, Decimal("25.00")),
    ]
    assert acme.runs()[-1]["record_count"] == changed
    acme.pull()
    assert acme.revenue()[3] == Decimal("265.50")


@pytest.mark.parametrize("name", ["shopify", "shopify_rest"])
def test_what_is_pulled_is_what_a_file_of_the_same_orders_gives(
    stand: Shopify, source: Callable[[str], Puller], name: str, tmp_path: Path
) -> None:
    acme = source(name)
    acme.pull()
    (upload,) = (acme.data / "uploads").rglob("*.zst")
    file = tmp_path / "export.jsonl"
    with pa.input_stream(upload, compression="zstd") as packed:
        file.write_bytes(packed.read())
    by_hand = replace(acme, data=tmp_path / "by_hand")
    run_stage(by_hand.data, "ingestion", "add", file, "--company", "acme")
    assert by_hand.orders() == acme.orders()
    assert by_hand.items() == acme.items()


def test_points_that_are_used_up_are_waited_for_and_counted(
    stand: Shopify, source: Callable[[str], Puller]
) -> None:
    stand.points = Bucket(20, 40, level=20)
    acme = source("shopify")
    acme.pull()
    assert acme.revenue() == FIRST
    (run,) = acme.runs()
    assert run["result"] == "complete"
    assert run["throttled_count"] == stand.refused_count > 0


def test_a_full_bucket_is_waited_for_and_counted(
    stand: Shopify, source: Callable[[str], Puller]
) -> None:
    stand.calls, stand.retry_after = Bucket(2, 20, level=2), "0.05"
    acme = source("shopify_rest")
    acme.pull()
    assert acme.revenue() == FIRST
    assert acme.runs()[0]["throttled_count"] == stand.refused_count > 0


@pytest.mark.parametrize("name", ["shopify", "shopify_rest"])
def test_an_expired_token_lands_nothing_says_so_and_the_next_pull_goes_on(
    stand: Shopify, source: Callable[[str], Puller], name: str
) -> None:
    acme = source(name)
    stand.token = "shpat_new"  # noqa: S105 - made up
    said = acme.refused()
    assert "Invalid API key or access token" in said
    (run,) = acme.runs()
    assert run["result"] == "failed"
    assert "401" in run["message"]
    assert "shpat_made_up" not in said + run["message"]
    assert not list((acme.data / "landing").rglob("orders/**/*.parquet"))
    acme.secrets = {"SHOPIFY_ACCESS_TOKEN": "shpat_new"}
    acme.pull()
    assert acme.revenue() == FIRST


def test_a_failed_operation_and_a_file_cut_short_are_begun_anew(
    stand: Shopify, source: Callable[[str], Puller]
) -> None:
    stand.fails, stand.busy = ["FAILED", "short"], 1
    acme = source("shopify")
    acme.pull()
    assert len(stand.operations) == 2
    assert acme.revenue() == FIRST
    assert acme.items() == ITEMS
    assert acme.runs()[0]["record_count"] == 8 + 9
    # The file's own address is the key to it.
    assert stand.leaked_count == 0


@pytest.mark.parametrize(
    ("fate", "said"), [("FAILED", "INTERNAL_SERVER_ERROR"), ("expired", "SignatureDoesNotMatch")]
)
def test_an_operation_that_fails_for_good_is_an_error_and_the_next_pull_starts_another(
    stand: Shopify, source: Callable[[str], Puller], fate: str, said: str
) -> None:
    stand.fails = [fate] * 3
    acme = source("shopify")
    assert said in acme.refused()
    stand.fails = []
    acme.pull()
    assert acme.revenue() == FIRST


def test_a_field_that_shopify_does_not_know_is_named(
    stand: Shopify, source: Callable[[str], Puller]
) -> None:
    acme = source("shopify")
    text = "paging: {query: '{ orders { edges { node { id grandTotal } } } }'}\n"
    said = acme.source.read_text().split("paging:")[0]
    acme.source.write_text(said + text)
    assert "Field 'grandTotal' doesn't exist" in acme.refused()


def test_a_key_in_a_file_stands_for_the_variable_of_the_shipped_source(
    stand: Shopify, source: Callable[[str], Puller]
) -> None:
    acme = source("shopify_rest")
    acme.source.with_name("acme.key").write_text("shpat_made_up\n")
    acme.source.write_text(acme.source.read_text() + "auth: {secret: {file: acme.key}}\n")
    acme.secrets = {"SHOPIFY_ACCESS_TOKEN": ""}
    acme.pull()
    assert acme.revenue() == FIRST
