"""A released warehouse of the demo companies, made once, and a Superset on it for each worker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from bi import browser
from bi.settings import BiError

from ..conftest import run_stage
from .server import Server


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of the demo companies; all workers share one build."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    data = root / "demo"
    with FileLock(root / "demo.lock"):
        if not (data / "current").exists():
            done = run_stage(data, "warehouse", "build")
            assert done.returncode == 0, done.stdout + done.stderr
    return (data / "current").resolve()


@pytest.fixture(scope="session")
def server(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running Superset with the three demo users."""
    started = Server(tmp_path_factory.mktemp("superset") / "data", release)
    started.must("serve", "start", "--background")
    yield started
    started.must("serve", "stop")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; continuous integration has it, elsewhere the browser tests say so."""
    try:
        return browser.chromium()
    except BiError as error:
        if os.environ.get("PAIDNET_REQUIRE_BROWSER"):
            pytest.fail(f"{error}; .ci/run installs it")
        pytest.skip(str(error))
