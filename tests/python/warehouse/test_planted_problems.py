"""Problems planted in clean files are found, each by its flag, and by no other integrity flag."""

from __future__ import annotations

import pytest

from simulation.plants import PLANTS
from tests.python.conftest import Warehouse
from tools.risk_flags import name_of

#: What a plant brings with it: buyers and orders that nobody had before have ids of their own.
WITH_IT = {
    "spike": {"back_dated_order_share"},
    "bulk load": {"back_dated_order_share"},
    "one large buyer": {"most_orders_in_a_day"},
    "burst of one buyer": {"back_dated_order_share"},
    "self-dealing": {"back_dated_order_share", "top_customer_share"},
}


@pytest.fixture(scope="module")
def findings(judged: Warehouse) -> dict[str, dict[str, tuple[str, int]]]:
    """Return company -> flag -> severity and rows of evidence, without a forecast."""
    rows = judged.sql(
        "select company_id, flag_id, severity, evidence_row_count from marts.fct_company_flags"
        " where severity <> 'green' and (topic = 'integrity'"
        " or flag_id in ('top_customer_share', 'acquisition_quality_change'))"
    )
    found: dict[str, dict[str, tuple[str, int]]] = {}
    for company, flag, severity, count in rows:
        found.setdefault(company, {})[flag] = (severity, count)
    return found


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_problem_is_found_with_its_rows(
    plant: str, findings: dict[str, dict[str, tuple[str, int]]]
) -> None:
    found = findings[name_of(plant)]
    severity, evidence = found.pop(PLANTS[plant].flag_id)
    assert severity in {"red", "amber"}
    assert evidence > 0
    assert set(found) <= WITH_IT.get(plant, set())
