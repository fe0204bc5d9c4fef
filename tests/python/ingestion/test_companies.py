"""A file of many companies: cut in one pass, nobody's rows with another, once and no more."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion import keeping, landing, manifest
from ingestion.landing import Outcome
from ingestion.mapping import Mapping, Settings
from ingestion.outcome import Options
from warehouse import paths
from warehouse.errors import PaidnetError

HEADER = "branch,order_id,created_at,total_price,region\n"
ROWS = "53,1,2024-03-04,5,n\nB 9,2,2024-03-05,7,s\n53,3,2024-03-06,9,n\n"


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))


def write(tmp_path: Path, rows: str) -> Path:
    file = tmp_path / "all.csv"
    file.write_text(HEADER + rows)
    return file


def add(file: Path, mapping: Mapping | None = None, **options: object) -> list[Outcome]:
    chosen = Options(company_column="branch", **options)
    return landing.add(file, "acme", None, mapping, Settings(), chosen)


def orders() -> dict[str, list[tuple[str, int]]]:
    """Return the ids and lines that have landed, by company."""
    found = {}
    for line in manifest.read():
        table = pq.read_table(paths.landing() / line.path)
        found[line.company_id] = sorted(
            zip(table["order_id"].to_pylist(), table["source_line"].to_pylist(), strict=True)
        )
    return found


LANDED = {"acme_53": [("1", 2), ("3", 4)], "acme_b_9": [("2", 3)]}


def test_each_company_gets_its_rows_and_their_lines_and_the_same_file_does_nothing(
    tmp_path: Path,
) -> None:
    file = write(tmp_path, ROWS)
    assert all(outcome.is_new for outcome in add(file))
    assert orders() == LANDED
    at = [(paths.landing() / line.path).stat().st_mtime_ns for line in manifest.read()]
    again = add(file)
    assert {outcome.company_id for outcome in again} == set(LANDED)
    assert not any(outcome.is_new for outcome in again)
    assert at == [(paths.landing() / line.path).stat().st_mtime_ns for line in manifest.read()]


def test_a_company_that_was_taken_out_comes_back_with_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, ROWS)
    add(file)
    keeping.remove("all.csv", "acme_53")
    assert orders() == {"acme_b_9": LANDED["acme_b_9"]}
    add(file)
    assert orders() == LANDED


def test_a_file_of_many_companies_lands_again_from_its_upload(tmp_path: Path) -> None:
    add(write(tmp_path, ROWS))
    for line in manifest.read():
        (paths.landing() / line.path).unlink()
    came = [result for _, result in keeping.land_again(None)]
    assert not [error for error in came if isinstance(error, PaidnetError)]
    assert orders() == LANDED


def test_with_another_column_the_file_leaves_nothing_of_what_it_gave_before(tmp_path: Path) -> None:
    file = write(tmp_path, ROWS)
    add(file)
    landing.add(file, "acme", None, None, Settings(), Options(company_column="region"))
    assert set(orders()) == {"acme_n", "acme_s"}
    left = {path.parent.name for path in paths.landing().glob("orders/*/*.parquet")}
    assert left == {"acme_n", "acme_s"}


def test_what_a_mapping_prepares_is_of_one_company_alone(tmp_path: Path) -> None:
    own = Mapping.model_validate(
        {
            "name": "own", "description": "", "entity": "orders",
            "prepare": "select source_line, order_id, created_at, total_price from file",
            "columns": {
                "order_id": "order_id", "created_at": "created_at", "total_price": "total_price",
                "status": {"constant": "paid"}, "order_refunds": {"constant": ""},
                "customer_id": {"constant": ""},
            },
        }
    )  # fmt: skip
    add(write(tmp_path, ROWS), own)
    assert orders() == LANDED


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",4,2024-03-07,5,n\n", "1 rows do not say whose they are"),
        ("b/9,4,2024-03-07,5,n\n", "two companies would get one id"),
        ("7,4,never,5,n\n", "not one row can be used"),
    ],
)
def test_nothing_lands_where_one_company_is_refused(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(PaidnetError, match=said):
        add(write(tmp_path, ROWS + row))
    assert not manifest.read()
    assert not list(paths.landing().glob("orders/*/*.parquet"))


def test_a_company_written_in_two_ways_is_one(tmp_path: Path) -> None:
    add(write(tmp_path, ROWS + "b 9 ,4,2024-03-07,5,n\n"))
    assert orders() == LANDED | {"acme_b_9": [("2", 3), ("4", 5)]}


def test_broken_lines_are_nobodys_and_said(tmp_path: Path) -> None:
    first, *_ = add(write(tmp_path, ROWS + "53,broken\n"))
    assert first.notes[0] == "1 broken lines of the file are nobody's: not landed"
    assert orders() == LANDED
