"""Which companies are held back, and for which files: each rule, without a build."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml

from tests.python.conftest import PROJECT
from warehouse import dbt, ledger, paths, quarantine, release, snapshot
from warehouse.errors import PaidnetError


@pytest.fixture
def failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build of elm, oak and ash, which have landed, that waits for its failures."""
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    for company in ("elm", "oak", "ash"):
        land(company, "new")
    snapshot.take()
    with duckdb.connect(str(paths.build() / paths.DATABASE)) as connection:
        connection.execute(
            "create table found as from (values ('oak', 2, 'x'), ('oak', 1, 'y'), ('elm', 3, 'z'))"
            " as rows (company_id, order_id, status)"
        )
    return tmp_path


def land(company: str, content: str, root: Path | None = None) -> None:
    root = root or paths.landing()
    for file in (root / f"orders/{company}/a.parquet", root / f"companies/{company}.parquet"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)


def fails(*found: tuple[str, str, str]) -> None:
    """Write the results of a run in which these failed: node, status, SQL."""
    results = [
        {"unique_id": node, "status": status, "message": "Got 2 results", "compiled_code": sql}
        for node, status, sql in [*found, ("model.paidnet.fine", "success", "")]
    ]
    file = paths.build() / "target/run_results.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"results": results}))


def held(*, began: datetime | None = None) -> quarantine.Quarantine:
    return quarantine.Quarantine(began or ledger.now())


def release_of(companies: str) -> Path:
    """Make a release current that was made of these companies' good data."""
    folder = paths.releases() / "20240101T000000.000000Z"
    folder.mkdir(parents=True)
    duckdb.connect(str(folder / paths.DATABASE)).close()
    for company in companies.split():
        land(company, "good", folder / snapshot.FOLDER)
    paths.current().symlink_to(Path("releases") / folder.name)
    return folder


OAK = ("test.paidnet.t1.0", "fail", "select * from found where company_id = 'oak'")


def test_rows_are_laid_to_their_companies_with_the_first_as_example(failed: Path) -> None:
    fails(("test.paidnet.t1.0", "fail", "select * from found"), OAK)
    state = held()
    assert state.hold_back(PaidnetError("dbt failed")) == ["elm", "oak"]
    assert state.detail == "in quarantine: elm, oak"
    rows = pq.read_table(snapshot.folder() / "quarantine/oak.parquet").to_pylist()
    assert [(r["test_name"], r["failing_row_count"], r["example_row"]) for r in rows] == [
        ("t1", 2, "order_id = 1, status = y")
    ]


def test_the_last_good_files_come_from_the_release_and_then_none(failed: Path) -> None:
    release_of("oak")
    fails(OAK)
    state = held()
    state.hold_back(PaidnetError("dbt failed"))
    oak = snapshot.folder() / "orders/oak/a.parquet"
    assert oak.read_text() == "good"
    assert state.rows["oak", "t1"].last_good_release == "20240101T000000.000000Z"
    assert (snapshot.folder() / "orders/elm/a.parquet").read_text() == "new"
    assert (paths.landing() / "orders/oak/a.parquet").read_text() == "new"

    fails(("test.paidnet.t2.0", "fail", OAK[2]))
    state.hold_back(PaidnetError("dbt failed again"))
    assert "oak" not in snapshot.companies()
    assert {row.last_good_release for row in state.rows.values()} == {None}
    assert set(state.rows) == {("oak", "t1"), ("oak", "t2")}


def test_the_same_files_under_another_rule_are_left_out_at_once(failed: Path) -> None:
    release_of("elm")
    land("elm", "new", paths.current() / snapshot.FOLDER)
    fails(("test.paidnet.t1.0", "fail", "select * from found where company_id = 'elm'"))
    held().hold_back(PaidnetError("dbt failed"))
    assert "elm" not in snapshot.companies()


def test_a_company_that_stays_in_quarantine_shows_the_release_its_data_is_of(failed: Path) -> None:
    folder = release_of("oak")
    with duckdb.connect(str(folder / paths.DATABASE)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.fct_quarantined_companies as"
            " select 'oak' as company_id, 't0' as test_name, '2023' as last_good_release"
        )
    fails(OAK)
    state = held()
    state.hold_back(PaidnetError("dbt failed"))
    assert state.rows["oak", "t1"].last_good_release == "2023"


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (("test.paidnet.t.0", "fail", "select 1 as wrong"), "rows of t name no company"),
        (
            ("test.paidnet.t.0", "fail", "select * from found union all select null, 1, ''"),
            "rows of t name no company",
        ),
        (("test.paidnet.t.0", "fail", "select * from gone"), "rows of t name no company"),
        (("test.paidnet.t.0", "fail", "from found where false"), "rows of t name no company"),
        (("test.paidnet.t.0", "error", "select * from found"), "test t is no test of rows"),
        (("model.paidnet.m", "error", "select * from found"), "model m is no test of rows"),
        (("unit_test.paidnet.u", "fail", "select * from found"), "unit test u is no test of"),
        (("test.paidnet.t.0", "fail", "select 'fir' as company_id"), "no file of fir has landed"),
        (("test.paidnet.t.0", "fail", "select 'alder' as company_id"), "alder is kept in git"),
    ],
)
def test_a_failure_that_is_no_landed_company_s_stops_all(
    failed: Path, found: tuple[str, str, str], why: str
) -> None:
    fails(OAK, found)
    error = PaidnetError("dbt failed")
    with pytest.raises(PaidnetError, match="dbt failed"):
        held().hold_back(error)
    assert why in error.__notes__[0]
    assert snapshot.companies() == {"ash", "elm", "oak"}


def test_an_error_without_a_failed_test_goes_on_as_it_is(failed: Path) -> None:
    fails()
    error = PaidnetError("the forecast stopped")
    with pytest.raises(PaidnetError):
        held().hold_back(error)
    assert not hasattr(error, "__notes__")


def test_when_no_company_is_left_all_stops(failed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.settings.companies_in_git", dict)
    fails(("test.paidnet.t.0", "fail", "select * from found"))
    state = held()
    assert state.hold_back(PaidnetError("dbt failed")) == ["elm", "oak"]
    fails(("test.paidnet.t.0", "fail", "select 'ash' as company_id"))
    error = PaidnetError("dbt failed")
    with pytest.raises(PaidnetError):
        state.hold_back(error)
    assert "every company" in error.__notes__[0]


def test_what_lands_during_a_build_is_not_read_by_it(failed: Path) -> None:
    part = paths.landing() / "orders/oak/b.part"
    part.write_text("newer")
    part.replace(paths.landing() / "orders/oak/a.parquet")
    land("fir", "new")
    assert (snapshot.folder() / "orders/oak/a.parquet").read_text() == "new"
    assert snapshot.companies() == {"ash", "elm", "oak"}
    snapshot.take()
    assert snapshot.companies() == {"ash", "elm", "fir", "oak"}


def test_files_are_copied_where_they_cannot_be_linked(
    failed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    snapshot.take()
    copy = snapshot.folder() / "orders/oak/a.parquet"
    assert copy.read_text() == "new"
    assert copy.stat().st_ino != (paths.landing() / "orders/oak/a.parquet").stat().st_ino


def test_a_release_has_what_it_was_made_of(failed: Path) -> None:
    with duckdb.connect(str(paths.build() / paths.DATABASE)) as connection:
        connection.execute("create table more as select 1 as x")
    name, _ = release.publish(datetime(2026, 1, 1, tzinfo=UTC))
    kept = paths.releases() / name / snapshot.FOLDER / "orders/oak/a.parquet"
    assert kept.samefile(paths.landing() / "orders/oak/a.parquet")


def test_the_files_have_the_columns_of_their_source() -> None:
    source = PROJECT / "models/staging/quarantine/_quarantine__sources.yml"
    (table,) = yaml.safe_load(source.read_text())["sources"][0]["tables"]
    kinds = {"string": "varchar", "int64": "bigint", "timestamp[us]": "timestamp"}
    assert [(c["name"], c["data_type"]) for c in table["columns"]] == [
        (column.name, kinds[str(column.type)]) for column in quarantine.SCHEMA
    ]


def test_dbt_tells_failures_from_what_passed_or_was_skipped(failed: Path) -> None:
    fails(OAK, ("test.paidnet.w.0", "warn", "select 1"), ("model.paidnet.s", "skipped", ""))
    assert dbt.failures() == [dbt.Failure("test", "t1", "Got 2 results", OAK[2])]
