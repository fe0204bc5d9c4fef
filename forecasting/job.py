"""A run: fit every company in parallel, calibrate them together, write what changed."""

from __future__ import annotations

from forecasting import record
from forecasting.revenue import company, fits, seasonality
from forecasting.revenue.company import Fitted
from forecasting.revenue.fits import Progress
from forecasting.revenue.own_weights import with_own_weights
from forecasting.revenue.series import Series
from forecasting.revenue.z_tables import Errors
from forecasting.run import Run


def run_all(
    all_series: list[Series],
    run: Run,
    jobs: int,
    progress: Progress = lambda stage, done, total: None,
) -> list[record.Outcome]:
    """Forecast the companies and write what changed of each under the run's folder.

    The result does not depend on `jobs`, the number of processes. A company that cannot be
    forecast gets a record with the grade `failed` and the reason, and stops no other. With
    `run.only` these companies are forecast; the fits that earlier runs kept of the others
    calibrate them.
    """
    fitted, errors, reasons = fit_all(all_series, run, jobs, progress)
    outcomes = []
    wanted = [series for series in all_series if run.forecasts(series.company_id)]
    for done, series in enumerate(wanted, 1):
        if (one := fitted.get(series.company_id)) is None:
            outcomes.append(record.write_failure(series, reasons[series.company_id], run))
        else:
            outcomes.append(record.write(series, one, errors, run))
        progress("writing", done, len(wanted))
    return outcomes


def fit_all(
    all_series: list[Series], run: Run, jobs: int, progress: Progress
) -> tuple[dict[str, Fitted], Errors, dict[str, str]]:
    """Return the fits by company, the errors that calibrate them, and why others have no fit."""
    pool = fits.workers(jobs)
    try:
        reasons: dict[str, str] = {}
        fitted = dict(fits.fit_all(all_series, run, pool, progress, reasons))
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)
    fitted = seasonality.with_borrowed_seasonality(all_series, fitted, run)
    fitted = {name: with_own_weights(one, run.settings) for name, one in fitted.items()}
    errors = Errors.of(
        [row for name in fitted for row in company.errors(name, fitted[name].windows, run)]
    )
    return fitted, errors, reasons
