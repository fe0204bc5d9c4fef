"""Fit companies in parallel processes, and keep the fits for as long as nothing changes."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import functools
import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Protocol

from forecasting.revenue import cache, company
from forecasting.revenue.backtest import Window
from forecasting.revenue.company import Fitted, Task
from forecasting.revenue.series import Series
from forecasting.run import Run
from warehouse import process
from warehouse.errors import PaidnetError
from warehouse.spark import pool as spark
from warehouse.spark.environment import LIBRARIES, is_engine

# Raised when a change of the code changes numbers: fits of before are not reused.
_FITS = 7
Progress = Callable[[str, int, int], None]


class Pool(Protocol):
    """What fits companies: processes of this machine, or Spark's executors."""

    def map(self, function: Callable, values: Iterable) -> Iterator:
        """Yield what a function gives for each value, in their order."""


@contextlib.contextmanager
def fitters(pool: Pool | None) -> Iterator[Pool | None]:
    """Give what fits companies: Spark where it runs the models, else the processes of `pool`."""
    if not is_engine():
        yield pool
        return
    with spark.opened() as executors:
        yield executors


@contextlib.contextmanager
def workers(jobs: int) -> Iterator[ProcessPoolExecutor | None]:
    """Give a pool of single-threaded processes; None to work in this one."""
    if jobs == 1:
        yield None
        return
    for library in LIBRARIES:
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    pool = ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=process.die_with_parent
    )
    try:
        yield pool
    except BrokenProcessPool:
        raise PaidnetError(
            "a process of the forecast was killed",
            found="the machine may be short of memory",
            expected="about 0.5 GB for each process",
            fix="use fewer processes, such as --jobs 1; finished fits are kept",
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def fit_all(
    all_series: list[Series],
    run: Run,
    pool: Pool | None,
    progress: Progress,
    reasons: dict[str, str],
) -> Iterator[Series]:
    """Fit what no run before has fitted; yield each company that has fits, which `load` returns.

    Of companies that the run does not forecast nothing is fitted. `reasons` is filled with why a
    company has no fits.
    """
    todo: dict[str, dict[str, Task]] = {}
    by_name = {series.company_id: series for series in all_series}
    for name, series in by_name.items():
        if (reason := company.obstacle(series)) is not None:
            reasons[name] = reason
            continue
        tasks = _tasks(series, run)
        kept = cache.load(_folder(run), name).keys() & tasks.keys()
        is_forecast = next(reversed(tasks)) in kept
        if len(kept) < len(tasks) and run.forecasts(name):
            todo[name] = {key: task for key, task in tasks.items() if key not in kept}
        elif is_forecast:
            yield series
    total = sum(map(len, todo.values()))
    found: dict[str, dict[str, Window]] = collections.defaultdict(dict)
    left = {name: len(tasks) for name, tasks in todo.items()}
    for done, (name, key, window, error) in enumerate(_results(todo, run, pool), 1):
        left[name] -= 1
        if window is not None:
            found[name][key] = window
        elif todo[name][key].size is None:
            reasons[name] = f"the fit failed: {error}"
        progress("fitting", done, total)
        if left[name] == 0:
            _keep(by_name[name], found.pop(name, {}), run)
            if name not in reasons:
                yield by_name[name]


def load(series: Series, run: Run) -> Fitted | None:
    """Return the kept fits of a company, None where its forecast is none of them.

    A window that failed, for want of memory say, is missing; the next run tries it again.
    """
    tasks = _tasks(series, run)
    kept = cache.load(_folder(run), series.company_id)
    *windows, forecast = (kept.get(key) for key in tasks)
    if forecast is None:
        return None
    return Fitted(fit_key(series, run), tuple(filter(None, windows)), forecast)


def _keep(series: Series, found: dict[str, Window], run: Run) -> None:
    """Keep new fits, with those of before that still hold.

    A run as of a past day says nothing of those of today, which stay.
    """
    kept = cache.load(_folder(run), series.company_id) | found
    if run.as_of is None:
        kept = {key: kept[key] for key in _tasks(series, run) if key in kept}
    cache.store(_folder(run), series.company_id, kept)


def _folder(run: Run) -> Path:
    return run.folder / ".cache"


def _tasks(series: Series, run: Run) -> dict[str, Task]:
    """Return the fits that a company needs, the forecast last, by a hash of all they depend on."""
    of_run = about(run)
    return {
        hashlib.sha256(f"{of_run} {task.fingerprint(run.settings)}".encode()).hexdigest(): task
        for task in company.tasks(series, run.settings)
    }


def _results(
    todo: dict[str, dict[str, Task]], run: Run, pool: Pool | None
) -> Iterator[tuple[str, str, Window | None, str]]:
    """Yield (company, key of the task, window or None, error) as they are done."""
    calls = [(name, key) for name, tasks in todo.items() for key in tasks]
    each = map if pool is None else pool.map
    found = each(functools.partial(_attempt, run=run), (todo[name][key] for name, key in calls))
    for (name, key), (window, error) in zip(calls, found, strict=True):
        yield name, key, window, error


def _attempt(task: Task, run: Run) -> tuple[Window | None, str]:
    """Fit; what a library raises becomes a reason, so that one company stops no other."""
    try:
        return company.run_task(task, run), ""
    except Exception as error:
        lines = str(error).splitlines() or [""]
        return None, f"{type(error).__name__}: {lines[0]}"


def fit_key(series: Series, run: Run) -> str:
    """Return a hash of everything that a company's fits depend on."""
    return hashlib.sha256(f"{about(run)} {series.fingerprint(run.settings)}".encode()).hexdigest()


def about(run: Run) -> str:
    """Return a hash of what all fits of a run depend on besides the data."""
    parts = [
        dataclasses.asdict(run.settings),
        company.library_versions(),
        run.prior.digest,
        _FITS,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
