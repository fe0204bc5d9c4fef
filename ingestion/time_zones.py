"""When the clocks of a time zone change, from Python's time zone database."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

#: Every zone's clocks stayed longer than this between two changes, since 1990; asking each day
#: takes four times as long.
_STEP_DAYS = 4


def offset_changes(
    time_zone: str, since: datetime, until: datetime
) -> list[dict[str, datetime | int]]:
    """Return from when on (UTC, to the minute) the zone has which offset in minutes.

    The first is at `since`. `since` and `until` are days, UTC without saying so as DuckDB
    has timestamps. Clocks that change twice within four days are not seen. Raises
    ZoneInfoNotFoundError.
    """
    zone = ZoneInfo(time_zone)

    def offset(at: datetime) -> timedelta:
        return zone.fromutc(at.replace(tzinfo=zone)).utcoffset() or timedelta()

    def change(utc_from: datetime) -> dict[str, datetime | int]:
        return {
            "utc_from": utc_from,
            "offset_minutes": offset(utc_from) // timedelta(minutes=1),
        }

    days = (until - since).days
    asked = [*(since + timedelta(days=day) for day in range(0, days, _STEP_DAYS)), until]
    offsets = [zone.fromutc(day.replace(tzinfo=zone)).utcoffset() for day in asked]
    found = [change(since)]
    for start, end, before, after in zip(asked, asked[1:], offsets, offsets[1:], strict=False):
        if before != after:
            minute = bisect_left(
                range((end - start) // timedelta(minutes=1)),
                True,
                key=lambda minute, start=start, before=before: (
                    offset(start + timedelta(minutes=minute)) != before
                ),
            )
            found.append(change(start + timedelta(minutes=minute)))
    return found
