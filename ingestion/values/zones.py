"""Time zones as exports name them."""

from __future__ import annotations

import re
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
    for when in (datetime(2024, 1, 1), datetime(2024, 7, 1)):
        own = when.replace(tzinfo=ZoneInfo(company_zone))
        if (own.tzname() or "").lower() == name and name not in {"utc", "gmt"}:
            return (own.utcoffset() or timedelta()) // timedelta(minutes=1)
    if name in known["abbreviations"]:
        return known["abbreviations"][name]
    if name in known["names"]:
        return known["names"][name]
    return _by_lower_name().get(name)


def in_header(name: str) -> tuple[str, str | None, str] | None:
    """Return the zone that a column's name says, and the rest of the name; None where it says none.

    The zone is an IANA name; the second is that of the same letters as one fixed offset, where
    summer time makes a difference: PST may be the clock of Los Angeles or always 8 hours behind.
    Letters that name several zones are given as they are.
    """
    found = re.fullmatch(r"(.+?)[ _]*[(\[]([^()\[\]]+(?:\([^()]*\))?[^()\[\]]*)[)\]] *", name)
    found = found or re.fullmatch(r"(.+?)[ _-]([A-Z]{3,4})", name)
    if found is None:
        return None
    rest, written = found[1], found[2].strip().lower()
    zone = zone_of(written, "UTC")
    if zone is None and written in _zones()["ambiguous"]:
        return written.upper(), None, rest
    if isinstance(zone, str) or zone is None:
        return (zone, None, rest) if zone else None
    fixed = "UTC" if zone == 0 else f"Etc/GMT{-zone // 60:+d}"
    place = _zones()["places"].get(written)
    if place is None and zone % 60:
        return None
    return (str(place), fixed, rest) if place else (fixed, None, rest)


def offset_text(minutes: int) -> str:
    """Return an offset as ISO 8601 writes it."""
    sign, size = ("-" if minutes < 0 else "+"), abs(minutes)
    return f"{sign}{size // 60:02d}:{size % 60:02d}" if minutes else "Z"


@cache
def _by_lower_name() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}
