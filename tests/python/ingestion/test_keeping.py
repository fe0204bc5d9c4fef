"""What has landed can be removed, landed again, replaced and forgotten; uploads are kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from tests.python.conftest import Warehouse
from tests.python.ingestion.test_ingestion_command_line import GOOD, landed_files, manifest, write

OWN = """
description: Totals without shipping.
columns:
  order_id: order_id
  created_at: created_at
  status: status
  total_price: {amount: "[total_price] - 1"}
  order_refunds: order_refunds
  customer_id: customer_id
"""


def uploads(warehouse: Warehouse) -> list[bytes]:
    """Return the contents of all kept uploads."""
    found = sorted((warehouse.data / "uploads").glob("*/*.zst"))
    return [pa.input_stream(file, compression="zstd").read() for file in found]


def test_the_upload_is_kept_and_a_corrected_mapping_replaces_what_it_gave(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    file = write(tmp_path, GOOD)
    warehouse.add(file, "acme")
    assert uploads(warehouse) == [file.read_bytes()]
    own = write(tmp_path, OWN, "own.yml")
    done = warehouse.run("ingestion", "add", file, "--company", "acme", "--mapping", own)
    assert "in place of what it gave before" in done.stdout
    (line,) = manifest(warehouse)
    assert line["mapping"] == "own"
    (landed,) = (path for path in landed_files(warehouse) if "orders" in path.parts)
    assert pa.parquet.read_table(landed).column("total_price").to_pylist() == ["9.00", "11.50"]


def test_uploads_land_again_and_a_removed_file_is_gone(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    warehouse.add(write(tmp_path, GOOD), "acme")
    (landed,) = (path for path in landed_files(warehouse) if "orders" in path.parts)
    landed.unlink()
    again = warehouse.run("ingestion", "land", "--again", "--company", "acme")
    assert again.returncode == 0, again.stderr
    assert landed.exists()
    removed = warehouse.run("ingestion", "remove", "orders.csv")
    assert removed.returncode == 0, removed.stderr
    assert not landed.exists()
    assert not uploads(warehouse)
    assert not list(warehouse.data.glob("landing/companies/*"))
    assert not manifest(warehouse)
    nothing = warehouse.run("ingestion", "remove", "orders.csv")
    assert nothing.returncode == 1
    assert "no file that has landed is meant" in nothing.stderr


def test_a_forgotten_company_leaves_nothing_and_others_stay(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    warehouse.add(write(tmp_path, GOOD), "acme")
    warehouse.add(write(tmp_path, GOOD.replace("A1", "B1"), "other.csv"), "bolt")
    # What a build read, and what the quarantine says, is kept beside it and in releases.
    for place in ("build", "releases/1", "releases/2"):
        shutil.copytree(warehouse.data / "landing", warehouse.data / place / "landing")
        (warehouse.data / place / "landing/quarantine").mkdir()
        (warehouse.data / place / "landing/quarantine/acme.parquet").touch()
    reports = warehouse.data / "reports/2026-06"
    reports.mkdir(parents=True)
    kept = ["acne.docx", "operations_bolt.html", "portfolio.docx"]
    for name in ("acme.docx", "acme-5000-0.1-0.1.md", "operations_acme.html", *kept):
        (reports / name).touch()
    for name in ("acme_csv", "acme_parquet", ".acme_csv.7.part", ".acme.xlsx.7.part"):
        (reports / name).mkdir()
        (reports / name / "months.csv").touch()
    (reports / "acme.company.html").touch()
    listed = warehouse.run("ingestion", "forget", "acme", "--dry-run")
    assert "would delete" in listed.stdout
    assert len(manifest(warehouse)) == 2
    done = warehouse.run("ingestion", "forget", "acme")
    assert done.returncode == 0, done.stderr
    assert [line["company_id"] for line in manifest(warehouse)] == ["bolt"]
    assert len(uploads(warehouse)) == 1
    assert not list(warehouse.data.rglob("*acme*"))
    assert sorted(file.name for file in reports.iterdir()) == kept
    assert len(list(warehouse.data.rglob("bolt.parquet"))) == 4


def test_a_mapping_of_ones_own_is_kept_for_landing_again(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    own = write(tmp_path, OWN, "own.yml")
    warehouse.add(write(tmp_path, GOOD), "acme", "--mapping", own)
    own.unlink()
    again = warehouse.run("ingestion", "land", "--again")
    assert again.returncode == 0, again.stderr
    (landed,) = (path for path in landed_files(warehouse) if "orders" in path.parts)
    assert pa.parquet.read_table(landed).column("total_price").to_pylist() == ["9.00", "11.50"]


@pytest.mark.parametrize(
    ("name", "exported"),
    [
        ("orders-2024-03-31.csv", "2024-03-31 23:59:59"),
        ("orders 20240102 to 20240331.csv", "2024-03-31 23:59:59"),
        # The name's day is before the last order: it is not when the file was made.
        ("orders-from-2024-01-01.csv", "2024-01-06 00:00:00"),
        ("orders-2024-02-31.csv", "2024-01-06 00:00:00"),
        ("orders.csv", "2024-01-06 00:00:00"),
    ],
)
def test_when_a_file_was_exported_is_told_by_its_name_or_its_last_order(
    warehouse: Warehouse, tmp_path: Path, name: str, exported: str
) -> None:
    warehouse.add(write(tmp_path, GOOD, name), "acme")
    assert [line["exported_at"] for line in manifest(warehouse)] == [exported]


def test_a_negative_total_is_a_refund_where_it_was_paid(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = "A1,2024-01-08,refunded,-4.00,0,c1\nA9,2024-01-08,failed,-9.00,0,c1\n"
    done = warehouse.run("ingestion", "add", write(tmp_path, GOOD + rows), "--company", "acme")
    assert done.returncode == 0, done.stderr
    assert "negative_amount" in done.stdout
    (refunds,) = (path for path in landed_files(warehouse) if "refunds" in path.parts)
    (row,) = pa.parquet.read_table(refunds).to_pylist()
    assert (row["order_id"], row["amount"], row["customer_id"]) == ("A1", "4.00", "c1")


def test_orders_that_a_full_export_lacks_are_gone(warehouse: Warehouse, tmp_path: Path) -> None:
    old = GOOD + "A3,2024-01-07,paid,5,0,c3\nA4,2024-01-09,paid,5,0,c3\n"
    warehouse.add(write(tmp_path, old, "old.csv"), "acme")
    new = write(tmp_path, old.replace("A3,2024-01-07,paid,5,0,c3\n", ""), "new.csv")
    done = warehouse.run("ingestion", "add", new, "--company", "acme", "--full-export")
    assert done.returncode == 0, done.stderr
    assert "1 orders of old.csv are gone" in done.stdout
    ids = [
        key
        for path in landed_files(warehouse)
        if "orders" in path.parts
        for key in pa.parquet.read_table(path).column("order_id").to_pylist()
    ]
    assert sorted(ids) == ["A1", "A1", "A2", "A2", "A4", "A4"]


def test_a_file_of_which_much_would_be_rejected_must_be_accepted(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = "".join(f"B{n},2024-02-{n % 28 + 1:02},paid,10,0,c1\n" for n in range(60))
    bad = "".join(f"C{n},soon,paid,1,0,c1\n" for n in range(4))
    for name, more, said in (
        ("share", bad, "4 of 66 rows (6.1%) would be rejected"),
        ("large", "C1,soon,paid,11,0,c1\n", "an order of 11.00, one of the 10 largest"),
    ):
        file = write(tmp_path, GOOD + rows + more, f"{name}.csv")
        done = warehouse.run("ingestion", "add", file, "--company", name)
        assert done.returncode == 1, done.stdout
        assert said in done.stderr.replace("\n", " ")
        accepted = warehouse.run("ingestion", "add", file, "--company", name, "--accept-rejects")
        assert accepted.returncode == 0, accepted.stderr


def test_refunds_tell_which_export_is_newer_and_a_contradiction_is_asked_about(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    later = GOOD.replace("paid,10.00,0,", "refunded,10.00,10.00,")
    warehouse.add(write(tmp_path, later, "later.csv"), "acme")
    # Its last order is newer, but the refund has gone.
    earlier = write(tmp_path, GOOD + "A3,2024-02-01,paid,5,0,c3\n", "earlier.csv")
    asked = warehouse.run("ingestion", "add", earlier, "--company", "acme")
    assert asked.returncode == 1
    assert "is this export newer than later.csv?" in asked.stderr
    said = warehouse.run(
        "ingestion", "add", earlier, "--company", "acme", "--exported-at", "2024-01-05"
    )
    assert said.returncode == 0, said.stderr
    assert "2 orders are newer in later.csv" in said.stdout


@pytest.mark.parametrize(
    ("ids", "guests"),
    [(("0", "0", "7"), 2), (("0", "1", "2"), 0), (("5", "7", "7"), 0)],
)
def test_customer_0_is_a_guest_unless_ids_are_counted_from_0(
    warehouse: Warehouse, tmp_path: Path, ids: tuple[str, ...], guests: int
) -> None:
    rows = "".join(f"A{n},2024-01-0{n + 1},paid,5,0,{c}\n" for n, c in enumerate(ids))
    warehouse.add(write(tmp_path, GOOD.splitlines()[0] + "\n" + rows), "acme")
    (landed,) = (path for path in landed_files(warehouse) if "orders" in path.parts)
    found = pa.parquet.read_table(landed).column("customer_id").to_pylist()
    assert found.count(None) == guests


def test_a_file_of_many_companies_is_landed_by_a_column(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = "shop_id,order_id,created_at,total_price\n53,1,2024-03-04,5\nB 9,2,2024-03-05,7\n"
    file = write(tmp_path, rows)
    warehouse.add(file, "acme", "--company-column", "shop_id")
    landed = {line["company_id"]: line["row_count"] for line in manifest(warehouse)}
    assert landed == {"acme_53": 1, "acme_b_9": 1}


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("order_id,created_at,total_price", "1,03/04/2024,5", "which number is the day?"),
        ("order_id,created_at,total_price", '1,2024-03-04,"1,234"', "is the comma a decimal mark?"),
        ("order_id,created_at,total_price",
         "1,2024-01-03,5\n2,2024-01-04,5\n3,25/01/2024,5\n4,26/01/2024,5",
         "has a spreadsheet swapped day and month?"),
        ("order_id,created_at,total_price", "1,24/03/01,5\n2,24/03/28,7",
         "which of the two-digit numbers is the year?"),
        ("order_id,created_at,total_price", "1,2024-03-01,5.00 EUR\n2,2024-03-02,7.00 USD",
         "which currency is the company's?"),
        ("id,created,amount", "ch_1,2024-03-04,2599", "in cents or in units?"),
        ("order_id,created_at,total_price,currency", "1,2024-03-04,5,EUR\n2,2024-03-04,5,USD",
         "which currency is the company's?"),
        ("order_id,created_at,total_price", "1,2024-03-04,5\n1,2024-03-05,7",
         "what does a repeated order id mean?"),
        ("order_id,created_at,total_price", "6.7E+12,2024-03-04,5\n6.7E+12,2024-03-05,7",
         "a spreadsheet has destroyed the ids"),
        ("shop_id,order_id,created_at,total_price", "1,1,2024-03-04,5\n2,2,2024-03-05,7",
         "does the file hold the orders of 2 companies?"),
        ("order_id,created_at,price,quantity", "1,2024-03-04,5,2",
         "is the price that of one unit or of the whole line?"),
    ],
)  # fmt: skip
def test_what_the_file_leaves_open_is_asked(
    warehouse: Warehouse, tmp_path: Path, header: str, row: str, said: str
) -> None:
    file = write(tmp_path, f"{header}\n{row}\n")
    done = warehouse.run("ingestion", "add", file, "--company", "acme")
    assert done.returncode == 1
    assert said in done.stderr
    assert "fix:" in done.stderr
    assert not landed_files(warehouse)


def test_a_broken_line_counts_with_the_orders_where_the_file_has_refunds_too(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    file = write(tmp_path, GOOD + "A3,2024-01-07,paid,-1.00,0,c1\nA4,2024-01-08,paid\n")
    warehouse.add(file, "acme")
    found = {
        line["entity"]: (line["row_count"], line["bad_row_count"]) for line in manifest(warehouse)
    }
    assert found == {"orders": (3, 1), "refunds": (1, 0)}


def test_tax_and_shipping_out_of_revenue_are_settings_that_stay_and_are_said(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    taxed = "".join(
        f"{a},{b}\n" for a, b in zip(GOOD.splitlines(), ("tax", "1.50", ""), strict=True)
    )
    file = write(tmp_path, taxed)
    add = ("ingestion", "add", file, "--company", "acme", "--currency", "EUR")
    done = warehouse.run(*add, "--tax-is-no-revenue")
    assert "tax is no revenue: 1.50 of it is left out; 1 of 2 rows name none" in done.stdout
    place = warehouse.data / "landing/companies/acme.parquet"
    # As a company that landed before there were such settings.
    earlier = pa.parquet.read_table(place).drop_columns(["revenue_includes_shipping"])
    pa.parquet.write_table(earlier, place)
    refused = warehouse.run(*add, "--tax-is-revenue", "--exported-at", "2024-06-01")
    assert refused.returncode == 1
    assert "--change-settings" in refused.stderr
    done = warehouse.run(*add, "--shipping-is-no-revenue", "--exported-at", "2024-06-01")
    assert done.returncode == 0, done.stderr
    (row,) = pa.parquet.read_table(place).to_pylist()
    assert (row["revenue_includes_tax"], row["revenue_includes_shipping"]) == ("false", "false")
