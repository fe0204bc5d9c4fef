"""A warehouse without a forecast, for tests that lay forecast files beside it."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.python.conftest import Warehouse


class Build(Warehouse):
    """The build of a test's own, with companies that no file brought."""

    def add_company(self, company: str) -> None:
        """Give alder's days to one more company, without an upload."""
        self.sql(
            *(
                f"insert into marts.{table} select * replace ('{company}' as company_id)"
                f" from marts.{table} where company_id = 'alder'"
                for table in ("dim_companies", "fct_daily_revenue")
            )
        )


@pytest.fixture(scope="module")
def build(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """The build of the demo, without a run of the forecast beside it."""
    made = Build(tmp_path_factory.mktemp("forecast") / "data")
    shutil.copytree(demo_data / "build", made.data / "build")
    with made.one_dbt():
        yield made


@pytest.fixture(scope="module")
def last_day(build: Build) -> datetime.date:
    """The last day of alder's revenue, and of every company added."""
    ((day,),) = build.sql(
        "select max(revenue_date) from marts.fct_daily_revenue where company_id = 'alder'"
    )
    return day
