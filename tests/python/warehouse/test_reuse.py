"""A release that is put together of what has changed equals a build of all, row for row."""

from __future__ import annotations

import random
import re
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import PROJECT, Warehouse
from warehouse import (
    assembly,
    building,
    dbt,
    fingerprint,
    ledger,
    planning,
    quarantine,
    release,
)
from warehouse.errors import PaidnetError

COMPANIES = ("ash", "elm", "fir", "oak", "yew")
HEADER = "order_id,created_at,status,total_price,order_refunds,customer_id,currency\n"
ZONES = ("UTC", "Asia/Tokyo", "America/New_York", "Europe/Berlin")


class Shops:
    """What merchants send: uploads, corrections, removals, other settings."""

    def __init__(self, warehouse: Warehouse, seed: int) -> None:
        self.warehouse, self.random = warehouse, random.Random(seed)
        self.files: dict[str, tuple[str, Path]] = {}
        self.count = 0

    def upload(self) -> None:
        """Add a file: a new company's, more orders of a known one, or newer rows of the same."""
        company = self.random.choice(COMPANIES)
        self.count += 1
        file = self.warehouse.data.with_name(f"{company}-{self.count}.csv")
        start = self.random.choice([0, 0, 40])
        rows = [self._row(number) for number in range(start, start + self.random.randint(3, 60))]
        file.write_text(HEADER + "".join(rows))
        words = (file, "--company", company, "--accept-rejects", "--repeat-policy", "latest")
        done = self.warehouse.run("ingestion", "add", *words)
        assert done.returncode == 0, done.stderr
        self.files[file.name] = (company, file)

    def _row(self, number: int) -> str:
        pick = self.random.choice
        day, hour = self.random.randint(1, 27), self.random.randint(0, 23)
        at = pick([f"2025-{pick('123')}-{day:02d}"] * 30 + ["2099-01-01", "nonsense"])
        at = at.replace("-1-", "-01-").replace("-2-", "-02-").replace("-3-", "-03-")
        status = pick(["paid"] * 5 + ["refunded", "pending"])
        refunds = pick(["0", "0", "0", "1.5"])
        customer = pick(["", *(f"c{one}" for one in range(12))])
        return (
            f"{number},{at}T{hour:02d}:30:00Z,{status},{self.random.randint(1, 9000) / 100},"
            f"{refunds},{customer},EUR\n"
        )

    def remove(self) -> None:
        """Take an upload back."""
        if len({company for company, _ in self.files.values()}) < 2:
            return
        name = self.random.choice(sorted(self.files))
        company, _ = self.files.pop(name)
        done = self.warehouse.run("ingestion", "remove", name, "--company", company)
        assert done.returncode == 0, done.stderr

    def forget(self) -> None:
        """Take a company out, wholly."""
        companies = sorted({company for company, _ in self.files.values()})
        if len(companies) < 3:
            return
        gone = self.random.choice(companies)
        self.files = {name: one for name, one in self.files.items() if one[0] != gone}
        done = self.warehouse.run("ingestion", "forget", gone)
        assert done.returncode == 0, done.stderr

    def settle(self) -> None:
        """Give a company another time zone, by an upload of the same file."""
        name = self.random.choice(sorted(self.files))
        company, file = self.files[name]
        words = (file, "--company", company, "--accept-rejects")
        zone = self.random.choice(ZONES)
        done = self.warehouse.run("ingestion", "add", *words, "--time-zone", zone)
        assert done.returncode == 0, done.stderr


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_changes_put_together_equals_a_build_of_all(
    tmp_path: Path, seed: int
) -> None:
    warehouse = Warehouse(tmp_path / "data")
    own = {"PAIDNET_LEAST_REUSED_ROWS": "0", "PAIDNET_COMPANIES_IN_GIT": "0"}
    shops = Shops(warehouse, seed)

    def build(*options: str) -> str:
        done = warehouse.run("warehouse", "build", "--no-forecast", *options, **own)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    for _ in range(3):
        shops.upload()
    build()
    reused = 0
    for _ in range(5):
        for _ in range(shops.random.randint(1, 3)):
            shops.random.choice([shops.upload, shops.upload, shops.remove, shops.forget,
                                 shops.settle])()  # fmt: skip
        printed = build()
        reused += "companies reused" in printed
        present = {company for company, _ in shops.files.values()}
        assert {one for (one,) in warehouse.query("select company_id from marts.dim_companies")} \
            == present  # fmt: skip
        if "nothing has changed" not in printed:
            assert "row for row" in build("--full")
    assert reused, "something was put together"


def tables(path: Path, **rows: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for table, values in rows.items():
            connection.execute(f"create table marts.{table} as {values}")
    return path


@pytest.mark.deep
def test_a_company_that_no_model_can_compute_is_held_back_and_the_others_are_released(
    tmp_path: Path,
) -> None:
    warehouse = Warehouse(tmp_path / "data")
    own = {"PAIDNET_LEAST_REUSED_ROWS": "0", "PAIDNET_COMPANIES_IN_GIT": "0"}

    def put(company: str, number: int, amount: str) -> None:
        file = tmp_path / f"{company}-{number}.csv"
        rows = [f"{number}{one},2024-01-0{one}T10:00:00Z,paid,{amount},0,a,EUR\n" for one in (1, 2)]
        file.write_text(HEADER + "".join(rows))
        warehouse.add(file, company)

    def build() -> subprocess.CompletedProcess[str]:
        return warehouse.run("warehouse", "build", "--no-forecast", **own)

    for company in ("elm", "oak", "yew"):
        put(company, 1, "10.00")
    assert build().returncode == 0
    put("elm", 2, "5.00")
    put("oak", 2, "9000000000000000.00")  # two of them are more than an amount can hold
    done = build()
    assert done.returncode == quarantine.EXIT_CODE, done.stderr
    assert "oak is in quarantine; shows its data of release" in done.stdout
    assert "is out of range" in done.stdout
    revenue = "select company_id, sum(net_revenue_amount) from marts.fct_orders group by all"
    assert {name: int(amount) for name, amount in warehouse.query(revenue)} == {
        "elm": 30, "oak": 20, "yew": 20,
    }  # fmt: skip
    assert "nothing has changed" in build().stdout, "it is not tried again for nothing"


def test_a_release_that_differs_from_a_build_of_all_is_told_loudly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    months = "select 'birch' as company_id, {0} as amount, timestamp '2026-01-0{1}' as built_at"
    twin = tmp_path / "twin"
    for folder, day in ((twin, 1), (tmp_path / "build", 2)):
        folder.mkdir()
        rows = {"months": months.format("1.5", day), "fct_test_results": f"select {day} as day"}
        tables(folder / "warehouse.duckdb", **rows)
    building.compare(twin)
    with duckdb.connect(str(twin / "warehouse.duckdb")) as connection:
        connection.execute("update marts.months set amount = 1.4")
    with pytest.raises(PaidnetError, match="differs from release twin") as told:
        building.compare(twin)
    assert "marts.months: 1 rows only in OLD" in str(told.value)
    assert "birch" in str(told.value)


def test_rows_of_companies_are_replaced_and_results_of_tests_brought_up_to_date(
    tmp_path: Path,
) -> None:
    facts = "select * from (values ('elm', 1), ('elm', 2), ('oak', 3)) t(company_id, value)"
    results = "select * from (values ('a', 'old'), ('b', 'old')) t(test_name, status)"
    days = "select 1 as day"
    whole = tables(tmp_path / "warehouse.duckdb", fct=facts, fct_test_results=results, days=days)
    shard = tables(
        tmp_path / "shard.duckdb", fct="select 'elm' as company_id, 9 as value",
        fct_test_results="select 'b' as test_name, 'new' as status", days="select 2 as day",
    )  # fmt: skip
    assembly.merge(whole, shard, ["elm"])
    with duckdb.connect(str(whole), read_only=True) as connection:
        found = [
            connection.sql(f"from marts.{name} order by all").fetchall()
            for name in ("fct", "fct_test_results", "days")
        ]
    assert found == [[("elm", 9), ("oak", 3)], [("a", "old"), ("b", "new")], [(1,)]]
    assembly.merge(whole, None, ["oak"])
    assert release.row_counts(whole)["marts.fct"] == 1
    other = tables(tmp_path / "other.duckdb", fct="select 'elm' as company_id, 1 as amount")
    with pytest.raises(PaidnetError, match=r"other columns in marts\.fct"):
        assembly.merge(whole, other, ["elm"])
    assert release.row_counts(whole)["marts.fct"] == 1


def test_what_tests_said_of_the_shards_of_a_build_is_added_up(tmp_path: Path) -> None:
    def results(name: str, *rows: str) -> Path:
        columns = "test_name, status, failure_count, run_seconds, tested_at"
        said = f"select * from (values {', '.join(rows)}) t({columns})"
        return tables(tmp_path / f"{name}.duckdb", fct_test_results=said)

    whole = results("warehouse", "('a', 'warn', 3, 1, 20)", "('b', 'pass', 0, 1, 10)")
    shard = results("shard", "('a', 'pass', 0, 2, 10)", "('b', 'warn', 4, 2, 20)",
                    "('c', 'pass', 0, 2, 20)")  # fmt: skip
    assembly.merge(whole, shard, ["elm"], adds_tests=True)
    with duckdb.connect(str(whole), read_only=True) as connection:
        found = connection.sql("from marts.fct_test_results order by all").fetchall()
    assert found == [("a", "warn", 3, 3, 20), ("b", "warn", 4, 3, 20), ("c", "pass", 0, 2, 20)]


@pytest.mark.parametrize(
    ("named", "count"), [("'elm'", 0), ("'ghost'", 1), ("cast(null as varchar)", 1)]
)
def test_rows_of_no_company_are_told_and_never_put_beside_those_of_another(
    tmp_path: Path, named: str, count: int
) -> None:
    rejected = f"select {named} as company_id, 1 as source_line"
    shard = tables(tmp_path / "shard.duckdb", fct_rejected_rows=rejected)
    assert assembly.strays(shard, ["elm", "oak"]) == count
    whole = tables(tmp_path / "warehouse.duckdb", fct_rejected_rows=rejected)
    assembly.merge(whole, shard, ["elm"])
    assert release.row_counts(whole)["marts.fct_rejected_rows"] == 1


@pytest.mark.parametrize("is_of_a_test", [True, False])
def test_a_test_of_the_whole_that_fails_is_looked_into_by_a_build_of_all(
    monkeypatch: pytest.MonkeyPatch, is_of_a_test: bool
) -> None:
    """What spans companies may be broken by the rows of one that was forecast with the others."""

    def fail(kind: str, **_: object) -> None:
        raise PaidnetError(f"a test of {kind} fails")

    monkeypatch.setattr(building, "_build_across", fail)
    monkeypatch.setattr(dbt, "failures", lambda: ["a failure"] if is_of_a_test else [])
    plan = planning.Plan(fingerprint.MadeFrom("", "alone", "duckdb", "", {}, ""))
    held = quarantine.Quarantine(ledger.now())
    if is_of_a_test:
        assert building._obstacle_to_parts(plan, [], held) == "a test of the whole fails"
    else:
        with pytest.raises(PaidnetError, match="fails"):
            building._obstacle_to_parts(plan, [], held)


def test_what_depends_on_the_day_or_is_of_no_company_is_built_from_the_whole() -> None:
    models = {file.stem: file for file in (PROJECT / "models").rglob("*.sql")}
    text = {name: file.read_text() for name, file in models.items()}
    said = {name: file.with_suffix(".yml").read_text() for name, file in models.items()}
    tagged = {name for name, yml in said.items() if "tags: [across_companies]" in yml}
    of_the_day = re.compile(r"run_started_at|current_date|_rows\(\s*'(release|pulls|schedule)'")
    found = set()
    for name in models:
        if of_the_day.search(text[name]) and name not in tagged:
            readers = {one for one in models if f"ref('{name}')" in text[one]}
            found |= (readers or {name}) - tagged
        if name.startswith(("fct_", "dim_")) and "- name: company_id\n" not in said[name]:
            found |= {name} - tagged
    assert found == {"fct_test_results"}, "whose rows are brought up to date test by test"
    assert len(tagged) >= 10
