"""What is written: the shipped seeds, determinism, truth against data."""

import filecmp
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from simulation import seeds
from simulation.company import simulate
from simulation.entities import entity_tables
from simulation.loading import load_scenario
from simulation.writing import write_company

SEEDS = Path(__file__).parents[3] / "seeds" / "orders"
SHIPPED = seeds.DEMO_COMPANIES
MAX_BYTES = 8_000_000


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_seed_is_generated_byte_for_byte(name, company, written):
    folder = written(company(name))
    assert filecmp.cmp(folder / "orders.csv", SEEDS / f"{name}.csv", shallow=False)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_entities_hold_the_rows_that_are_generated(name, company):
    """Their text is compared: another library packs the same rows into other bytes."""
    made = company(name)
    tables = dict(entity_tables(made, made.scenario.switched_on))
    assert {path.name for path in (SEEDS / name).iterdir()} == {f"{n}.parquet" for n in tables}
    assert len(tables) == 5
    for entity, table in tables.items():
        assert pq.read_table(SEEDS / name / f"{entity}.parquet").equals(table)


def test_writing_the_seeds_gives_the_same_bytes_and_leaves_nothing_old(tmp_path):
    (tmp_path / "alder").mkdir()
    (tmp_path / "alder" / "customers.parquet").write_text("old")
    first = [(path.name, path.read_bytes()) for path in seeds.write_seeds(tmp_path)]
    assert not (tmp_path / "alder" / "customers.parquet").exists()
    assert [(path.name, path.read_bytes()) for path in seeds.write_seeds(tmp_path)] == first
    kept = sorted(str(path.relative_to(SEEDS)) for path in SEEDS.rglob("*") if path.is_file())
    made = (path for path in tmp_path.rglob("*") if path.is_file())
    assert sorted(str(path.relative_to(tmp_path)) for path in made) == kept


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_items_and_payments_add_up_to_their_orders(name):
    """Of orders whose row is whole, to the cent; every order has items and a payment."""
    untied = duckdb.sql(
        f"""
        with orders as (
            select order_id, max(try_cast(total_price as decimal(18, 2))) as total
            from read_csv('{SEEDS}/{name}.csv', all_varchar = true, ignore_errors = true)
            where order_id <> '' and try_cast(total_price as decimal(18, 2)) > 0
            group by order_id
        ), items as (
            select
                order_id,
                sum(cast(quantity as int) * cast(unit_price as decimal(18, 2))) as worth
            from '{SEEDS}/{name}/order_items.parquet' group by order_id
        ), payments as (
            select order_id, sum(cast(amount as decimal(18, 2))) as paid
            from '{SEEDS}/{name}/payments.parquet' group by order_id
        )
        select
            count(*),
            count(*) filter (where worth is distinct from total or paid is distinct from total)
        from orders left join items using (order_id) left join payments using (order_id)
        """
    ).fetchone()
    assert untied[0] > 13_000
    assert untied[1] == 0


def test_shipped_seeds_are_small_enough_for_git():
    sizes = {path: path.stat().st_size for path in SEEDS.parent.rglob("*") if path.is_file()}
    assert max(sizes.values()) < 2.6e6
    assert sum(sizes.values()) < MAX_BYTES


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
