"""One build of uploads: a log with bad rows, and the real logs where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.conftest import SHARED_DATA, Warehouse

HEADER = "order_id,created_at,status,total_price,order_refunds,customer_id\n"
BAD = (
    "B{0},not a date,paid,5.00,0,c1\n",
    "B{0},2024-02-01,paid,five,0,c1\n",
    "B{0},2024-02-01,paid,-5.00,0,c1\n",
    "B{0},2024-02-01,paid\n",
    'B{0},2024-02-01,"paid,5.00,0,c1\n',
)
REAL_LOGS = {
    "shop": ("order_log", "order_log/order_log.csv"),
    "cards": ("card_transactions", "card_transactions/card_transactions.csv"),
    "gifts": ("online_retail", "online_retail/online_retail.parquet"),
}


def messy(number: int) -> str:
    """Return a line of the log with bad rows: each 20th is bad, each kind of bad in turn."""
    if number % 20 == 0:
        return BAD[number // 20 % len(BAD)].format(number)
    return f"A{number},2024-{number % 12 + 1:02d}-15,paid,10.00,2.50,c{number % 70}\n"


@pytest.fixture(scope="session")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A released warehouse of the demo companies, `messy`, and the real logs where they are."""
    folder = tmp_path_factory.mktemp("uploads")
    built = Warehouse(folder / "data")
    file = folder / "messy.csv"
    file.write_text(HEADER + "".join(map(messy, range(1, 2001))))
    built.add(file, "messy")
    if SHARED_DATA.is_dir():
        for company, (mapping, name) in REAL_LOGS.items():
            built.add(SHARED_DATA / name, company, "--mapping", mapping)
    built.build()
    return built


@pytest.fixture(scope="session")
def real_warehouse(real_logs: Path, uploads: Warehouse) -> Warehouse:
    """A released warehouse that holds the three real logs, which are there."""
    assert real_logs.is_dir()
    return uploads
