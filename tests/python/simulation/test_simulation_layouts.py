"""Exports of platforms: what is written, and what they can tell, beside each other."""

from __future__ import annotations

import csv
import json
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from simulation.cli import app
from simulation.company import simulate
from simulation.layouts import LAYOUTS
from simulation.layouts.layout import money
from simulation.layouts.sales import make_shop
from simulation.layouts.told import told
from simulation.loading import SHIPPED, load_scenario


@pytest.fixture(scope="module")
def shop():
    """A messy company of another zone: its platform's exports are tidy all the same."""
    return make_shop(simulate(load_scenario("tiny")))


def run(*arguments):
    return CliRunner().invoke(app, [str(part) for part in arguments])


def test_an_export_is_written_with_the_truth_beside_it(tmp_path):
    result = run("run", "acme", "--out", tmp_path, "--layout", "shopify_orders")
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["orders_export_1.csv", "truth"]
    with (tmp_path / "orders_export_1.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    orders = pq.read_table(tmp_path / "truth" / "export_orders.parquet").to_pylist()
    tests = {row["Name"] for row in rows if row["Payment Method"] == "bogus"}
    assert {row["Name"] for row in rows} - tests == {row["order_id"] for row in orders}
    refunded = sum(Decimal(row["Refunded Amount"] or 0) for row in rows)
    assert refunded == sum(row["refund_amount"] for row in orders) > 0
    items = pq.read_table(tmp_path / "truth" / "export_items.parquet").num_rows
    assert items == sum(row["Name"] not in tests for row in rows)
    # The file has no dates of refunds.
    assert pq.read_table(tmp_path / "truth" / "export_refunds.parquet").num_rows == 0
    totals = json.loads((tmp_path / "truth" / "truth.json").read_text())["totals"]
    assert totals["order_count"] == len(orders)


def test_the_same_scenario_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        run("run", "acme", "--out", tmp_path / name, "--layout", "stripe_balance", "--days", 60)
    one, two = (
        (tmp_path / name / LAYOUTS["stripe_balance"].file_name).read_bytes()
        for name in ("one", "two")
    )
    assert one == two


def test_lists_every_layout():
    output = run("layouts").output
    assert all(name in output for name in LAYOUTS)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--layout", "shopfy_orders"), "did you mean shopify_orders?"),
        (("--layout", "wix", "--entity", "refunds"), "only one of them can be used"),
    ],
)
def test_a_layout_that_cannot_be_written_is_refused(tmp_path, options, said):
    result = run("run", "acme", "--out", tmp_path / "out", *options)
    assert result.exit_code == 1
    assert said in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_a_layout_tells_of_the_orders_it_says_it_has(layout, shop):
    truth, wanted = told(layout, shop), [s for s in shop.sales if s.status in layout.statuses]
    assert truth.orders["order_id"].to_pylist() == [layout.order_id(sale) for sale in wanted]
    assert len(set(truth.orders["order_id"].to_pylist())) == len(wanted)
    paid = [row["is_paid"] for row in truth.orders.to_pylist()]
    assert paid == [sale.is_paid for sale in wanted]
    if layout.refunds == "dated":
        amounts = truth.refunds["amount"].to_pylist()
        assert sum(amounts) == sum(truth.orders["refund_amount"].to_pylist()) > 0
    # Every order that it tells of is in the file by its id.
    text = layout.make(shop).text
    assert all(layout.order_id(sale) in text for sale in wanted)


def test_a_company_without_orders_still_gives_every_export(tmp_path):
    tiny = yaml.safe_load((SHIPPED / "tiny.yml").read_text(encoding="utf-8"))
    file = tmp_path / "empty.yml"
    file.write_text(yaml.safe_dump(tiny | {"acquisition": {"customers_per_day": 1e-9}}))
    empty = make_shop(simulate(load_scenario(str(file))))
    for layout in LAYOUTS.values():
        export = layout.make(empty)
        assert export.rows == export.no_sale


def test_money_is_spelled_as_asked():
    assert money(-123456) == "-1234.56"
    assert money(-123456, thousands=",", sign="$") == "-$1,234.56"
    assert money(123456789, thousands=".", decimal=",") == "1.234.567,89"
    assert money(5) == "0.05"
