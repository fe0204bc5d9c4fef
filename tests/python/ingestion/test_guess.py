"""`guess` proposes a mapping of a file, and shows what it would give."""

from __future__ import annotations

from pathlib import Path

from tests.python.conftest import Warehouse
from tests.python.ingestion.test_ingestion_command_line import manifest, write


def test_guess_proposes_a_mapping_that_can_be_used(warehouse: Warehouse, tmp_path: Path) -> None:
    file = write(
        tmp_path, "Bestellnr;Datum;Betrag\n1;31.01.2024;9,50\n2;01.02.2024;1.000,00\n", "shop.csv"
    )
    own = tmp_path / "own.yml"
    done = warehouse.run("ingestion", "guess", file, "--write", own)
    assert done.returncode == 0, done.stderr
    assert "2024-01-31" in done.stdout
    added = warehouse.run("ingestion", "add", file, "--company", "acme", "--mapping", own)
    assert added.returncode == 0, added.stderr
    (line,) = manifest(warehouse)
    assert (line["row_count"], line["mapping"]) == (2, "own")


def test_guess_shows_the_orders_of_a_file_that_names_its_company(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    header = "company_id,order_id,created_at,status,total_price,order_refunds,customer_id\n"
    text = header + "oak,A1,2024-01-31,paid,9.50,0,c1\n"
    done = warehouse.run("ingestion", "guess", write(tmp_path, text))
    assert done.returncode == 0, done.stderr
    assert "the first orders" in done.stdout
    assert "could not be decided" not in done.stdout
