"""What is said of money before it lands: currencies, and what orders add up to."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion import exchange, landing
from ingestion.mapping import Settings
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
