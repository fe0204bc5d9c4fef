"""A warehouse of one company alone, which is thrown away: models and data tests are the same."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion import manifest, settings
from warehouse import dbt, paths
from warehouse.errors import PaidnetError

_PARSED = "partial_parse.msgpack"
#: What is older was left by a run that was killed.
_KEPT_SECONDS = 24 * 3600
_BUILD = ("build", "--selector", "alone", "--exclude-resource-type", "test")
_TEST = ("test", "--selector", "alone")


@dataclass(frozen=True)
class DataTest:
    """A data test that did not pass, or a model that could not be built."""

    name: str
    status: str
    tested: str
    message: str
    failure_count: int = 0
    columns: tuple[str, ...] = ()
    rows: tuple[tuple, ...] = ()

    @property
    def is_failure(self) -> bool:
        """Whether it stops a release; a warning does not."""
        return self.status != "warn"


@contextmanager
def throwaway(company_id: str, company_column: str | None) -> Iterator[int]:
    """Make `$PAIDNET_DATA` a new folder that knows what landed before, and remove it at the end.

    Yields how many files of the company have landed. They are compared with, and not built.
    """
    real, folder = paths.data(), paths.checks()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("run-*"):
        if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="run-") as name:
        data = Path(name)
        prefix = f"{company_id}_" if company_column else None
        earlier = _tell_what_landed(real, data, company_id, prefix)
        _take_parsed(real, data)
        own = {
            "PAIDNET_DATA": str(data),
            "PAIDNET_LANDING": str(data / "landing"),
            "PAIDNET_COMPANIES_IN_GIT": "0",
        }
        before = {key: os.environ.get(key) for key in own}
        os.environ |= own
        try:
            yield earlier
        finally:
            for key, value in before.items():
                os.environ.pop(key)
                if value is not None:
                    os.environ[key] = value
            _keep_parsed(real, data)


def _tell_what_landed(real: Path, data: Path, company_id: str, prefix: str | None) -> int:
    """Write the manifest and the company's settings; landed rows stand beside the landing zone.

    They are links: what landing replaces or removes is the link.
    """

    def is_own(company: str) -> bool:
        return company == company_id or (prefix is not None and company.startswith(prefix))

    landing = data / "landing"
    landing.mkdir()
    (data / "earlier").mkdir()
    record = []
    for number, line in enumerate(manifest.read()):
        if is_own(line.company_id):
            (data / "earlier" / f"{number}.parquet").symlink_to(real / "landing" / line.path)
            line = replace(line, path=f"../earlier/{number}.parquet")
        record.append(line)
    companies = real / "landing" / "companies"
    for file in companies.glob("*.parquet"):
        if is_own(file.stem):
            (landing / "companies").mkdir(exist_ok=True)
            shutil.copy(file, landing / "companies")
    if in_git := settings.companies_in_git().get(company_id):
        now = datetime.now(UTC).replace(tzinfo=None)
        settings.write(company_id, in_git, "raw", now, landing / "companies")
    manifest.write(record, landing)
    return len({line.sha256 for line in record if is_own(line.company_id)})


def _take_parsed(real: Path, data: Path) -> None:
    """Take over what dbt parsed of the project last; dbt itself sees whether it still holds."""
    places = (real / "checks", real / "build" / "target", paths.PROJECT / "target")
    found = [place / _PARSED for place in places if (place / _PARSED).exists()]
    target = data / "build" / "target"
    target.mkdir(parents=True)
    if found:
        shutil.copy2(max(found, key=lambda file: file.stat().st_mtime), target)


def _keep_parsed(real: Path, data: Path) -> None:
    parsed = data / "build" / "target" / _PARSED
    if parsed.exists():
        part = real / "checks" / f".{data.name}.part"
        shutil.copy2(parsed, part)
        part.replace(real / "checks" / _PARSED)


def build(on_step: Callable[[int, int], None]) -> tuple[list[DataTest], int]:
    """Build and test all models of the throwaway warehouse.

    A test that fails stops no model, so that all are reported. Returns what did not pass, and
    how many tests ran. Raises PaidnetError when dbt itself stops.
    """
    results: list[dict] = []
    output: list[str] = []
    code = 0
    with dbt.session() as session:
        for command in (_BUILD, _TEST):
            before = len(results)
            one, lines = session.invoke(
                *command,
                on_step=lambda done, total, before=before: on_step(before + done, before + total),
            )
            code, output, results = code or one, output + lines, results + dbt.results()
    tests = [result for result in results if result["unique_id"].startswith("test.")]
    failed = [
        _explained(result)
        for result in results
        if result["status"] in {"fail", "error", "runtime error", "warn"}
    ]
    if code != 0 and not failed:
        raise PaidnetError(
            "the throwaway warehouse could not be built",
            found="\n".join(output[-20:]),
            expected="models and tests that run",
            fix="this is a fault of the project, not of the file",
        )
    return failed, len(tests)


def _explained(result: dict) -> DataTest:
    kind, _, name, *_ = result["unique_id"].split(".")
    columns, rows, message = (), (), (result["message"] or "").strip()
    if kind == "test" and result["status"] in {"fail", "warn"}:
        try:
            names, found = dbt.failed_rows(result["compiled_code"])
            columns, rows = tuple(names), tuple(found)
        except duckdb.Error as error:
            message += f" (its rows cannot be shown: {str(error).splitlines()[0]})"
    status = result["status"] if kind == "test" else "error"
    tested = _tested(name) if kind == "test" else f"{kind} {name}"
    return DataTest(name, status, tested, message, result["failures"] or 0, columns, rows)


def _tested(test: str) -> str:
    with connect() as connection:
        found = connection.execute(
            "select tested_name, column_name from marts.fct_test_results where test_name = ?",
            [test],
        ).fetchone()
    return ", column ".join(filter(None, found or ()))


def connect() -> duckdb.DuckDBPyConnection:
    """Return a connection that reads the throwaway warehouse."""
    connection = duckdb.connect(str(paths.build() / paths.DATABASE), read_only=True)
    connection.execute("set TimeZone = 'UTC'")
    return connection
