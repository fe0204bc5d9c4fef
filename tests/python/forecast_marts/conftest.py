"""A warehouse without a forecast, for tests that lay forecast files beside it."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import PARSED, PROJECT


class Build:
    """The build of a test's own: dbt and SQL on one state folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.file = data / "build" / "warehouse.duckdb"

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt in the project; the caller looks at the exit code."""
        return subprocess.run(
            [Path(sys.executable).with_name("dbt"), "--no-use-colors", *arguments],
            cwd=PROJECT,
            env=os.environ
            | PARSED
            | {
                "PAIDNET_DATA": str(self.data),
                "DBT_PROFILES_DIR": str(PROJECT),
                "DBT_TARGET_PATH": str(self.data / "target"),
                "DBT_LOG_PATH": str(self.data / "logs"),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def results(self) -> dict[str, str]:
        """Return the status of each node of the last dbt run, by name."""
        found = json.loads((self.data / "target/run_results.json").read_text())["results"]
        return {result["unique_id"].split(".")[2]: result["status"] for result in found}

    def sql(self, *statements: str) -> list[tuple]:
        """Run statements on the build; the rows of the last."""
        with duckdb.connect(str(self.file)) as connection:
            for statement in statements:
                result = connection.execute(statement)
            return result.fetchall()

    def add_company(self, company: str) -> None:
        """Give alder's days to one more company, without an upload."""
        self.sql(
            *(
                f"insert into marts.{table} select * replace ('{company}' as company_id)"
                f" from marts.{table} where company_id = 'alder'"
                for table in ("dim_companies", "fct_daily_revenue")
            )
        )


@pytest.fixture(scope="session")
def build(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The build of the demo, without a run of the forecast beside it."""
    made = Build(tmp_path_factory.mktemp("forecast") / "data")
    shutil.copytree(demo_data / "build", made.data / "build")
    return made


@pytest.fixture(scope="session")
def last_day(build: Build) -> datetime.date:
    """The last day of alder's revenue, and of every company added."""
    ((day,),) = build.sql(
        "select max(revenue_date) from marts.fct_daily_revenue where company_id = 'alder'"
    )
    return day
