"""A run: fit every company in parallel, calibrate them together, write what changed."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

from forecasting import record
from forecasting.revenue import company, fits, lending, prior
from forecasting.revenue.calibration import Errors
from forecasting.revenue.fits import Progress
from forecasting.revenue.prior import Prior
from forecasting.revenue.series import Series
from forecasting.settings import Settings


def run(
    all_series: list[Series],
    folder: Path,
    settings: Settings,
    jobs: int,
    progress: Progress = lambda stage, done, total: None,
    beliefs: Prior | None = None,
    only: tuple[str, ...] = (),
) -> list[record.Outcome]:
    """Forecast the companies and write a run of each that changed under `folder`.

    The result does not depend on `jobs`. `beliefs` is the shipped prior unless given. A
    company that cannot be forecast gets a run with the grade `failed` and the reason, and
    stops no other. With `only` these companies are forecast; the fits that earlier runs kept of
    the others calibrate them.
    """
    began, beliefs = time.monotonic(), beliefs or prior.shipped()
    pool = fits.workers(jobs)
    try:
        reasons: dict[str, str] = {}
        found = fits.fit_all(all_series, folder, settings, beliefs, pool, progress, reasons, only)
        fitted = dict(found)
        donors = lending.Donors(all_series, beliefs, settings)
        ready = lending.seasoned(all_series, fitted, donors, settings)
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
        wanted = [one for one in all_series if not only or one.company_id in only]
        for done, series in enumerate(wanted):
            one = ready.get(series.company_id)
            seconds = time.monotonic() - began
            if one is None:
                reason = reasons[series.company_id]
                outcomes.append(
                    record.write_failure(series, reason, folder, run_at, settings, beliefs, seconds)
                )
            else:
                outcomes.append(
                    record.write(series, one, errors, folder, run_at, settings, beliefs, seconds)
                )
            progress("writing", done + 1, len(wanted))
        return outcomes
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)
