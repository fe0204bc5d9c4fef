"""What is written: the shipped seeds, determinism, truth against data."""

import filecmp
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from simulation.company import simulate
from simulation.loading import load_scenario
from simulation.writing import write_company

SEEDS = Path(__file__).parents[3] / "seeds" / "orders"
SHIPPED = ("alder", "birch", "cedar")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_seed_is_generated_byte_for_byte(name, company, written):
    folder = written(company(name))
    assert filecmp.cmp(folder / "orders.csv", SEEDS / f"{name}.csv", shallow=False)


def test_shipped_seeds_are_small_enough_for_git():
    sizes = [(SEEDS / f"{name}.csv").stat().st_size for name in SHIPPED]
    assert max(sizes) < 2.6e6
    assert sum(sizes) < 8e6


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path):
    def file(folder: str, seed: int) -> bytes:
        made = simulate(load_scenario("tiny", {"seed": seed}))
        write_company(made, tmp_path / folder)
        return (tmp_path / folder / "orders.csv").read_bytes()

    assert file("a", 7) == file("b", 7)
    assert file("a", 7) != file("c", 8)


def test_switching_entities_off_leaves_orders_unchanged(tmp_path):
    on = simulate(load_scenario("tiny"))
    off = simulate(load_scenario("tiny", {"entities": {}}))
    write_company(on, tmp_path / "on")
    write_company(off, tmp_path / "off")
    for name in ("orders.csv", "truth/orders.parquet", "truth/mess.parquet"):
        assert filecmp.cmp(tmp_path / "on" / name, tmp_path / "off" / name, False)


@pytest.mark.parametrize("name", [*SHIPPED, "tiny"])
def test_truth_orders_sum_to_truth_days_to_the_cent(name, company, written):
    folder = written(company(name)) / "truth"
    orders = duckdb.sql(
        f"select sum(gross_amount - refund_amount) from '{folder}/orders.parquet' where is_paid"
    ).fetchone()[0]
    days = duckdb.sql(
        f"select sum(actual_net_revenue_amount) from '{folder}/daily.parquet'"
    ).fetchone()[0]
    assert orders == days > 0


@pytest.mark.parametrize(
    ("style", "day"),
    [
        ("utc_offset", "timezone('Europe/Paris', cast(created_at as timestamptz))"),
        ("local_offset", "left(created_at, 10)"),
        ("naive_local", "left(created_at, 10)"),
    ],
)
def test_without_mess_the_file_gives_the_truth_of_every_day(style, day, company, written, clean):
    folder = written(company("tiny", clean | {"timestamp_style": style}))
    rows = duckdb.sql(
        f"""
        select
            cast({day} as date) as revenue_date,
            sum(cast(total_price as decimal(18, 2)))
            - sum(cast(order_refunds as decimal(18, 2))) as net
        from read_csv('{folder}/orders.csv', all_varchar = true)
        where status in ('paid', 'partially_refunded', 'refunded')
        group by all
        """
    ).fetchall()
    truth = duckdb.sql(
        "select revenue_date, actual_net_revenue_amount "
        f"from '{folder}/truth/daily.parquet' where paid_order_count > 0"
    ).fetchall()
    assert len(truth) > 100
    assert sorted(rows) == sorted(truth)
    assert pq.read_table(folder / "truth" / "mess.parquet").num_rows == 0


def test_parquet_holds_the_same_text_as_csv(company, written, clean, read):
    made = company("tiny", clean)
    rows = read(written(made, "csv") / "orders.csv")
    table = pq.read_table(written(made, "parquet") / "orders.parquet")
    assert table.to_pylist() == [{name: value or "" for name, value in row.items()} for row in rows]
    assert {str(field.type) for field in table.schema} == {"string"}
