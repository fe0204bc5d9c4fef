"""A table or a query of a PostgreSQL database lands as a file does; nothing is written to it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.reading.postgres import opened
from tests.python.conftest import Warehouse
from tests.python.ingestion.test_ingestion_command_line import landed_files, manifest
from tests.python.superset.services import PASSWORD, postgres, program
from warehouse.errors import PaidnetError

TABLES = """
create schema shop;
create sequence shop.counter;
create table shop.orders (
    order_id bigint, created_at timestamptz, status text, total_price numeric,
    order_refunds numeric(12, 2), customer_id uuid, payload jsonb
);
insert into shop.orders values
    (1, '2024-01-02 03:04:05+02', 'paid', 12345678901234.57, 0, null, '{"id": 5}'),
    (2, '2024-03-31 23:30:00-05', 'paid', 0.1, 0.05, gen_random_uuid(), null),
    (3, '2024-04-01 00:00:00+00', 'paid', 7, 0, null, null);
alter database postgres set timezone = 'Asia/Tokyo';
alter database postgres set datestyle = 'German';
create user reader password 'another';
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a database with a shop's orders, whose settings are odd."""
    with postgres() as uri:
        plain = uri.replace("+psycopg2", "")
        sql(plain, TABLES)
        yield plain


def sql(address: str, text: str) -> str:
    asked = [program("psql"), "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", text]
    own = os.environ | {"PGPASSWORD": PASSWORD}
    done = subprocess.run(asked, env=own, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def ingestion(warehouse: Warehouse, *arguments: object, password: str = PASSWORD) -> list[str]:
    done = warehouse.run("ingestion", *arguments, PGPASSWORD=password)
    assert "Traceback" not in done.stderr
    return [str(done.returncode), done.stdout, done.stderr]


def test_a_table_lands_with_exact_values_and_can_be_landed_again_without_the_database(
    warehouse: Warehouse, address: str
) -> None:
    add = ("add", address, "--company", "acme", "--table", "shop.orders")
    code, out, err = ingestion(warehouse, *add)
    assert code == "0", err
    assert "PostgreSQL, table shop.orders" in out
    assert "nothing to do" in ingestion(warehouse, *add)[1]
    (landed,) = (file for file in landed_files(warehouse) if "orders" in file.parts)
    before = pq.read_table(landed).to_pylist()
    assert [(r["order_id"], r["created_at"], r["total_price"]) for r in before] == [
        ("1", "2024-01-02 01:04:05+00", "12345678901234.57"),
        ("2", "2024-04-01 04:30:00+00", "0.1"),
        ("3", "2024-04-01 00:00:00+00", "7"),
    ]
    landed.unlink()
    code, _, err = ingestion(warehouse, "land", "--again", password="gone")  # noqa: S106
    assert code == "0", err
    again = pq.read_table(landed).to_pylist()
    assert [r["total_price"] for r in again] == [r["total_price"] for r in before]
    kept = json.dumps(manifest(warehouse))
    assert "shop.orders" in kept
    assert PASSWORD not in kept
    assert sql(address, "select count(*), sum(total_price) from shop.orders").startswith("3|")


def test_a_query_lands_too_and_a_later_reading_replaces_the_orders_of_an_earlier_one(
    warehouse: Warehouse, address: str, tmp_path: Path
) -> None:
    file = tmp_path / "sales.sql"
    file.write_text("select * from shop.orders where order_id < 3  -- the first two")
    add = ("add", address, "--company", "acme", "--query")
    assert ingestion(warehouse, *add, file)[0] == "0"
    changed = "select *, 'x' as note from shop.orders order by order_id;"
    code, out, err = ingestion(warehouse, *add, changed)
    assert code == "0", err
    assert "this replaces 2 orders of sales-" in out
    assert [line["row_count"] for line in manifest(warehouse)] == [2, 3]


REFUSED = [
    (("{}", "nope", None), "one of the 1 tables: shop.orders"),
    (("{}", None, None), "neither --table nor --query"),
    (("{}", "shop.orders", "select 1"), "both --table and --query"),
    (("{}", None, "delete from shop.orders returning *"), "syntax error"),
    (("{}", None, "select setval('shop.counter', 7) from shop.orders"), "read-only transaction"),
    (("{}", None, "select 1; drop table shop.orders"), "syntax error"),
    (("{}", None, "select 1 as a, 2 as a"), "duplicate column name"),
    (("{}", None, "gone.sql"), "there is no such file of SQL"),
    (("{}x", "shop.orders", None), 'database "postgresx" does not exist'),
    (("{}?port=1", "shop.orders", None), "Connection refused"),
    (("orders.csv", "shop.orders", None), "a file has no tables"),
    (("postgresql://a:b@127.0.0.1/db", "x", None), "a password in the address"),
]


@pytest.mark.parametrize(("given", "said"), REFUSED)
def test_what_cannot_be_read_is_said_and_nothing_is_written(
    address: str, monkeypatch: pytest.MonkeyPatch, given: tuple, said: str
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    name, table, query = given
    with pytest.raises(PaidnetError) as error, opened(name.format(address), table, query):
        pass
    assert said in str(error.value)
    assert PASSWORD not in str(error.value)


def test_a_wrong_password_and_a_user_without_rights_are_said(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "wrong")
    refused = pytest.raises(PaidnetError, match="password authentication failed")
    with refused, opened(address, "shop.orders", None):
        pass
    monkeypatch.setenv("PGPASSWORD", "another")
    reader = address.replace("superset@", "reader@")
    refused = pytest.raises(PaidnetError, match="a table that this user may read; there is none")
    with refused, opened(reader, "shop.orders", None):
        pass
