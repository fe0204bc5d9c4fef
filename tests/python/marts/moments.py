"""Places and days in which clocks and calendars go wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ZONES = (
    "UTC",
    "America/New_York",
    "Asia/Kolkata",
    "Europe/London",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
)
#: Days around which calendars go wrong: ISO week 53, year and month ends, 29 February.
HOT_DAYS = (
    "2015-12-28", "2016-02-28", "2018-12-31", "2020-12-27", "2021-01-03", "2023-12-31",
    "2024-02-28", "2024-10-31", "1990-01-03", "1999-12-31",
)  # fmt: skip


@cache
def clock_changes(time_zone: str) -> tuple[datetime, ...]:
    """Return the hours in which the zone's clocks change, 2015 to 2024, in UTC."""
    zone, at = ZoneInfo(time_zone), datetime(2015, 1, 1, tzinfo=UTC)
    hours = (at + timedelta(hours=h) for h in range(10 * 366 * 24))
    step = timedelta(hours=1)
    return tuple(
        h for h in hours
        if h.astimezone(zone).utcoffset() != (h + step).astimezone(zone).utcoffset()
    )  # fmt: skip
