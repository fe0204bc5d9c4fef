"""Copies of the assets as code, for tests to spoil."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bi import access, bundle, check

from ...support.images import copied
from ..conftest import PROJECT
from .server import Server

CHART = "charts/company/refund_rates.yaml"
DATASET = "datasets/warehouse/fct_monthly_revenue.yaml"
DASHBOARD = "dashboards/company.yaml"


class Assets:
    """A copy of the assets, to be spoilt."""

    def __init__(self, folder: Path) -> None:
        self.assets = folder
        shutil.copytree(bundle.ASSETS, folder, dirs_exist_ok=True)

    def edit(self, name: str, change: object) -> None:
        """Change an asset by mistake."""
        file = self.assets / name
        asset = yaml.safe_load(file.read_text())
        change(asset)
        file.write_text(bundle.dumps(asset))

    def errors(self) -> list[str]:
        """Return what `python -m bi check` names of them, in this process."""
        with pytest.MonkeyPatch.context() as patch:
            for module in (access, bundle, check):
                patch.setattr(module, "ASSETS", self.assets)
            return [f"{file}: {error}" for file, error in check.errors()]


class Copy(Assets):
    """A copy of what the image of Superset holds, whose own commands run."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "superset" / "assets")
        self.folder = folder
        for name in copied(PROJECT / "infrastructure" / "superset.Dockerfile"):
            if (PROJECT / name).is_dir():
                shutil.copytree(PROJECT / name, folder / name, dirs_exist_ok=True)

    def script(self, server: Server, *arguments: str) -> str:
        """Run a command of this copy, which must work; returns what it printed."""
        return server.must(*arguments, folder=self.folder)

    def check(self) -> subprocess.CompletedProcess[str]:
        """Run this copy's `python -m bi check`; the caller looks at the exit code."""
        return subprocess.run(
            [sys.executable, "-m", "bi", "check"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
