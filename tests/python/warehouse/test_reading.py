"""How a release is opened: read-only, one release, in UTC, and nothing else can be read."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import PROJECT
from tests.python.warehouse.builds import make_build
from warehouse import paths, reading, release
from warehouse.errors import PaidnetError

#: Where DuckDB is opened by hand: to write a build, and to work on no file of the warehouse.
OPENED_BY_HAND = {
    "warehouse/reading.py",
    "warehouse/release.py",  # writes the checkpoint of the build
    "warehouse/assembly.py",  # writes a build
    "warehouse/comparison.py",  # attaches two, which may be folders of Parquet
    "warehouse/dbt.py",  # runs a failed test's SQL, which reads landed files
    "warehouse/quarantine.py",  # the same
    "ingestion/gate/throwaway.py",  # reads a build that is no release
    "ingestion/sql.py",  # in memory
    "forecasting/research/quality.py",  # in memory
    "forecasting/research/advance_tables.py",  # in memory
    "forecasting/research/trust.py",  # in memory
    "forecasting/research/customers/panel.py",  # in memory
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """State with a release."""
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    (tmp_path / "build").mkdir()
    publish(1)
    return tmp_path


def publish(version: int) -> None:
    make_build(paths.data(), version)
    release.publish(datetime(2026, 1, version, tzinfo=UTC))


@pytest.mark.parametrize(
    "statement",
    [
        "insert into marts.t values (2)",
        "from read_text('pyproject.toml')",
        "attach 'other.duckdb'",
        "set enable_external_access = true",
        "set TimeZone = 'Europe/Berlin'",
    ],
)
def test_a_reader_reads_the_release_and_nothing_else(data: Path, statement: str) -> None:
    for _ in range(2):  # a second connection of the process is locked as the first
        with reading.open_release() as connection, pytest.raises(duckdb.Error):
            connection.execute(statement)


def test_a_reader_of_the_build_reads_its_folder_and_nothing_else(data: Path) -> None:
    (data / "build/seed.csv").write_text("a\n1\n")
    (data / "other.csv").write_text("a\n1\n")
    with reading.open_file(data / "build" / paths.DATABASE, with_folder=True) as connection:
        assert connection.sql(f"from read_csv('{data}/build/seed.csv')").fetchall() == [(1,)]
        with pytest.raises(duckdb.PermissionException):
            connection.sql(f"from read_csv('{data}/other.csv')")


def test_times_are_utc_in_every_connection(data: Path) -> None:
    code = (
        "from warehouse.reading import open_release\n"
        "for connection in (open_release(), open_release()):\n"
        "    print(connection.sql(\"select timestamptz '2026-07-01 12:00:00+02'::varchar\")"
        ".fetchall()[0][0])"
    )
    # ICU reads the zone of a process once, so that it is another process.
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=os.environ | {"TZ": "America/New_York"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n")[:2] == ["2026-07-01 10:00:00+00"] * 2


def test_a_reader_stays_on_its_release_and_the_next_one_reads_the_new(data: Path) -> None:
    with reading.open_release() as first:
        publish(2)
        with reading.open_release() as second:
            for connection, version in ((first, 1), (second, 2)):
                found = connection.sql("select distinct version from marts.t").fetchall()
                assert found == [(version,)]


def test_without_a_release_the_error_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    with pytest.raises(PaidnetError, match="there is no release yet") as caught:
        reading.open_release()
    assert "python -m warehouse build" in str(caught.value)


def test_a_file_that_is_no_database_is_an_error(data: Path) -> None:
    (data / "current" / paths.DATABASE).write_text("not a database")
    with pytest.raises(PaidnetError, match="cannot be opened"):
        reading.open_release()


def test_releases_are_opened_in_one_place() -> None:
    found = set()
    for stage in (
        "warehouse",
        "reporting",
        "forecasting",
        "ingestion",
        "simulation",
        "notebooks",
        "api",
    ):
        for file in (PROJECT / stage).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Attribute) and ast.unparse(node) == "duckdb.connect":
                    found.add(str(file.relative_to(PROJECT)))
    assert found == OPENED_BY_HAND
