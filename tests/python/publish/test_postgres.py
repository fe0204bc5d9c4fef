"""Marts in PostgreSQL: exact values, a swap that interrupts nobody, nothing of others lost."""

from __future__ import annotations

import time
from pathlib import Path
from uuid import uuid4

import duckdb
import pytest

from tests.python.superset.services import PASSWORD
from warehouse.publish.content import Table

from .conftest import Database, Publish
from .made import ODD, Running, make_release
from .test_files import must


def refused(publish: Publish, *arguments: object) -> str:
    done = publish(*arguments)
    assert done.exit_code == 1, done.output
    assert PASSWORD not in done.output
    for word in ("found:", "expected:", "fix:"):
        assert word in done.output
    return done.output


def test_every_value_type_and_meaning_is_that_of_the_release(
    publish: Publish, postgres: Database, data: Path
) -> None:
    assert "1 text with a NUL" in must(publish, postgres.address)
    found = postgres.sql(
        "set datestyle = 'ISO'; select company_id, odd_amount, odd_rate, odd_share, odd_count,"
        " odd_number, odd_at, odd_date, is_odd from marts.fct_odd order by 1, 2"
    )
    assert found.splitlines() == [
        "a|0.00|0.0000000000|-0|0|0|infinity|-infinity|",
        "a|0.01|-1.0000000000|Infinity|9223372036854775807|2147483647"
        "|1969-12-31 23:59:59|9999-12-31|f",
        "b|-12345678901234.57|0.0000000001|NaN|-9223372036854775808|-2147483648"
        "|2024-03-31 02:30:00.123456|0001-01-01|t",
        "c||||||||",
    ]
    release = str((data / "current" / "warehouse.duckdb").resolve())
    with duckdb.connect(release, read_only=True) as own:
        texts = own.sql("select odd_text from marts.fct_odd order by odd_text").fetchall()
    hexed = [text.replace("\0", "\ufffd").encode().hex() for (text,) in texts if text]
    assert len(hexed) == 2
    in_hex = "encode(convert_to(odd_text, 'UTF8'), 'hex')"
    asked = f"select {in_hex} from marts.fct_odd where odd_text <> ''"
    assert sorted(postgres.sql(asked).split()) == sorted(hexed)
    assert postgres.sql("select count(*) from marts.fct_odd where odd_text = ''") == "1"
    assert postgres.sql(
        "select column_name, data_type, numeric_precision, numeric_scale, is_nullable"
        " from information_schema.columns where table_name = 'fct_odd' order by ordinal_position"
    ).splitlines() == [
        "company_id|text|||NO",
        "odd_text|text|||YES",
        "odd_amount|numeric|18|2|YES",
        "odd_rate|numeric|18|10|YES",
        "odd_share|double precision|53||YES",
        "odd_count|bigint|64|0|YES",
        "odd_number|integer|32|0|YES",
        "odd_at|timestamp without time zone|||YES",
        "odd_date|date|||YES",
        "is_odd|boolean|||YES",
    ]
    assert (
        postgres.sql(
            "select obj_description('marts.fct_odd'::regclass), col_description("
            "'marts.fct_odd'::regclass, 8), obj_description('marts.fct_empty'::regclass)"
        )
        == "One row per oddity; it's odd.|A time, UTC.|"
    )
    assert postgres.sql(
        "select table_name, row_count, release from marts.published_tables order by 1"
    ).splitlines() == [
        "dim_customers|1|20260101T000000.000000Z",
        "fct_empty|0|20260101T000000.000000Z",
        "fct_odd|4|20260101T000000.000000Z",
        "fct_task_runs|1|20260101T000000.000000Z",
    ]


def test_what_tells_who_a_customer_is_stays_in_the_warehouse_unless_it_is_asked_for(
    publish: Publish, postgres: Database
) -> None:
    must(publish, postgres.address)
    assert postgres.sql("select * from marts.dim_customers") == "a|1|DE"
    must(publish, postgres.address, "--with-personal-data")
    assert "ada@example.com" in postgres.sql("select * from marts.dim_customers")


def test_a_reader_in_the_middle_keeps_its_rows_and_the_next_query_finds_the_new(
    publish: Publish, postgres: Database, data: Path
) -> None:
    many = "insert into marts.fct_task_runs select 'old' from range(1000)"
    make_release(data, "20260102T000000.000000Z", ODD, many)
    must(publish, postgres.address)
    assert "is published already" in must(publish, postgres.address)
    with postgres.session() as session:
        session("begin")
        session("declare c cursor for select run_id from marts.fct_task_runs where run_id = 'old'")
        assert session("fetch 1 from c") == "old"
        gone = "delete from marts.fct_odd where company_id = 'a'"
        make_release(data, "20260103T000000.000000Z", ODD, gone)
        said = must(publish, postgres.address, "--keep", 1)
        assert "still being read, deleted by a later publish: marts_until_" in said
        assert len(session("fetch all from c").split()) == 999
        session("commit")
        assert session("select run_id from marts.fct_task_runs") == "one"
        assert session("select distinct company_id from marts.fct_odd order by 1") == "b\nc"
    must(publish, postgres.address, "--keep", 1)
    assert postgres.schemas() == ["marts"]
    assert postgres.sql("select count(*) from pg_class where relname = 'fct_odd'") == "1"


def test_the_last_publications_stay_beside_what_others_have(
    publish: Publish, postgres: Database, data: Path
) -> None:
    postgres.sql("create schema marts_until_20200101000000; create schema martsa")
    for day in (1, 2, 3):
        if day > 1:
            make_release(data, f"2026010{day}T000000.000000Z", ODD)
        must(publish, postgres.address, "--keep", 2, "--schema", "marts")
    found = postgres.schemas()
    assert len(found) == 4
    assert found[:2] == ["marts", "marts_until_20200101000000"]


def test_roles_read_what_they_could_read_and_write_nothing(
    publish: Publish, postgres: Database, data: Path
) -> None:
    one, other = f"r{uuid4().hex}", f"Odd {uuid4().hex}"
    postgres.sql(f'create role {one}; create role "{other}"')
    must(publish, postgres.address, "--reader", one)
    postgres.sql(f'grant usage on schema marts to "{other}"')
    postgres.sql(f'grant select on marts.fct_odd to "{other}"')
    added = "create table marts.fct_added as select 'a' as company_id"
    make_release(data, "20260102T000000.000000Z", ODD, added)
    must(publish, postgres.address)
    count = "select count(*) from marts.{}"
    assert postgres.sql(f"set role {one}; " + count.format("fct_added")) == "1"
    assert postgres.sql(f'set role "{other}"; ' + count.format("fct_odd")) == "4"
    for role, sql in (
        (other, count.format("fct_added")),
        (one, "delete from marts.fct_odd"),
        (one, "create table marts.mine (a int)"),
    ):
        with pytest.raises(AssertionError, match="permission denied"):
            postgres.sql(f'set role "{role}"; {sql}')
    assert "no such role" in refused(publish, postgres.address, "--reader", "nobody")


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ("create table marts.mine (a int)", "relation marts.mine"),
        ("create view v as select * from marts.fct_odd", "view v, which reads fct_odd"),
        ("alter table marts.fct_odd enable row level security", "row security of fct_odd"),
        ("grant select (company_id) on marts.fct_odd to public", "rights on single columns"),
        (
            "create table own (t text references marts.published_tables)",
            "foreign key of own to published_tables",
        ),
    ],
)
def test_what_others_have_made_is_not_lost(
    publish: Publish, postgres: Database, data: Path, made: str, found: str
) -> None:
    must(publish, postgres.address)
    postgres.sql(made)
    make_release(data, "20260102T000000.000000Z", ODD)
    assert found in refused(publish, postgres.address)
    release = postgres.sql("select distinct release from marts.published_tables")
    assert release.startswith("20260101")


def test_a_schema_of_others_is_left_alone_and_an_empty_one_is_taken(
    publish: Publish, postgres: Database
) -> None:
    postgres.sql("create schema marts; create table marts.mine (a int)")
    assert "something else is in schema marts" in refused(publish, postgres.address)
    postgres.sql("drop table marts.mine")
    must(publish, postgres.address)
    assert postgres.schemas() == ["marts"]


def test_what_is_wrong_with_a_database_is_said(
    publish: Publish, postgres: Database, database: str, data: Path
) -> None:
    assert "cannot be reached" in refused(publish, postgres.address + "_not_there")
    with_password = postgres.address.replace("@", f":{PASSWORD}@")
    assert "can be read by others" in refused(publish, with_password)
    role = f"r{uuid4().hex}"
    postgres.sql(f"create role {role} login password '{PASSWORD}'")
    as_other = postgres.address.replace("superset@", f"{role}@")
    assert "permission denied for database" in refused(publish, as_other)
    assert "too long" in refused(publish, postgres.address, "--schema", "m" * 41)
    name = f"test_{uuid4().hex}"
    postgres.sql(f"create database {name} encoding 'LATIN1' template template0 locale 'C'")
    assert "encoding LATIN1" in refused(publish, database.replace("/postgres", f"/{name}"))
    make_release(
        data, "20260102T000000.000000Z", "create schema marts", "create table marts.t (h hugeint)"
    )
    assert "t.h: PostgreSQL gets no values of this type" in refused(publish, postgres.address)
    assert postgres.schemas() == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("select * from ({}) limit 3", "rows: 3"),
        (
            "select * replace (odd_amount + 0.01 as odd_amount) from ({})",
            "odd_amount: -12345678901234.53",
        ),
    ],
)
def test_a_table_that_was_changed_on_its_way_is_not_shown(
    publish: Publish,
    postgres: Database,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    found: str,
) -> None:
    plain = Table.select.fget

    def changed(table: Table) -> str:
        return change.format(plain(table)) if table.name == "fct_odd" else plain(table)

    monkeypatch.setattr(Table, "select", property(changed))
    said = refused(publish, postgres.address)
    assert "fct_odd is not what the release holds" in said
    assert found in said
    assert postgres.schemas() == []


def test_one_publishes_at_a_time(publish: Publish, postgres: Database) -> None:
    with postgres.session() as session:
        session("select pg_advisory_lock(hashtextextended('paidnet publish marts', 0))")
        assert "another publish is running" in refused(publish, postgres.address)
    assert postgres.schemas() == []


@pytest.mark.deep
@pytest.mark.parametrize("locks", [1, 20, 60, 120, 180])
def test_a_killed_publish_leaves_nothing(
    publish: Publish, postgres: Database, tmp_path: Path, locks: int
) -> None:
    must(publish, postgres.address)
    running = Running(tmp_path / "other", postgres.address)
    held = (
        "select count(*) from pg_locks join pg_database on pg_database.oid = database"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    process = running.until(lambda: int(postgres.sql(held)) >= locks)
    assert "another publish is running" in refused(publish, postgres.address)
    assert postgres.schemas() == ["marts"]
    process.kill()
    process.wait()
    while postgres.sql(held) != "0":
        time.sleep(0.01)
    assert postgres.schemas() == ["marts"]
    assert postgres.sql("select count(*) from marts.fct_odd") == "4"
    assert running.again().returncode == 0
    assert postgres.sql("select count(*) from marts.fct_many_59") == "1000"
    assert len(postgres.schemas()) == 2
