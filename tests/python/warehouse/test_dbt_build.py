"""dbt by itself: one `dbt build` on an empty database, with all unit and data tests."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.python.conftest import PROJECT, Warehouse
from warehouse import dbt
from warehouse.errors import PaidnetError


def test_one_dbt_build_on_an_empty_database_passes_every_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No landing zone, no database, no earlier step, no company: unit tests need their parents.

    The demo's build has companies; no test of it fails either.
    """
    monkeypatch.setenv("PAIDNET_COMPANIES_IN_GIT", "0")
    warehouse = Warehouse(tmp_path)
    done = warehouse.dbt("build")
    assert done.returncode == 0, done.stdout[-5000:]
    results = warehouse.results()
    kinds = Counter((r["unique_id"].split(".")[0], r["status"]) for r in results)
    assert {status for kind, status in kinds if kind != "exposure"} == {"success", "pass"}
    declared = sum(
        path.read_text().count("\n      - name: " + path.stem + "__")
        + path.read_text().count("\n  - name: " + path.stem + "__")
        for path in (PROJECT / "models").rglob("*.yml")
    )
    assert kinds["unit_test", "pass"] == declared > 40
    assert kinds["test", "pass"] > 40
    assert kinds["seed", "success"] == len(list((PROJECT / "seeds").rglob("*.csv")))
    # A failure can be laid to a company only where the test's rows name it; the seeds of reference,
    # the results of tests and the quality of all forecasts together are of no company.
    unnamed = {
        result["unique_id"].split(".")[2]
        for result in results
        if result["unique_id"].startswith("test.")
        and not warehouse.sql(
            f"select 1 from (describe {result['compiled_code']}) where column_name = 'company_id'"
        )
    }
    of_none = "exchange_rates|holidays|order_statuses(?!_are)|rejection_reasons|fct_test_results"
    of_none += "|task_runs"
    of_none += (
        "|fct_forecast_quality|fct_forecast_live_rounds|risk_thresholds|advance_terms|covenants"
        "|countries"
    )
    assert {name for name in unnamed if not re.search(f"(^|_)({of_none})_", name)} == set()


def test_a_command_that_dbt_does_not_know_is_reported_in_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    with dbt.session() as session, pytest.raises(PaidnetError, match="--nonsense"):
        session.run("build", "--nonsense")
