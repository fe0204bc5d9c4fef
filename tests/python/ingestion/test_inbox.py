"""The inbox: all that is new lands, once; one company's mistake is not another's."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ..conftest import run_stage

ORDERS = """\
order_id,created_at,status,total_price,order_refunds,customer_id
1,2024-01-01T10:00:00Z,paid,10.00,,a
2,2024-01-02T10:00:00Z,paid,20.00,,b
"""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def put(inbox: Path, name: str, text: str = ORDERS, *, age: float = 3600) -> Path:
    file = inbox / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (time.time() - age,) * 2)
    return file


def landed(data: Path) -> set[str]:
    root = data / "landing"
    return {
        str(path.parent.relative_to(root))
        for path in root.rglob("*.parquet")
        if path.parent.name != "companies" and path.name != "uploads.parquet"
    }


def test_every_company_and_entity_lands_and_only_once(inbox: Path, tmp_path: Path) -> None:
    put(inbox, "acme/orders.csv")
    put(inbox, "dune/january.csv", ORDERS.replace("10.00", "11.00"))
    put(inbox, "dune/refunds/r.csv", "refund_id,order_id,refunded_at,amount\n1,1,2024-01-05,1.00\n")
    put(inbox, "dune/company.yml", "company_name: Dune & Sons\nrevenue_includes_tax: no\n")
    first = run_stage(tmp_path, "ingestion", "inbox", inbox)
    assert first.returncode == 0, first.stderr
    assert "inbox: 3 files landed, 0 refused" in first.stdout
    assert landed(tmp_path) == {"orders/acme", "orders/dune", "refunds/dune"}
    row = pq.read_table(tmp_path / "landing/companies/dune.parquet").to_pylist()[0]
    assert (row["company_name"], row["revenue_includes_tax"]) == ("Dune & Sons", "false")
    second = run_stage(tmp_path, "ingestion", "inbox", inbox)
    assert second.returncode == 0
    assert "inbox: 0 files landed, 0 refused" in second.stdout


def test_a_refused_file_is_reported_and_stops_no_other(inbox: Path, tmp_path: Path) -> None:
    put(inbox, "acme/orders.csv", ORDERS.replace("paid,20", "paidd,20"))
    put(inbox, "dune/orders.csv")
    put(inbox, "elm/company.yml", "curency: EUR\n")
    put(inbox, "oak/company.yml", "time_zone: 2024-02-30\n")
    put(inbox, "Not a company/orders.csv", ORDERS + "3,2024-01-03T10:00:00Z,paid,1.00,,c\n")
    done = run_stage(tmp_path, "ingestion", "inbox", inbox)
    assert done.returncode == 1
    assert "inbox: 1 files landed, 4 refused" in done.stdout
    assert landed(tmp_path) == {"orders/dune"}
    for words in (
        "acme/orders.csv",
        "paidd",
        "elm/company.yml",
        "curency",
        "plain id",
        "day is out",
    ):
        assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_still_arriving_waits(inbox: Path, tmp_path: Path) -> None:
    file = put(inbox, "acme/orders.csv", age=5)
    put(inbox, "acme/.orders.csv.part")
    done = run_stage(tmp_path, "ingestion", "inbox", inbox)
    assert done.returncode == 0
    assert "acme/orders.csv is still arriving" in done.stdout
    assert landed(tmp_path) == set()
    os.utime(file, (time.time() - 61,) * 2)
    assert "1 files landed" in run_stage(tmp_path, "ingestion", "inbox", inbox).stdout


def test_a_mapping_beside_the_files_is_used(inbox: Path, tmp_path: Path) -> None:
    put(inbox, "acme/export.csv", "Nr,Date,Buyer,Sum\n1,2024-01-01,a,10.00\n")
    put(inbox, "acme/company.yml", "mapping: shop.yml\n")
    put(
        inbox,
        "acme/shop.yml",
        "description: A shop's export.\nentity: orders\ncolumns:\n  order_id: Nr\n"
        "  created_at: Date\n  customer_id: Buyer\n  total_price: Sum\n"
        "  status: {constant: paid}\n  order_refunds: {constant: '0'}\n",
    )
    done = run_stage(tmp_path, "ingestion", "inbox", inbox)
    assert done.returncode == 0, done.stderr
    assert landed(tmp_path) == {"orders/acme"}


def test_without_an_inbox_the_error_says_so(tmp_path: Path) -> None:
    done = run_stage(tmp_path, "ingestion", "inbox", tmp_path / "none")
    assert done.returncode == 1
    assert "there is no such inbox" in done.stderr
    assert "Traceback" not in done.stderr
