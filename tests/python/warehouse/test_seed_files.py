"""What is made of the files of a company kept in git: entity by entity, or a question."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion import seeds
from tests.python.warehouse.projects import pack
from warehouse.errors import PaidnetError

HEADER = "order_id,created_at,status,total_price,order_refunds,customer_id,currency\n"


def orders_of_oak(folder: Path, content: str = HEADER + "1,2024-03-04,paid,5,0,a,USD\n") -> Path:
    """Write oak's orders into a folder of their own; return the file."""
    file = folder / "orders/oak.csv"
    file.parent.mkdir()
    file.write_text(content)
    return file


def write(file: Path, **said: str) -> Path:
    """Read what stands in git of oak; return the folder of what came of it."""
    built = file.parents[1] / "build"
    seeds.write(file, seeds.line({"company_id": "oak"} | said), "seeds/orders/oak.csv", built)
    return built


def test_what_a_folder_gives_stands_beside_what_the_orders_give_and_goes_with_its_file(
    tmp_path: Path,
) -> None:
    file = orders_of_oak(
        tmp_path, HEADER + "1,2024-03-04,paid,50,0,a,USD\n1,2024-03-05,paid,-5,0,a,USD\n"
    )
    refunds = pack(
        tmp_path / "orders/oak/refunds.csv.gz",
        "refund_id,order_id,refunded_at,amount\nR1,1,2024-03-09,7.5\n",
    )
    products = tmp_path / "orders/oak/products.json"
    products.write_text('[{"sku": "K1", "product_name": "Oar", "category": null, "unit_cost": 3}]')

    def rows(entity: str, columns: str) -> list[tuple]:
        path = write(file) / entity / "oak.parquet"
        return duckdb.sql(f"select {columns} from '{path}' order by all").fetchall()

    assert rows("refunds", "order_id, amount, source_file, source_line") == [
        ("1", "5", "seeds/orders/oak.csv", 3),
        ("1", "7.5", "seeds/orders/oak/refunds.csv.gz", 2),
    ]
    assert rows("products", "company_id, sku, product_name, unit_cost, landed_at") == [
        ("oak", "K1", "Oar", "3", None)
    ]
    assert rows("uploads", "entity, source_file, read_row_count") == [
        ("orders", "seeds/orders/oak.csv", 2),
        ("products", "seeds/orders/oak/products.json", 1),
        ("refunds", "seeds/orders/oak.csv", 2),
        ("refunds", "seeds/orders/oak/refunds.csv.gz", 1),
    ]
    refunds.unlink()
    products.unlink()
    built = write(file)
    assert rows("refunds", "amount") == [("5",)]
    assert not (built / "products/oak.parquet").exists()


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["oak/invoices.csv.gz"], "orders/oak/invoices.csv.gz: the file cannot be used\n"),
        (["oak/orders.csv.gz"], "a file of 'orders'"),
        (["oak/.DS_Store"], "seeds/orders/oak/.DS_Store"),
        (["oak/products.csv.gz", "oak/products.json"], "beside products.csv.gz"),
        (["oak/products/2024.csv.gz"], "a folder"),
        (["elm/products.csv.gz"], "no file of orders seeds/orders/elm.csv"),
    ],
)
def test_a_file_that_is_of_no_entity_is_refused_by_name(
    tmp_path: Path, names: list[str], found: str
) -> None:
    file = orders_of_oak(tmp_path)
    for name in names:
        path = file.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pack(path, "sku,product_name\nK1,Oar\n")
    with pytest.raises(PaidnetError) as refused:
        write(file)
    assert found in str(refused.value)
    assert "expected:" in str(refused.value)
    assert "fix:" in str(refused.value)


@pytest.mark.parametrize(
    ("rows", "question", "answer"),
    [
        pytest.param(
            "1,03/04/2024,paid,5,0,a,USD\n",
            "seeds/orders/oak.csv, line 2, column created_at: which number is the day?",
            "day_order: day-first",
            id="day order",
        ),
        pytest.param(
            '1,2024-03-04,paid,"1,234",0,a,USD\n',
            "seeds/orders/oak.csv, line 2, column total_price: is the comma a decimal mark?",
            "decimal: point",
            id="decimal mark",
        ),
        pytest.param(
            "1,2024-03-04,paid,5,0,a,USD\n1,2024-03-05,paid,50,0,a,USD\n",
            "seeds/orders/oak.csv, line 2, column order_id: what does a repeated order id mean?",
            "repeat_policy: sum",
            id="repeats",
        ),
        pytest.param(
            "1,2024-03-04,paid,5,0,a,USD\n2,2024-03-05,paid,50,0,a,EUR\n",
            "seeds/orders/oak.csv, column currency: which currency is the company's?",
            "currency: USD",
            id="currencies",
        ),
        pytest.param(
            "6.79848E+12,2024-03-04,paid,5,0,a,USD\n6.79848E+12,2024-03-05,paid,5,0,b,USD\n",
            "seeds/orders/oak.csv, line 2, column order_id: a spreadsheet has destroyed the ids",
            None,
            id="destroyed ids",
        ),
    ],
)
def test_what_a_file_leaves_open_is_asked_until_its_line_answers(
    tmp_path: Path, rows: str, question: str, answer: str | None
) -> None:
    file = orders_of_oak(tmp_path, HEADER + rows)
    with pytest.raises(PaidnetError) as asked:
        write(file)
    assert question in str(asked.value)
    assert not (tmp_path / "build/orders").exists()
    if answer is not None:
        assert "--" in str(asked.value)
        key, value = answer.split(": ")
        write(file, **{key: value})
        assert (tmp_path / "build/orders/oak.parquet").exists()


def test_a_line_with_a_key_that_nobody_reads_is_refused_by_name() -> None:
    with pytest.raises(PaidnetError, match=r"dbt_project.yml, column day_first: the line of oak"):
        seeds.line({"company_id": "oak", "day_first": True})
