"""What a build knows of the release before it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from tests.python.conftest import PROJECT
from tests.python.reporting import made
from warehouse import previous, release


def kept(name: str) -> list[dict]:
    """Return the rows that are kept of the release before."""
    return pq.read_table(previous.folder() / f"{name}.parquet").to_pylist()


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
    previous.keep(release.current())
    assert kept("companies") == [
        {
            "company_id": name,
            "released_at": dt.datetime(2026, 1, 9, 6, 30),
            "verdict": verdict,
            "flag_ids": flag_ids,
        }
        for name, verdict, flag_ids in (
            ("elm", "refer", "a,b"),
            ("oak", "no obstacle found", ""),
        )
    ]


def test_segments_of_customers_are_kept(tmp_path: Path) -> None:
    customers = [
        {"company_id": "elm", "customer_id": name, "customer_segment": segment}
        for name, segment in (("C1", "loyal"), ("C2", None))
    ]
    made.write(tmp_path, {"dim_customers": customers}, marts=("dim_customers",))
    previous.keep(release.current())
    assert kept("customers") == customers[:1]
    assert not (previous.folder() / "companies.parquet").exists()


def test_without_findings_nothing_is_kept_of_an_older_build_either(tmp_path: Path) -> None:
    previous.folder().mkdir(parents=True)
    for name in ("companies", "customers"):
        (previous.folder() / f"{name}.parquet").touch()
    previous.keep(release.current())
    assert not list(previous.folder().iterdir())
    made.write(tmp_path, {}, marts=("fct_data_quality",))
    previous.keep(release.current())
    assert not list(previous.folder().iterdir())


def test_the_source_declares_what_is_written() -> None:
    file = PROJECT / "models/staging/release/_release__sources.yml"
    tables = yaml.safe_load(file.read_text())["sources"][0]["tables"]
    types = {"string": "varchar", "timestamp[us]": "timestamp"}
    schemas = {"companies": previous.SCHEMA, "customers": previous.CUSTOMERS}
    assert {table["name"] for table in tables} == set(schemas)
    for table in tables:
        written = [(field.name, types[str(field.type)]) for field in schemas[table["name"]]]
        assert [(column["name"], column["data_type"]) for column in table["columns"]] == written
