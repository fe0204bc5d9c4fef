"""What is said of money before it lands: currencies, and what orders add up to."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion import exchange, landing
from ingestion.mapping import ColumnRule, Mapping, Settings
from ingestion.outcome import Outcome
from warehouse.errors import PaidnetError

HEADER = "order_id,created_at,status,total_price,order_refunds,customer_id,currency\n"
CODES = ("EUR", "EUR", "GBP", "USD", "USD", "JPY", "")
RATES = """rate_date,from_currency,to_currency,rate
2024-01-01,EUR,USD,1.25
2024-01-01,EUR,GBP,0.8
"""


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))


def check(folder: Path, text: str, **settings: object) -> Outcome:
    """Return what adding a file would give."""
    file = folder / "orders.csv"
    file.write_text(text)
    (outcome,) = landing.add(file, "acme", None, None, Settings(**settings), only_check=True)
    return outcome


def _rows(outcome: Outcome) -> list[dict]:
    """Return the rows of the first entity that a file gives, before they land."""
    return pq.read_table(next(iter(outcome.converted.files.values()))).to_pylist()


def test_currencies_that_are_converted_are_said_and_those_without_a_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text(RATES)
    monkeypatch.setattr(exchange, "RATES", str(rates))
    text = HEADER + "".join(
        f"A{number},2024-01-0{number + 1},paid,10.00,,c1,{code}\n"
        for number, code in enumerate(CODES)
    )
    with pytest.raises(PaidnetError, match="--convert-to EUR"):
        check(tmp_path, text)
    notes = check(tmp_path, text, currency="USD", convert_currencies=True).notes
    how = "converted at the rate of their day, rejected where there is none"
    assert [note for note in notes if "rows are in" in note] == [
        f"2 rows are in EUR: {how}",
        f"1 rows are in GBP: {how}",
        f"1 rows are in JPY: {rates} has no rate for JPY: they will be rejected",
    ]
    assert not [n for n in check(tmp_path, text, currency="USD").notes if "rows are in" in n]


#: Name → (columns, rows, what the orders come to, what is said).
LINES: dict[str, tuple[str, tuple[str, ...], dict[str, str], str]] = {
    "total repeated, price of a unit, shipping and discount once": (
        "order_id,created_at,qty,price,shipping,discount,total",
        (
            "A1,2024-01-01,2,10.00,4.00,3.00,26.00",
            "A1,2024-01-01,1,5.00,4.00,3.00,26.00",
            "A2,2024-01-02,3,2.00,4.00,0,14.00",
            "A2,2024-01-02,1,4.00,4.00,0,14.00",
            "A3,2024-01-03,1,7.00,0,0,7.00",
        ),
        {"A1": "26.00", "A2": "14.00", "A3": "7.00"},
        "total is the order's: price × qty + shipping - discount gives it in 2 of 2 orders",
    ),
    "total blank on further lines, price of the whole line": (
        "order_id,created_at,qty,price,total",
        (
            "A1,2024-01-01,2,20.00,25.00",
            "A1,2024-01-01,1,5.00,",
            "A2,2024-01-02,3,6.00,10.00",
            "A2,2024-01-02,1,4.00,",
        ),
        {"A1": "25.00", "A2": "10.00"},
        "total is the order's: price gives it in 2 of 2 orders",
    ),
    "total of each line": (
        "order_id,created_at,qty,unit price,total",
        ("A1,2024-01-01,2,10.00,20.00", "A1,2024-01-01,1,20.00,20.00", "A2,2024-01-02,1,7,7"),
        {"A1": "40.00", "A2": "7.00"},
        "total is the line's: unit price × qty gives it in 1 of 1 orders",
    ),
    "tax on each line, thousands by points, and an order in five that does not tie": (
        "order_id;created_at;line total;tax;total",
        (
            *(
                f"A{n};2024-01-0{n};{a};{b};2.150"
                for n in range(1, 5)
                for a, b in (("1.500", "100"), ("500", "50,00"))
            ),
            "A5;2024-01-05;1.500;100;99,00",
            "A5;2024-01-05;500;50,00;99,00",
        ),
        {**{f"A{n}": "2150.00" for n in range(1, 5)}, "A5": "99.00"},
        "total is the order's: line total + tax gives it in 4 of 5 orders",
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_the_reading_on_which_lines_and_totals_tie_is_taken_and_said(
    tmp_path: Path, name: str
) -> None:
    columns, rows, orders, said = LINES[name]
    file = tmp_path / "orders.csv"
    file.write_text("\n".join([columns, *rows]))
    found: list[dict] = []
    (outcome,) = landing.add(
        file, "acme", None, None, Settings(), only_check=True,
        look=lambda outcome, _part: found.extend(_rows(outcome)),
    )  # fmt: skip
    totals = {row["order_id"]: f"{float(row['total_price']):.2f}" for row in found}
    assert (totals, len(found)) == (orders, len(orders))
    assert said in outcome.said
    if "tax" in columns:
        assert {float(row["tax"]) for row in found} == {150}


def test_lines_and_totals_that_do_not_tie_are_a_question_that_a_policy_answers(
    tmp_path: Path,
) -> None:
    rows = (
        "A1,2024-01-01,2,10.00,25.00",
        "A1,2024-01-01,1,5.00,17.00",
        "A2,2024-01-02,1,7.00,7.00",
    )
    text = "\n".join(["order_id,created_at,qty,price,total", *rows])
    with pytest.raises(
        PaidnetError, match="is the total that of the order or of its line"
    ) as error:
        check(tmp_path, text)
    for words in ("line 2, column total", "price × quantity 25.00, prices 15.00", "42.00 in all"):
        assert words in str(error.value)
    summed = check(tmp_path, text, repeat_policy="sum")
    assert "is the order's" not in summed.said
    # Each order on one row: nothing to reconcile.
    alone = check(tmp_path, "\n".join(["order_id,created_at,qty,price,total", rows[0], rows[2]]))
    assert "total is" not in alone.said


@pytest.mark.parametrize(
    ("amount", "price", "total"),
    [
        ("[price]", "9999999999", "9999999999.00"),
        ("[price]", "123456789012.5", "123456789012.50"),
        ("[price] * 1000", "9999999999", "9999999999000.00"),
    ],
)
def test_amounts_keep_all_their_digits_and_those_that_arithmetic_makes(
    tmp_path: Path, amount: str, price: str, total: str
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(f"id,at,price,who\nA1,2024-01-01,{price},c1\nA2,2024-01-02,1,c2\n")
    rules: dict[str, ColumnRule] = {
        "order_id": ColumnRule(column="id"),
        "created_at": ColumnRule(column="at"),
        "total_price": ColumnRule(amount=amount),
        "customer_id": ColumnRule(column="who"),
        "status": ColumnRule(constant="paid"),
        "order_refunds": ColumnRule(constant=""),
    }
    found: list[dict] = []
    landing.add(
        file, "acme", None, Mapping(name="own", description="", columns=rules), Settings(),
        only_check=True, look=lambda outcome, _part: found.extend(_rows(outcome)),
    )  # fmt: skip
    assert f"{float(found[0]['total_price']):.2f}" == total


def test_lines_of_gift_cards_are_known_by_part_of_their_name(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "Order ID,Order Date,Item,Line Total\n"
        "A1,2024-01-01,Mug (blue),5.00\nA1,2024-01-01,GIFT CARD  25 EUR,25.00\n"
        "A2,2024-01-02,Digital Gift Card,10.00\nA3,2024-01-03,Card for gifts,7.00\n"
    )
    found: list[dict] = []
    landing.add(
        file, "acme", None, None, Settings(), only_check=True,
        look=lambda outcome, _part: found.extend(_rows(outcome)),
    )  # fmt: skip
    sold = {row["order_id"]: row["gift_card_amount"] for row in found}
    assert sold == {"A1": "25.00", "A2": "10.00", "A3": None}
