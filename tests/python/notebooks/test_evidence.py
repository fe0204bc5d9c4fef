"""Whatever stands out, what is behind it is drawn, or said where nothing can be."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from notebooks.support import evidence
from notebooks.support.release import Warehouse
from reporting.pictures import as_png
from reporting.reading import Row

from ..conftest import PROJECT

with (PROJECT / "seeds/reference/risk_thresholds.csv").open(encoding="utf-8") as file:
    MEASURES = [row for row in csv.DictReader(file) if row["amber"] or row["red"] or row["green"]]


@pytest.fixture(scope="module")
def warehouse(demo_data: Path) -> Warehouse:
    with pytest.MonkeyPatch.context() as own:
        own.setenv("PAIDNET_DATA", str(demo_data))
        own.delenv("PAIDNET_COMPANY", raising=False)
        return Warehouse()


def drawn(warehouse: Warehouse, flag: Row) -> bool:
    """Draw a finding; returns whether there was something to draw."""
    found = evidence.drawn(warehouse, warehouse.companies[flag["company_id"]], flag)
    if found is None:
        return False
    assert found[1].endswith(".")
    return True


def test_every_finding_of_the_demo_is_drawn(warehouse: Warehouse) -> None:
    flags = warehouse.rows("from marts.fct_company_flags")
    assert {flag["company_id"] for flag in flags} == {"alder", "birch", "cedar"}
    assert [flag["flag_id"] for flag in flags if not drawn(warehouse, flag)] == []


def test_a_picture_has_something_in_it(warehouse: Warehouse) -> None:
    for flag in warehouse.rows("from marts.fct_company_flags where company_id = 'cedar'"):
        figure, _ = evidence.drawn(warehouse, warehouse.companies["cedar"], flag)
        assert len(as_png(figure)) > 5_000, flag["flag_id"]


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure["measure_id"])
def test_a_finding_of_any_measure_can_be_shown(
    warehouse: Warehouse, measure: dict[str, str]
) -> None:
    flag = Row(
        company_id="birch",
        flag_id=measure["measure_id"],
        unit=measure["unit"],
        evidence_table=measure["evidence_table"],
        measure_value=0.5,
        threshold=0.4,
    )
    drawn(warehouse, flag)
