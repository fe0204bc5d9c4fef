"""The command line: what it writes, and what its options change."""

import json

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from simulation.cli import app
from simulation.company import simulate
from simulation.loading import SHIPPED, load_scenario

TINY = yaml.safe_load((SHIPPED / "tiny.yml").read_text(encoding="utf-8"))


def run(*arguments: object):
    return CliRunner().invoke(app, ["run", *(str(part) for part in arguments)])


def test_writes_every_entity_of_the_contract_and_the_truth(tmp_path):
    result = run("tiny", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "channels.csv",
        "customers.csv",
        "inventory_snapshots.csv",
        "order_items.csv",
        "orders.csv",
        "payments.csv",
        "products.csv",
        "refunds.csv",
        "subscriptions.csv",
        "truth",
    ]
    assert sorted(path.name for path in (tmp_path / "truth").iterdir()) == [
        "customers.parquet",
        "daily.parquet",
        "mess.parquet",
        "orders.parquet",
        "truth.json",
    ]
    truth = json.loads((tmp_path / "truth" / "truth.json").read_text())
    assert truth["seed"] == 7
    assert truth["scenario"]["company_id"] == "tiny"
    orders = pq.read_table(tmp_path / "truth" / "orders.parquet")
    assert truth["totals"]["order_count"] == orders.num_rows
    header = (tmp_path / "orders.csv").read_text(errors="replace").split("\n")[0]
    assert header == (
        "company_id,order_id,created_at,status,total_price,order_refunds,customer_id,"
        "customer_order_count,customer_total_spent,customer_created_at,currency,"
        "channel_id,country,state,city,discount,tax,shipping"
    )


def test_overrides_company_seed_dates_and_format(tmp_path):
    options = ["--company", "other", "--seed", 3, "--start", "2025-02-10"]
    options += ["--days", 30, "--format", "parquet"]
    result = run("birch", "--out", tmp_path, *options)
    assert result.exit_code == 0, result.output
    orders = pq.read_table(tmp_path / "orders.parquet")
    assert set(orders["company_id"].to_pylist()) == {"other"}
    days = pq.read_table(tmp_path / "truth" / "daily.parquet")["revenue_date"]
    assert str(days[0]) == "2025-02-10"
    assert len(days) == 30
    assert json.loads((tmp_path / "truth" / "truth.json").read_text())["seed"] == 3


@pytest.mark.parametrize(("name", "target"), [("alder", 5_000), ("birch", 90_000)])
def test_orders_are_rescaled_to_about_the_number_asked_for(name, target):
    made = simulate(load_scenario(name), target)
    assert made.orders.number.size == pytest.approx(target, rel=0.1)


def test_one_entity_leaves_the_files_of_others_alone(tmp_path):
    kept = tmp_path / "orders.csv"
    kept.write_text("mine")
    result = run("alder", "--out", tmp_path, "--days", 20, "--entity", "products")
    assert result.exit_code == 0, result.output
    assert kept.read_text() == "mine"
    rows = duckdb.sql(f"select count(*) from '{tmp_path}/products.csv'").fetchone()[0]
    assert rows == 60


def test_a_scenario_so_small_that_nobody_comes_still_writes_headers(tmp_path):
    file = tmp_path / "empty.yml"
    acquisition = {"customers_per_day": 1e-9}
    file.write_text(yaml.safe_dump(TINY | {"acquisition": acquisition}))
    result = run(file, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "orders.csv").read_text().count("\n") == 1
    assert (tmp_path / "out" / "order_items.csv").read_text().count("\n") == 1


def test_lists_the_shipped_scenarios():
    result = CliRunner().invoke(app, ["list"])
    assert result.exit_code == 0
    for name in ("alder", "bench", "birch", "cedar", "tiny"):
        assert name in result.output
