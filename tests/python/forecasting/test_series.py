"""Calendars, partial days, short and odd histories, and what was known at a day."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest

from forecasting.revenue.backtest import origins
from forecasting.revenue.reading import read_all
from forecasting.revenue.refunds import DatedRefunds
from forecasting.revenue.series import Series
from tests.python.forecasting import makers
from tests.python.forecasting.makers import QUICK


@pytest.mark.parametrize(
    ("last", "inside"),
    [("2028-01-31", "2028-02-29"), ("2025-03-20", "2025-03-30"), ("2025-10-10", "2025-10-26")],
)
def test_a_forecast_holds_each_day_once_over_leap_days_and_clock_changes(
    last: str, inside: str, tmp_path: Path
) -> None:
    first = str(np.datetime64(last) - 119)
    (one,) = makers.run([makers.series(makers.shop(120).gross, first=first)], tmp_path)
    days = one.column("daily", "forecast_date").astype("datetime64[D]")[::101]
    assert days.tolist() == (np.datetime64(last) + 1 + np.arange(60)).tolist()
    assert (days == np.datetime64(inside)).sum() == 1
    assert str(one.record["last_revenue_date"]) == last
    assert str(one.record["trained_through_date"]) == last


@pytest.mark.parametrize("size", [1, 2, 6, 7, 13, 14, 15, 30, 59, 60])
def test_the_shortest_histories_have_a_forecast_of_grade_insufficient(
    size: int, tmp_path: Path
) -> None:
    (one,) = makers.run([makers.shop(size)], tmp_path)
    assert one.outcome.grade == ("insufficient" if size < 60 else "D")
    assert np.isfinite(one.paths()).all()
    assert f"{size} day" in one.outcome.reason
    mean = makers.shop(size).gross.mean()
    assert one.totals()[0, 50] == pytest.approx(30 * mean, rel=0.25)
    assert one.totals()[0, -2] > one.totals()[0, 1]


@pytest.mark.parametrize(
    ("gross", "reason"),
    [
        (np.zeros(100), "no day with revenue above zero"),
        (np.r_[np.ones(99), np.nan], "not a number"),
        (np.r_[np.ones(99), np.inf], "not a number"),
        (-np.ones(100), "no day with revenue above zero"),
    ],
)
def test_a_series_that_cannot_be_forecast_fails_with_its_reason(
    gross: np.ndarray, reason: str, tmp_path: Path
) -> None:
    (one,) = makers.run([makers.series(gross)], tmp_path)
    assert one.outcome.grade == one.record["grade"] == "failed"
    assert reason in one.record["grade_reason"]
    assert [file.name for file in one.outcome.folder.iterdir()] == ["runs.parquet"]


def test_refunds_of_all_revenue_are_a_failure_with_its_reason(tmp_path: Path) -> None:
    one = makers.shop(100)
    one = dataclasses.replace(one, refunded=one.gross * np.where(np.arange(100) % 2, 3.0, 0.5))
    (found,) = makers.run([one], tmp_path)
    assert "refunds" in found.record["grade_reason"]


def test_a_single_whole_day_that_is_cut_has_no_forecast(tmp_path: Path) -> None:
    (one,) = makers.run([makers.shop(1, has_partial_last_day=True)], tmp_path)
    assert one.record["grade_reason"] == "no whole day of orders"


def test_negative_days_are_learnt_and_flagged(tmp_path: Path) -> None:
    plain = makers.shop(150, "plain")
    gross = plain.gross * np.where(np.arange(150) % 7 == 2, -0.8, 1.0)
    odd, even = makers.run([makers.series(gross, "odd"), plain], tmp_path)
    assert (odd.record["has_negative_days"], even.record["has_negative_days"]) == (True, False)
    is_wednesday = (np.arange(60) + 150) % 7 == 2
    assert np.median(odd.daily()[is_wednesday, 50]) < 0
    assert odd.totals()[1, 50] == pytest.approx(60 * gross.mean(), rel=0.2)
    assert even.paths().min() >= 0


def test_a_single_day_below_zero_does_not_let_the_forecast_go_below_it(tmp_path: Path) -> None:
    plain = makers.shop(150, "plain")
    refunded = makers.with_gross(dataclasses.replace(plain, company_id="refunded"), 70, -5.0)
    one, other = makers.run([refunded, plain], tmp_path)
    assert one.record["has_negative_days"]
    assert one.paths().min() >= 0
    assert one.totals()[1, 50] == pytest.approx(other.totals()[1, 50], rel=0.05)


@pytest.mark.parametrize("is_cut", [False, True])
def test_the_forecast_starts_after_the_last_day_of_data_be_it_whole_or_not(
    tmp_path: Path, *, is_cut: bool
) -> None:
    whole = makers.shop(140)
    gross = np.tile(makers.WEEKDAYS * [1, 1, 1, 1, 1, 1, 0.2], 20) * 1000
    whole = dataclasses.replace(whole, gross=gross, has_partial_last_day=is_cut)
    (one,) = makers.run([makers.with_gross(whole, 139, 5.0) if is_cut else whole], tmp_path)
    first = one.column("daily", "forecast_date").astype("datetime64[D]")[0]
    assert first == whole.last_date + 1
    assert np.datetime64(one.record["trained_through_date"]) == whole.last_date - int(is_cut)
    assert one.record["history_day_count"] == 140 - int(is_cut)
    # Day 140 is a Monday again, whether or not Sunday was whole: weekdays are not shifted.
    median = one.daily()[:56, 50].reshape(8, 7)
    assert (median[:, 6] < 0.5 * median[:, :6].min(axis=1)).all()


def dated_pair() -> tuple[Series, Series]:
    """Return two histories that are the same until day 199, refunds included."""
    one, _ = makers.refunded_shop(300, orders=40)
    late = one.dated.day + one.dated.lag >= 200
    other = DatedRefunds(one.dated.day, one.dated.lag, np.where(late, 1.0, one.dated.amount))
    refunded = np.bincount(other.day, other.amount, minlength=300)
    gross = np.where(np.arange(300) < 200, one.gross, 7.0)
    return one, dataclasses.replace(one, gross=gross, refunded=refunded, dated=other)


def test_until_a_day_hides_later_days_and_later_refunds() -> None:
    one, other = dated_pair()
    as_of = one.first_date + 199
    early, early_other = one.until(as_of), other.until(as_of)
    assert early.size == early_other.size == 200
    assert early.last_date == as_of
    assert early.refunded.tolist() == early_other.refunded.tolist()
    assert (
        early.net_of_expected_refunds().tolist() == early_other.net_of_expected_refunds().tolist()
    )
    # What was refunded later is not yet known of the latest days.
    assert early.refunded[190:].sum() < 0.6 * one.refunded[190:200].sum()
    assert one.until(one.last_date + 5) is one


def test_a_cutoff_before_the_first_day_leaves_nothing() -> None:
    assert makers.shop(50).until(np.datetime64(makers.MONDAY) - 10).size == 0


@pytest.mark.parametrize("size", [30, 75, 89, 90, 120, 150, 240, 241, 500, 2000])
def test_cutoffs_keep_their_distance_and_leave_a_window_to_complete(size: int) -> None:
    settings = dataclasses.replace(QUICK, horizon_days=150, origin_count=12)
    found = origins(size, settings)
    assert found == sorted(set(found))
    assert len(found) <= 12
    assert all(b - a >= 14 for a, b in itertools.pairwise(found))
    assert bool(found) == (size >= 75)
    if size >= 240:
        assert min(found) >= 90
        assert max(found) <= size - 150
    elif found:
        assert min(found) >= 45
        assert max(found) <= size - 30


def test_a_single_cutoff_is_the_latest_that_leaves_a_whole_horizon() -> None:
    settings = dataclasses.replace(QUICK, horizon_days=150, origin_count=12)
    assert origins(250, settings) == [90]
    assert origins(600, dataclasses.replace(settings, origin_count=1)) == [450]


@pytest.mark.parametrize("partial", [(False, False), (True, False), (False, True)])
def test_a_partial_day_of_dim_companies_is_not_a_whole_day(
    tmp_path: Path, partial: tuple[bool, bool]
) -> None:
    (one,) = read_all(makers.make_build(tmp_path / "build", partial=partial))
    assert (one.has_partial_first_day, one.has_partial_last_day) == partial
    assert (one.company_id, one.size, str(one.first_date)) == ("alder", 100, "2024-01-01")
    assert one.gross.tolist() == [2400.0] * 100
    assert one.events.name.tolist() == ["New Year"]
    assert one.whole_days() == slice(int(partial[0]), 100 - int(partial[1]))
