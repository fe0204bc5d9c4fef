"""What dbt writes about its own tests: as many rows as tests ran, and the newest result."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.python.conftest import Warehouse


class Build(Warehouse):
    """dbt on a state folder of a test's own, and what each run of it tested."""

    def tested(self, *arguments: str) -> dict[str, str]:
        """Run dbt; the status of each data test that ran, by name."""
        self.dbt(*arguments)
        results = self.results()
        hooks = [r for r in results if r["unique_id"].startswith("operation.")]
        assert {hook["status"] for hook in hooks} <= {"success"}
        tests = [r for r in results if r["unique_id"].startswith("test.")]
        return {test["unique_id"].split(".")[2]: test["status"] for test in tests}

    def statuses(self) -> dict[str, str]:
        """The status of each row of the mart, by name of the test."""
        return dict(self.sql("select test_name, status from marts.fct_test_results"))


@pytest.fixture(scope="module")
def demo_build(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """The demo, whose build ran dbt twice: the core, and what reads the forecast."""
    build = Build(tmp_path_factory.mktemp("results") / "data")
    shutil.copytree(demo_data / "build", build.data / "build", dirs_exist_ok=True)
    with build.one_dbt():
        yield build


def test_both_runs_of_a_build_are_there_with_one_row_a_test(
    demo_build: Build, manifest: dict
) -> None:
    tests = [n["name"] for n in manifest["nodes"].values() if n["resource_type"] == "test"]
    found = demo_build.sql("select test_name, invocation, status from marts.fct_test_results")
    assert sorted(name for name, _, _ in found) == sorted(tests)
    assert {status for _, _, status in found} == {"pass"}
    counts = Counter(invocation for _, invocation, _ in found)
    assert set(counts) == {"core", "forecast"}
    assert min(counts.values()) > 30


def test_a_row_says_what_was_tested_and_when(demo_build: Build) -> None:
    columns = "tested_name, column_name, test_kind, severity, status, failure_count"
    found = demo_build.sql(
        f"select test_name, {columns} from marts.fct_test_results where test_name in ("
        "'unique_order_statuses_status', 'rows_are_accounted_for',"
        " 'fct_forecast_runs__know_the_newest_day') order by all"
    )
    assert found == [
        (
            "fct_forecast_runs__know_the_newest_day",
            *("fct_forecast_runs", None, "singular", "warn", "pass", 0),
        ),
        (
            "rows_are_accounted_for",
            *("base_shop__orders_raw", None, "singular", "error", "pass", 0),
        ),
        (
            "unique_order_statuses_status",
            *("order_statuses", "status", "generic", "error", "pass", 0),
        ),
    ]
    ((odd,),) = demo_build.sql(
        "select count(*) from marts.fct_test_results where run_seconds < 0"
        " or tested_at not between (select min(built_at) from marts.fct_data_quality)"
        " and now() at time zone 'UTC'"
    )
    assert odd == 0


def test_a_test_that_runs_again_replaces_its_row_and_other_commands_leave_all(
    demo_build: Build,
) -> None:
    again, known = demo_build, demo_build.statuses()
    again.sql("update marts.fct_uploads set rejected_row_count = -1")
    ran = again.tested("test", "--select", "fct_uploads")
    name = "fct_uploads__raw_rows_are_accepted_rejected_or_superseded"
    assert ran[name] == "fail"
    assert again.statuses() == known | ran
    ((failures, invocation),) = again.sql(
        f"select failure_count, invocation from marts.fct_test_results where test_name = '{name}'"
    )
    assert (failures, invocation) == (
        again.sql("select count(*) from marts.fct_uploads")[0][0],
        "all",
    )
    assert not again.tested("run", "--select", "fct_refunds")
    assert again.statuses() == known | ran
    # A build that stops: what was skipped is recorded as skipped.
    again.sql("drop view staging.stg_shop__uploads")
    stopped = again.tested("build", "--select", "fct_uploads+")
    assert {"error", "skipped"} & set(stopped.values())
    assert again.statuses() == known | ran | stopped


def test_nothing_is_written_while_the_table_is_not_there(tmp_path: Path) -> None:
    build = Build(tmp_path / "data")
    assert set(build.tested("build", "--select", "order_statuses").values()) == {"pass"}
    found = build.sql("select count(*) from duckdb_tables() where table_name = 'fct_test_results'")
    assert found == [(0,)]
