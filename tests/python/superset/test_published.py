"""What is published to PostgreSQL, read by a Superset that opens no DuckDB: the same numbers."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bi.api import Superset

from ..conftest import run_stage
from .server import Server
from .services import PASSWORD, postgres, program

#: Its own name: in SQLite a name is that of one dataset only.
NAME, TABLE = "published_months", "marts.fct_monthly_revenue"


@pytest.fixture(scope="module")
def published(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database with the demo's release, for a role that may only read."""
    data = tmp_path_factory.mktemp("published") / "data"
    data.mkdir()
    (data / "current").symlink_to(release)
    with postgres() as uri:
        address = uri.replace("+psycopg2", "")
        role = f"create role bi login password '{PASSWORD}'"
        own = os.environ | {"PGPASSWORD": PASSWORD}
        subprocess.run([program("psql"), "-q", "-d", address, "-c", role], env=own, check=True)
        words = ("warehouse", "publish", address, "--reader", "bi")
        done = run_stage(data, *words, PGPASSWORD=PASSWORD)
        assert done.returncode == 0, done.stderr
        yield uri.replace("superset@", f"bi:{PASSWORD}@")


@pytest.fixture
def dataset(server: Server, published: str) -> Iterator[tuple[Superset, int]]:
    """An admin, and the number of the dataset of a mart in that database."""
    admin = server.login()
    given = {"database_name": "Published", "sqlalchemy_uri": published}
    database = admin.call("post", "/api/v1/database/", json=given)["id"]
    given = {"database": database, "table_name": NAME, "sql": f"select * from {TABLE}"}
    number = admin.call("post", "/api/v1/dataset/", json=given)["id"]
    yield admin, number
    admin.call("delete", f"/api/v1/dataset/{number}")
    admin.call("delete", f"/api/v1/database/{database}")


def test_a_chart_of_published_tables_shows_the_numbers_of_the_release(
    dataset: tuple[Superset, int], server: Server
) -> None:
    admin, number = dataset
    sums = {
        "expressionType": "SQL",
        "sqlExpression": "sum(net_revenue_amount)::text",
        "label": "net",
    }
    query = {"columns": ["company_id", "revenue_month"], "metrics": [sums], "row_limit": 10000}
    asked = {"datasource": {"id": number, "type": "table"}, "queries": [query]}
    rows = admin.call("post", "/api/v1/chart/data", json=asked)["result"][0]["data"]
    expected = server.query(
        "select company_id, epoch_ms(revenue_month::timestamp), sum(net_revenue_amount)::varchar"
        f" from {TABLE} group by all"
    )
    assert len(expected) > 90
    found = {(row["company_id"], row["revenue_month"], row["net"]) for row in rows}
    assert found == set(expected)
