"""Both engines make the same tables of the same uploads: the same columns, types and rows.

One landing, a build of a copy of it by each engine, and every stored table compared both ways.
What odd files hold is in the uploads of tests/python/warehouse: decimals and half cents, text that
is nearly a number or a time, clock readings that occur twice, weeks, nulls and ties.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.python.conftest import Warehouse
from tests.python.marts.full_build import land
from tests.python.marts.order_files import OrderFiles
from tests.python.marts.test_marts_equal_oracle import companies
from tests.python.warehouse.conftest import add_uploads
from tools.compare_releases import differences

pytestmark = pytest.mark.deep

#: When a table was made and how long a test took is of no order.
IGNORED = ("built_at", "tested_at", "run_seconds")


def both(landed: Path, folder: Path) -> list[str]:
    """Return what differs between the warehouses that both engines build of what has landed."""
    files = []
    for engine in ("duckdb", "spark"):
        data = folder / engine
        shutil.copytree(landed, data)
        done = Warehouse(data).run("warehouse", "build", "--no-forecast", PAIDNET_ENGINE=engine)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
        files.append(data / "current" / "warehouse.duckdb")
    return differences(*files, IGNORED)


def test_of_all_uploads_and_cases(tmp_path: Path) -> None:
    add_uploads(Warehouse(tmp_path / "landed"), tmp_path)
    assert both(tmp_path / "landed", tmp_path) == []


@given(files=companies())
@settings(
    max_examples=2,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
def test_of_random_order_files(
    tmp_path_factory: pytest.TempPathFactory, files: list[OrderFiles]
) -> None:
    folder = tmp_path_factory.mktemp("random")
    for one in files:
        land(folder / "landed", one)
    assert both(folder / "landed", folder) == []
