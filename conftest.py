"""The commands in the documentation are tests: `pytest README.md` runs those of a page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from sybil import Sybil

from tests.python.conftest import run_stage
from tests.python.docs.blocks import blocks, pages, parse
from tests.python.docs.place import Place

# They begin where their reader does: with nothing.
FROM_NOTHING = {"README.md"}

pytest_collect_file = Sybil(parsers=[parse], pattern="*.md", fixtures=["place"]).pytest()


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


@pytest.fixture(scope="module")
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A copy of the project for a page, with the demo release unless the page makes it."""
    made = Place(tmp_path_factory.mktemp(request.path.stem) / "paidnet")
    if request.path.name not in FROM_NOTHING or request.path.parent != request.config.rootpath:
        demo = request.getfixturevalue("release").parents[1]
        shutil.copytree(demo, made.data, symlinks=True, dirs_exist_ok=True)
    yield made
    made.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the blocks that are not run, with their reasons."""
    reports = [report for some in terminalreporter.stats.values() for report in some]
    if any(".md::" in getattr(report, "nodeid", "") for report in reports):
        terminalreporter.section("commands of the documentation that are not run")
        for block in (block for page in pages() for block in blocks(page)):
            if block.mark:
                terminalreporter.line(f"{block.place}: {block.mark}")
