"""The raw contract, read from the dbt sources that define it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingestion.sql import LINE_COLUMN, REASON_COLUMN, TEXT_COLUMN, identifier, lowered, quoted
from warehouse.paths import PROJECT

SOURCES = PROJECT / "models/staging/shop/_landing__sources.yml"
STATUSES = PROJECT / "seeds/reference/order_statuses.csv"

#: Kinds that depend on a company's settings: only staging can validate them.
_KINDS_OF_COMPANIES = frozenset({"company", "currency"})

#: Columns that ingestion adds to every entity.
ADDED_COLUMNS = (
    "source_file", LINE_COLUMN, REASON_COLUMN, TEXT_COLUMN, "original_values", "exported_at",
    "landed_at",
)  # fmt: skip


@dataclass(frozen=True)
class Entity:
    """One table of the raw contract.

    `columns` are in order, `required` ones must be in a file; `rules` has the `meta` of
    each column whose text must be a value of a kind, `kinds` what ingestion reads it as.
    """

    name: str
    columns: tuple[str, ...]
    required: frozenset[str]
    rules: dict[str, dict[str, Any]]
    kinds: dict[str, str]


@cache
def entities() -> dict[str, Entity]:
    """Return the entities a company may send, by name (settings are not sent)."""
    source = yaml.load(SOURCES.read_text(), yaml.CSafeLoader)["sources"][0]
    found = {}
    for table in source["tables"]:
        rules = {
            column["name"]: column.get("config", {}).get("meta", {})
            for column in table["columns"]
            if column["name"] not in ADDED_COLUMNS
        }
        found[table["name"]] = Entity(
            table["name"],
            tuple(rules),
            frozenset(column for column, rule in rules.items() if rule.get("required")),
            {
                column: rule
                for column, rule in rules.items()
                if "kind" in rule and rule["kind"] not in _KINDS_OF_COMPANIES
            },
            {
                column: rule.get("reads") or rule["kind"]
                for column, rule in rules.items()
                if "kind" in rule or "reads" in rule
            },
        )
    del found["companies"], found["uploads"]
    return found


def landed(path: Path, entity: Entity) -> str:
    """Return the SQL of the rows in a landed file, with all columns of the contract.

    The file itself has those that its upload gave; staging reads it in the same way
    (macros/parquet_rows.sql).
    """
    texts = [*entity.columns, REASON_COLUMN, TEXT_COLUMN, "original_values"]
    nulls = ", ".join(f"cast(null as varchar) as {identifier(name)}" for name in texts)
    return (
        f"(select {nulls} where false union all by name select * from read_parquet({quoted(path)}))"
    )


@cache
def _statuses() -> dict[str, dict[str, str]]:
    with STATUSES.open(newline="") as file:
        return {row["status"]: row for row in csv.DictReader(file)}


def known_statuses() -> frozenset[str]:
    """Return the order statuses that Paidnet knows, lower case, words joined by _."""
    return frozenset(_statuses())


def paid_statuses() -> tuple[str, ...]:
    """Return those of an order that was paid."""
    return tuple(status for status, row in _statuses().items() if row["is_paid"] == "true")


def canonical_status(text: str) -> str | None:
    """Return what a status stands for, such as paid; None where it is not known."""
    words = lowered(text).replace(" ", "_").replace("-", "_")
    return _statuses().get(words, {}).get("canonical_status")
