"""The documentation site, which `make docs` wrote once for all tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..conftest import PROJECT
from .place import Place


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
def target(documented: Place) -> Path:
    """The folder of what `make docs` had dbt write."""
    return documented.root / "target" / "docs"


def build(target: Path, folder: Path, **more: Path) -> subprocess.CompletedProcess[str]:
    """Build the site into a folder, strictly; the caller looks at the exit code."""
    config = ("--config-file", "tools/docs_site/mkdocs.yml")
    return run(target, "mkdocs", "build", "--strict", *config, "--site-dir", folder, **more)


@pytest.fixture(scope="session")
def site(documented: Place, target: Path) -> Site:
    """The site that `make docs` wrote."""
    return Site(documented.root / "site", json.loads((target / "manifest.json").read_text()))
