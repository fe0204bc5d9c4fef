"""A whole build: inbox, core, forecast, what reads the forecast, release."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.python.conftest import Warehouse
from tests.python.warehouse.processes import all_end, descendants, is_running, running, wait_until
from warehouse import release

HEADER = "order_id,created_at,status,total_price,order_refunds,customer_id\n"
GRADES = {"alder": "A", "birch": "A", "cedar": "A", "acme": "insufficient", "void": "failed"}


def build(warehouse: Warehouse, *options: str) -> subprocess.CompletedProcess[str]:
    """Build as a server does, which must work: from the inbox, and what has changed alone."""
    words = ("build", "--inbox", warehouse.data.with_name("inbox"), *options)
    done = warehouse.run("warehouse", *words, PAIDNET_LEAST_REUSED_ROWS="0")
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def landed(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The demo, and in an inbox beside it: companies of three days, of none paid, of no use."""
    folder = tmp_path_factory.mktemp("forecast")
    shutil.copytree(demo_data, folder / "data", symlinks=True)
    found = Warehouse(folder / "data")
    (folder / "inbox").mkdir()
    assert f"nothing has changed since release {name(found)}" in build(found).stdout
    rows = "".join(f"A{day},2024-01-0{day}T12:00:00Z,paid,10,0,c1\n" for day in (1, 2, 3))
    bodies = {
        "acme": rows,
        "void": rows.replace("paid,10,0", "refunded,10,10"),
        "bad": rows.replace("paid", "paidd"),
    }
    for company, body in bodies.items():
        file = folder / "inbox" / company / "orders.csv"
        file.parent.mkdir()
        file.write_text(HEADER + body)
        os.utime(file, (time.time() - 3600,) * 2)
    return found


def name(warehouse: Warehouse) -> str:
    """Return the name of the current release."""
    return warehouse.file.parent.resolve().name


def dbt_works(pid: int) -> bool:
    """Say whether dbt runs a command: in a process of its own beside the one that has parsed."""
    return is_running(pid, "-m", "warehouse.dbt_process", count=2)


def forecasts(pid: int) -> bool:
    return is_running(pid, "-m", "forecasting")


#: What must have been seen, one after the other, for a build to be in each stage.
STAGES = {
    "core": (dbt_works,),
    "forecast": (forecasts,),
    "forecast marts": (forecasts, dbt_works),
}


@pytest.mark.deep  # a release that is killed, and a killed scheduler's build, are tried each time
@pytest.mark.parametrize("stage", STAGES)
def test_a_build_killed_in_a_stage_leaves_the_release_and_no_process(
    landed: Warehouse, stage: str
) -> None:
    before, expected = (landed.data / "current").readlink(), release.row_counts(landed.file)
    (landed.data / "build/warehouse.duckdb").unlink(missing_ok=True)
    with running(
        landed.data, "warehouse", "build", "--full", PAIDNET_COMPANIES_IN_GIT="0"
    ) as process:
        for seen in STAGES[stage]:
            wait_until(lambda seen=seen: seen(process.pid), process)
        wait_until((landed.data / "build/warehouse.duckdb").exists, process)
        children = descendants(process.pid)
    assert all_end(children), "killed, it leaves a process behind"
    assert (landed.data / "current").readlink() == before
    assert release.row_counts(landed.file) == expected
    assert not list(landed.data.glob("releases/*.part"))


@pytest.fixture(scope="module")
def forecast(landed: Warehouse) -> Warehouse:
    """A released warehouse with forecasts of the demo and of both others."""
    before, expected = (landed.data / "current").readlink(), release.row_counts(landed.file)
    done = build(landed)
    assert "paidd" in done.stderr, "the refused file is reported"
    assert "next 150 days" in done.stdout
    assert "companies reused: 3, built: 2: acme, void" in done.stdout
    assert (landed.data / "current").readlink() != before
    assert release.row_counts(landed.file).keys() == expected.keys()
    return landed


def test_a_build_takes_in_the_inbox_and_is_left_out_when_nothing_has_changed(
    forecast: Warehouse,
) -> None:
    revenue = "select sum(net_revenue_amount) from marts.fct_orders where company_id = 'acme'"
    assert [float(row[0]) for row in forecast.query(revenue)] == [30.0]
    built = name(forecast)
    assert f"nothing has changed since release {built}" in build(forecast).stdout
    assert name(forecast) == built
    assert "files of the inbox were refused" in forecast.run("warehouse", "status").stdout


def test_each_company_has_a_grade_and_a_reason(forecast: Warehouse) -> None:
    found = forecast.query(
        "select company_id, grade, grade_reason from marts.fct_forecast_runs where is_current"
    )
    assert {company: grade for company, grade, _ in found} == GRADES
    assert all(reason for _, _, reason in found)


def test_a_release_holds_150_days_from_the_day_after_the_data(forecast: Warehouse) -> None:
    found = forecast.query(
        """
        select
            forecasts.company_id,
            min(forecast_date) - max(last_order_date),
            count(distinct forecast_date)
        from marts.fct_revenue_forecast_daily as forecasts
        inner join marts.dim_companies using (company_id)
        group by all
        """
    )
    assert {company for company, _, _ in found} == set(GRADES) - {"void"}
    assert {(gap, days) for _, gap, days in found} == {(1, 150)}


def test_a_forecast_keeps_what_the_log_said_of_the_year_it_knew(forecast: Warehouse) -> None:
    """So that a log restated later is not compared with it."""
    found = forecast.query(
        """
        select company_id, trailing_gross_amount, sum(gross_amount)
        from marts.fct_forecast_runs
        inner join marts.fct_daily_revenue using (company_id)
        where
            is_current
            and revenue_date <= trained_through_date
            and revenue_date > trained_through_date - 365
        group by all
        """
    )
    assert {company for company, _, _ in found} == set(GRADES) - {"void"}
    assert all(kept == said > 0 for _, kept, said in found)


def test_backtests_hold_the_forecast_its_members_and_what_it_must_beat(
    forecast: Warehouse,
) -> None:
    found = forecast.query(
        """
        select company_id, list_sort(list(distinct model_name)), count(distinct cutoff_date)
        from marts.fct_forecast_backtests
        where horizon_days = 150
        group by all
        """
    )
    assert {company for company, _, _ in found} == {"alder", "birch", "cedar"}
    for _, names, cutoffs in found:
        assert {"paidnet", "pool", "prophet_default", "naive_seasonal_364"} <= set(names)
        assert cutoffs == 11


def test_the_released_file_answers_how_likely_less_is(forecast: Warehouse) -> None:
    ((low, middle, high),) = forecast.query(
        """
        select
            marts.probability_below_label('birch', 150, 1),
            marts.probability_below('birch', 150, max(total_net_revenue_amount)),
            marts.probability_below_label('birch', 150, 1e9)
        from marts.fct_revenue_forecast_totals
        where company_id = 'birch' and horizon_days = 150 and quantile = 0.5
        """
    )
    assert (low, high) == ("< 0.5 %", "> 99.5 %")
    assert middle == pytest.approx(0.5)


@pytest.mark.deep
def test_a_killed_forecast_leaves_the_release_no_process_and_no_half_run(
    forecast: Warehouse,
) -> None:
    before = (forecast.data / "current").readlink()
    folder = forecast.data / "forecasts"
    (folder / ".cache" / "birch.npz").unlink()
    with running(forecast.data, "forecasting", "--jobs", "2", "--company", "birch") as process:
        wait_until((folder / ".cache" / "birch.npz").exists, process)
        workers = descendants(process.pid)
    assert workers
    assert all_end(workers), "killed in a fit, it leaves a process behind"
    runs = list(folder.glob("birch/[0-9]*"))
    assert all((run / "runs.parquet").exists() for run in runs)
    assert (forecast.data / "current").readlink() == before
    done = forecast.run("forecasting")
    assert done.returncode == 0, done.stderr


def test_one_company_alone_is_calibrated_with_what_is_kept_of_the_others(
    forecast: Warehouse,
) -> None:
    done = forecast.run("forecasting", "--company", "birch")
    assert done.returncode == 0, done.stderr
    assert "unchanged" in done.stdout
    assert "alder" not in done.stdout


def test_a_new_upload_is_built_alone(forecast: Warehouse) -> None:
    others = (
        "select * from marts.fct_revenue_forecast_daily where company_id <> 'acme' order by all"
    )
    before = forecast.query(others)
    file = forecast.data.with_name("more.csv")
    file.write_text(HEADER + "A4,2024-01-04T12:00:00Z,paid,10,0,c2\n")
    forecast.add(file, "acme")
    assert "companies reused: 4, built: 1: acme" in build(forecast).stdout
    assert forecast.query(others) == before, "what companies teach stands for a week"
    assert ("acme",) in forecast.query(
        "select distinct tested_companies from marts.fct_test_results"
    )


@pytest.mark.deep  # without a forecast: test_quarantine, each time
def test_what_was_put_together_equals_a_build_of_all(forecast: Warehouse) -> None:
    put_together = name(forecast)
    assert f"equal to release {put_together}, row for row" in build(forecast, "--full").stdout
    status = forecast.run("warehouse", "status").stdout
    assert "built anew, asked for by --full: acme, alder, birch, cedar, void" in status


def test_as_of_a_day_before_the_log_is_refused(forecast: Warehouse) -> None:
    done = forecast.run("forecasting", "--company", "birch", "--as-of", "2010-01-01")
    assert done.returncode == 1
    assert "nothing was known as of 2010-01-01" in done.stderr
    assert "Traceback" not in done.stderr
