"""The forecast marts on made-up runs: right ones pass all tests, each wrong one is seen."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest
import yaml

from forecasting import schemas
from tests.python.conftest import PROJECT
from tests.python.forecast_marts import sample
from tests.python.forecast_marts.conftest import Build
from tests.python.forecast_marts.defects import DEFECTS

TYPES = {
    "string": "varchar",
    "date32[day]": "date",
    "int64": "bigint",
    "double": "double",
    "bool": "boolean",
    "timestamp[us]": "timestamp",
}


def test_the_source_has_the_columns_that_a_run_writes() -> None:
    file = PROJECT / "models/staging/forecasting/_forecasting__sources.yml"
    (source,) = yaml.safe_load(file.read_text())["sources"]
    declared = {
        table["name"]: [(column["name"], column["data_type"]) for column in table["columns"]]
        for table in source["tables"]
    }
    written = {
        name: [(field.name, TYPES[str(field.type)]) for field in schema]
        for name, schema in schemas.ALL.items()
    }
    assert declared == written


@pytest.fixture(scope="module")
def forecast(build: Build, last_day: datetime.date) -> Build:
    """Two companies' current runs, an older one, a failed one, one of no company: built."""
    older = last_day - datetime.timedelta(days=30)
    old = sample.run("alder", "r1", older)
    old["runs"]["run_at"] = datetime.datetime(2024, 12, 31)
    sample.write(build.data, old)
    sample.write(build.data, sample.run("alder", "r2", last_day))
    sample.write(build.data, sample.run("gone", "r2", last_day))
    build.add_company("lost")
    sample.write(build.data, sample.run("lost", "r1", last_day))
    failed = sample.run("lost", "r2", last_day, "failed")
    for table in schemas.TABLES.keys() - {"runs"}:
        failed[table] = failed[table].head(0)
    sample.write(build.data, failed)
    done = build.dbt("build", "--selector", "forecast")
    assert done.returncode == 0, done.stdout[-5000:]
    assert {result["status"] for result in build.results()} == {"success", "pass"}
    return build


def test_only_the_current_run_of_a_company_in_the_warehouse_counts(
    forecast: Build, last_day: datetime.date
) -> None:
    runs = forecast.sql(
        "select company_id, run_id, is_current from marts.fct_forecast_runs order by all"
    )
    assert runs == [
        ("alder", "r1", False),
        ("alder", "r2", True),
        ("lost", "r1", False),
        ("lost", "r2", True),
    ]
    for table, rows in (
        ("fct_revenue_forecast_daily", 150 * 101),
        ("fct_revenue_forecast_totals", 5 * 101),
        ("fct_revenue_forecast_likelihood", 5 * 11),
        ("fct_forecast_components", 5 * 2),
        ("fct_forecast_backtests", 4),
        ("fct_advance_stresses", 9),
        ("fct_advance_capacity", 9 * 3 * 4),
        ("fct_advance_scenarios", 9 * 7 * 3 * 4),
    ):
        found = forecast.sql(f"select company_id, run_id, count(*) from marts.{table} group by all")
        assert found == [("alder", "r2", rows)], table
    assert forecast.sql("select min(forecast_date) from marts.fct_revenue_forecast_daily") == [
        (last_day + datetime.timedelta(days=1),)
    ]


def test_a_kept_forecast_is_compared_with_what_came(
    forecast: Build, last_day: datetime.date
) -> None:
    """Of alder's older run the first 30 days have come: the log's last 30."""
    came = forecast.sql(f"""
        select sum(net_revenue_amount) from marts.fct_daily_revenue
        where company_id = 'alder' and revenue_date > date '{last_day}' - 30
    """)
    record = forecast.sql("""
        select run_id, horizon_days, actual_total_amount from marts.fct_forecast_track_record
        where company_id = 'alder' and is_due
    """)
    assert record == [("r1", 30, came[0][0])]
    due = forecast.sql("select distinct is_due from marts.fct_forecast_track_record order by all")
    assert due == [(False,), (True,)]
    live = "select company_id, run_id, window_number from marts.fct_forecast_live_coverage"
    assert forecast.sql(live) == [("alder", "r1", 1)]
    ((sentence,),) = forecast.sql(
        "select trust_sentence from marts.fct_forecast_trust where company_id = 'alder'"
    )
    assert "; of 1 forecast of 30 days that came due, " in sentence


def test_analysts_ask_the_warehouse_file_for_a_probability(
    forecast: Build, tmp_path: Path, last_day: datetime.date
) -> None:
    """On a copy, as a release is, read by SQL that knows nothing of dbt."""
    copy = tmp_path / "warehouse.duckdb"
    shutil.copyfile(forecast.data / "build/warehouse.duckdb", copy)
    totals = sample.run("alder", "r2", last_day)["totals"]
    amounts = totals[totals.horizon_days == 60].total_net_revenue_amount.round(2).to_numpy()
    asked = [*np.linspace(amounts[0], amounts[-1], 23).round(2)[1:-1], amounts[7]]
    settings = {"enable_external_access": "false"}
    with duckdb.connect(str(copy), read_only=True, config=settings) as reader:

        def ask(company: str, horizon: int, amount: float) -> tuple:
            query = (
                "select marts.probability_below(?, ?, ?), marts.probability_below_label(?, ?, ?)"
            )
            return reader.execute(query, [company, horizon, amount] * 2).fetchall()[0]

        for amount in asked:
            expected = np.interp(amount, amounts, sample.GRID)
            found, label = ask("alder", 60, amount)
            assert found == pytest.approx(expected, abs=2e-6)
            assert label == f"{100 * found:.1f} %"
        assert ask("alder", 60, amounts[0] - 1) == (None, "< 0.5 %")
        assert ask("alder", 60, amounts[-1] + 1) == (None, "> 99.5 %")
        assert ask("alder", 45, amounts[50]) == (None, None), "no such horizon"
        assert ask("elm", 60, amounts[50]) == (None, None), "no such company"
        # A column of the caller is the caller's, though the grid has one of that name too.
        rows = reader.sql(
            "select company_id, marts.probability_below(company_id, 60, total_net_revenue_amount)"
            " from (from marts.dim_companies cross join (select 60 as horizon_days,"
            f" {amounts[50]} as total_net_revenue_amount)) order by all"
        ).fetchall()
        assert dict(rows) == {"alder": 0.5, "birch": None, "cedar": None, "lost": None}
        differing = reader.sql(
            "select * from marts.fct_revenue_forecast_likelihood where (probability_below,"
            " probability_label) is distinct from (marts.probability_below(company_id,"
            " horizon_days, threshold_amount), marts.probability_below_label(company_id,"
            " horizon_days, threshold_amount))"
        ).fetchall()
        assert not differing


@pytest.fixture(scope="module")
def failures(forecast: Build, last_day: datetime.date) -> dict[str, tuple[str, set[str | None]]]:
    """Of each test the status, and the companies in its failing rows; a company a defect."""
    for name, defect in DEFECTS.items():
        forecast.add_company(name)
        run = sample.run(name, "r1", last_day)
        defect.spoil(run)
        sample.write(forecast.data, run)
    done = forecast.dbt("run", "--selector", "forecast")
    assert done.returncode == 0, done.stdout[-5000:]
    for name, defect in DEFECTS.items():
        if defect.sql:
            forecast.sql(defect.sql.format(company=name))
    done = forecast.dbt("test", "--selector", "forecast", "--store-failures")
    assert done.returncode == 1, done.stdout[-5000:]
    found = {}
    for result in forecast.results():
        kind, _, name, *_ = result["unique_id"].split(".")
        if kind != "test":
            continue  # the project's hook
        rows = forecast.sql(f"describe {result['relation_name']}")
        has_company = "company_id" in {row[0] for row in rows}
        column = "company_id" if has_company else "null"
        companies = forecast.sql(f"select distinct {column} from {result['relation_name']}")
        found[name] = (result["status"], {company for (company,) in companies})
    return found


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_seen(defect: str, failures: dict[str, tuple[str, set]]) -> None:
    for name in DEFECTS[defect].tests:
        status, companies = failures[name]
        assert status == DEFECTS[defect].status, name
        assert defect in companies or companies == {None}, name


def test_every_test_has_seen_a_defect_and_no_test_blames_a_right_run(
    failures: dict[str, tuple[str, set]],
) -> None:
    assert {name for defect in DEFECTS.values() for name in defect.tests} == set(failures)
    assert not [name for name, (_, companies) in failures.items() if "alder" in companies]
