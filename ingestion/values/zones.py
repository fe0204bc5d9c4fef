"""Time zones as exports name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import yaml


@cache
def _zones() -> dict[str, dict[str, str | int]]:
    return yaml.load((Path(__file__).parent / "zones.yml").read_text(), yaml.CSafeLoader)


def zone_of(name: str, company_zone: str) -> int | str | None:
    """Return a zone's minutes east of Greenwich, or its IANA name; None for an unknown one.

    `name` is as an export writes it: an offset, an abbreviation, a name in lower case.
    """
    name = re.sub(r" \(.*\)$", "", name.strip().lower()).strip("()")
    bare = re.sub("^(utc|gmt) ?", "", name)
    if offset := re.fullmatch(r"([+-])(\d{1,2}):?(\d{2})?", bare):
        total = int(offset[2]) * 60 + int(offset[3] or 0)
        return (-total if offset[1] == "-" else total) if total <= 18 * 60 else None
    known = _zones()
    for own, minutes in _clocks(company_zone):
        if own == name and name not in {"utc", "gmt"}:
            return minutes
    if name in known["abbreviations"]:
        return known["abbreviations"][name]
    if name in known["names"]:
        return known["names"][name]
    return _by_lower_name().get(name)


def _clocks(zone: str) -> list[tuple[str, int]]:
    """Return the abbreviation and the minutes east of Greenwich of a zone, in January and July."""
    days = (datetime(2024, month, 1, tzinfo=ZoneInfo(zone)) for month in (1, 7))
    return [
        ((day.tzname() or "").lower(), (day.utcoffset() or timedelta()) // timedelta(minutes=1))
        for day in days
    ]


def is_own(written: str, zone: str) -> bool:
    """Whether an abbreviation is one of a zone's, or an offset is its all year."""
    clocks = _clocks(zone)
    offsets = {minutes for _, minutes in clocks}
    return written.lower() in dict(clocks) or offsets == {zone_of(written, "UTC")}


def same_clock(one: str, other: str) -> bool:
    """Whether two zones have the same offsets in winter and in summer."""
    return [minutes for _, minutes in _clocks(one)] == [minutes for _, minutes in _clocks(other)]


@dataclass(frozen=True)
class InHeader:
    """The zone that a column's name says, and the `rest` of the name.

    `zone` is an IANA name; None where its `letters` name several zones, or half hours. `fixed`
    is the zone of the same letters without summer time, where that makes a difference: PST may
    be the clock of Los Angeles, or always 8 hours behind.
    """

    rest: str
    letters: str
    zone: str | None = None
    fixed: str | None = None


def in_header(name: str) -> InHeader | None:
    """Return the zone that a column's name says; None where it says none."""
    found = re.fullmatch(r"(.+?)[ _]*[(\[]([^()\[\]]+(?:\([^()]*\))?[^()\[\]]*)[)\]] *", name)
    found = found or re.fullmatch(r"(.+?)[ _-]([A-Z]{3,4})", name)
    if found is None:
        return None
    rest, written = found[1], found[2].strip().lower()
    zone = zone_of(written, "UTC")
    if zone is None:
        is_shared = written in _zones()["ambiguous"]
        return InHeader(rest, written.upper()) if is_shared else None
    if isinstance(zone, str):
        return InHeader(rest, written.upper(), zone)
    if zone % 60:
        return InHeader(rest, written.upper())
    fixed = f"Etc/GMT{-zone // 60:+d}" if zone else "UTC"
    if (place := _zones()["places"].get(written)) is not None:
        return InHeader(rest, written.upper(), str(place), fixed)
    return InHeader(rest, written.upper(), fixed)


def offset_text(minutes: int) -> str:
    """Return an offset as ISO 8601 writes it."""
    sign, size = ("-" if minutes < 0 else "+"), abs(minutes)
    return f"{sign}{size // 60:02d}:{size % 60:02d}" if minutes else "Z"


@cache
def _by_lower_name() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}
