"""Marts as Parquet in a folder or a bucket: whole, switched at once, and only what is meant."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from warehouse import ledger, terminal
from warehouse.publish.stores import Folder

from .conftest import Publish, Target
from .made import ODD, make_release

TABLES = ("dim_customers", "fct_empty", "fct_odd", "fct_task_runs")
PERSONAL = {"name", "email", "city", "state", "birth_date"}


def rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    found = connection.sql(f"select t::varchar from {table} as t order by all").fetchall()
    return [row for (row,) in found]


def columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple]:
    return [row[:2] for row in connection.sql(f"describe {table}").fetchall()]


def must(publish: Publish, *arguments: object) -> str:
    done = publish(*arguments)
    assert done.exit_code == 0, done.output
    return done.output


def without_rows(file: Path, content: bytes) -> bytes:
    file.write_bytes(content)
    duckdb.sql(f"copy (from '{file}' limit 0) to '{file}.part' (format parquet)")
    return Path(f"{file}.part").read_bytes()


def test_a_reader_finds_the_marts_as_the_release_has_them(
    publish: Publish, target: Target, data: Path
) -> None:
    assert f"{target.address}/paidnet.duckdb" in must(publish, target.address)
    release = str((data / "current" / "warehouse.duckdb").resolve())
    with duckdb.connect(release, read_only=True) as own, target.reader() as reader:
        for table in ("fct_empty", "fct_odd", "fct_task_runs"):
            assert rows(reader, f"paidnet.marts.{table}") == rows(own, f"marts.{table}")
            assert columns(reader, f"paidnet.marts.{table}") == columns(own, f"marts.{table}")
        said = reader.sql(
            "select comment from duckdb_views() where view_name = 'fct_odd'"
            " union all select comment from duckdb_columns() where column_name = 'odd_at'"
        ).fetchall()
    assert said == [("One row per oddity; it's odd.",), ("A time, UTC.",)]


def test_what_tells_who_a_customer_is_stays_in_the_warehouse_unless_it_is_asked_for(
    publish: Publish, target: Target
) -> None:
    must(publish, target.address)
    with target.reader() as reader:
        found = {name for name, _ in columns(reader, "paidnet.marts.dim_customers")}
    assert found == {"company_id", "customer_id", "country"}
    assert not any(b"ada@" in content for content in target.files().values())
    must(publish, target.address, "--with-personal-data")
    with target.reader() as reader:
        found = {name for name, _ in columns(reader, "paidnet.marts.dim_customers")}
    assert found == {"company_id", "customer_id", "country"} | PERSONAL


def test_every_mart_says_which_of_its_columns_are_personal(manifest: dict) -> None:
    """A new column with such a name is to be named in PERSONAL, or here with a reason."""
    from warehouse.publish.content import PERSONAL as LISTED

    told = ("name", "email", "e_mail", "phone", "street", "address", "birth_date", "example_row")
    marts = [
        node for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    ]  # fmt: skip
    assert len(marts) > 50
    found = {
        (node["name"], column)
        for node in marts
        for column in node["columns"]
        if column in told or column.endswith(("email", "phone", "raw_value"))
    }
    listed = {(table, column) for table, some in LISTED.items() for column in some}
    assert found <= listed
    assert listed <= {(node["name"], column) for node in marts for column in node["columns"]}


def test_an_old_reader_keeps_its_release_and_the_next_reads_the_new(
    publish: Publish, target: Target, data: Path
) -> None:
    must(publish, target.address)
    count = "select company_id, count(*) from paidnet.marts.fct_odd group by all order by all"
    with target.reader() as old:
        before = [("a", 2), ("b", 1), ("c", 1)]
        assert old.sql(count).fetchall() == before
        gone = "delete from marts.fct_odd where company_id = 'a'"
        make_release(data, "20260102T000000.000000Z", ODD, gone)
        must(publish, target.address)
        assert old.sql(count).fetchall() == before
        with target.reader() as new:
            assert new.sql(count).fetchall() == [("b", 1), ("c", 1)]
        old.execute("detach paidnet")
        target.attach(old)
        assert old.sql(count).fetchall() == [("b", 1), ("c", 1)]


def test_the_sql_file_and_the_manifest_say_the_same(publish: Publish, target: Target) -> None:
    must(publish, target.address)
    files = target.files()
    current = json.loads(files["current.json"])
    folder = current["manifest"].removesuffix("manifest.json")
    manifest = json.loads(files[current["manifest"]])
    assert [table["name"] for table in manifest["tables"]] == [*TABLES]
    with target.connect() as reader:
        reader.execute(files[f"{folder}views.sql"].decode())
        for table in manifest["tables"]:
            (count,) = reader.sql(f"select count(*) from marts.{table['name']}").fetchone()
            assert count == table["row_count"]
            assert len(files[folder + table["file"]]) == table["bytes"]
            described = [(c["name"], c["type"]) for c in table["columns"]]
            assert described == columns(reader, f"marts.{table['name']}")


def test_the_last_publications_stay_and_nothing_else_is_touched(
    publish: Publish, target: Target, data: Path
) -> None:
    must(publish, target.address)
    ours = "releases/20250101T000000.000000Z-01234567/marts/fct_odd.parquet"
    others = {"releases/notes.txt": b"kept", "marts.csv": b"kept"}
    for key, content in (others | {ours: b"a killed run's"}).items():
        target.put(key, content)
    for day in (2, 3, 4):
        make_release(data, f"2026010{day}T000000.000000Z", ODD)
        must(publish, target.address, "--keep", 2)
    files = target.files()
    assert others.items() <= files.items()
    assert {key.split("/")[1][:8] for key in files if key.endswith(".parquet")} == {
        "20260103",
        "20260104",
    }
    must(publish, target.address, "--keep", 1)
    assert {key.split("/")[1][:8] for key in target.files() if key.endswith(".parquet")} == {
        "20260104"
    }


def test_the_same_release_again_writes_nothing_and_one_that_is_kept_is_not_sent_again(
    publish: Publish, target: Target, data: Path, tmp_path: Path
) -> None:
    must(publish, target.address)
    before = target.files()
    assert "is published already" in must(publish, target.address)
    assert target.files() == before
    make_release(data, "20260102T000000.000000Z", ODD)
    must(publish, target.address)
    (data / "current").unlink()
    (data / "current").symlink_to("releases/20260101T000000.000000Z")
    (kept,) = (key for key in before if key.endswith("fct_odd.parquet"))
    target.put(kept, without_rows(tmp_path / "spoilt.parquet", before[kept]))
    done = publish(target.address)
    assert done.exit_code == 1
    assert "0 rows of fct_odd, not 4" in done.output
    assert json.loads(target.files()["current.json"])["release"] == "20260102T000000.000000Z"
    target.put(kept, before[kept])
    must(publish, target.address)
    assert json.loads(target.files()["current.json"])["release"] == "20260101T000000.000000Z"


@pytest.mark.parametrize(
    ("key", "content"),
    [("orders.csv", b"a"), ("current.json", b"[]"), ("current.json", b'{"format": "another"}')],
)
def test_where_something_else_is_nothing_is_published(
    publish: Publish, in_folder: Target, in_bucket: Target, key: str, content: bytes
) -> None:
    for target in (in_folder, in_bucket):
        target.put(key, content)
        done = publish(target.address)
        assert done.exit_code == 1
        assert "something else is there" in done.output
        assert key in done.output
        assert target.files() == {key: content}


def test_what_a_store_has_changed_is_noticed_and_not_shown(
    publish: Publish, in_folder: Target, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    must(publish, in_folder.address)
    upload = Folder.upload

    def spoil(self: Folder, key: str, file: Path) -> None:
        upload(self, key, file)
        if key.endswith("fct_odd.parquet"):
            content = in_folder.files()[key]
            in_folder.put(key, content[:-9] + b"!" + content[-8:])

    make_release(data, "20260102T000000.000000Z", ODD)
    with monkeypatch.context() as own:
        own.setattr(Folder, "upload", spoil)
        done = publish(in_folder.address)
    assert done.exit_code == 1
    assert "fct_odd.parquet: what was stored is not what was sent" in done.output
    assert json.loads(in_folder.files()["current.json"])["release"].startswith("20260101")
    must(publish, in_folder.address)
    assert json.loads(in_folder.files()["current.json"])["publishing"] is None


def test_a_publish_is_in_the_ledger_and_what_cannot_be_done_is_said(
    publish: Publish, in_folder: Target, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for option in (("--reader", "bi"), ("--schema", "other")):
        done = publish(in_folder.address, *option)
        assert done.exit_code == 1
        assert "files have no schema and no roles" in done.output
    monkeypatch.setattr(terminal, "BAR_AFTER_SECONDS", 0.0)
    assert "fct_task_runs ━" in must(publish, in_folder.address)
    monkeypatch.setenv("PAIDNET_DATA", str(data))
    (event,) = ledger.read()
    assert (event.result, event.row_count, event.detail) == ("published", 6, in_folder.address)
    (data / "current").unlink()
    done = publish(in_folder.address)
    assert done.exit_code == 1
    assert "there is no release yet" in done.output


def test_a_company_reads_little_of_a_large_table(
    publish: Publish, in_bucket: Target, data: Path
) -> None:
    large = """
        create or replace table marts.fct_odd as
        select 'company ' || range % 200 as company_id, md5(range::varchar) as odd_text
        from range(400000)
    """
    make_release(data, "20260102T000000.000000Z", ODD, large)
    must(publish, in_bucket.address)
    size = max(len(content) for content in in_bucket.files().values())
    with in_bucket.reader() as reader:
        one = "select max(odd_text) from paidnet.marts.fct_odd where company_id = 'company 77'"
        reader.execute("set enable_external_file_cache = false")
        plan = reader.sql(f"explain analyze {one}").fetchall()[0][1]
    number, unit = re.search(r"in: ([\d.]+) (\w+)", plan).groups()
    assert float(number) * {"KiB": 1024, "MiB": 1024**2}[unit] < size / 5
