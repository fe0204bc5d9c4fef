"""A question that a file leaves open has its answers, and each of them answers it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingestion import landing, sample
from ingestion.companies import Part
from ingestion.mapping import Settings, settings
from ingestion.outcome import Options, Outcome
from warehouse.errors import Answer, PaidnetError

HEAD = "Order No;Date;Total;State;Customer"


def _csv(file: Path, rows: list[str], head: str = HEAD) -> Path:
    file.write_text("\n".join([head, *rows]) + "\n")
    return file


def _days(file: Path) -> Path:
    days = [(7 * n) % 12 + 1 for n in range(1, 9)]
    return _csv(file, [f"{n};{day:02}/03/2024;{n},50;paid;c" for n, day in enumerate(days)])


def _decimals(file: Path) -> Path:
    return _csv(file, [f"{n};2024-03-0{n};1,25{n};paid;c" for n in range(1, 9)])


def _cents(file: Path) -> Path:
    return _csv(file, [f"order_{n};2024-03-0{n};{n}250;paid;c" for n in range(1, 9)])


def _repeats(file: Path) -> Path:
    return _csv(file, [f"{n // 2};2024-03-0{n};{n}.50;paid;c" for n in range(1, 9)])


def _currencies(file: Path) -> Path:
    rows = [f"{n};2024-03-0{n};{n}.50;paid;c;{'EUR' if n % 2 else 'USD'}" for n in range(1, 9)]
    return _csv(file, rows, f"{HEAD};Currency")


def _companies(file: Path) -> Path:
    rows = [f"{n};2024-03-0{n};{n}.50;paid;c;s{n % 2}" for n in range(1, 9)]
    return _csv(file, rows, f"{HEAD};shop_id")


def _tables(file: Path) -> Path:
    with sqlite3.connect(file) as connection:
        for name in ("one", "two"):
            connection.execute(f"create table {name} (a text, b text)")
            connection.execute(f"insert into {name} values ('1', '2')")
    return file


def _rejects(file: Path) -> Path:
    # Enough rows to judge by; a tenth of them has no time.
    rows = [
        f"{n};{'soon' if n % 10 == 0 else f'2024-03-{n % 28 + 1:02}'};1.50;paid;c"
        for n in range(1, 201)
    ]
    return _csv(file, rows)


def _add(
    file: Path, options: Options, stated: Settings, look: Callable[[Outcome, Part], None]
) -> None:
    landing.add(file, "acme", None, None, stated, options, only_check=True, look=look)


def _taken(file: Path, answer: Answer) -> list[Any]:
    """Return the first totals and days of a file that is answered for."""
    found: list[Any] = []

    def look(outcome: Outcome, part: Part) -> None:
        made = sample.of(outcome, part)
        found.append([dict(zip(made.headings, row, strict=True)) for row in made.rows])

    stated, options = Settings(), Options()
    if answer.option in Settings.model_fields:
        stated = settings("acme", **{answer.option: answer.value})
    elif answer.option == "convert_to":
        stated = settings("acme", currency=answer.value, convert_currencies=True)
    else:
        value = answer.value == "yes" or answer.value
        options = replace(options, **{answer.option: value})
    _add(file, options, stated, look)
    return found


@pytest.mark.parametrize(
    ("make", "option", "values"),
    [
        (_days, "day_order", ["day-first", "month-first"]),
        (_decimals, "decimal", ["point", "comma"]),
        (_cents, "scale", ["cents", "units"]),
        (_repeats, "repeat_policy", ["sum", "keep", "latest"]),
        (_currencies, "currency", ["EUR", "USD"]),
        (_companies, "company_column", ["shop_id"]),
        (_rejects, "accept_rejects", ["yes"]),
    ],
)
def test_each_answer_of_a_question_lets_the_file_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], Path], option: str,
    values: list[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))
    file = make(tmp_path / "orders.csv")
    with pytest.raises(PaidnetError) as error:
        _add(file, Options(), Settings(), lambda outcome, part: None)
    answers = error.value.answers
    assert [one.value for one in answers if one.option == option] == values
    for answer in answers:
        assert answer.meaning
        assert _taken(file, answer), answer


def test_the_meaning_of_an_answer_is_what_it_makes_of_the_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))
    for make, column, wanted in (
        (_days, "created_at", {"8 March": "2024-03-08", "3 August": "2024-08-03"}),
        (_decimals, "total_price", {"1,251 is 1251": "1251.00", "1,251 is 1.251": "1.251"}),
        (_cents, "total_price", {"1250 is 12.50": "12.50", "1250 is 1,250.00": "1250"}),
    ):
        file = make(tmp_path / "orders.csv")
        with pytest.raises(PaidnetError) as error:
            _add(file, Options(), Settings(), lambda outcome, part: None)
        for answer in error.value.answers:
            read = _taken(file, answer)[0][0][column]
            assert wanted[next(key for key in wanted if answer.meaning.endswith(key))] == read


def test_tables_of_a_database_are_the_answers_to_which_has_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))
    with pytest.raises(PaidnetError) as error:
        _add(_tables(tmp_path / "shop.db"), Options(), Settings(), lambda outcome, part: None)
    assert [(one.option, one.value) for one in error.value.answers] == [
        ("sheet", "one"), ("sheet", "two"),
    ]  # fmt: skip


def test_a_file_is_shown_by_the_values_of_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))
    rows = ["#7;31/12/2024 10:00;1.234,50;Paid;", "#8;30/12/2024 09:00;2,00;paid;Ann@X.example"]
    file, shown = _csv(tmp_path / "orders.csv", rows), []
    _add(file, Options(), Settings(), lambda outcome, part: shown.append(sample.of(outcome, part)))
    found = {one.meaning: (one.name, one.stands, one.read) for one in shown[0].columns}
    assert found["order_id"] == ("Order No", "#7", "7")
    assert found["created_at"] == ("Date", "31/12/2024 10:00", "2024-12-31T10:00:00")
    assert found["total_price"] == ("Total", "1.234,50", "1234.50")
    assert found["customer_id"] == ("Customer", "Ann@X.example", "ann@x.example")
    assert shown[0].rows[0][:4] == ("7", "2024-12-31T10:00:00", "Paid", "1234.50")
