"""What every Python test may use: stages run as a user runs them, and a built warehouse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from typer.testing import CliRunner

from ingestion.__main__ import app as ingestion
from warehouse import dbt, process, terminal

PROJECT = Path(__file__).resolve().parents[2]
SHARED_DATA = PROJECT.parent / "shared" / "data"


def run_stage(
    data: Path, stage: str, *arguments: object, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m stage arguments` with its state under `data`.

    `ingestion` runs in this process, which saves most of its time; the documentation's commands
    start it as a user does.
    """
    words = [*map(str, arguments)]
    if stage == "ingestion":
        own = {"PAIDNET_DATA": str(data)} | environment
        done = CliRunner().invoke(ingestion, words, env=own, prog_name="python -m ingestion")
        if not isinstance(done.exception, SystemExit | None):
            raise done.exception
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)
    return subprocess.run(
        [sys.executable, "-m", stage, *words],
        cwd=PROJECT,
        env=os.environ | {"PAIDNET_DATA": str(data), "COLUMNS": "200"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(autouse=True, scope="session")
def _wide_console() -> None:
    """What is printed is compared by the line, which no terminal breaks."""
    terminal.out.width = terminal.err.width = 200


class Warehouse:
    """A warehouse of a test's own, under a folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._dbt: dbt.Session | None = None

    def run(
        self, stage: str, *arguments: object, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a stage; the caller looks at the exit code."""
        return run_stage(self.data, stage, *arguments, **environment)

    def add(self, file: Path, company: str, *arguments: object) -> None:
        """Land a file, which must work."""
        done = self.run("ingestion", "add", file, "--company", company, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr

    def build(self, *options: str) -> None:
        """Build and release, which must work."""
        done = self.run("warehouse", "build", "--no-forecast", *options)
        assert done.returncode == 0, done.stdout + done.stderr

    @contextmanager
    def one_dbt(self) -> Iterator[None]:
        """Have the dbt commands within run on one dbt, which parses the project once."""
        pipe, both = subprocess.PIPE, subprocess.STDOUT
        command = ("-m", "warehouse.dbt_process")
        with process.start(
            *command, data=self.data, stdin=pipe, stdout=pipe, stderr=both
        ) as started:
            self._dbt = dbt.Session(started)
            yield
            self._dbt = None

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt on the build as a stage does; the caller looks at the exit code."""
        self._results.parent.mkdir(parents=True, exist_ok=True)
        self._results.unlink(missing_ok=True)
        if self._dbt:
            with pytest.MonkeyPatch.context() as own:
                own.setenv("PAIDNET_DATA", str(self.data))
                code, lines = self._dbt.invoke(*arguments)
            return subprocess.CompletedProcess(arguments, code, "\n".join(lines), "")
        return subprocess.run(
            [sys.executable, "-m", "warehouse.dbt_process", *arguments],
            cwd=PROJECT,
            env=process.environment(self.data),
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def _results(self) -> Path:
        return self.data / "build" / "target" / "run_results.json"

    def results(self) -> list[dict]:
        """The result of each node of the last dbt run."""
        return json.loads(self._results.read_text())["results"]

    def sql(self, *statements: str) -> list[tuple]:
        """Run statements on the build; the rows of the last."""
        with duckdb.connect(str(self.data / "build" / "warehouse.duckdb")) as connection:
            for statement in statements:
                result = connection.execute(statement)
            return result.fetchall()

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
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What dbt says of the project, parsed once for all workers."""
    base = tmp_path_factory.getbasetemp()
    data = (base.parent if base.name.startswith("popen-") else base) / "manifest"
    file = data / "manifest.json"
    with FileLock(data.with_suffix(".lock")):
        if not file.exists():
            own = process.environment(data) | {"DBT_TARGET_PATH": str(data)}
            dbt = Path(sys.executable).with_name("dbt")
            subprocess.run([dbt, "parse", "--quiet"], cwd=PROJECT, env=own, check=True)
    return json.loads(file.read_text())


@pytest.fixture(scope="session")
def real_logs() -> Path:
    """The folder of real order logs, which continuous integration lays beside the clone."""
    if not SHARED_DATA.is_dir():
        if os.environ.get("PAIDNET_REQUIRE_REAL_LOGS"):
            pytest.fail("the real order logs are missing: .ci/run needs ../shared/data")
        pytest.skip("the real order logs (../shared/data) are not here; .ci/run needs them")
    return SHARED_DATA
