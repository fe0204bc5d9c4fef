"""Spark writes marts in a folder per company; the release and the forecast are as of one file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forecasting.revenue import reading
from forecasting.settings import Settings
from tests.python.conftest import Warehouse
from tests.python.spark.test_equality import both
from tests.python.spark.test_models import log
from warehouse.reading import open_tables

COMPANIES = ("007", "elm", "oak")
COLUMNS = """
    select table_schema, table_name, column_name, ordinal_position, data_type
    from information_schema.columns
    order by all
"""


def test_an_id_is_text_whatever_it_looks_like(tmp_path: Path) -> None:
    for company, amount in {"007": 1, "7": 2}.items():
        folder = tmp_path / "marts.db" / "fct_orders" / f"company_id={company}"
        folder.mkdir(parents=True)
        pq.write_table(pa.table({"amount": [amount]}), folder / "part-0.parquet")
    with open_tables(tmp_path) as connection:
        rows = connection.sql("select company_id, amount from marts.fct_orders order by all")
        assert rows.fetchall() == [("007", 1), ("7", 2)]


@pytest.mark.deep
def test_a_build_by_company_is_that_of_one_file(
    spark: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (spark | {"PAIDNET_COMPANIES_IN_GIT": "0"}).items():
        monkeypatch.setenv(name, value)
    for company in COMPANIES:
        file = tmp_path / f"{company}.csv"
        file.write_text(log())
        stated = ("--time-zone", "UTC", "--currency", "EUR")
        Warehouse(tmp_path / "landed").add(file, company, *stated)
    assert both(tmp_path / "landed", tmp_path) == []
    one, other = Warehouse(tmp_path / "duckdb"), Warehouse(tmp_path / "spark")
    assert one.query(COLUMNS) == other.query(COLUMNS)

    # A company's rows can be read alone.
    marts = other.data / "build" / "spark" / "marts.db"
    table = marts / "fct_monthly_revenue"
    assert {path.name for path in table.glob("*/")} == {f"company_id={id_}" for id_ in COMPANIES}
    alone = duckdb.read_parquet(f"{table}/company_id=007/*.parquet", hive_partitioning=False)
    assert "company_id" not in alone.columns
    ((count, total),) = alone.aggregate("count(*), sum(net_revenue_amount)").fetchall()
    query = "select count(*), sum(net_revenue_amount) from marts.fct_monthly_revenue"
    assert one.query(f"{query} where company_id = '007'") == [(count, total)]
    # Of no company there is no file.
    assert not list((marts / "fct_basket_pairs").glob("**/*.parquet"))

    # The forecast reads the same series of Spark's tables as of the file made of them.
    monkeypatch.setenv("PAIDNET_DATA", str(other.data))
    file = reading.of_build()
    monkeypatch.setenv("PAIDNET_ENGINE", "spark")
    tables = reading.of_build()
    assert (file.name, tables.name) == ("warehouse.duckdb", "spark")
    series = [
        [(one.company_id, one.fingerprint(Settings())) for one in reading.read_all(place)]
        for place in (file, tables)
    ]
    assert series[0] == series[1]
    assert [name for name, _ in series[0]] == list(COMPANIES)
