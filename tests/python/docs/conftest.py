"""The documentation site, built once, strictly, into a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..conftest import PROJECT


@dataclass(frozen=True)
class Site:
    """A built site and the manifest it was made from."""

    folder: Path
    manifest: dict


def run(
    target: Path, *command: object, project: Path = PROJECT
) -> subprocess.CompletedProcess[str]:
    """Run a module of this Python in a project, with dbt's artifacts under `target`."""
    own = {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target / "logs")}
    quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    return subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        cwd=project,
        env=os.environ | own | quiet,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of what `make docs` has dbt write."""
    folder = tmp_path_factory.mktemp("docs") / "target"
    options = ("--static", "--empty-catalog", "--target", "lint")
    done = run(folder, "dbt.cli.main", "docs", "generate", "--quiet", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def build(target: Path, folder: Path, **more: Path) -> subprocess.CompletedProcess[str]:
    """Build the site into a folder, strictly; the caller looks at the exit code."""
    return run(target, "mkdocs", "build", "--strict", "--site-dir", folder, **more)


@pytest.fixture(scope="session")
def site(target: Path) -> Site:
    folder = target.parent / "site"
    done = build(target, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return Site(folder, json.loads((target / "manifest.json").read_text()))
