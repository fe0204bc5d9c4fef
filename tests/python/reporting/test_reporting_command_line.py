"""The command line: errors that name the fix, the same bytes twice, one release per run."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from pathlib import Path

import docx
import duckdb
import pytest
import yaml

from reporting import reading

from ..conftest import PROJECT, run_stage
from . import made


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A state folder with a release of two companies; oak has one month, and that in part."""
    rows = made.together(
        made.company("elm", [80, 100, 125]), made.company("oak", [9], last=dt.date(2025, 12, 4))
    )
    made.write(tmp_path, rows)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--company", "ash"], ["found:    ash", "one of elm, oak"]),
        (["--company", "elm", "--month", "2019-01"], ["elm: its log covers 2025-10-01 to 2025-12"]),
        (["--month", "2031-01"], ["nothing to report of 2031-01", "elm: its log", "oak: its log"]),
        (["--company", "oak"], ["2025-12-01 to 2025-12-04", "--month reports a part"]),
    ],
)
def test_a_report_that_cannot_be_made_is_an_error(
    data: Path, arguments: list[str], words: list[str]
) -> None:
    done = made.run(data, *arguments)
    assert done.exit_code == 1
    for part in words:
        assert part in done.output
    assert "Traceback" not in done.output
    assert not (data / "reports").exists()


def test_a_month_that_is_none_is_a_usage_error(data: Path) -> None:
    done = made.run(data, "--month", "2025-13")
    assert done.exit_code == 2
    assert "--month" in done.output


def test_without_a_release_there_is_an_error(tmp_path: Path) -> None:
    done = run_stage(tmp_path, "reporting")
    assert done.returncode == 1
    assert "no release" in done.stderr
    assert "python -m warehouse build" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        ("alter table marts.fct_monthly_revenue drop refund_value_rate", "refund_value_rate"),
        ("alter table marts.fct_monthly_revenue drop revenue_month", "marts.fct_monthly_revenue"),
        ("alter table marts.fct_company_summary drop as_of_date", "as_of_date"),
        ("drop table marts.fct_cohort_revenue", "marts.fct_cohort_revenue"),
        ("drop table marts.fct_revenue_fan", "marts.fct_revenue_fan"),
    ],
)
def test_a_release_that_lacks_something_is_refused(data: Path, spoil: str, message: str) -> None:
    with duckdb.connect(str(data / "current/warehouse.duckdb")) as connection:
        connection.execute(spoil)
    done = made.run(data)
    assert done.exit_code == 1
    assert "lacks what the reports read" in done.output
    assert message in done.output


def test_a_file_that_is_no_database_is_refused(data: Path) -> None:
    (data / "current/warehouse.duckdb").write_text("not a database")
    done = made.run(data)
    assert done.exit_code == 1
    assert "cannot be opened" in done.output


def test_a_folder_that_cannot_be_written_is_reported(data: Path) -> None:
    (data / "file").write_text("")
    done = made.run(data, "--out", data / "file")
    assert done.exit_code == 1
    assert "cannot be written" in done.output


def test_twice_is_the_same_bytes_and_nothing_is_left_behind(data: Path) -> None:
    folder = data / "reports" / "2025-12"
    assert made.run(data).exit_code == 0
    first = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert sorted(first) == ["elm.docx", "portfolio.docx"]
    shutil.rmtree(folder)
    assert made.run(data).exit_code == 0
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == first
    # No clock is in them: the files carry the release's time, and their entries none.
    with zipfile.ZipFile(folder / "elm.docx") as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = docx.Document(str(folder / "elm.docx")).core_properties
    assert {properties.created, properties.modified} == {made.BUILT_AT.replace(tzinfo=dt.UTC)}


def test_one_company_leaves_the_portfolio_alone(data: Path) -> None:
    folder = data / "elsewhere"
    done = made.run(data, "--company", "oak", "--month", "2025-12", "--out", folder)
    assert done.exit_code == 0, done.output
    assert [file.name for file in (folder / "2025-12").iterdir()] == ["oak.docx"]


def test_a_run_reads_the_release_that_it_began_with(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(data))
    with reading.release() as release:
        month, _ = release.month("elm", None)
        assert month is not None
        newer = data / "releases" / "20260110T000000.000000Z"
        shutil.copytree(data / "releases" / made.NAME, newer)
        with duckdb.connect(str(newer / "warehouse.duckdb")) as connection:
            connection.execute("update marts.fct_company_summary set as_of_date = '2030-01-01'")
        (data / "current").unlink()
        (data / "current").symlink_to(newer)
        assert release.name == made.NAME
        found = release.company(month).one("fct_company_summary")["as_of_date"]
    assert found == dt.date(2025, 12, 31)


def test_the_exposure_names_the_marts_that_are_read() -> None:
    exposures = yaml.safe_load((PROJECT / "models/marts/exposures.yml").read_text())["exposures"]
    (exposure,) = (one for one in exposures if one["name"] == "monthly_report")
    read = {*reading.CORE, *reading.FORECAST}
    assert {
        name.removeprefix("ref('").removesuffix("')") for name in exposure["depends_on"]
    } == read
