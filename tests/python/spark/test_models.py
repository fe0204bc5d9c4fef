"""The same models give the same rows on both engines, under the same contracts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.python.conftest import PROJECT, Warehouse
from tools.compare_releases import differences
from warehouse import process
from warehouse.spark import environment, inputs

#: Both engines read every kind of bad row, the hour that occurs twice and the one that does not,
#: half cents, an order that comes again, and customers by week, month and cohort.
SELECTED = ("+fct_monthly_revenue", "+fct_rejected_rows", "+fct_cohort_revenue")
MODELS = ("build", "--select", *SELECTED, "--exclude-resource-type", "test", "unit_test")
HEADER = "order_id,created_at,status,total_price,order_refunds,customer_id,customer_order_count\n"
ODD = (
    "T1,2024-10-27 02:30:00,paid,10.00,0,c1,1\n"
    "T2,2024-10-27 01:59:59,paid,10.01,0,c2,1\n"
    "T3,2024-10-27T02:30:00+02:00,paid,0.01,0,c3,1\n"
    "T4,2024-03-31 02:30:00,paid,0.05,0,c1,2\n"
    "T5,2024-01-05T24:00:00,paid,1.005,0,c4,1\n"
    "T6,2024/1/5,paid,1e3,0,c4,2\n"
    "T7,2024,paid,1.00,0,c4,3\n"
    "T8,2024-01-05 10:00 Europe/Paris,paid,1.00,0,c4,3\n"
    "T9,2024-02-29,refunded,99.99,,,\n"
    "T1,2024-10-28 02:30:00,paid,12.00,2.00,c1,1\n"
    "TA,not a day,paid,five,some,c1,1\n"
    "TB,2024-02-30,paid,1_0,0,c9,1\n"
)


def log() -> str:
    """Return a log of two years: half cents per customer and month, and the odd rows."""
    rows = (
        f"A{n},{2023 + n % 2}-{n % 12 + 1:02d}-{n % 28 + 1:02d}T{n % 24:02d}:15:00,"
        f"{('paid', 'paid', 'pending', 'refunded')[n % 4]},{n % 37}.{n % 100:02d},"
        f"{'0.50' if n % 9 == 0 else ''},{f'c{n % 23}' if n % 11 else ''},{n // 23 + 1}\n"
        for n in range(400)
    )
    return HEADER + "".join(rows) + ODD


def on_spark(warehouse: Warehouse, spark: dict[str, str], *arguments: str) -> None:
    """Run dbt on Spark on a warehouse's landed files, which must work."""
    own = process.environment(warehouse.data) | environment.variables() | spark
    done = subprocess.run(
        [environment.PYTHON, "-m", "warehouse.dbt_process", *arguments, "--target", "spark"],
        cwd=PROJECT, env=os.environ | own, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]


def landed(warehouse: Warehouse, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Land the log for two companies and have DuckDB run the models of MODELS on it."""
    monkeypatch.setenv("PAIDNET_COMPANIES_IN_GIT", "0")
    monkeypatch.setenv("PAIDNET_DATA", str(warehouse.data))
    for company, zone in {"elm": "Europe/Berlin", "oak": "America/New_York"}.items():
        (folder / f"{company}.csv").write_text(log() + f"Z{company},2024-05-05,paid,7.00,0,z,1\n")
        stated = ("--time-zone", zone, "--currency", "EUR")
        warehouse.add(folder / f"{company}.csv", company, *stated)
    done = warehouse.dbt(*MODELS)
    assert done.returncode == 0, done.stdout
    assert warehouse.sql("select count(*) from marts.fct_rejected_rows")[0][0] == 6


def differ(warehouse: Warehouse) -> list[str]:
    """Return what differs between the tables of both engines."""
    # Steps that are views in DuckDB's file are tables of Spark's.
    return [
        line
        for line in differences(
            warehouse.data / "build" / "warehouse.duckdb", environment.folder(), ("utc_offset",)
        )
        if not line.endswith(": only in NEW")
    ]


def test_models_give_the_same_rows(
    warehouse: Warehouse, spark: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landed(warehouse, tmp_path, monkeypatch)
    inputs.write(warehouse.data / "landing")
    on_spark(warehouse, spark, *MODELS)
    assert differ(warehouse) == []
    # A mart lies in a folder per company, from which its rows can be read alone.
    table = environment.folder() / "marts.db" / "fct_monthly_revenue"
    assert sorted(path.name for path in table.iterdir() if path.is_dir()) == [
        "company_id=elm", "company_id=oak",
    ]  # fmt: skip
