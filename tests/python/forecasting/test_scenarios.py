"""Assumptions change the paths of the newest forecast, and nothing else."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from forecasting import scenarios
from forecasting.scenarios import Assumptions
from tests.python.forecasting import makers
from warehouse.errors import PaidnetError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("growth=-0.1", Assumptions(growth=-0.1)),
        ("growth=+10 %", Assumptions(growth=0.1)),
        ("growth=-0.1,refunds=x2", Assumptions(growth=-0.1, refund_factor=2)),
        (" refunds = x0 ", Assumptions(refund_factor=0)),
        ("refunds=20%", Assumptions(refund_rate=0.2)),
    ],
)
def test_assumptions_are_read(text: str, expected: Assumptions) -> None:
    assert scenarios.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "growth", "growth=", "growth=x2", "growth=-1.1", "growth=fast", "orders=2", "refunds=-0.1",
     "refunds=1.1", "refunds=x-1", "growth=0.1,growth=0.2", "refunds=x2,refunds=0.2",
     "growth=0.1;refunds=x2"],
)  # fmt: skip
def test_what_is_no_assumption_is_refused_with_what_would_be(text: str) -> None:
    with pytest.raises(PaidnetError, match=r"growth=-0\.1,refunds=x2"):
        scenarios.parse(text)


@pytest.mark.parametrize(
    ("assumed", "kept"),
    [
        (Assumptions(), 1),
        (Assumptions(growth=-0.1), 0.9),
        # One euro of ten is refunded: of nine that remain, twice the refunds take one more.
        (Assumptions(refund_factor=2), 8 / 9),
        (Assumptions(growth=0.5, refund_factor=0), 1.5 * 10 / 9),
        (Assumptions(refund_rate=0.55), 0.5),
        (Assumptions(refund_factor=20), 0),
    ],
)
def test_growth_and_refunds_keep_their_share(assumed: Assumptions, kept: float) -> None:
    series = makers.series(np.full(400, 100.0), refunded=np.full(400, 10.0))
    assert assumed.kept_share(series) == pytest.approx(kept)


def test_the_totals_are_those_of_the_written_paths_and_as_assumed(tmp_path: Path) -> None:
    shop = makers.shop(100)
    (one,) = makers.run([shop], tmp_path)
    run = dataclasses.replace(makers.a_run(), folder=tmp_path)
    table = scenarios.table([shop], Assumptions(growth=-0.5), run)
    rows = np.array([list(column.cells) for column in table.columns]).T
    assert rows[:, 1].tolist() == ["30", "60"]
    numbers = np.array([[float(cell.replace(",", "")) for cell in row[2:]] for row in rows])
    assert numbers[:, :3] == pytest.approx(one.totals()[:, [10, 50, 90]], abs=0.51)
    assert numbers[:, 3:] == pytest.approx(0.5 * one.totals()[:, [10, 50, 90]], abs=0.51)
    assert len(list(tmp_path.glob("*/[0-9]*"))) == 1, "nothing is written"


def test_a_forecast_of_an_older_log_is_refused(tmp_path: Path) -> None:
    makers.run([makers.shop(100)], tmp_path)
    run = dataclasses.replace(makers.a_run(), folder=tmp_path)
    with pytest.raises(PaidnetError, match="no forecast of its newest data"):
        scenarios.table([makers.shop(101)], Assumptions(), run)


def test_a_company_without_a_forecast_is_named(tmp_path: Path) -> None:
    """Its newest run failed: an older forecast would pass for today's."""
    makers.run([makers.shop(100)], tmp_path)
    closed = makers.with_gross(makers.shop(100), slice(None), 0.0)
    makers.run([closed], tmp_path)
    run = dataclasses.replace(makers.a_run(), folder=tmp_path)
    table = scenarios.table([closed], Assumptions(), run)
    assert [list(column.cells) for column in table.columns[:3]] == [["shop"], [""], ["no forecast"]]
