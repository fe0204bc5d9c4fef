"""Fit companies in parallel processes, and keep the fits for as long as nothing changes."""

from __future__ import annotations

import collections
import dataclasses
import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from forecasting.revenue import cache, company, prior
from forecasting.revenue.backtest import Window
from forecasting.revenue.company import Fitted, Task
from forecasting.revenue.series import Series
from forecasting.run import Run
from warehouse import process
from warehouse.errors import PaidnetError

# Raised when a change of the code changes numbers: fits of before are not reused.
_FITS = 6
Progress = Callable[[str, int, int], None]


def workers(jobs: int) -> ProcessPoolExecutor | None:
    """Return a pool of single-threaded processes; None to work in this one."""
    if jobs == 1:
        return None
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    return ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=process.die_with_parent
    )


def fit_all(
    all_series: list[Series],
    run: Run,
    pool: ProcessPoolExecutor | None,
    progress: Progress,
    reasons: dict[str, str],
) -> Iterator[tuple[str, Fitted]]:
    """Yield the fits of each company, from the cache where nothing changed.

    Of companies that the run does not forecast, what the cache has. `reasons` is filled with
    why a company has no fit.
    """
    kept_fits = run.folder / ".cache"
    todo: dict[str, tuple[str, list[Task]]] = {}
    for series in all_series:
        if (reason := company.obstacle(series)) is not None:
            reasons[series.company_id] = reason
            continue
        key = fit_key(series, run)
        if (kept := cache.load(kept_fits, series.company_id, key)) is not None:
            yield series.company_id, kept
        elif run.forecasts(series.company_id):
            todo[series.company_id] = (key, company.tasks(series, run.settings))
    total = sum(len(tasks) for _, tasks in todo.values())
    windows: dict[str, dict[int, Window]] = collections.defaultdict(dict)
    left = {name: len(tasks) for name, (_, tasks) in todo.items()}
    results = _results(todo, run, pool)
    for done, (name, place, window, error) in enumerate(results, 1):
        left[name] -= 1
        key, tasks = todo[name]
        if window is not None:
            windows[name][place] = window
        elif tasks[place].size is None:
            reasons[name] = f"the fit failed: {error}"
        progress("fitting", done, total)
        if left[name] == 0:
            found = windows.pop(name, {})
            if (forecast := found.pop(len(tasks) - 1, None)) is not None:
                fitted = Fitted(key, tuple(found[place] for place in sorted(found)), forecast)
                # A window that failed, for want of memory say, is tried again next time.
                if len(fitted.windows) == len(tasks) - 1:
                    cache.store(kept_fits, name, fitted)
                yield name, fitted


def _results(
    todo: dict[str, tuple[str, list[Task]]],
    run: Run,
    pool: ProcessPoolExecutor | None,
) -> Iterator[tuple[str, int, Window | None, str]]:
    """Yield (company, place of the task, window or None, error) as they are done."""
    calls = [
        (name, place, task) for name, (_, tasks) in todo.items() for place, task in enumerate(tasks)
    ]
    if pool is None:
        for name, place, task in calls:
            window, error = _attempt(task, run)
            yield name, place, window, error
        return
    futures: dict[Future, tuple[str, int]] = {
        pool.submit(_attempt, task, run): (name, place) for name, place, task in calls
    }
    for future in as_completed(futures):
        name, place = futures.pop(future)
        try:
            window, error = future.result()
        except BrokenProcessPool:
            raise PaidnetError(
                "a process of the forecast was killed",
                found=f"it was fitting {name}; the machine may be short of memory",
                expected="about 0.5 GB for each process",
                fix="use fewer processes, such as --jobs 1; finished fits are kept",
            ) from None
        yield name, place, window, error


def _attempt(task: Task, run: Run) -> tuple[Window | None, str]:
    """Fit; what a library raises becomes a reason, so that one company stops no other."""
    try:
        return company.run_task(task, run), ""
    except Exception as error:
        lines = str(error).splitlines() or [""]
        return None, f"{type(error).__name__}: {lines[0]}"


def fit_key(series: Series, run: Run) -> str:
    """Return a hash of everything that a company's fits depend on."""
    parts = [
        series.fingerprint(),
        dataclasses.asdict(run.settings),
        company.library_versions(),
        prior.to_json(run.prior),
        _FITS,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
