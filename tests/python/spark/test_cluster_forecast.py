"""A cluster that others have started fits companies; an executor that is killed changes nothing."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.python.conftest import PROJECT
from tests.python.forecasting import makers
from tests.python.forecasting.makers import Written
from tests.python.forecasting.test_job import SMALL, companies, content
from tests.python.spark.standalone import EXECUTOR, PYTHON, below, cluster

pytestmark = pytest.mark.deep


def at_work(workers: list[int]) -> list[int]:
    """Return the executors that have begun to call functions of Python."""
    executors = [pid for worker in workers for pid in below(worker, EXECUTOR)]
    return [pid for pid in executors if below(pid, PYTHON)]


def test_an_executor_that_is_killed_changes_no_path(spark: dict[str, str], tmp_path: Path) -> None:
    here = makers.run(companies(), tmp_path / "here", SMALL, jobs=2)
    with cluster(tmp_path / "cluster") as (address, workers):
        own = spark | {
            "PAIDNET_ENGINE": "spark",
            "PAIDNET_DATA": str(tmp_path),
            "PAIDNET_SPARK_MASTER": address,
            "PAIDNET_SPARK_MEMORY": "512m",
        }
        command = [sys.executable, "-m", "tests.python.spark.forecast_run", tmp_path / "there"]
        with subprocess.Popen(
            command, cwd=PROJECT, env=os.environ | own, stderr=subprocess.PIPE, text=True
        ) as run:
            while run.poll() is None and not (found := at_work(workers)):
                time.sleep(0.02)
            assert run.returncode is None, run.stderr.read()
            os.kill(found[0], signal.SIGKILL)
            _, said = run.communicate()
        assert run.returncode == 0, said
    log = (tmp_path / "build" / "logs" / "spark.log").read_text()
    assert "Lost executor" in log
    for one in here:
        (folder,) = (tmp_path / "there" / one.outcome.company_id).iterdir()
        there = Written(dataclasses.replace(one.outcome, folder=folder))
        assert content(there) == content(one)
