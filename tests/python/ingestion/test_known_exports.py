"""Exports known by name: each is recognised, and gives the orders and refunds it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from ingestion import landing, mapping
from warehouse import paths

EXPORTS = Path(__file__).parents[2] / "fixtures/exports"
CASES = [
    case
    for file in sorted(EXPORTS.glob("*.yml"))
    for case in yaml.load(file.read_text(), yaml.CSafeLoader)
]
COLUMNS = {
    "orders": "order_id, created_at, status, total_price, order_refunds, customer_id",
    "refunds": "order_id, refunded_at, amount",
    "order_items": "order_id, sku, quantity, unit_price",
    "customers": "customer_id, email",
}


def landed(entity: str) -> list[list[str]]:
    """Return the landed rows of an entity as text, in the order of the file."""
    files = str(paths.landing() / entity / "acme" / "*.parquet")
    if not list(paths.landing().glob(f"{entity}/acme/*.parquet")):
        return []
    rows = duckdb.sql(f"select {COLUMNS[entity]} from '{files}' order by source_line").fetchall()
    return [[text or "" for text in row] for row in rows]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_a_known_export_gives_its_orders(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    stated = mapping.settings("acme", **case.get("options", {}))
    (outcome,) = landing.add(EXPORTS / case["file"], "acme", None, None, stated)
    assert outcome.said.startswith(case["said"])
    for entity in COLUMNS:
        assert landed(entity) == case.get(entity, [])
    assert outcome.converted.excluded == case.get("excluded", {})


def test_every_shipped_mapping_that_is_known_by_its_columns_has_an_export_here() -> None:
    known = {one.said for one in mapping.shipped() if one.known_by}
    assert known == {case["said"] for case in CASES}


def test_the_page_of_known_exports_lists_each() -> None:
    page = (paths.PROJECT / "docs/known-exports.md").read_text()
    for one in mapping.shipped():
        if one.known_by:
            assert f"| {one.said} | `{one.name}` | {', '.join(one.table_rules(None))} |" in page
