"""Which months are reported, and the files they go to."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from reporting import document, reading, words
from reporting.monthly import company as one_company
from reporting.monthly import portfolio
from warehouse.errors import PaidnetError
from warehouse.terminal import progress


def write(
    release: reading.Release, wanted: dt.date | None, only: list[str], folder: Path
) -> tuple[dict[str, Path], dict[str, str]]:
    """Write the reports; return name → file, and company → why it has none.

    Raises PaidnetError when a company of `only`, or every company, can have no report.
    """
    months, without = _months(release, wanted, only)
    latest = max(row["revenue_month"] for row in months.values())
    written: dict[str, Path] = {}
    lines = []
    with progress() as bar:
        for company_id in bar.track(months, description="reports"):
            found = release.company(months[company_id])
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


def _months(
    release: reading.Release, wanted: dt.date | None, only: list[str]
) -> tuple[dict[str, reading.Row], dict[str, str]]:
    """Return company → the month's row, and company → why there is none."""
    left_out = {name: words.quarantine(rows) for name, rows in release.left_out().items()}
    if unknown := sorted(set(only) - set(release.companies) - set(left_out)):
        raise reading.unknown(release, unknown)
    months = {}
    without = {name: why for name, why in left_out.items() if not only or name in only}
    for company_id in sorted(set(only or release.companies) - set(left_out)):
        month, reason = release.month(company_id, wanted)
        if month is None:
            without[company_id] = reason
        else:
            months[company_id] = month
    if without and (only or not months):
        raise PaidnetError(
            f"there is nothing to report of {f'{wanted:%Y-%m}' if wanted else 'any month'}",
            found="\n".join(f"{name}: {why}" for name, why in without.items()),
            expected="a month of the company's log",
            fix="choose a month that the log covers with --month YYYY-MM",
        )
    return months, without
