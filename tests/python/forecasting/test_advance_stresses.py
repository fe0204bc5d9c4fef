"""Stresses of a company by hand, and what of the advances a run writes again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from forecasting import job
from forecasting.advances import stresses, tables, terms
from forecasting.advances.stresses import Stress
from forecasting.revenue.concentration import Concentration
from forecasting.revenue.series import Series
from forecasting.run import Run
from tests.python.forecasting import makers
from warehouse.errors import PaidnetError

WEB = Concentration(0.25, 0.6, "web")


def of(series: Series) -> dict[str, Stress]:
    """Return a company's stresses by id."""
    return {one.stress_id: one for one in stresses.of_company(series, recent_days=56)}


def test_each_stress_takes_what_the_company_would_lose() -> None:
    gross = np.full(400, 100.0)
    found = of(makers.series(gross, refunded=gross / 10, concentration=WEB))
    assert [one.stress_id for one in found.values()][:2] == ["none", "revenue_minus_10"]
    assert found["none"].kept_share == 1
    assert found["revenue_minus_30"].kept_share == pytest.approx(0.7)
    # Refunds of 10 % become 20 %: of 90 net, 80 are left.
    assert found["refunds_doubled"].kept_share == pytest.approx(80 / 90)
    assert found["channel_lost"].kept_share == pytest.approx(0.4)
    assert "web, with 60 %" in found["channel_lost"].note
    assert found["customer_lost"].kept_share == pytest.approx(0.75)
    assert found["season_missed"].limit_per_day == pytest.approx(90)
    together = found["all_together"]
    assert together.kept_share == pytest.approx(0.7 * 80 / 90 * 0.4 * 0.75)
    assert together.limit_per_day == pytest.approx(90)


def test_what_the_data_do_not_say_is_not_known_and_left_out_of_all_together() -> None:
    found = of(makers.series(np.full(100, 100.0)))
    unknown = [one for one in found.values() if not one.is_known]
    assert [one.note for one in unknown] == [
        "No refunds in the data.",
        "The data name no channels, or one only: without it there is no revenue.",
        "No customers in the data.",
    ]
    assert found["all_together"].kept_share == pytest.approx(0.7)
    assert all(one.name in found["all_together"].note.split("Left out")[1] for one in unknown)


@pytest.mark.parametrize(
    ("size", "season", "level", "which"),
    [
        # 56 days of 300 after 100 a day: the year's mean is (309 x 100 + 56 x 300) / 365.
        (400, 300.0, (309 * 100 + 56 * 300) / 365, "12 months"),
        (400, 50.0, 50.0, "56 days"),
        # Below a year there are only the last days.
        (300, 300.0, 300.0, "56 days"),
    ],
)
def test_the_run_rate_is_the_lower_of_the_last_days_and_the_year(
    size: int, season: float, level: float, which: str
) -> None:
    gross = np.full(size, 100.0)
    gross[-56:] = season
    found = of(makers.series(gross))["season_missed"]
    assert found.limit_per_day == pytest.approx(level)
    assert which in found.note


def test_a_week_above_the_limit_is_cut_to_it_and_a_week_below_is_left() -> None:
    taken = np.array([[70.0, *[0.0] * 6, *[5.0] * 7, 30.0, 10.0]])
    found = stresses.apply(taken, Stress("", "", "", 0.5, 7.0))
    # 70 in a week become 49, 35 stay, 40 in the two days left become 14; then half of it.
    assert found[0, 0] == pytest.approx(24.5)
    assert found[0, 7:14] == pytest.approx(2.5)
    assert found[0, 14:] == pytest.approx([5.25, 1.75])


def test_an_average_month_is_a_twelfth_of_the_last_year() -> None:
    gross = np.concatenate([np.full(100, 999.0), np.full(365, 12.0)])
    assert stresses.average_month(makers.series(gross)) == pytest.approx(365)
    assert stresses.average_month(makers.series(gross[-30:])) == pytest.approx(365)


def test_a_past_day_knows_no_concentration() -> None:
    one = makers.series(np.full(100, 100.0), concentration=WEB)
    assert one.until(one.last_date - 1).concentration == Concentration()
    assert one.until(one.last_date).concentration == WEB


def test_a_month_that_brings_nothing_has_no_scenarios_but_a_capacity() -> None:
    ids = {"company_id": "elm", "run_id": "r1"}
    one = makers.series(np.full(60, 100.0))
    paths = np.full((20, 60), 100.0)
    found = tables.tables(paths, stresses.of_company(one, 56), 0.0, terms.grid(), ids)
    assert found["advances"].num_rows == 0
    # 6,000 come in all: 5 % of it are 300, which repay 300 / 1.06.
    first = found["advance_capacity"].to_pylist()[0]
    assert first["capacity_90_amount"] == pytest.approx(300 / 1.06, abs=0.011)


def test_days_beyond_a_shorter_horizon_are_null() -> None:
    ids = {"company_id": "elm", "run_id": "r1"}
    one = makers.series(np.full(60, 100.0))
    paths, month = np.full((20, 60), 100.0), stresses.average_month(one)
    found = tables.tables(paths, stresses.of_company(one, 56), month, terms.grid(), ids)
    rows = found["advances"].to_pylist()
    assert {row["probability_repaid_by_90"] for row in rows} == {None}
    assert {row["probability_repaid_by_60"] for row in rows if row["stress_id"] == "none"} == {0, 1}


def test_other_terms_or_concentration_are_written_anew_without_fitting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = dataclasses.replace(makers.QUICK, horizon_days=30, path_count=50)
    one = makers.shop(70)

    def run(series: Series, **change: object) -> bool:
        (outcome,) = job.run_all([series], Run(folder=tmp_path, settings=small, **change), 1)
        return outcome.is_new

    assert run(one)

    def never(*_: object) -> None:
        raise AssertionError("fitted again")

    monkeypatch.setattr(job.company, "run_task", never)
    assert not run(one)
    grid = dataclasses.replace(terms.grid(), fee_rates=(0.1, 0.2))
    assert run(one, grid=grid)
    assert run(dataclasses.replace(one, concentration=WEB), grid=grid)
    assert not run(dataclasses.replace(one, concentration=WEB), grid=grid)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("term,value,is_standard,reason\nfee_rate,ten,true,\n", "cannot be read"),
        ("term,value,is_standard,reason\nfee,0.1,true,\n", "cannot be read"),
        ("term,value,is_standard,reason\nfee_rate,0.1,true,\n", "not clear"),
    ],
)
def test_a_grid_that_is_wrong_is_named(tmp_path: Path, content: str, word: str) -> None:
    file = tmp_path / "advance_terms.csv"
    file.write_text(content)
    with pytest.raises(PaidnetError, match=word):
        terms.grid(file)
