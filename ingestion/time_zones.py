"""When the clocks of a time zone change, from Python's time zone database."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def offset_changes(
    time_zone: str, since: datetime, until: datetime
) -> list[dict[str, datetime | int]]:
    """Return from when on (UTC, to the minute) the zone has which offset in minutes.

    The first is at `since`. `since` and `until` are days, UTC without saying so as DuckDB
    has timestamps. Clocks that change twice within a day are not seen. Raises
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

    days = [since + timedelta(days=day) for day in range((until - since).days + 1)]
    offsets = [zone.fromutc(day.replace(tzinfo=zone)).utcoffset() for day in days]
    found = [change(since)]
    for day, before, after in zip(days, offsets, offsets[1:], strict=False):
        if before != after:
            minute = bisect_left(
                range(24 * 60),
                True,
                key=lambda minute, day=day: offset(day + timedelta(minutes=minute)) != offset(day),
            )
            found.append(change(day + timedelta(minutes=minute)))
    return found
