"""When the clocks of a time zone change, from Python's time zone database."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from itertools import pairwise
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

    def offset(at: datetime) -> int:
        local = at.replace(tzinfo=UTC).astimezone(zone)
        return (local.utcoffset() or timedelta()) // timedelta(minutes=1)

    days = [since + timedelta(days=day) for day in range((until - since).days + 1)]
    found = [{"utc_from": since, "offset_minutes": offset(since)}]
    for (day, before), (_, after) in pairwise((day, offset(day)) for day in days):
        if before != after:
            minutes = [day + timedelta(minutes=minute) for minute in range(24 * 60 + 1)]
            change = bisect_left(minutes, True, key=lambda at, was=before: offset(at) != was)
            found.append({"utc_from": minutes[change], "offset_minutes": after})
    return found
