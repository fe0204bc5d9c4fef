"""Orders in other currencies than the company's: which of them there are exchange rates for."""

from __future__ import annotations

import csv

from ingestion.mapping import Settings
from ingestion.profile import Orders
from warehouse import paths

RATES = "seeds/reference/exchange_rates.csv"


def _rated() -> dict[str, set[str]]:
    """Return the currencies that each is priced in, either way round."""
    found: dict[str, set[str]] = {}
    with (paths.PROJECT / RATES).open(newline="") as file:
        for row in csv.DictReader(file):
            one, other = row["from_currency"], row["to_currency"]
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return found


def notes(orders: Orders, company: Settings) -> list[str]:
    """Return a note for each other currency of the orders, where the company converts them."""
    if not company.convert_currencies or company.currency is None:
        return []
    with orders.open() as connection:
        found = connection.execute(
            "select upper(trim(currency)) as code, count(*) from orders"
            " where trim(currency) <> '' and code <> ? group by 1 order by 2 desc, 1",
            [company.currency],
        ).fetchall()
    rated = _rated()
    said = []
    for code, count in found:
        near = rated.get(code, set())
        is_rated = company.currency in near or (
            "EUR" in near and "EUR" in rated.get(company.currency, set())
        )
        how = "converted at the rate of their day, rejected where there is none"
        if not is_rated:
            how = f"{RATES} has no rate for {code}: they will be rejected"
        said.append(f"{count:,} rows are in {code}: {how}")
    return said
