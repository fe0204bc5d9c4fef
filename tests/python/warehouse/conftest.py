"""One build of uploads: a log with bad rows, and the real logs where they are."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.__main__ import app
from simulation.plants import PLANTS
from tests.python.conftest import PROJECT, SHARED_DATA, Warehouse
from tests.python.warehouse import item_files, relatives
from tools import risk_flags

#: Orders of a company with a planted problem: enough for every flag to judge.
PLANTED_ORDERS = 4000
SHARED_CASES = SHARED_DATA.parent / "cases"
#: Real exports and small odd files, each with the right answer; none where the folder is absent.
CASES = (
    list(csv.DictReader((SHARED_CASES / "cases.csv").open()))
    if (SHARED_CASES / "cases.csv").exists()
    else []
)
#: What became of a case's files: its company has landed, or was refused with a message.
refusals: dict[str, str] = {}
HEADER = "order_id,created_at,status,total_price,order_refunds,customer_id\n"
#: Of a company that converts, with no rate for dollars and yen; its tax is no revenue.
MONEY = (
    HEADER.strip()
    + """,currency,tax
E1,2024-01-05,paid,120.00,60.00,c1,EUR,20.00
E2,2024-01-06,refunded,60.00,,c2,,10.00
E3,2024-01-07,paid,50.00,,c2,EUR,
U1,2024-01-08,paid,40.00,,c3,USD,5.00
J1,2024-01-08,paid,4000,,c3,JPY,0
"""
)
#: Of rows that are no orders: payouts, fees and refunds, and lines of orders with several.
EXPORTS = {"balance": "stripe_balance.csv", "lines": "shopify_orders.csv"}
BAD = (
    "B{0},not a date,paid,5.00,0,c1\n",
    "B{0},2024-02-01,paid,five,0,c1\n",
    "B{0},2024-02-01,paid,5.00,some,c1\n",
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


#: A retailer's tables, and the entity of the one whose columns do not tell it.
NEXCART = {
    "orders_raw": (),
    "order_items_raw": (),
    "transactions": ("--entity", "payments"),
    "customers": (),
    "channels_raw": (),
    "inventory_snapshots_raw": (),
}


def company_of(case: dict[str, str]) -> str:
    """Return the id of a case's company."""
    return "case_" + case["case"].lower()


def add_case(built: Warehouse, case: dict[str, str]) -> None:
    """Add the files of a case as an operator would; a refusal is written down."""
    options = [str(SHARED_CASES / w) if w.endswith(".yml") else w for w in case["options"].split()]
    for number, item in enumerate(case["files"].split(";")):
        entity, _, name = item.rpartition(":")
        words = ["add", str(SHARED_CASES / name), "--company", company_of(case)]
        words += ["--entity", entity] if entity not in {"", "orders"} else []
        words += options if number == 0 else []
        result = CliRunner().invoke(app, words, env={"PAIDNET_DATA": str(built.data)})
        assert isinstance(result.exception, SystemExit | None), result.exception
        if result.exit_code:
            refusals[company_of(case)] = result.output
            return


def add_planted(built: Warehouse, folder: Path, plant: str) -> None:
    """Add a small steady company with a problem planted in its file."""
    company = risk_flags.name_of(plant)
    file = folder / f"{company}.csv"
    settings = risk_flags.write_orders(
        file, risk_flags.plant_number(plant), company, plant, PLANTED_ORDERS
    )
    words = ["add", str(file), "--company", company, *settings]
    result = CliRunner().invoke(app, words, env={"PAIDNET_DATA": str(built.data)})
    assert result.exit_code == 0, result.output


def add_relatives(built: Warehouse, folder: Path) -> None:
    """Add a company with odd rows, and relatives of it that must give equal answers."""
    made = relatives.make(folder)
    settings = ("--currency", "EUR", "--time-zone", "Europe/Paris", "--repeat-policy", "latest")
    for name in relatives.NAMES:
        for entity, file in relatives.write(made, folder, name):
            words = ("--entity", entity, "--accept-rejects", *settings)
            built.add(file, relatives.company_of(name), *words)


def add_uploads(built: Warehouse, folder: Path) -> None:
    """Land `messy`, planted problems, relatives, and real logs and cases where they are."""
    file = folder / "messy.csv"
    file.write_text(HEADER + "".join(map(messy, range(1, 2001))))
    built.add(file, "messy")
    money = folder / "money.csv"
    money.write_text(MONEY)
    for company, name in EXPORTS.items():
        built.add(PROJECT / "tests/fixtures/exports" / name, company)
    built.add(money, "money", "--convert-to", "EUR", "--tax-is-no-revenue")
    for plant in PLANTS:
        add_planted(built, folder, plant)
    add_relatives(built, folder)
    item_files.add(built, folder)
    if SHARED_DATA.is_dir():
        for company, (mapping, name) in REAL_LOGS.items():
            built.add(SHARED_DATA / name, company, "--mapping", mapping)
        for name, entity in NEXCART.items():
            built.add(SHARED_DATA / f"nexcart/{name}.csv", "nexcart", *entity)
        for case in CASES:
            add_case(built, case)


@pytest.fixture(scope="session")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A released warehouse of the demo companies, `messy`, real logs and cases where they are."""
    folder = tmp_path_factory.mktemp("uploads")
    built = Warehouse(folder / "data")
    add_uploads(built, folder)
    built.build()
    return built


@pytest.fixture(scope="session")
def judged(uploads: Warehouse) -> Warehouse:
    """The build of all uploads, with findings and verdicts, which know no forecast.

    All data tests of them pass without a warning: a company is not held back for being small.
    """
    done = uploads.dbt("build", "--selector", "forecast")
    assert done.returncode == 0, done.stdout[-5000:]
    failed = [one for one in uploads.results() if one["status"] not in {"success", "pass"}]
    assert not failed, [(one["unique_id"], one["message"]) for one in failed]
    return uploads


@pytest.fixture(scope="session")
def real_warehouse(real_logs: Path, uploads: Warehouse) -> Warehouse:
    """A released warehouse that holds the three real logs, which are there."""
    assert real_logs.is_dir()
    return uploads
