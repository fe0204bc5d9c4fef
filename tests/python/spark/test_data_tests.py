"""Data tests hold on Spark as they do on DuckDB: one text of each, for both."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.python.conftest import PROJECT, Warehouse
from warehouse import process
from warehouse.spark import environment, inputs

from .test_models import landed

pytestmark = pytest.mark.deep


def test_every_data_test_passes_on_spark(
    warehouse: Warehouse, spark: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landed(warehouse, tmp_path, monkeypatch)
    done = warehouse.dbt("seed")
    assert done.returncode == 0, done.stdout
    inputs.write(warehouse.data / "landing")
    own = process.environment(warehouse.data) | environment.variables() | spark
    words = ("build", "--selector", "alone", "--target", "spark")
    subprocess.run(
        [environment.PYTHON, "-m", "warehouse.dbt_process", *words],
        cwd=PROJECT, env=os.environ | own, capture_output=True, check=False,
    )  # fmt: skip
    results = Path(environment.variables()["DBT_TARGET_PATH"]) / "run_results.json"
    found = {
        one["unique_id"].split(".")[2]: (one["status"], one["message"])
        for one in json.loads(results.read_text())["results"]
    }
    right = {"success", "pass"}
    # What is skipped is so for one of these.
    assert {n: said for n, said in found.items() if said[0] not in right | {"skipped"}} == {}
    assert {status for status, _ in found.values()} == right
    assert sum(status == "pass" for status, _ in found.values()) > 200
