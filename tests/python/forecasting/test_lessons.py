"""What companies teach stands for a week: an upload of one moves no other's forecast."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest

from forecasting import job, lessons
from forecasting.lessons import Lessons
from forecasting.revenue.series import Series
from forecasting.run import Run
from tests.python.forecasting import makers
from tests.python.forecasting.makers import Written
from tests.python.forecasting.test_job import content

SMALL = dataclasses.replace(
    makers.QUICK, horizon_days=30, path_count=50, origin_count=2, min_pooled_companies=2,
    min_pooled_windows=2,
)  # fmt: skip
NOW = dt.datetime(2026, 3, 1)


def shops(*names: str) -> list[Series]:
    """Return shops, `young` the last of them to open: it borrows a season."""
    found = [makers.shop(420, name, sum(map(ord, name))) for name in names if name != "young"]
    opened = str(np.datetime64(makers.MONDAY) + 350)
    return found + [makers.shop(90, "young", 7, first=opened)] * ("young" in names)


def forecast(all_series: list[Series], folder: Path, *, learn: bool = True) -> dict[str, Written]:
    """Forecast as the command does."""
    run = Run(folder=folder, settings=SMALL)
    kept = Lessons.of(run, [one.company_id for one in all_series] if learn else None)
    outcomes = job.run_all(all_series, run, 1, lessons=kept)
    kept.finish()
    return {one.company_id: Written(one) for one in outcomes}


def test_one_more_company_is_calibrated_by_the_others_and_moves_none_of_them(
    tmp_path: Path,
) -> None:
    names = [f"c{number}" for number in range(9)]
    first = forecast(shops(*names), tmp_path)
    assert all(one.outcome.is_new for one in first.values())
    # As a build of the new company alone asks for it, then as one of all.
    alone = forecast(shops("young"), tmp_path, learn=False)["young"]
    assert alone.record["calibration"] == "pooled"
    again = forecast(shops(*names, "young"), tmp_path)
    assert not any(one.outcome.is_new for one in again.values()), "the same from both"
    assert [content(first[name]) for name in names] == [content(again[name]) for name in names]
    # Learnt anew, one with windows of its own teaches the others.
    apart = tmp_path / "apart"
    learnt = forecast(shops(*names, "c9"), apart)
    assert content(learnt["c0"]) != content(first["c0"])


def test_a_company_is_judged_by_its_own_windows_of_today(tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(9)]
    forecast(shops(*names), tmp_path)
    *others, wild = shops(*names)
    rng = np.random.default_rng(5)
    wild = dataclasses.replace(wild, gross=wild.gross * np.exp(rng.normal(0, 1.5, wild.size)))
    moved = forecast([*others, wild], tmp_path)
    assert [name for name, one in moved.items() if one.outcome.is_new] == ["c8"]
    # The others taught what they teach today: learnt anew, the company is told the same.
    learnt = forecast([*others, wild], tmp_path / "apart")
    assert content(moved["c8"]) == content(learnt["c8"])


def test_lessons_give_back_the_series_that_lend(tmp_path: Path) -> None:
    refunded, _ = makers.refunded_shop(400)
    taught = [refunded, *shops("oak")]
    forecast(taught, tmp_path)
    kept = Lessons.of(Run(folder=tmp_path, settings=SMALL), None).series()
    assert [one.fingerprint(SMALL) for one in kept] == [one.fingerprint(SMALL) for one in taught]


@pytest.mark.parametrize(
    ("companies", "days", "stands"),
    [
        (range(10), 6, True),
        (range(11), 6, True),
        (range(12), 6, False),  # more than a tenth is new
        (range(9), 6, False),  # one is gone
        (range(10), 7, False),
        (range(10), -1, False),  # a clock that was set back
    ],
)
def test_lessons_stand_for_a_week_and_for_the_companies_that_taught_them(
    tmp_path: Path, companies: range, days: int, stands: bool
) -> None:
    folder = tmp_path / lessons.FOLDER
    folder.mkdir()
    about = {"learnt_at": NOW.isoformat(), "companies": [f"c{n}" for n in range(10)]}
    (folder / "about.json").write_text(json.dumps(about))
    now = NOW + dt.timedelta(days=days)
    assert lessons.stand(tmp_path, [f"c{n}" for n in companies], now) is stands


def test_damaged_or_other_lessons_are_learnt_anew(tmp_path: Path) -> None:
    forecast(shops("oak", "elm"), tmp_path)
    run = Run(folder=tmp_path, settings=SMALL)
    assert Lessons.of(run, ["oak", "elm"]).are_standing
    other = Run(folder=tmp_path, settings=dataclasses.replace(SMALL, path_count=60))
    assert not Lessons.of(other, ["oak", "elm"]).are_standing
    (tmp_path / lessons.FOLDER / "errors.npz").write_bytes(b"PK")
    assert not Lessons.of(run, ["oak", "elm"]).are_standing
    assert not lessons.stand(tmp_path / "none", ["oak"], NOW)
