"""Each finding has rows behind it, whatever company it is of."""

from __future__ import annotations

import csv

from ..conftest import PROJECT


def test_each_measure_that_can_worry_has_rows_behind_it() -> None:
    """A finding without rows breaks a test of the build, and holds its company back."""
    places = ("macros/evidence_blocks.sql", "models/intermediate/risk/int_conspicuous_orders.sql")
    sources = "".join((PROJECT / place).read_text() for place in places)
    with (PROJECT / "seeds/reference/risk_thresholds.csv").open() as lines:
        worrying = {
            row["measure_id"] for row in csv.DictReader(lines) if row["amber"] or row["red"]
        }
    assert len(worrying) > 40
    assert {measure for measure in worrying if f"'{measure}'" not in sources} == set()
