"""Which month of each company is reported."""

from __future__ import annotations

import datetime as dt

from reporting import reading, words
from reporting.reading import Release, Row
from warehouse.errors import PaidnetError


def reported(
    release: Release, wanted: dt.date | None, only: list[str]
) -> tuple[dict[str, Row], dict[str, str]]:
    """Return company → the month's row, and company → why there is none.

    Raises PaidnetError when a company of `only`, or every company, has none.
    """
    left_out = {name: words.quarantine(rows) for name, rows in release.left_out().items()}
    if missing := sorted(set(only) - set(release.companies) - set(left_out)):
        raise reading.unknown(release, missing)
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
