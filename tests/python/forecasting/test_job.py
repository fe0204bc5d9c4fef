"""A run does not depend on its processes, fits only what changed, and is whole or absent."""

from __future__ import annotations

import dataclasses
import io
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from forecasting import job, output, schemas
from forecasting.revenue import cache, company
from forecasting.revenue.backtest import Window
from forecasting.revenue.company import Task
from forecasting.run import Run
from tests.python.forecasting import makers
from tests.python.forecasting.makers import QUICK, Written

SMALL = dataclasses.replace(QUICK, horizon_days=30, path_count=50, origin_count=2)
YOUNG = makers.shop(40)
CHANGING = ["run_id", "run_at", "run_seconds"]


def companies() -> list[makers.Series]:
    """Return a short, a longer and a very young company."""
    return [makers.shop(size, f"c{size}", size) for size in (130, 420, 40)]


def content(one: Written) -> dict[str, object]:
    """Return a run's tables without what differs from run to run."""
    found = {}
    for file in sorted(one.outcome.folder.iterdir()):
        table = pq.read_table(file)
        found[file.name] = table.drop_columns([c for c in CHANGING if c in table.column_names])
    return found


def files(folder: Path) -> set[str]:
    """Return all files of runs under a folder, caches left out."""
    found = (file.relative_to(folder) for file in folder.rglob("*.parquet"))
    return {str(file) for file in found}


def test_the_numbers_do_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    one = makers.run(companies(), tmp_path / "one", SMALL)
    two = makers.run(companies(), tmp_path / "two", SMALL, jobs=2)
    for first, second in zip(one, two, strict=True):
        assert content(first) == content(second)
        assert set(content(first)) >= {"daily.parquet", "totals.parquet", "paths.parquet"}


def test_the_numbers_do_not_depend_on_the_order_of_companies(tmp_path: Path) -> None:
    one = makers.run(companies(), tmp_path / "one", SMALL)
    two = makers.run(companies()[::-1], tmp_path / "two", SMALL)
    for first, second in zip(one, two[::-1], strict=True):
        assert content(first) == content(second)


def test_a_forecast_as_of_its_last_day_does_not_stand_for_the_one_of_all_that_is_known(
    tmp_path: Path,
) -> None:
    """What is asked for is in no record of forecasts, so the same is written again unasked."""
    shop = makers.shop(100)
    run = Run(folder=tmp_path, settings=SMALL, as_of=shop.last_date.item())
    (asked,) = (Written(one) for one in job.run_all([shop], run, jobs=1))
    (unasked,) = makers.run([shop], tmp_path, SMALL)
    assert unasked.outcome.is_new
    found = [one.record["asked_as_of_date"] for one in (asked, unasked)]
    assert found == [shop.last_date.item(), None]
    assert asked.totals() == pytest.approx(unasked.totals())


def test_another_seed_gives_other_paths(tmp_path: Path) -> None:
    (one,) = makers.run([makers.shop(100)], tmp_path, SMALL)
    (two,) = makers.run([makers.shop(100)], tmp_path, dataclasses.replace(SMALL, seed=1))
    assert two.outcome.is_new
    assert (one.paths() != two.paths()).mean() > 0.9


def test_what_did_not_change_is_neither_fitted_nor_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = makers.run(companies(), tmp_path, SMALL)
    before = files(tmp_path)

    def never(*_: object) -> Window:
        raise AssertionError("fitted again")

    monkeypatch.setattr(company, "run_task", never)
    second = makers.run(companies(), tmp_path, SMALL)
    assert [one.outcome.is_new for one in first] == [True] * 3
    assert [one.outcome.is_new for one in second] == [False] * 3
    assert [one.outcome.folder for one in first] == [one.outcome.folder for one in second]
    assert [one.outcome.grade for one in second] == ["D", "B", "insufficient"]
    assert files(tmp_path) == before


def test_a_changed_day_fits_its_company_only(tmp_path: Path, fitted: list[str]) -> None:
    makers.run(companies(), tmp_path, SMALL)
    assert set(fitted) == {"c130", "c420", "c40"}
    fitted.clear()
    changed = companies()
    changed[0] = makers.with_gross(changed[0], slice(100, 101), 12_345.67)
    found = makers.run(changed, tmp_path, SMALL)
    assert set(fitted) == {"c130"}
    assert [one.outcome.is_new for one in found] == [True, False, False]


@pytest.mark.parametrize("change", [{"path_count": 60}, {"recent_days": 28}, {"horizon_days": 31}])
def test_a_changed_setting_fits_again(
    tmp_path: Path, fitted: list[str], change: dict[str, int]
) -> None:
    makers.run([makers.shop(70)], tmp_path, SMALL)
    fitted.clear()
    (one,) = makers.run([makers.shop(70)], tmp_path, dataclasses.replace(SMALL, **change))
    assert one.outcome.is_new
    assert fitted


def flip_a_bit(content: bytes) -> bytes:
    """Return the bytes with one bit in the middle changed."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def of_another_version(content: bytes) -> bytes:
    """Return the archive of windows that lack a field, as another version may have had."""
    arrays = dict(np.load(io.BytesIO(content)))
    arrays["windows"] = np.array([text.replace("run_rate", "rate") for text in arrays["windows"]])
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda _: b"no archive",
        lambda content: pickle.dumps([content]),
        lambda content: content[:1000],
        flip_a_bit,
        of_another_version,
    ],
    ids=["empty", "text", "pickle", "truncated", "bit", "version"],
)
def test_a_cache_that_cannot_be_read_is_fitted_again(
    tmp_path: Path, fitted: list[str], damage: Callable[[bytes], bytes]
) -> None:
    makers.run([YOUNG], tmp_path, SMALL)
    file = tmp_path / ".cache" / "shop.npz"
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    fitted.clear()
    (one,) = makers.run([YOUNG], tmp_path, SMALL)
    assert fitted
    assert not one.outcome.is_new
    assert file.read_bytes() == whole


def test_fits_come_back_from_the_cache_as_they_went_in(tmp_path: Path) -> None:
    one, run = makers.shop(80), makers.a_run(SMALL)
    windows = {str(n): company.run_task(t, run) for n, t in enumerate(company.tasks(one, SMALL))}
    cache.store(tmp_path, "shop", windows)
    loaded = cache.load(tmp_path, "shop")
    assert list(loaded) == list(windows)
    for before, after in zip(windows.values(), loaded.values(), strict=True):
        assert list(after.totals) == list(before.totals)
        np.testing.assert_equal(dataclasses.asdict(after), dataclasses.asdict(before))
        assert after.paths.dtype == before.paths.dtype
    assert cache.load(tmp_path, "another shop") == {}


def test_a_company_that_fails_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = company.run_task

    def breaks(task: Task, run: Run) -> Window:
        if task.series.company_id == "broken" and task.size is None:
            raise RuntimeError("no descent\nmore lines")
        if task.series.company_id == "half" and task.size is not None:
            raise RuntimeError("in a backtest")
        return real(task, run)

    monkeypatch.setattr(company, "run_task", breaks)
    zero = makers.series(np.zeros(100), "zero")
    all_series = [zero, *(makers.shop(100, name) for name in ("broken", "half", "fine"))]
    found = makers.run(all_series, tmp_path, SMALL)
    assert [one.outcome.grade for one in found] == ["failed", "failed", "D", "D"]
    assert found[1].outcome.reason == "the fit failed: RuntimeError: no descent"
    assert found[1].record["grade_reason"] == found[1].outcome.reason
    assert [one.record["backtest_window_count"] for one in found[2:]] == [0, 1]
    assert not (found[2].outcome.folder / "backtests.parquet").exists()
    assert found[3].paths().shape == (50, 30)
    again = makers.run(all_series, tmp_path, SMALL)
    assert [one.outcome.is_new for one in again] == [False] * 4


@pytest.mark.parametrize("at", [1, 3, 5])
def test_a_run_that_cannot_be_written_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    calls = iter(range(1, 99))
    real = pq.write_table

    def full(*arguments: object, **others: object) -> None:
        if next(calls) == at:
            raise OSError("no space left on device")
        real(*arguments, **others)

    monkeypatch.setattr(output.pq, "write_table", full)
    with pytest.raises(OSError, match="no space"):
        makers.run([makers.shop(130)], tmp_path, SMALL)
    assert list((tmp_path / "shop").iterdir()) == []
    monkeypatch.undo()
    (one,) = makers.run([makers.shop(130)], tmp_path, SMALL)
    assert len(list(one.outcome.folder.iterdir())) == len(schemas.TABLES)


def test_a_backtest_that_failed_once_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = company.run_task

    def out_of_memory(task: Task, run: Run) -> Window:
        if task.size is not None:
            raise MemoryError("for a moment")
        return real(task, run)

    monkeypatch.setattr(company, "run_task", out_of_memory)
    (first,) = makers.run([makers.shop(200)], tmp_path)
    monkeypatch.undo()
    (second,) = makers.run([makers.shop(200)], tmp_path)
    assert first.record["backtest_window_count"] == 0
    assert second.record["backtest_window_count"] == 1
