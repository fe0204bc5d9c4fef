"""The release of the demo companies that the tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

from ..conftest import run_stage


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
