"""Which companies have a report of operations, and the files it goes to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from reporting import document, months
from reporting.operations import content, pages
from reporting.operations.parts import Report
from reporting.reading import Release
from warehouse.errors import PaidnetError
from warehouse.terminal import progress


@dataclass(frozen=True)
class Written:
    """Reports that were written, with their files, and why others were not."""

    reports: dict[str, Report] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)


def write(release: Release, wanted: dt.date | None, only: list[str], folder: Path) -> Written:
    """Write the reports, FOLDER/<YYYY-MM>/operations_<company>.html.

    A company whose report cannot be made does not keep the others from theirs. Raises PaidnetError
    when a company of `only`, or every company, can have none.
    """
    reported, without = months.reported(release, wanted, only)
    written = Written(without=without)
    failed: PaidnetError | None = None
    with progress() as bar:
        for company_id in bar.track(reported, description="reports"):
            month = reported[company_id]
            try:
                report = content.report(release.operations(month), release)
            except PaidnetError as error:
                failed = error
                without[company_id] = f"{error.title} ({error.found})"
                continue
            file = folder / f"{month['revenue_month']:%Y-%m}" / f"operations_{company_id}.html"
            document.whole(pages.page(report).encode(), file)
            written.reports[company_id], written.files[company_id] = report, file
    if failed is not None and (only or not written.files):
        raise failed
    return written
