"""The raw contract, read from the dbt sources that define it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

import yaml

from ingestion.sql import LINE_COLUMN, REASON_COLUMN, TEXT_COLUMN
from warehouse.paths import PROJECT

SOURCES = PROJECT / "models/staging/shop/_landing__sources.yml"
STATUSES = PROJECT / "seeds/reference/order_statuses.csv"

#: Columns that ingestion adds to every entity.
ADDED_COLUMNS = ("source_file", LINE_COLUMN, REASON_COLUMN, TEXT_COLUMN, "landed_at")


@dataclass(frozen=True)
class Entity:
    """One table of the raw contract: its columns in order, and which must be there."""

    name: str
    columns: tuple[str, ...]
    required: frozenset[str]


@cache
def entities() -> dict[str, Entity]:
    """Return the entities a company may send, by name (settings are not sent)."""
    source = yaml.safe_load(SOURCES.read_text())["sources"][0]
    found = {}
    for table in source["tables"]:
        columns = [c for c in table["columns"] if c["name"] not in ADDED_COLUMNS]
        found[table["name"]] = Entity(
            table["name"],
            tuple(column["name"] for column in columns),
            frozenset(
                column["name"]
                for column in columns
                if column.get("config", {}).get("meta", {}).get("required")
            ),
        )
    del found["companies"]
    return found


@cache
def known_statuses() -> frozenset[str]:
    """Return the order statuses that Paidnet knows, lower case, words joined by _."""
    with STATUSES.open(newline="") as file:
        return frozenset(row["status"] for row in csv.DictReader(file))
