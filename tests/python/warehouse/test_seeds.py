"""A file kept in git is read as the same file is when it lands: same rows, same questions."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import run_stage
from tests.python.warehouse.projects import Project, pack

#: Signs of currency, days before months, keys with #, words for none, a row below zero, a broken
#: line, one that no reader can read, and what is no row: a blank one and the total.
MESSY = """order_id,created_at,status,total_price,order_refunds,customer_id,currency
#1001,05.01.2024 10:00,Paid,"$1,234.50",0,Ann@Example.com,USD
#1002,06.01.2024 23:30,paid,$20.00,(5.00),ann@example.com ,usd
1003.0,2024-01-07 10:37:33 -0500,paid,45.00 USD,nan,bob@example.com,
#1002,09.02.2024 11:00,paid,($7.50),,ann@example.com,USD
#1004,31.02.2024,paid,free,0,bob@example.com,USD
#1005,13.01.2024 10:00,paid
#1006,14.01.2024 12:00,refunded,$30,,,USD
#1007,15.01.2024 10:00,pending,($9.00),,bob@example.com,USD
,,,,,,
Total,,,"$1,322.00",,,
"""
#: Its items: a price with a sign, a quantity that is none, a line of an order it does not have.
ITEMS = """order_id,sku,quantity,unit_price
#1001,K1,2,$600.00
#1001,K2,1,34.50
#1003,K1,1,"$45.00"
1006,K2,none,30
#2000,K2,1,9.99
"""
#: As birch's line in dbt_project.yml has it.
OPTIONS = (
    "--time-zone America/New_York --currency USD --country US --repeat-policy latest --mapping raw"
)
#: What tells one of two companies, or one of two builds.
OWN = {"company_id", "company_name", "source_file", "mapping", "is_in_git", "landed_at",
       "exported_at", "last_landed_at", "days_since_last_upload",
       "example_source_file"}  # fmt: skip
#: What comes of every row, wherever it went; the other marts are made of these.
COMPARED = (
    "fct_orders", "fct_refunds", "fct_order_items", "fct_rejected_rows", "fct_uploads",
    "dim_companies",
)  # fmt: skip
HEADER = MESSY.splitlines(keepends=True)[0]


def marts(file: Path, company_id: str) -> dict[str, list[tuple]]:
    """Return the rows of a company in each mart, without what is its own."""
    found = {}
    with duckdb.connect(str(file), read_only=True) as connection:
        names = connection.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns()"
            " where schema_name = 'marts' group by all having list_contains(list(column_name),"
            " 'company_id')"
        ).fetchall()
        for table, columns in names:
            listed = ", ".join(c for c in columns if c not in OWN)
            found[table] = connection.execute(
                f"select {listed} from marts.{table} where company_id = ? order by all",
                [company_id],
            ).fetchall()
    return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which each test writes the file of birch that it needs."""
    return Project(tmp_path_factory.mktemp("seeds"))


@pytest.fixture(scope="module")
def built(project: Project) -> Path:
    """The database of `MESSY`, kept in git as birch and landed as elm."""
    file = project.write_orders("birch", MESSY)
    items = project.folder / "items.csv"
    items.write_text(ITEMS)
    pack(file.with_suffix("") / "order_items.csv.gz", ITEMS)
    for path, more in ((file, ()), (items, ("--entity", "order_items"))):
        added = run_stage(
            project.data, "ingestion", "add", path, "--company", "elm", *OPTIONS.split(), *more
        )
        assert added.returncode == 0, added.stdout + added.stderr
    selected = [f"+{mart}" for mart in COMPARED]
    done = project.dbt(
        "build", "--select", *selected, "--exclude-resource-type", "test", "unit_test"
    )
    assert done.returncode == 0, done.stdout[-3000:]
    kept = project.folder / "built" / "warehouse.duckdb"
    kept.parent.mkdir()
    shutil.copy(project.data / "build/warehouse.duckdb", kept)
    return kept


def test_a_messy_file_gives_the_same_marts_from_git_as_landed(built: Path) -> None:
    in_git, landed = marts(built, "birch"), marts(built, "elm")
    assert set(COMPARED) <= in_git.keys()
    assert in_git == landed
    with duckdb.connect(str(built), read_only=True) as connection:

        def query(sql: str) -> list[tuple]:
            return connection.execute(sql).fetchall()

        assert query(
            "select order_id, customer_id, ordered_at::varchar, gross_amount, refund_amount"
            " from marts.fct_orders where company_id = 'birch' order by 1"
        ) == [
            ("1001", "ann@example.com", "2024-01-05 15:00:00", Decimal("1234.50"), 0),
            ("1002", "ann@example.com", "2024-01-07 04:30:00", Decimal(20), Decimal("7.50")),
            ("1003", "bob@example.com", "2024-01-07 15:37:33", Decimal(45), 0),
            ("1006", None, "2024-01-14 17:00:00", Decimal(30), Decimal(30)),
        ]
        assert query(
            "select source_file, source_line, column_name, raw_value, all_reason_codes"
            " from marts.fct_rejected_rows where company_id = 'birch' order by 2"
        ) == [
            ("seeds/orders/birch/order_items.csv.gz", 5, "quantity", None, "missing_value"),
            ("seeds/orders/birch.csv", 6, "created_at", "31.02.2024",
             "invalid_timestamp, invalid_amount"),
            ("seeds/orders/birch.csv", 7, None, "#1005,13.01.2024 10:00,paid", "too_few_columns"),
            ("seeds/orders/birch.csv", 9, "total_price", "($9.00)", "negative_amount"),
        ]  # fmt: skip
        assert query(
            "select entity, read_row_count, not_a_sale_row_count, not_a_sale_reasons,"
            " other_row_count, raw_row_count, rejected_row_count"
            " from marts.fct_uploads where company_id = 'birch' order by 1"
        ) == [
            ("order_items", 5, 0, None, 0, 5, 1),
            ("orders", 10, 2, "1 blank row, 1 totals row", 1, 7, 3),
            ("refunds", 9, 2, "1 blank row, 1 totals row", 6, 1, 0),
        ]
        assert query(
            "select json_extract_string(original_values, '$.total_price') from raw.birch"
            " where order_id = '1001'"
        ) == [("$1,234.50",)]


def test_refunds_of_a_file_go_with_the_company_and_with_the_rows_below_zero(
    project: Project, built: Path
) -> None:
    refunds = "select count(*) from staging.stg_shop__refunds where company_id = 'birch'"
    with duckdb.connect(str(built), read_only=True) as before:
        assert before.execute(refunds).fetchone() == (1,)
    without = HEADER + "1,2024-03-04,paid,5.00,0,a,USD\n"
    for orders, in_git in ((MESSY, "0"), (without, "1")):
        project.write_orders("birch", orders)
        done = project.dbt(
            "build", "--select", "+stg_shop__refunds", "--exclude-resource-type", "test",
            "unit_test", PAIDNET_COMPANIES_IN_GIT=in_git,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:]
        with duckdb.connect(str(project.data / "build/warehouse.duckdb")) as now:
            assert now.execute(refunds).fetchone() == (0,)


def test_a_file_without_its_line_stops_the_run_and_says_which_line_to_add(
    project: Project,
) -> None:
    """Adding a company kept in git is one file and one line, and nothing is forgotten."""
    added = project.write_orders("acme", HEADER + "1,2024-03-01,paid,10.00,,c1,USD\n")
    refused = project.dbt("build")
    added.unlink()
    assert refused.returncode != 0
    assert "seeds/orders/acme.csv has no line in dbt_project.yml" in refused.stdout
    assert "{company_id: acme" in refused.stdout


def test_plain_csv_beside_the_orders_stops_the_run_and_says_how_to_pack_it(
    project: Project,
) -> None:
    project.write_orders("birch", MESSY)
    plain = project.folder / "seeds/orders/birch/products.csv"
    plain.parent.mkdir(exist_ok=True)
    plain.write_text("sku,product_name\nK1,Oar\n")
    refused = project.dbt("build")
    plain.unlink()
    assert refused.returncode != 0
    assert "seeds/orders/birch/products.csv is no file of orders" in refused.stdout
    assert "Pack it, as seeds/orders/birch/products.csv.gz" in refused.stdout


def test_a_question_stops_the_run_with_its_message_and_the_place_of_the_answer(
    project: Project,
) -> None:
    project.write_orders("birch", HEADER + "1,03/04/2024,paid,5,0,a,USD\n")
    asked = project.dbt("seed", "--select", "birch")
    assert asked.returncode != 0
    assert "seeds/orders/birch.csv, line 2, column created_at: which number" in asked.stdout
    assert "a key of its line in dbt_project.yml" in asked.stdout
    assert "Traceback" not in asked.stdout + asked.stderr
