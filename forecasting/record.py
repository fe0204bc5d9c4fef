"""Calibrate a company's fits, score its backtests, and write its run and the record of it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from forecasting import output
from forecasting.advances import tables as advances
from forecasting.advances.stresses import YEAR, average_month, of_company
from forecasting.revenue import calibration, company, scores, z_tables
from forecasting.revenue.backtest import Window, totals
from forecasting.revenue.company import Fitted
from forecasting.revenue.components import components
from forecasting.revenue.fits import fit_key
from forecasting.revenue.series import Series
from forecasting.revenue.z_tables import Errors
from forecasting.run import Run
from forecasting.settings import Settings


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of a company: its grade, the reason, and whether a new run was written."""

    company_id: str
    grade: str
    reason: str
    is_new: bool
    folder: Path | None = None


def write(series: Series, fitted: Fitted, errors: Errors, run: Run) -> Outcome:
    """Write the run of a company whose fits exist, unless nothing changed since its newest.

    `errors` are its own and those of the companies it learns from.
    """
    name, settings, forecast = series.company_id, run.settings, fitted.forecast
    grade, reason = company.grade(series, forecast, settings)
    tables = z_tables.tables(errors, name, forecast, run)
    digest = hashlib.sha256(fitted.key.encode() + forecast.paths.tobytes())
    for table in tables.values():
        digest.update(table.z.tobytes() + table.probability.tobytes())
    stresses, month = of_company(series, settings.recent_days), average_month(series)
    # What is asked for as of a day stands in no record of forecasts, though it knew all there is.
    digest.update(f"{advances.fingerprint(stresses, month, run.grid)} {run.as_of}".encode())
    last = newest(run.folder / name)
    if last is not None and last[1]["input_hash"] == digest.hexdigest():
        return Outcome(name, grade, reason, is_new=False, folder=last[0])

    ids = {"company_id": name, "run_id": run.run_id}
    paths = calibration.calibrate(forecast, tables, run) * forecast.scale
    first_day, trained_through = series.last_date + 1, forecast.cutoff_date
    written = output.forecast_tables(paths, first_day, trained_through, settings, ids)
    written |= advances.tables(paths, stresses, month, run.grid, ids)
    written["components"] = _components(series, forecast, paths, run, ids)
    rows = []
    for window in fitted.windows:
        by_horizon = z_tables.tables(errors, name, window, run)
        calibrated = calibration.calibrate(window, by_horizon, run)
        rows += scores.rows(window, calibrated, settings)
    if rows:
        columns = {key: [row[key] for row in rows] for key in rows[0]}
        written["backtests"] = output.table("backtests", columns, ids)
    longest = tables[settings.horizon_days]
    cutoffs = np.array([w.cutoff_date for w in fitted.windows], "datetime64[D]")
    record = {
        "grade": grade,
        "grade_reason": reason,
        "trained_through_date": forecast.cutoff_date.item(),
        "history_day_count": forecast.character.size,
        "closed_day_count": int(series.training_data(settings).is_closed.sum()),
        "has_closure": forecast.has_closure,
        "undeveloped_refund_share": _outstanding_share(series, settings),
        "members": json.dumps({key: round(value, 3) for key, value in forecast.weights.items()}),
        "calibration": longest.label,
        "calibration_window_count": longest.window_count,
        "backtest_window_count": len(fitted.windows),
        "effective_window_count": z_tables.effective(cutoffs, settings.horizon_days),
        "path_count": len(paths),
        "input_hash": digest.hexdigest(),
    }
    written["runs"] = _record(series, record, ids, run)
    target = run.folder / name / run.run_id
    output.write(target, written)
    return Outcome(name, grade, reason, is_new=True, folder=target)


def _components(
    series: Series, forecast: Window, paths: np.ndarray, run: Run, ids: dict[str, str]
) -> pa.Table:
    """Return what the median totals of calibrated paths (count, horizon), in currency, are of."""
    # As the totals are written: of paths rounded to cents.
    median = np.median(totals(np.round(paths, 2), run.settings), axis=0)
    found = components(series, forecast, median, run.settings)
    columns = {
        "horizon_days": np.tile(run.settings.horizons, len(found)),
        "component_id": np.repeat(list(found), len(run.settings.horizons)),
        "net_revenue_amount": np.concatenate(list(found.values())),
    }
    return output.table("components", columns, ids)


def write_failure(series: Series, reason: str, run: Run) -> Outcome:
    """Write the run of a company that cannot be forecast: a record with the reason, no numbers."""
    name = series.company_id
    key = hashlib.sha256(f"{fit_key(series, run)} {reason}".encode()).hexdigest()
    last = newest(run.folder / name)
    if last is not None and last[1]["input_hash"] == key:
        return Outcome(name, "failed", reason, is_new=False, folder=last[0])
    ids = {"company_id": name, "run_id": run.run_id}
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
    target = run.folder / name / run.run_id
    output.write(target, {"runs": _record(series, record, ids, run)})
    return Outcome(name, "failed", reason, is_new=True, folder=target)


def _record(series: Series, record: dict[str, object], ids: dict[str, str], run: Run) -> pa.Table:
    same = {
        "run_at": run.run_at,
        "first_revenue_date": series.first_date.item(),
        "last_revenue_date": series.last_date.item(),
        "asked_as_of_date": run.as_of,
        "trailing_gross_amount": float(series.gross[_trailing(series)].sum()),
        "horizon_days": run.settings.horizon_days,
        "has_negative_days": bool((series.net() < 0).any()),
        "seed": run.settings.seed,
        "settings": json.dumps(dataclasses.asdict(run.settings)),
        "library_versions": json.dumps(company.library_versions()),
        "run_seconds": run.seconds(),
    }
    return output.table("runs", same | record, ids)


def _trailing(series: Series) -> slice:
    """Return which days are the last year of those that a forecast knows."""
    known = series.whole_days().stop
    return slice(max(known - YEAR, 0), known)


def _outstanding_share(series: Series, settings: Settings) -> float:
    recent = slice(-settings.recent_days, None)
    gross = float(series.gross[recent].sum())
    to_come = float((series.net() - series.net_of_expected_refunds())[recent].sum())
    return to_come / gross if gross > 0 else 0.0


def newest(folder: Path) -> tuple[Path, dict[str, object]] | None:
    """Return the folder and the record of a company's newest whole run."""
    for run in sorted(folder.glob("[0-9]*"), reverse=True):
        file = run / "runs.parquet"
        if file.exists():
            return run, pq.read_table(file).to_pylist()[0]
    return None
