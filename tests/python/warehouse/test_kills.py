"""Kill -9: at each step of a release and at random; in each stage: test_forecast_flow.py."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.python.conftest import PROJECT, Warehouse
from tests.python.warehouse import faults
from tests.python.warehouse.builds import make_build, versions
from warehouse import ledger, release

KILLS = 50


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """State with as many releases as are kept, and a build that waits to be released."""
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    landed = tmp_path / "build/landing/orders/acme/a.parquet"
    landed.parent.mkdir(parents=True)
    landed.touch()
    for version in range(release.KEPT):
        make_build(tmp_path, version)
        release.publish(ledger.now())
    make_build(tmp_path, release.KEPT)
    return tmp_path


@pytest.mark.parametrize(("step", "when"), faults.PLACES)
def test_a_release_killed_at_a_step_is_whole_and_the_next_one_succeeds(
    data: Path, step: str, when: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.python.warehouse.faults", step, when],
        cwd=PROJECT,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, "the step was reached"
    is_released = faults.PLACES.index((step, when)) >= faults.PLACES.index(faults.CURRENT_FROM)
    current = release.KEPT if is_released else release.KEPT - 1
    assert versions(data / "current/warehouse.duckdb") == [(current, 1000)]
    make_build(data, 99)
    release.publish(ledger.now())
    assert versions(data / "current/warehouse.duckdb") == [(99, 1000)]
    assert len(release.names()) == release.KEPT
    for name in release.names():
        ((_, rows),) = versions(data / "releases" / name / "warehouse.duckdb")
        assert rows == 1000
        assert (data / "releases" / name / "landing/orders/acme/a.parquet").exists()
    assert not list(data.glob("releases/*.part"))
    assert {path.name for path in data.iterdir()} >= {"build", "current", "releases"}


@pytest.mark.parametrize("kills", [8, pytest.param(KILLS, marks=pytest.mark.deep)])
def test_a_release_killed_at_any_moment_leaves_the_current_one_whole(
    data: Path, kills: int
) -> None:
    """At random moments, for the steps nobody thought of; each step is killed above."""
    draw = random.Random(7)
    code = (
        "import sys; from pathlib import Path\n"
        "from tests.python.warehouse.builds import make_build\n"
        "from warehouse import ledger, release\n"
        "print('ready', flush=True)\n"
        "for i in range(100000):\n"
        "    make_build(Path(sys.argv[1]), i); release.publish(ledger.now())\n"
    )
    for _ in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(data)], cwd=PROJECT, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(draw.uniform(0, 0.25))
        process.send_signal(signal.SIGKILL)
        process.wait()
        ((_, rows),) = versions(data / "current/warehouse.duckdb")
        assert rows == 1000
    make_build(data, 99)
    release.publish(ledger.now())
    assert versions(data / "current/warehouse.duckdb") == [(99, 1000)]
    assert len(release.names()) <= release.KEPT
    assert not list(data.glob("releases/*.part"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A released warehouse of the demo companies, without a forecast."""
    built = Warehouse(tmp_path_factory.mktemp("small") / "data")
    built.build()
    return built


@pytest.mark.deep
def test_a_whole_build_killed_at_random_points_fifty_times(small: Warehouse) -> None:
    """Kill -9 anywhere in a run; after every tenth kill the next build must succeed."""
    started = time.monotonic()
    small.build("--full")
    seconds = time.monotonic() - started
    draw = random.Random(50)
    expected = release.row_counts(small.file)
    for kill in range(1, KILLS + 1):
        process = subprocess.Popen(
            [sys.executable, "-m", "warehouse", "build", "--no-forecast", "--full"],
            cwd=PROJECT,
            env=os.environ | {"PAIDNET_DATA": str(small.data)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(draw.uniform(0, seconds))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert release.row_counts(small.file) == expected
        if kill % 10 == 0:
            small.build("--full")
            assert release.row_counts(small.file) == expected
