"""Which months are reported, and the files they go to."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from reporting import document, months, reading
from reporting.monthly import company as one_company
from reporting.monthly import portfolio
from warehouse.terminal import progress


def write(
    release: reading.Release, wanted: dt.date | None, only: list[str], folder: Path
) -> tuple[dict[str, Path], dict[str, str]]:
    """Write the reports; return name → file, and company → why it has none.

    Raises PaidnetError when a company of `only`, or every company, can have no report.
    """
    reported, without = months.reported(release, wanted, only)
    latest = max(row["revenue_month"] for row in reported.values())
    written: dict[str, Path] = {}
    lines = []
    with progress() as bar:
        for company_id in bar.track(reported, description="reports"):
            found = release.company(reported[company_id])
            # The portfolio's name is taken; no company's id begins with a line.
            name = "_portfolio" if company_id == "portfolio" else company_id
            file = folder / f"{found.month['revenue_month']:%Y-%m}" / f"{name}.docx"
            document.save(one_company.write(found, release), file)
            written[company_id] = file
            lines.append(portfolio.line(found, latest))
        if not only:
            file = folder / f"{latest:%Y-%m}" / "portfolio.docx"
            document.save(portfolio.write(lines, without, latest, release), file)
            written["all companies"] = file
    return written, without
