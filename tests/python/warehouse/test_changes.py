"""What a build is made from; test_forecast_flow.py builds when that has changed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse import fingerprint, json_lines, paths, planning, release, snapshot
from warehouse.fingerprint import MadeFrom


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of all that a build is made from, and a data folder of its own."""
    root = tmp_path / "project"
    root.mkdir()
    for name in fingerprint.MADE_FROM:
        source, target = paths.PROJECT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, target)
    monkeypatch.setattr(paths, "PROJECT", root)
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))
    return root


def put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def write(file: Path, rows: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table({"order_id": [str(number) for number in range(rows)]})
    pq.write_table(table, file)


def orders(company: str, rows: int) -> None:
    """Land so many rows of a company."""
    write(paths.landing() / "orders" / company / "orders.parquet", rows)


def released(name: str, **others: object) -> None:
    """Release what has landed under a name, without building it."""
    snapshot.take()
    folder = paths.releases() / name
    folder.mkdir(parents=True)
    (folder / "warehouse.duckdb").touch()
    replace(fingerprint.of_input(forecast_too=False), **others).write(folder)
    paths.current().unlink(missing_ok=True)
    paths.current().symlink_to(Path("releases") / name)


def test_the_fingerprint_changes_with_whatever_a_build_is_made_from(project: Path) -> None:
    def digest() -> str:
        snapshot.take()
        return fingerprint.of_input(forecast_too=True).digest()

    known = {digest()}
    assert digest() in known, "the same input has the same fingerprint"
    changes = [
        project / "models/marts/core/fct_orders.sql",
        project / "seeds/reference/order_statuses.csv",
        project / "seeds/orders/alder.csv",
        project / "macros" / "new.sql",
        project / "forecasting" / "settings.py",
        paths.landing() / "companies" / "acme.parquet",
        paths.landing() / "orders" / "acme" / "orders.parquet",
        paths.data() / "pulls" / "acme" / "runs.jsonl",
    ]
    for file in changes:
        put(file, (file.read_text() if file.exists() else "") + "\n")
        assert digest() not in known, f"{file} counts"
        known.add(digest())
    for name in ("a.csv", "b.csv"):
        line = {"company_id": "acme", "source_file": name}
        json_lines.append(paths.landing() / "manifest.jsonl", line)
        assert digest() not in known
        known.add(digest())
    assert fingerprint.of_input(forecast_too=False).digest() != digest()
    known.add(digest())
    (project / "models" / "compiled.pyc").write_text("made by a run")
    assert digest() in known


def test_what_has_changed_of_which_company_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_LEAST_REUSED_ROWS", "0")
    for company in ("elm", "oak", "yew", "ash"):
        orders(company, 5)
    released("one")
    assert planning.plan(forecast_too=False, is_full=False).is_nothing_new
    orders("elm", 6)
    shutil.rmtree(paths.landing() / "orders" / "oak")
    settings = paths.landing() / "companies" / "yew.parquet"
    write(settings, 1)
    orders("fir", 5)
    seed = project / "seeds/orders/birch.csv"
    put(seed, seed.read_text() + "\n")
    found = planning.plan(forecast_too=False, is_full=False)
    assert found.changed == {
        "elm": "other files",
        "yew": "other settings",
        "birch": "other seed",
        "fir": "new",
    }
    assert found.gone == ("oak",)
    assert found.base == paths.releases() / "one"
    assert found.detail == "companies reused: 3, built: 4: birch, elm, fir, yew"


def test_little_to_reuse_other_code_or_another_kind_is_a_build_of_all(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_COMPANIES_IN_GIT", "0")
    orders("elm", 5)
    assert "no release" in planning.plan(forecast_too=False, is_full=False).why_all
    released("one")
    orders("oak", 5)
    assert planning.plan(forecast_too=False, is_full=False).why_all == "little could be reused"
    monkeypatch.setenv("PAIDNET_LEAST_REUSED_ROWS", "0")
    assert planning.plan(forecast_too=False, is_full=False).why_all == ""
    orders("oak", 500_000)
    # Half of what is built would have to be saved.
    assert planning.plan(forecast_too=False, is_full=False).why_all == "little could be reused"
    assert "other kind" in planning.plan(forecast_too=True, is_full=False).why_all
    put(project / "macros" / "new.sql", "{# new #}")
    assert "project's files" in planning.plan(forecast_too=False, is_full=False).why_all
    released("two", has_strays=True)
    assert "not known" in planning.plan(forecast_too=False, is_full=False).why_all
    (paths.releases() / "two" / fingerprint.FILE).write_text("{")
    assert "no release" in planning.plan(forecast_too=False, is_full=False).why_all


@pytest.mark.usefixtures("project")
def test_a_new_day_is_no_change_of_a_company_without_rows_of_days_to_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PAIDNET_LEAST_REUSED_ROWS", "0")
    orders("elm", 5)
    orders("oak", 5)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    orders("yew", 5)
    released("one", at=yesterday, of_another_day=("oak",))
    put(paths.releases() / "one" / "landing" / "quarantine" / "yew.parquet", "")
    found = planning.plan(forecast_too=False, is_full=False)
    assert not found.is_nothing_new, "the age of all data is another"
    assert list(found.changed) == ["oak", "yew"]


def test_the_day_changes_where_a_company_is(project: Path) -> None:
    def at(moment: str) -> MadeFrom:
        return replace(fingerprint.of_input(forecast_too=False), at=moment, zones=("UTC", zone))

    zone = "Asia/Tokyo"
    noon = at("2026-03-01T14:00:00+00:00")
    assert noon.is_same(at("2026-03-01T14:59:00+00:00"))
    assert not noon.is_same(at("2026-03-01T15:00:00+00:00"))
    zone = "America/New_York"
    assert at("2026-03-01T14:00:00+00:00").is_same(at("2026-03-01T15:00:00+00:00"))
    assert project.exists()


def test_a_build_from_nothing_of_the_same_is_held_against_what_was_put_together(
    project: Path,
) -> None:
    assert project.exists()
    released("zero")
    released("one", previous="zero")
    found = planning.plan(forecast_too=False, is_full=True)
    assert (found.twin, found.previous) == (paths.releases() / "one", "zero")
    orders("elm", 5)
    found = planning.plan(forecast_too=False, is_full=True)
    assert (found.twin, found.previous) == (None, "one")


def test_a_release_is_read_where_its_folder_is_mounted_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "mounted" / "elsewhere"
    monkeypatch.setenv("PAIDNET_DATA", str(here))
    paths.build().mkdir(parents=True)
    with duckdb.connect(str(paths.build() / "warehouse.duckdb")) as connection:
        connection.execute("create table t as select 42 as answer")
    release.publish(datetime(2026, 1, 1, tzinfo=UTC))
    assert not (here / "current").readlink().is_absolute()
    elsewhere.parent.mkdir()
    here.rename(elsewhere)
    with duckdb.connect(str(elsewhere / "current/warehouse.duckdb"), read_only=True) as moved:
        assert moved.sql("select answer from t").fetchall() == [(42,)]
