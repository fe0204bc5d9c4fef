"""What a build is made from; test_forecast_flow.py builds when that has changed."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from warehouse import fingerprint, ledger, paths, release


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


def test_the_fingerprint_changes_with_whatever_a_build_is_made_from(project: Path) -> None:
    def digest() -> str:
        return fingerprint.of_input(forecast_too=True)

    known = {digest()}
    assert digest() in known, "the same input has the same fingerprint"
    changes = [
        project / "models/marts/core/fct_orders.sql",
        project / "seeds/reference/order_statuses.csv",
        project / "macros" / "new.sql",
        project / "forecasting" / "settings.py",
        paths.landing() / "manifest.jsonl",
        paths.landing() / "companies" / "acme.parquet",
    ]
    for file in changes:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as opened:
            opened.write("\n")
        assert digest() not in known, f"{file} counts"
        known.add(digest())
    assert fingerprint.of_input(forecast_too=False) not in known
    (project / "models" / "compiled.pyc").write_text("made by a run")
    assert digest() in known


def test_a_release_older_than_fingerprints_is_built_anew(project: Path) -> None:
    release_folder = paths.releases() / "old"
    release_folder.mkdir(parents=True)
    (release_folder / "warehouse.duckdb").touch()
    paths.current().symlink_to(Path("releases") / "old")
    ledger.write(ledger.Event("old", "2026-01-01", "released", release="old"))
    assert not release.is_made_from(fingerprint.of_input(forecast_too=True))


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
