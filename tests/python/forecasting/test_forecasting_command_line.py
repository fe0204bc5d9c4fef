"""`python -m forecasting` as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.python.conftest import PROJECT, run_stage
from tests.python.forecasting import makers
from warehouse.reading import open_file


@pytest.fixture
def built(tmp_path: Path) -> Path:
    makers.make_build(tmp_path / "build")
    return tmp_path


def test_help_tells_what_is_written(tmp_path: Path) -> None:
    done = run_stage(tmp_path, "forecasting", "--help")
    assert done.returncode == 0
    assert "--as-of" in done.stdout
    assert "data/forecasts/" in done.stdout


def test_a_run_that_fits_nothing_imports_no_library_that_fits() -> None:
    listed = (
        "import sys, forecasting.__main__\n"
        "print({'pandas', 'prophet', 'statsforecast'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", listed], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_without_a_build_it_says_how_to_make_one(tmp_path: Path) -> None:
    done = run_stage(tmp_path, "forecasting")
    assert done.returncode == 1
    assert "there is no build to forecast from" in done.stderr
    assert "python -m warehouse build" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_build_without_marts_is_named(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "warehouse.duckdb").write_text("no database")
    done = run_stage(tmp_path, "forecasting")
    assert done.returncode == 1
    assert "the build cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_company_is_refused_with_those_there_are(built: Path) -> None:
    done = run_stage(built, "forecasting", "--company", "aldr")
    assert done.returncode == 1
    assert "company aldr is not in the warehouse" in done.stderr
    assert "one of alder" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_horizon_is_refused(built: Path) -> None:
    done = run_stage(built, "forecasting", "--horizon", 0)
    assert done.returncode == 1
    assert "a whole number above zero" in done.stderr


def test_a_run_as_of_a_day_knows_nothing_later_and_takes_the_settings(built: Path) -> None:
    file = built / "settings.yml"
    file.write_text("path_count: 50\norigin_count: 1\n")
    options = ("--horizon", 30, "--as-of", "2024-03-20", "--settings", file, "--jobs", 1)
    done = run_stage(built, "forecasting", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "alder" in done.stdout
    (file,) = (built / "forecasts" / "alder").glob("*/runs.parquet")
    (record,) = pq.read_table(file).to_pylist()
    assert str(record["trained_through_date"]) == "2024-03-20"
    assert str(record["asked_as_of_date"]) == "2024-03-20"
    assert record["history_day_count"] == 80
    days = pq.read_table(file.with_name("daily.parquet")).column("forecast_date").to_pylist()
    assert (str(min(days)), str(max(days))) == ("2024-03-21", "2024-04-19")
    with open_file(built / "build" / "warehouse.duckdb", with_folder=True) as connection:
        ((gross,),) = connection.sql(
            "select sum(gross_amount) from marts.fct_daily_revenue where company_id = 'alder'"
            " and revenue_date <= '2024-03-20'"
        ).fetchall()
    assert record["trailing_gross_amount"] == pytest.approx(float(gross))
    assert (record["path_count"], record["horizon_days"], record["grade"]) == (50, 30, "D")
    assert json.loads(record["settings"])["origin_count"] == 1
    again = run_stage(built, "forecasting", *options)
    assert "unchanged" in again.stdout
    for assumed, said in (("growth=-0.1", "it knows"), ("growth", "not an assumption")):
        done = run_stage(built, "forecasting", "--assume", assumed)
        assert done.returncode == 1
        assert said in done.stderr.replace("a forecast that knows up to 2024-03-20", "it knows")
        assert "Traceback" not in done.stderr
