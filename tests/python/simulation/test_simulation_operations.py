"""Stock, stock-outs, a product that is sent back, a channel that fails: as the scenario says."""

import datetime as dt
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from simulation.entities import MAKERS
from simulation.entities.catalogue import make_catalogue
from simulation.entities.items import draw_items
from simulation.raw import order_table

GAP = {"sku": "SKU1008", "start": dt.date(2024, 5, 6), "end": dt.date(2024, 7, 13)}
STOCK = {"warehouses": ["Lille", "Lyon"], "every_days": 7}


def days_of(made) -> np.ndarray:
    """Return the local day of each order of the log."""
    return np.datetime64(made.scenario.history.start) + made.orders.day


def sold(made) -> dict[str, dict[dt.date, int]]:
    """Return the pieces of paid orders by SKU and day, from the files' rows."""
    orders = {
        order: (day, is_paid)
        for order, day, is_paid in zip(
            order_table(made)["order_id"].to_pylist(),
            days_of(made).tolist(),
            made.orders.is_paid.tolist(),
            strict=True,
        )
    }
    found: dict[str, dict[dt.date, int]] = defaultdict(Counter)
    for row in MAKERS["order_items"](made).to_pylist():
        day, is_paid = orders[row["order_id"]]
        if is_paid:
            found[row["sku"]][day] += int(row["quantity"])
    return found


def stock(made) -> dict[str, dict[dt.date, int]]:
    """Return what all warehouses hold by SKU and day."""
    found: dict[str, dict[dt.date, int]] = defaultdict(Counter)
    for row in MAKERS["inventory_snapshots"](made).to_pylist():
        assert int(row["quantity_on_hand"]) >= 0
        day = dt.date.fromisoformat(row["snapshot_date"])
        found[row["sku"]][day] += int(row["quantity_on_hand"])
    return found


@pytest.fixture(scope="module")
def shop(company):
    """A shop of twenty products and some thousands of orders, one product out of stock."""
    return company(
        "tiny",
        {
            "acquisition.customers_per_day": 20.0,
            "entities.inventory_snapshots": STOCK | {"stock_outs": [GAP]},
            "channels": [{"channel_id": "web", "channel_name": "Web"}],
        },
    )


def test_stock_falls_by_what_is_sold_and_rises_by_deliveries_only(shop):
    moved, counted = sold(shop), stock(shop)
    assert len(counted) == 20
    quiet = deliveries = 0
    for sku, levels in counted.items():
        days = sorted(levels)
        assert {(b - a).days for a, b in pairwise(days)} == {7}
        for before, after in pairwise(days):
            gone = sum(n for day, n in moved[sku].items() if before < day <= after)
            delivered = levels[after] - levels[before] + gone
            assert delivered >= 0, (sku, after)
            quiet += delivered == 0 and gone > 0
            deliveries += delivered > 0
    # Most weeks none comes, and so stock must fall by exactly what was sold.
    assert quiet > 1.5 * deliveries > 100


def test_deliveries_come_when_little_is_left(shop):
    moved, counted = sold(shop), stock(shop)
    (sku,) = Counter({sku: sum(n.values()) for sku, n in moved.items()}).most_common(1)[0][:1]
    levels = [counted[sku][day] for day in sorted(counted[sku])]
    pace = sum(moved[sku].values()) / (7 * len(levels))
    assert 20 * pace < max(levels) < 150 * pace
    assert 0 < min(levels) < 14 * pace


def test_a_product_out_of_stock_is_not_sold_and_its_stock_is_nothing(shop, company):
    moved, counted = sold(shop)[GAP["sku"]], stock(shop)[GAP["sku"]]
    inside = [n for day, n in counted.items() if GAP["start"] <= day <= GAP["end"]]
    assert len(inside) == 10
    assert set(inside) == {0}
    last_sale = max(day for day in moved if day < GAP["start"])
    assert min(n for day, n in counted.items() if not last_sale <= day <= GAP["end"]) > 0
    assert not [day for day in moved if GAP["start"] <= day <= GAP["end"]]
    assert GAP["start"] - last_sale <= dt.timedelta(days=7)
    others = [
        n for sku, levels in stock(shop).items() if sku != GAP["sku"] for n in levels.values()
    ]
    assert min(others) > 0
    # Nothing but the product changes, to one near in price.
    made, full = (
        draw_items(shop),
        draw_items(
            company(
                "tiny",
                {
                    "acquisition.customers_per_day": 20.0,
                    "entities.inventory_snapshots": STOCK,
                    "channels": [{"channel_id": "web", "channel_name": "Web"}],
                },
            )
        ),
    )
    for part in ("order", "quantity", "unit_price"):
        assert np.array_equal(getattr(made, part), getattr(full, part))
    is_other = made.product != full.product
    day = days_of(shop)[made.order]
    is_inside = (day >= np.datetime64(GAP["start"])) & (day <= np.datetime64(GAP["end"]))
    assert np.array_equal(is_other, is_inside & (full.product == 7))
    assert {day[is_other].min(), day[is_other].max()} == {
        np.datetime64(GAP["start"]),
        np.datetime64(GAP["end"]),
    }
    assert 2 <= len(set(made.product[is_other])) <= 4
    assert set(made.product[is_other]) <= {4, 5, 6, 8, 9, 10, 11}


def test_a_returns_prone_product_is_in_a_share_of_the_refunded_orders(company):
    prone = {"max_lines": 3, "returns_prone": {"sku": "SKU1050", "refunded_share": 0.4}}
    made = company("cedar", {"entities.order_items": prone})
    plain = company("cedar", {"entities.order_items": {"max_lines": 3}})
    items, before = draw_items(made), draw_items(plain)
    held = np.isin(np.arange(made.orders.number.size), items.order[items.product == 49])
    refunded = made.orders.refund > 0
    assert held[refunded].sum() == round(0.4 * refunded.sum()) > 100
    assert held[~refunded].mean() < 0.05
    for part in ("order", "quantity", "unit_price"):
        assert np.array_equal(getattr(items, part), getattr(before, part))
    changed = items.product != before.product
    assert (items.product[changed] == 49).all()
    assert np.bincount(items.order[changed]).max() == 1
    price = make_catalogue(made).price[49]
    assert 0.5 < np.median(items.unit_price[changed]) / price < 2


FAILING = [
    {"channel_id": "web", "channel_name": "Web", "share": 6,
     "failing": {"date": dt.date(2024, 7, 1), "level": 0.25}},
    {"channel_id": "market", "channel_name": "Market", "share": 3},
    {"channel_id": "app", "channel_name": "App", "share": 1},
]  # fmt: skip


def test_a_failing_channel_loses_its_orders_to_the_others_and_nothing_else_changes(company):
    settings = {"acquisition.customers_per_day": 20.0, "entities": {}}
    sound = [{k: v for k, v in channel.items() if k != "failing"} for channel in FAILING]
    made = company("tiny", settings | {"channels": FAILING})
    before = company("tiny", settings | {"channels": sound})
    rows, old = order_table(made), order_table(before)
    assert rows.drop_columns(["channel_id"]) == old.drop_columns(["channel_id"])
    is_late = days_of(made) >= np.datetime64("2024-07-01")
    changed = made.channel != before.channel
    assert not changed[~is_late].any()
    assert (before.channel[changed] == 0).all()
    share = np.bincount(made.channel[is_late], minlength=3) / is_late.sum()
    assert share == pytest.approx([0.6 * 0.25, 0.3 + 0.45 * 0.75, 0.1 + 0.45 * 0.25], abs=0.03)


def test_alder_runs_out_of_a_product_that_sells_well(company):
    made = company("alder")
    moved, counted = sold(made), stock(made)
    (gap,) = made.scenario.entities.inventory_snapshots.stock_outs
    before = gap.start - dt.timedelta(days=365)
    worth = {
        sku: sum(n for day, n in pieces.items() if before <= day < gap.start)
        * int(make_catalogue(made).price[int(sku[3:]) - 1001])
        for sku, pieces in moved.items()
    }
    assert gap.sku in sorted(worth, key=worth.__getitem__)[-5:]
    assert sum(n == 0 for n in counted[gap.sku].values()) == 8
    assert sum(n == 0 for levels in counted.values() for n in levels.values()) == 8


def test_the_best_channel_of_birch_fails(company):
    made = company("birch")
    day = days_of(made)
    early, late = (
        np.bincount(made.channel[part], made.orders.gross[part], 3)
        for part in (day < np.datetime64("2026-03-01"), day >= np.datetime64("2026-03-02"))
    )
    assert early.argmax() == 0
    assert early[0] / early.sum() > 0.55
    assert late[0] / late.sum() < 0.12
    assert all(channel.commission_rate > 0 for channel in made.scenario.channels)


def test_cedar_has_a_product_that_is_sent_back(company):
    made = company("cedar")
    items, refunded = draw_items(made), made.orders.refund > 0
    rates = []
    for product in range(60):
        held = np.unique(items.order[items.product == product])
        rates.append(refunded[held].mean())
    (worst, second) = np.argsort(rates)[:-3:-1]
    assert f"SKU{1001 + worst}" == made.scenario.entities.order_items.returns_prone.sku
    assert rates[worst] > 0.25 > 3 * rates[second]


@pytest.mark.parametrize("name", ["alder", "birch", "cedar"])
def test_products_are_of_one_kind_of_size(name, company):
    """No product is most of the revenue, and hardly a line costs many times its list price."""
    made = company(name)
    items, price = draw_items(made), make_catalogue(made).price
    worth = np.bincount(items.product, items.quantity * items.unit_price, price.size)
    assert worth.max() / worth.sum() < 0.2
    assert (items.unit_price > 1.5 * price[items.product]).mean() < 0.02
    total = sum(
        int(row["quantity"]) * Decimal(row["unit_price"])
        for row in MAKERS["order_items"](made).to_pylist()
    )
    assert total == Decimal(int(made.orders.gross.sum())) / 100
