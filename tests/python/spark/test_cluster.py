"""Two worker processes, one of them killed in the middle: the rows are the same."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.python.conftest import PROJECT, Warehouse
from tests.python.spark.test_models import MODELS, differ, landed
from tools.bench.process import tree
from warehouse import process
from warehouse.spark import environment, inputs

pytestmark = pytest.mark.deep

EXECUTOR = "CoarseGrainedExecutorBackend"
CLUSTER = {
    "PAIDNET_SPARK_MASTER": "local-cluster[2,1,2048]",
    "PAIDNET_SPARK_PARTITIONS": "4",
    # Workers find the driver where it is: on this machine alone.
    "SPARK_LOCAL_IP": "127.0.0.1",
}


def executors(build: int) -> list[int]:
    """Return the executors that a build has now."""
    return [pid for pid in tree(build) if EXECUTOR in Path(f"/proc/{pid}/cmdline").read_text()]


def test_a_worker_that_is_killed_changes_nothing(
    warehouse: Warehouse,
    spark: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    landed(warehouse, tmp_path, monkeypatch)
    request.addfinalizer(lambda: shutil.rmtree(environment.home() / "work", ignore_errors=True))
    inputs.write(warehouse.data / "landing")
    own = process.environment(warehouse.data) | environment.variables() | spark | CLUSTER
    command = (environment.PYTHON, "-m", "warehouse.dbt_process", *MODELS, "--target", "spark")
    with subprocess.Popen(
        command, cwd=PROJECT, env=os.environ | own, text=True, stdout=subprocess.PIPE
    ) as build:
        lines, killed = [], []
        for line in build.stdout:
            lines.append(line)
            # While it works on the next model; a third of all is done.
            if not killed and " OK " in line and (at := line.split(" of ")[0].split()[-1]) == "15":
                found = executors(build.pid)
                assert len(found) == 2, f"{len(found)} executors at model {at}"
                os.kill(found[0], signal.SIGKILL)
                killed.append(found[0])
            elif killed and " OK " in line and line.split(" of ")[0].split()[-1] == "30":
                left = executors(build.pid)
                assert killed[0] not in left
                assert len(left) == 2, "another has taken its place"
    assert killed, "".join(lines[-20:])
    assert build.returncode == 0, "".join(lines[-40:])
    assert differ(warehouse) == []
