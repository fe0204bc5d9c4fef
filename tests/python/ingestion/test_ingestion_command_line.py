"""`python -m ingestion`: what lands, what is refused, and what is said."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.python.conftest import Warehouse

HEADER = "order_id,created_at,status,total_price,order_refunds,customer_id"
GOOD = f"{HEADER}\nA1,2024-01-05T10:00:00Z,paid,10.00,0,c1\nA2,2024-01-06,PAID,12.50,2.50,c2\n"


def write(folder: Path, content: str, name: str = "orders.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(content)
    return file


def landed_files(warehouse: Warehouse) -> list[Path]:
    found = (warehouse.data / "landing").glob("*/*/*.parquet")
    return sorted(file for file in found if "uploads" not in file.relative_to(warehouse.data).parts)


def manifest(warehouse: Warehouse) -> list[dict]:
    path = warehouse.data / "landing/manifest.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_file_lands_once_and_stands_in_the_manifest(warehouse: Warehouse, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    warehouse.add(file, "acme", "--time-zone", "Europe/Paris", "--name", "Acme SA")
    before = [(p, p.stat().st_mtime_ns) for p in landed_files(warehouse)]
    again = warehouse.run("ingestion", "add", file, "--company", "acme")
    assert again.returncode == 0
    assert "nothing to do" in again.stdout
    assert [(p, p.stat().st_mtime_ns) for p in landed_files(warehouse)] == before
    (line,) = manifest(warehouse)
    assert (line["file"], line["row_count"], line["mapping"]) == ("orders.csv", 2, "raw")
    assert len(line["sha256"]) == len(line["mapping_sha256"]) == 64
    assert line["decisions"] == []
    assert line["landed_at"]
    rows = pq.read_table(before[0][0]).to_pylist()
    assert [(r["order_id"], r["total_price"], r["source_line"]) for r in rows] == [
        ("A1", "10.00", 2),
        ("A2", "12.50", 3),
    ]
    settings = pq.read_table(warehouse.data / "landing/companies/acme.parquet").to_pylist()[0]
    assert (settings["time_zone"], settings["company_name"]) == ("Europe/Paris", "Acme SA")


def test_check_says_the_same_and_changes_nothing(warehouse: Warehouse, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD + "A3,yesterday,paid,1,0,c1\nA4,2024-01-07,paid,-1,0\n")
    done = warehouse.run("ingestion", "check", "--quick", file, "--company", "acme")
    assert done.returncode == 0
    assert "2 usable rows" in done.stdout
    assert "invalid_timestamp" in done.stdout
    assert "too_few_columns" in done.stdout
    assert not landed_files(warehouse)
    assert not manifest(warehouse)


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (GOOD.replace("total_price", "totl_price"), [], ["total_price", "'totl_price' looks like"]),
        (
            GOOD.replace(",paid,", ",teleported,"),
            [],
            ["unknown order status", "teleported", "line 2"],
        ),
        ("", [], ["the file is empty"]),
        (f"{HEADER}\n", [], ["the file has no rows"]),
        (GOOD, ["--mapping", "order_log"], ["not what mapping 'order_log' says", "amount"]),
        (GOOD, ["--mapping", "nope"], ["there is no such mapping", "order_log"]),
        (GOOD, ["--company", "A c/me!"], ["the company id cannot be used"]),
        (GOOD, ["--company", "../up"], ["the company id cannot be used"]),
        (GOOD, ["--time-zone", "Mars/Olympus"], ["--time-zone", "Mars/Olympus"]),
        (GOOD, ["--repeat-policy", "newest"], ["--repeat-policy", "newest"]),
        (GOOD, ["--entity", "dreams"], ["the entity cannot be used", "orders"]),
        (GOOD.replace("2024-", "the year "), [], ["not one row can be used", "invalid_timestamp"]),
        (f"company_id,{HEADER}\nother,A1,2024-01-05,paid,1,0,c\n", [], ["names another company"]),
    ],
)
def test_what_cannot_land_is_refused_in_one_message(
    warehouse: Warehouse, tmp_path: Path, content: str, arguments: list[str], said: list[str]
) -> None:
    file = write(tmp_path, content)
    done = warehouse.run("ingestion", "add", file, "--company", "acme", *arguments)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    for words in [*said, "found:", "expected:", "fix:"]:
        assert words in done.stderr
    assert not landed_files(warehouse)
    assert not manifest(warehouse)
    assert not list((warehouse.data / "landing").glob("companies/*"))


def test_an_offset_is_kept_whether_staging_or_a_format_reads_it(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    file = write(tmp_path, f"{HEADER}\nA1,2024-01-01 23:30:00 -0500,paid,1,0,c1\n")
    checked = warehouse.run("ingestion", "check", "--quick", file, "--company", "acme")
    assert "1 usable row" in checked.stdout
    columns = "".join(f"  {name}: {name}\n" for name in HEADER.split(",") if name != "created_at")
    own = write(
        tmp_path,
        f"description: own\ncolumns:\n{columns}"
        '  created_at: {column: created_at, format: "%Y-%m-%d %H:%M:%S %z"}\n',
        "own.yml",
    )
    warehouse.add(file, "acme", "--mapping", str(own), "--time-zone", "Europe/Berlin")
    (row,) = pq.read_table(
        next(p for p in landed_files(warehouse) if "orders" in p.parts)
    ).to_pylist()
    assert row["created_at"] == "2024-01-02T04:30:00Z"


def test_a_file_that_another_company_has_too_is_asked_about(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    warehouse.add(write(tmp_path, GOOD), "acme")
    done = warehouse.run(
        "ingestion", "add", write(tmp_path / "copy", GOOD, "other.csv"), "--company", "bolt"
    )
    assert done.returncode == 0
    assert "acme has this very file too" in done.stdout
    assert [line["company_id"] for line in manifest(warehouse)] == ["acme", "bolt"]


def test_settings_of_a_company_change_only_when_asked(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.add(write(tmp_path, GOOD), "acme", "--repeat-policy", "latest")
    later = write(tmp_path, GOOD.replace("A1", "B1").replace("A2", "B2"), "later.csv")
    refused = warehouse.run(
        "ingestion", "add", later, "--company", "acme", "--repeat-policy", "sum"
    )
    assert refused.returncode == 1
    assert "--change-settings" in refused.stderr
    warehouse.add(later, "acme", "--repeat-policy", "sum", "--change-settings")
    settings = pq.read_table(warehouse.data / "landing/companies/acme.parquet").to_pylist()[0]
    assert settings["repeat_policy"] == "sum"


def test_files_of_one_name_keep_lines_apart(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.add(write(tmp_path / "a", GOOD), "acme")
    warehouse.add(write(tmp_path / "b", GOOD.replace("A1", "B1")), "acme")
    names = {line["source_file"] for line in manifest(warehouse)}
    assert len(names) == 2


MAPPING = """
description: A made-up export.
company: {time_zone: Europe/Berlin, currency: eur}
file: {delimiter: ";"}
columns:
  order_id: {key: line}
  created_at: {column: Datum, format: "%d.%m.%Y %H:%M"}
  status: {column: Zustand, map: {bezahlt: paid, offen: pending}}
  total_price: {column: Betrag, decimal_comma: true, flip_sign: true}
  order_refunds: {constant: "0"}
  customer_id: {column: info, json_path: $.kunde}
"""


def test_a_mapping_does_all_that_it_says(warehouse: Warehouse, tmp_path: Path) -> None:
    mapping = write(tmp_path, MAPPING, "german.yml")
    file = write(
        tmp_path,
        "Datum;Zustand;Betrag;info\n"
        '31.01.2024 23:30;Bezahlt;-1.234,50;"{""kunde"": ""k1""}"\n'
        '01.02.2024 08:00;offen;-10,00;"{""kunde"": ""k2""}"\n'
        "01.02.2024 09:00;offen;zehn;kaputt\n",
    )
    warehouse.add(file, "laden", "--mapping", mapping)
    rows = pq.read_table(landed_files(warehouse)[0]).to_pylist()
    columns = ("order_id", "created_at", "status", "total_price", "customer_id")
    assert [tuple(row[c] for c in columns) for row in rows] == [
        ("orders.csv:2", "2024-01-31T23:30:00", "paid", "1234.50", "k1"),
        ("orders.csv:3", "2024-02-01T08:00:00", "pending", "10.00", "k2"),
        ("orders.csv:4", "2024-02-01T09:00:00", "pending", "zehn", "kaputt"),
    ]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("columns: [", "the mapping is not YAML"),
        ("description: x\ncolums: {}", "the mapping cannot be used"),
        ("description: x\ncolumns: {order_id: {colum: a}}", "the mapping cannot be used"),
        ("name: mine\ndescription: x\ncolumns: {}", "the mapping cannot be used"),
        ("description: x\ncolumns: {order_id: a}", "the mapping does not make orders"),
        # A day that does not exist is a text, as any other.
        ("description: x\ncolumns: {order_id: 0000-00-00}", "the mapping does not make orders"),
        ("description: !!timestamp never", "the mapping is not YAML"),
        (MAPPING + "prepare: select 1", "`prepare` loses the lines"),
        (MAPPING + "prepare: select * from read_csv('/etc/passwd')", "`prepare` failed"),
    ],
)
def test_a_bad_mapping_is_reported_in_one_message(
    warehouse: Warehouse, tmp_path: Path, mapping: str, said: str
) -> None:
    done = warehouse.run(
        "ingestion", "add", write(tmp_path, "Datum;Zustand\n1;2\n"), "--company", "laden",
        "--mapping", write(tmp_path, mapping, "bad.yml"),
    )  # fmt: skip
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_same_orders_in_csv_and_parquet_land_alike(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    import pyarrow.csv as pc

    file = write(tmp_path, GOOD)
    parquet = tmp_path / "orders.parquet"
    options = pc.ConvertOptions(column_types=dict.fromkeys(HEADER.split(","), "string"))
    pq.write_table(pc.read_csv(file, convert_options=options), parquet)
    warehouse.add(file, "one")
    warehouse.add(parquet, "two")
    one, two = (pq.read_table(path).to_pylist() for path in landed_files(warehouse))
    columns = HEADER.split(",")
    assert [[row[c] for c in columns] for row in one] == [[row[c] for c in columns] for row in two]


def test_list_says_what_holds_for_each_company(warehouse: Warehouse, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    warehouse.add(file, "acme", "--name", "Acme Ltd", "--currency", "GBP", "--tax-is-no-revenue")
    zeta = ("--convert-to", "EUR", "--lead-time-days", "21")
    warehouse.add(file, "zeta", "--repeat-policy", "keep", *zeta)
    said = " ".join(warehouse.run("ingestion", "list").stdout.split())
    assert (
        "acme: Acme Ltd, GBP, no time zone, no country, repeated orders: latest, tax is no revenue,"
        " shipping is revenue, other currencies are rejected zeta: no name, EUR, no time zone,"
        " no country, repeated orders: keep, tax is revenue, shipping is revenue, other currencies"
        " are converted, goods come 21 days after their order"
    ) in said
    # As text, as all that lands; staging reads it.
    (row,) = pq.read_table(warehouse.data / "landing/companies/zeta.parquet").to_pylist()
    assert row["lead_time_days"] == "21"
    refused = warehouse.run("ingestion", "add", file, "--company", "one", "--lead-time-days", "-1")
    assert refused.returncode == 1
    assert "--lead-time-days cannot be used" in refused.stderr
