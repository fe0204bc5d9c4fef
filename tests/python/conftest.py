"""What every Python test may use: stages run as a user runs them, and a built warehouse."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parents[2]
SHARED_DATA = PROJECT.parent / "shared" / "data"


#: What `dbt parse` (of `make lint`) left; a test that starts dbt itself need not parse again.
_PARSED = PROJECT / "target" / "partial_parse.msgpack"
PARSED = {"DBT_PARTIAL_PARSE_FILE_PATH": str(_PARSED)} if _PARSED.exists() else {}


def run_stage(
    data: Path, stage: str, *arguments: object, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m stage arguments` with its state under `data`."""
    return subprocess.run(
        [sys.executable, "-m", stage, *map(str, arguments)],
        cwd=PROJECT,
        env=os.environ | {"PAIDNET_DATA": str(data), "COLUMNS": "200"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


class Warehouse:
    """A warehouse of a test's own, under a folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def run(
        self, stage: str, *arguments: object, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a stage; the caller looks at the exit code."""
        return run_stage(self.data, stage, *arguments, **environment)

    def add(self, file: Path, company: str, *arguments: object) -> None:
        """Land a file, which must work."""
        done = self.run("ingestion", "add", file, "--company", company, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr

    def build(self) -> None:
        """Build and release, which must work."""
        done = self.run("warehouse", "build", "--no-forecast")
        assert done.returncode == 0, done.stdout + done.stderr

    @property
    def file(self) -> Path:
        """The file of the current release."""
        return self.data / "current" / "warehouse.duckdb"

    def query(self, sql: str) -> list[tuple]:
        """Return the rows of a query on the current release."""
        with duckdb.connect(str(self.file), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.sql(sql).fetchall()


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "data")


@pytest.fixture(scope="session")
def real_logs() -> Path:
    """The folder of real order logs, which continuous integration lays beside the clone."""
    if not SHARED_DATA.is_dir():
        if os.environ.get("PAIDNET_REQUIRE_REAL_LOGS"):
            pytest.fail("the real order logs are missing: .ci/run needs ../shared/data")
        pytest.skip("the real order logs (../shared/data) are not here; .ci/run needs them")
    return SHARED_DATA
