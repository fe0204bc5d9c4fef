"""What a forecast's median is made of."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from forecasting.revenue import members
from forecasting.revenue.components import components as of_series
from forecasting.revenue.training_data import Events
from tests.python.forecasting import makers
from tests.python.forecasting.makers import Written


def components(found: Written) -> dict[str, np.ndarray]:
    """Return the amounts (horizons,) of a run by component."""
    ids = found.column("components", "component_id")
    amounts = found.column("components", "net_revenue_amount")
    return {str(name): amounts[ids == name] for name in dict.fromkeys(ids)}


def check_sum(found: Written) -> None:
    parts = np.array(list(components(found).values()))
    assert parts.sum(axis=0) == pytest.approx(np.round(found.totals()[:, 50], 2), abs=0.006)


def test_components_sum_to_the_median_and_a_steady_shop_is_its_recent_weeks(tmp_path: Path) -> None:
    one = makers.shop(420)
    (found,) = makers.run([one], tmp_path)
    check_sum(found)
    parts = components(found)
    assert parts["level"] == pytest.approx(one.gross[-56:].mean() * np.array([30, 60]))
    for name in ("borrowed", "closure", "refunds_to_come", "holidays"):
        assert (parts[name] == 0).all(), name
    for name in ("season", "trend"):
        assert np.abs(parts[name] / parts["level"]).max() < 0.1, name


def test_a_season_that_begins_is_a_season_and_no_trend(tmp_path: Path) -> None:
    one = makers.shop(800)
    days = one.first_date + np.arange(one.size)
    in_season = np.isin(days.astype("datetime64[M]").astype(int) % 12, (2, 3))
    one = dataclasses.replace(one, gross=np.where(in_season, 3.0, 1.0) * one.gross)
    assert str(one.last_date) == "2024-03-12"
    before = one.until(np.datetime64("2024-02-28"))
    (found,) = makers.run([before], tmp_path)
    check_sum(found)
    parts = components(found)
    assert parts["season"][1] > 0.7 * parts["level"][1]
    # A smooth year cannot have all of two months.
    assert np.abs(parts["trend"][1]) < 0.7 * parts["season"][1]


def test_what_the_calendar_adds_counts_by_the_members_that_know_it() -> None:
    forecast = dataclasses.replace(
        makers.window(np.ones((10, 60)), np.zeros(0)),
        weights={members.YEARLY: 0.25, members.PLAIN: 0.35, members.RECENT: 0.4},
        season=(100.0, 200.0),
        holidays=(10.0, 20.0),
    )
    found = of_series(makers.shop(100), forecast, np.array([30.0, 60.0]), makers.QUICK)
    assert found["season"].tolist() == [25, 50]
    assert found["holidays"].tolist() == [6, 12]
    assert found["trend"].tolist() == [-31, -62]


def test_an_event_to_come_is_a_holiday(tmp_path: Path) -> None:
    one = makers.shop(400)
    dates = one.first_date + np.array([100, 200, 300, 410])
    names, none = np.array(["fair"] * 4), np.zeros(4, int)
    one = makers.with_gross(one, np.array([100, 200, 300]), 100_000.0)
    one = dataclasses.replace(one, events=Events(names, dates, none, none))
    (found,) = makers.run([one], tmp_path)
    check_sum(found)
    assert components(found)["holidays"] == pytest.approx(90_000, rel=0.25)


def test_refunds_to_come_are_taken_off_what_recent_weeks_show(tmp_path: Path) -> None:
    one, truth = makers.refunded_shop(200)
    (found,) = makers.run([one], tmp_path)
    check_sum(found)
    parts, recent = components(found), slice(-56, None)
    known, ultimate = one.net()[recent].mean(), truth[recent].mean()
    assert parts["level"] == pytest.approx(known * np.array([30, 60]))
    assert parts["refunds_to_come"] == pytest.approx(
        (ultimate - known) * np.array([30, 60]), rel=0.15
    )


def test_a_shop_that_is_closed_misses_the_days_until_it_opens(tmp_path: Path) -> None:
    one = makers.with_gross(makers.shop(200), slice(170, None), 0.0)
    (found,) = makers.run([one], tmp_path)
    check_sum(found)
    parts = components(found)
    assert parts["closure"][0] == pytest.approx(-parts["level"][0], rel=0.2)
    assert 0.2 < -parts["closure"][1] / parts["level"][1] < 0.8


def test_a_season_of_others_is_a_component_of_its_own(tmp_path: Path) -> None:
    (found,) = makers.run([makers.shop(120, first="2023-07-03")], tmp_path)
    check_sum(found)
    parts = components(found)
    assert (parts["season"] < 0.05 * parts["level"]).all()
    assert (parts["borrowed"] > 0.01 * parts["level"]).all(), "Black Friday and Christmas"
