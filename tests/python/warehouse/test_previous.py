"""What a build knows of the release before it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from tests.python.conftest import PROJECT
from tests.python.reporting import made
from warehouse import previous

MARTS = ("fct_company_verdicts", "fct_company_flags", "fct_data_quality")


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))


def test_verdicts_and_findings_are_kept_and_strengths_are_no_findings(tmp_path: Path) -> None:
    flags = [
        {"company_id": "elm", "flag_id": name, "kind": kind}
        for name, kind in (("b", "concern"), ("a", "data"), ("c", "strength"))
    ]
    built = [{"company_id": name, "built_at": made.BUILT_AT} for name in ("elm", "oak")]
    rows = {
        "fct_company_verdicts": [
            {"company_id": "elm", "verdict": "refer"},
            {"company_id": "oak", "verdict": "no obstacle found"},
        ],
        "fct_company_flags": flags,
        "fct_data_quality": built,
    }
    made.write(tmp_path, rows, marts=MARTS)
    previous.keep()
    assert pq.read_table(previous.file()).to_pylist() == [
        {
            "company_id": name,
            "released_at": dt.datetime(2026, 1, 9, 6, 30),
            "verdict": verdict,
            "flag_ids": flag_ids,
        }
        for name, verdict, flag_ids in (
            ("elm", "refer", ["a", "b"]),
            ("oak", "no obstacle found", []),
        )
    ]


def test_without_findings_nothing_is_kept_of_an_older_build_either(tmp_path: Path) -> None:
    previous.file().parent.mkdir(parents=True)
    previous.file().touch()
    previous.keep()
    assert not previous.file().exists()
    made.write(tmp_path, {}, marts=("fct_data_quality",))
    previous.keep()
    assert not previous.file().exists()


def test_the_source_declares_what_is_written() -> None:
    file = PROJECT / "models/staging/release/_release__sources.yml"
    (table,) = yaml.safe_load(file.read_text())["sources"][0]["tables"]
    types = {"string": "varchar", "timestamp[us]": "timestamp"}
    written = [(field.name, types.get(str(field.type), "varchar[]")) for field in previous.SCHEMA]
    assert [(column["name"], column["data_type"]) for column in table["columns"]] == written
