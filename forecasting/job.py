"""A run: fit every company in parallel, calibrate them together, write what changed."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import hashlib
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from forecasting import calibration, company, output, prior, scores
from forecasting.backtest import Window, seed_of
from forecasting.calibration import Errors, Table
from forecasting.company import Fitted, Task
from forecasting.errors import NoForecastError
from forecasting.prior import Prior
from forecasting.series import Series
from forecasting.settings import Settings
from warehouse import dbt

# Raised when a change of the code changes numbers: fits of before are not reused.
_FITS = 3
Progress = Callable[[str, int, int], None]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of a company: its grade, the reason, and whether a new run was written."""

    company_id: str
    grade: str
    reason: str
    is_new: bool
    folder: Path | None = None


def run(
    all_series: list[Series],
    folder: Path,
    settings: Settings,
    jobs: int,
    progress: Progress = lambda stage, done, total: None,
    beliefs: Prior | None = None,
) -> list[Outcome]:
    """Forecast the companies and write a run of each that changed under `folder`.

    The result does not depend on `jobs`. `beliefs` is the shipped prior unless given. A
    company that cannot be forecast gets a run with the grade `failed` and the reason, and
    stops no other.
    """
    began, beliefs = time.monotonic(), beliefs or prior.shipped()
    pool = workers(jobs)
    try:
        reasons: dict[str, str] = {}
        fitted = dict(fit_all(all_series, folder, settings, beliefs, pool, progress, reasons))
        donors = _Donors(all_series, beliefs, settings)
        ready = _seasoned(all_series, fitted, donors, settings)
        errors = Errors.of(
            [
                row
                for series in all_series
                if series.company_id in ready
                for row in company.errors(
                    series, ready[series.company_id].windows, settings, beliefs
                )
            ]
        )
        run_at = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        outcomes = []
        for done, series in enumerate(all_series):
            one = ready.get(series.company_id)
            seconds = time.monotonic() - began
            if one is None:
                reason = reasons[series.company_id]
                outcomes.append(
                    _write_failure(series, reason, folder, run_at, settings, beliefs, seconds)
                )
            else:
                outcomes.append(
                    _write(series, one, errors, folder, run_at, settings, beliefs, seconds)
                )
            progress("writing", done + 1, len(all_series))
        return outcomes
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def workers(jobs: int) -> ProcessPoolExecutor | None:
    """Return a pool of single-threaded processes; None to work in this one."""
    if jobs == 1:
        return None
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    return ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=dbt.die_with_parent
    )


def fit_all(
    all_series: list[Series],
    folder: Path,
    settings: Settings,
    beliefs: Prior,
    pool: ProcessPoolExecutor | None,
    progress: Progress,
    reasons: dict[str, str],
) -> Iterator[tuple[str, Fitted]]:
    """Yield the fits of each company, from the cache where nothing changed."""
    cache = folder / ".cache"
    todo: dict[str, tuple[str, list[Task]]] = {}
    for series in all_series:
        try:
            company.check(series)
        except NoForecastError as error:
            reasons[series.company_id] = str(error)
            continue
        key = fit_key(series, settings, beliefs)
        if (kept := company.cached(cache, series.company_id, key)) is not None:
            yield series.company_id, kept
        else:
            todo[series.company_id] = (key, company.tasks(series, settings))
    total = sum(len(tasks) for _, tasks in todo.values())
    windows: dict[str, dict[int, Window]] = collections.defaultdict(dict)
    left = {name: len(tasks) for name, (_, tasks) in todo.items()}
    results = _results(todo, settings, beliefs, pool)
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
                    company.keep(cache, name, fitted)
                yield name, fitted


def _results(
    todo: dict[str, tuple[str, list[Task]]],
    settings: Settings,
    beliefs: Prior,
    pool: ProcessPoolExecutor | None,
) -> Iterator[tuple[str, int, Window | None, str]]:
    """Yield (company, place of the task, window or None, error) as they are done."""
    calls = [
        (name, place, task) for name, (_, tasks) in todo.items() for place, task in enumerate(tasks)
    ]
    if pool is None:
        for name, place, task in calls:
            window, error = _attempt(task, settings, beliefs)
            yield name, place, window, error
        return
    futures: dict[Future, tuple[str, int]] = {
        pool.submit(_attempt, task, settings, beliefs): (name, place) for name, place, task in calls
    }
    for future in as_completed(futures):
        name, place = futures.pop(future)
        window, error = future.result()
        yield name, place, window, error


def _attempt(task: Task, settings: Settings, beliefs: Prior) -> tuple[Window | None, str]:
    """Fit; what a library raises becomes a reason, so that one company stops no other."""
    try:
        return company.run_task(task, settings, beliefs), ""
    except Exception as error:
        lines = str(error).splitlines() or [""]
        return None, f"{type(error).__name__}: {lines[0]}"


def fit_key(series: Series, settings: Settings, beliefs: Prior) -> str:
    """Return a hash of everything that a company's fits depend on."""
    parts = [
        series.fingerprint(),
        dataclasses.asdict(settings),
        company.library_versions(),
        prior.to_json(beliefs),
        _FITS,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class _Donors:
    """Seasons that companies could lend, by cutoff; the shipped ones where few can."""

    def __init__(self, all_series: list[Series], beliefs: Prior, settings: Settings) -> None:
        self._series, self._beliefs, self._settings = all_series, beliefs, settings
        self._known: dict[tuple[str, np.datetime64], np.ndarray | None] = {}

    def at(self, company_id: str, cutoff: np.datetime64) -> np.ndarray:
        """Return the log indices (d, 52) that others lend to a company at a cutoff."""
        found = []
        for series in self._series:
            if series.company_id == company_id:
                continue
            key = (series.company_id, cutoff)
            if key not in self._known:
                self._known[key] = company.season_at(series, cutoff, self._settings)
            if self._known[key] is not None:
                found.append(self._known[key])
        if len(found) < self._settings.least_pooled_companies:
            found += list(self._beliefs.donors)
        return np.array(found).reshape(-1, 52)


def _seasoned(
    all_series: list[Series], fitted: dict[str, Fitted], donors: _Donors, settings: Settings
) -> dict[str, Fitted]:
    """Return the fits with seasons borrowed where a company has not seen a year."""

    def one(name: str, window: Window) -> Window:
        if window.way == "long":
            return window
        seed = seed_of(settings, f"{name} season", window.character.size)
        lent = donors.at(name, window.cutoff_date)
        return calibration.seasoned(window, lent, settings, seed)

    return {
        name: dataclasses.replace(
            fits,
            windows=tuple(one(name, window) for window in fits.windows),
            forecast=one(name, fits.forecast),
        )
        for name in (series.company_id for series in all_series)
        if (fits := fitted.get(name)) is not None
    }


def _tables(
    name: str, window: Window, errors: Errors, settings: Settings, beliefs: Prior
) -> dict[int, Table]:
    return {
        horizon: calibration.table(errors, name, window, horizon, beliefs, settings)
        for horizon in settings.horizons
    }


def _write(
    series: Series,
    fitted: Fitted,
    errors: Errors,
    folder: Path,
    run_at: dt.datetime,
    settings: Settings,
    beliefs: Prior,
    seconds: float,
) -> Outcome:
    name, forecast = series.company_id, fitted.forecast
    grade, reason = company.grade(series, forecast, settings)
    tables = _tables(name, forecast, errors, settings, beliefs)
    digest = hashlib.sha256(fitted.key.encode() + forecast.paths.tobytes())
    for table in tables.values():
        digest.update(table.z.tobytes() + table.probability.tobytes())
    newest = _newest(folder / name)
    if newest is not None and newest[1] == digest.hexdigest():
        return Outcome(name, grade, reason, is_new=False, folder=newest[0])

    run = {"company_id": name, "run_id": _run_id(run_at)}
    paths = calibration.calibrate(forecast, tables, settings, beliefs) * forecast.scale
    written = output.forecast_tables(
        paths, series.last_date + 1, forecast.cutoff_date, settings, run
    )
    rows = []
    for window in fitted.windows:
        by_horizon = _tables(name, window, errors, settings, beliefs)
        calibrated = calibration.calibrate(window, by_horizon, settings, beliefs)
        rows += scores.rows(window, calibrated, settings)
    if rows:
        columns = {key: [row[key] for row in rows] for key in rows[0]}
        written["backtests"] = output.table("backtests", columns, run)
    longest = tables[settings.horizon_days]
    cutoffs = np.array([w.cutoff_date for w in fitted.windows], "datetime64[D]")
    record = {
        "grade": grade,
        "grade_reason": reason,
        "trained_through_date": forecast.cutoff_date.item(),
        "history_day_count": forecast.character.size,
        "closed_day_count": int(series.known(settings).is_closed.sum()),
        "has_closure": forecast.has_closure,
        "undeveloped_refund_share": _outstanding_share(series, settings),
        "members": json.dumps({key: round(value, 3) for key, value in forecast.weights.items()}),
        "calibration": longest.label,
        "calibration_window_count": longest.window_count,
        "backtest_window_count": len(fitted.windows),
        "effective_window_count": calibration.effective(cutoffs, settings.horizon_days),
        "path_count": len(paths),
        "input_hash": digest.hexdigest(),
    }
    written["runs"] = _record(series, record, run, run_at, settings, seconds)
    target = folder / name / run["run_id"]
    output.write(target, written)
    return Outcome(name, grade, reason, is_new=True, folder=target)


def _write_failure(
    series: Series,
    reason: str,
    folder: Path,
    run_at: dt.datetime,
    settings: Settings,
    beliefs: Prior,
    seconds: float,
) -> Outcome:
    name = series.company_id
    key = hashlib.sha256(f"{fit_key(series, settings, beliefs)} {reason}".encode()).hexdigest()
    newest = _newest(folder / name)
    if newest is not None and newest[1] == key:
        return Outcome(name, "failed", reason, is_new=False, folder=newest[0])
    run = {"company_id": name, "run_id": _run_id(run_at)}
    record = {
        "grade": "failed",
        "grade_reason": reason,
        "trained_through_date": None,
        "history_day_count": series.size,
        "closed_day_count": 0,
        "has_closure": False,
        "undeveloped_refund_share": None,
        "members": "{}",
        "calibration": "none",
        "calibration_window_count": 0,
        "backtest_window_count": 0,
        "effective_window_count": 0.0,
        "path_count": 0,
        "input_hash": key,
    }
    target = folder / name / run["run_id"]
    output.write(target, {"runs": _record(series, record, run, run_at, settings, seconds)})
    return Outcome(name, "failed", reason, is_new=True, folder=target)


def _record(
    series: Series,
    record: dict[str, object],
    run: dict[str, str],
    run_at: dt.datetime,
    settings: Settings,
    seconds: float,
) -> pa.Table:
    same = {
        "run_at": run_at,
        "first_revenue_date": series.first_date.item(),
        "last_revenue_date": series.last_date.item(),
        "horizon_days": settings.horizon_days,
        "has_negative_days": bool((series.net() < 0).any()),
        "seed": settings.seed,
        "settings": json.dumps(dataclasses.asdict(settings)),
        "library_versions": json.dumps(company.library_versions()),
        "run_seconds": round(seconds, 1),
    }
    return output.table("runs", same | record, run)


def _outstanding_share(series: Series, settings: Settings) -> float:
    recent = slice(-settings.recent_days, None)
    gross = float(series.gross[recent].sum())
    to_come = float((series.net() - series.developed())[recent].sum())
    return to_come / gross if gross > 0 else 0.0


def _run_id(run_at: dt.datetime) -> str:
    return run_at.strftime("%Y%m%dT%H%M%S%fZ")


def _newest(folder: Path) -> tuple[Path, str] | None:
    """Return the folder and input hash of a company's newest whole run."""
    for run in sorted(folder.glob("[0-9]*"), reverse=True):
        file = run / "runs.parquet"
        if file.exists():
            return run, pq.read_table(file, columns=["input_hash"]).column(0)[0].as_py()
    return None
