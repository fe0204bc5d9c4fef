"""A company with odd rows and planted problems, and relatives of it that must give equal answers.

`whole` is what its files say; `ten` has all amounts times ten; `halves` sends each file as two
uploads; `more` has paid orders that `whole` has not.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
from decimal import Decimal, InvalidOperation
from pathlib import Path

from simulation.company import simulate
from simulation.entities import entity_tables
from simulation.loading import load_scenario
from simulation.plants import PLANTS, Rows
from simulation.streams import stream
from simulation.writing import write_company

NAMES = ("whole", "ten", "halves", "more")
ORDERS = 2600
#: Paid orders that `more` has beside those.
ADDED = 300
ENTITIES = ("refunds", "order_items")
AMOUNTS = {
    "orders": (
        *("total_price", "order_refunds", "customer_total_spent", "disputed_amount"),
        *("discount", "tax", "shipping"),
    ),
    "refunds": ("amount",),
    "order_items": ("unit_price",),
}
PLANTED = ("one amount", "round amounts", "self-dealing", "burst of one buyer", "bulk load")
#: Prices spread over orders of magnitude, so that the law of first digits applies.
SCENARIO = {
    "history": {"start": "2022-01-10", "end": "2024-10-20", "truncated_days": 60},
    "acquisition.customers_per_day": 1.6,
    "acquisition.trend": [],
    "spend.order_sigma": 2.0,
    "spend.minimum": 1.0,
    "mess": {},
}


@dataclasses.dataclass(frozen=True)
class Relatives:
    """The rows of `whole` by entity, and the orders that `more` has beside them."""

    rows: dict[str, Rows]
    added: Rows


def company_of(name: str) -> str:
    """Return the id of a relative's company."""
    return f"relative_{name}"


def make(folder: Path) -> Relatives:
    """Simulate the company."""
    company = simulate(load_scenario("tiny", SCENARIO), ORDERS)
    write_company(company, folder, entity_tables(company, ENTITIES))
    rows = {name: _read(folder / f"{name}.csv") for name in AMOUNTS}
    rows["orders"] = _with_problems(rows["orders"])
    return Relatives(rows, _paid_orders(rows["orders"]))


def write(made: Relatives, folder: Path, name: str) -> list[tuple[str, Path]]:
    """Write a relative's files; return entity and file of each, in the order of uploads."""
    files = []
    for entity, rows in made.rows.items():
        if name == "more" and entity == "orders":
            rows = rows + made.added
        if name == "ten":
            rows = [_times_ten(row, AMOUNTS[entity]) for row in rows]
        middle = _middle(rows, is_by_order=entity == "order_items")
        parts = [rows[:middle], rows[middle:]] if name == "halves" else [rows]
        for number, part in enumerate(parts):
            file = folder / f"{company_of(name)}_{entity}_{number}.csv"
            with file.open("w", newline="") as lines:
                writer = csv.DictWriter(lines, rows[0].keys(), lineterminator="\n")
                writer.writeheader()
                writer.writerows(row | {"company_id": company_of(name)} for row in part)
            files.append((entity, file))
    return files


def _middle(rows: Rows, *, is_by_order: bool) -> int:
    """Return where rows are cut in two; the lines of an order are sent together."""
    middle = len(rows) // 2
    while is_by_order and rows[middle]["order_id"] == rows[middle - 1]["order_id"]:
        middle += 1
    return middle


def _read(file: Path) -> Rows:
    with file.open(newline="") as lines:
        return list(csv.DictReader(lines))


def _times_ten(row: dict[str, str], columns: tuple[str, ...]) -> dict[str, str]:
    return row | {column: _ten_times(row[column]) for column in columns}


def _ten_times(text: str) -> str:
    try:
        return f"{Decimal(text) * 10:.2f}"
    except InvalidOperation:  # Blank, or no amount at all.
        return text


def _with_problems(rows: Rows) -> Rows:
    """Plant problems; add disputes, guests, rows that cannot be used, newer versions of orders."""
    for plant in PLANTED:
        rows = PLANTS[plant].put(rows, stream(5, f"plant.{plant}"))
    rows = [row | {"disputed_amount": ""} for row in rows]
    simulated = [row for row in rows if row["order_id"].startswith("T")]
    for row in simulated[100::150]:
        row["disputed_amount"] = row["total_price"]
    for row in simulated[30::40]:
        row["customer_id"] = ""
    newer = [row | {"total_price": "20.05"} for row in simulated[7::60]]
    wrong = ({"total_price": "n/a"}, {"created_at": "2024-02-31"}, {"order_id": ""})
    for place, row in enumerate(simulated[50::70]):
        row |= wrong[place % 3]
    return rows + newer


def _paid_orders(rows: Rows) -> Rows:
    """Return paid orders of known, new and unnamed customers on days of the log and around it."""
    random = stream(5, "paid orders")
    first = dt.datetime.fromisoformat(rows[0]["created_at"])
    known = sorted({row["customer_id"] for row in rows} - {""})
    blank = dict.fromkeys(rows[0], "") | {"status": "paid", "currency": rows[0]["currency"]}
    added = []
    for number in range(ADDED):
        price = Decimal(int(random.integers(0, 100_000))) / 100
        refunded = [Decimal(0), Decimal(0), price / 2, price][number % 4]
        added.append(
            blank
            | {
                "order_id": f"M{number}",
                "created_at": (first + dt.timedelta(hours=80 * (number - 1))).isoformat(),
                "total_price": f"{price:.2f}",
                "order_refunds": f"{refunded:.2f}",
                "customer_id": ["", f"added{number}", str(random.choice(known))][number % 3],
            }
        )
    return added
