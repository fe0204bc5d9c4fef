"""A run: fit every company in parallel, calibrate them together, write what changed."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from forecasting import record
from forecasting.lessons import Lessons
from forecasting.revenue import company, fits, seasonality
from forecasting.revenue.company import Fitted
from forecasting.revenue.fits import Progress
from forecasting.revenue.own_weights import with_own_weights
from forecasting.revenue.series import Series
from forecasting.revenue.z_tables import Errors
from forecasting.run import Run

_PARTS = 5  # in which each process writes, and says so


def run_all(
    all_series: list[Series],
    run: Run,
    jobs: int,
    progress: Progress = lambda stage, done, total: None,
    lessons: Lessons | None = None,
) -> list[record.Outcome]:
    """Forecast the companies and write what changed of each under the run's folder.

    The result does not depend on `jobs`, the number of processes. A company that cannot be
    forecast gets a record with the grade `failed` and the reason, and stops no other. With
    `run.only` these companies are forecast. Lessons that stand calibrate them; otherwise the fits
    of all companies do, which `lessons` keeps.
    """
    wanted = [series for series in all_series if run.forecasts(series.company_id)]
    with fits.workers(jobs) as pool:
        with fits.fitters(pool) as fitters:
            if lessons is not None and lessons.are_standing:
                found = fit_taught(wanted, run, fitters, progress, lessons)
            else:
                found = fit_all(all_series, run, fitters, progress)
                if lessons is not None:
                    lessons.learn(found.errors, all_series)
        outcomes: list[record.Outcome] = []
        for some in _written(wanted, found, jobs, pool):
            outcomes += some
            progress("writing", len(outcomes), len(wanted))
    return outcomes


def _written(
    wanted: list[Series], found: Found, jobs: int, pool: ProcessPoolExecutor | None
) -> Iterator[list[record.Outcome]]:
    """Yield what became of some companies after others, in their order."""
    if pool is None:
        yield from ([_write(series, found)] for series in wanted)
        return
    # With each part goes what was found of all companies: few parts, but more than processes.
    size = -(-len(wanted) // (_PARTS * jobs)) or 1
    parts = [wanted[first : first + size] for first in range(0, len(wanted), size)]
    yield from pool.map(functools.partial(_write_some, found=found), parts)


def _write_some(some: list[Series], found: Found) -> list[record.Outcome]:
    return [_write(series, found) for series in some]


def _write(series: Series, found: Found) -> record.Outcome:
    one = found.of(series)
    if one is not None:
        return record.write(series, one, found.around(series, one), found.run)
    reason = found.reasons.get(series.company_id, "its kept fits cannot be read")
    return record.write_failure(series, reason, found.run)


@dataclasses.dataclass(frozen=True)
class Found:
    """The fits of a run, and what they teach each other.

    One company's are in memory at a time: those of a thousand do not fit.

    Attributes:
        errors: of the completed windows of all companies, as they teach.
        reasons: why a company has no fits.
        are_of_before: whether the errors were learnt in an earlier run.
    """

    run: Run
    donors: seasonality.Donors
    errors: Errors
    reasons: dict[str, str]
    are_of_before: bool = False

    def of(self, series: Series) -> Fitted | None:
        """Return a company's fits, with its season borrowed and its members weighed."""
        if series.company_id in self.reasons:
            return None
        return _finished(series, self.donors, self.run)

    def around(self, series: Series, one: Fitted) -> Errors:
        """Return what calibrates a company: its own errors of today, and those of its teachers."""
        name = series.company_id
        around = self.errors.around(name)
        if not self.are_of_before:
            return around
        return around.with_own(name, company.errors(name, one.windows, self.run))


def fit_taught(
    wanted: list[Series],
    run: Run,
    pool: fits.Pool | None,
    progress: Progress,
    lessons: Lessons,
) -> Found:
    """Fit companies that learn from what others taught in an earlier run."""
    reasons: dict[str, str] = {}
    for _ in fits.fit_all(wanted, run, pool, progress, reasons):
        pass
    lenders = seasonality.Donors(lessons.series(), run)
    return Found(run, lenders, lessons.errors, reasons, are_of_before=True)


def fit_all(
    all_series: list[Series], run: Run, pool: fits.Pool | None, progress: Progress
) -> Found:
    """Fit the companies of a run and return what was found."""
    donors = seasonality.Donors(all_series, run)
    rows: dict[str, list[tuple]] = {}
    reasons: dict[str, str] = {}
    for series in fits.fit_all(all_series, run, pool, progress, reasons):
        if (one := _finished(series, donors, run)) is not None:
            rows[series.company_id] = company.errors(series.company_id, one.windows, run)
    ordered = [row for series in all_series for row in rows.get(series.company_id, ())]
    return Found(run, donors, Errors.of(ordered), reasons)


def _finished(series: Series, donors: seasonality.Donors, run: Run) -> Fitted | None:
    fitted = fits.load(series, run)
    if fitted is None:
        return None
    return with_own_weights(seasonality.with_borrowed(fitted, series, donors, run), run.settings)
