"""Time zones as exports name them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import yaml

_OFFSET = re.compile(r"\b(utc|gmt) ?[+-]\d{1,2}(:?\d{2})?", re.IGNORECASE)
_UTC = re.compile(r"\b(utc|gmt)\b", re.IGNORECASE)
_PLACE = re.compile(r"[A-Za-z]+(?:/[A-Za-z_-]+){1,2}")
_BRACKETED = re.compile(r"[(\[]([A-Z]{2,5})[)\]]\s*$")


@cache
def _zones() -> dict[str, Any]:
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


def zone_of_column(name: str, company_zone: str) -> int | str | None:
    """Return the zone that the name of a column says its clock has, as `zone_of` does.

    None where it says none, or the company's own. Raises ValueError with an abbreviation that
    may be the clock of half the year or of all of it, where it is not the company's.
    """
    spaced = name.replace("_", " ")
    if offset := _OFFSET.search(spaced):
        return zone_of(offset[0], company_zone) or "UTC"
    if _UTC.search(spaced):
        return "UTC"
    if (place := _place(name)) is not None:
        return _by_lower_name()[place.lower()]
    if (short := _abbreviation(name)) is None:
        return None
    own = {
        (day.replace(tzinfo=ZoneInfo(company_zone)).tzname() or "")
        for day in (datetime(2024, 1, 1), datetime(2024, 7, 1))
    }
    if short in own:
        return None
    if short.lower() in {*_zones()["seasonal"], *_zones()["ambiguous"]}:
        raise ValueError(short)
    return _zones()["abbreviations"][short.lower()]


def without_zone(name: str) -> str:
    """Return a column's name without the zone that it says."""
    name = _OFFSET.sub(" ", name)
    for part in filter(None, (_place(name), _abbreviation(name))):
        name = name.replace(part, " ")
    return name


def _place(name: str) -> str | None:
    found = (place.strip("_") for place in _PLACE.findall(name))
    return next((place for place in found if place.lower() in _by_lower_name()), None)


def _abbreviation(name: str) -> str | None:
    found = _BRACKETED.search(name)
    is_known = found and found[1].lower() in {*_zones()["abbreviations"], *_zones()["ambiguous"]}
    return found[1] if found and is_known else None


def offset_text(minutes: int) -> str:
    """Return an offset as ISO 8601 writes it."""
    sign, size = ("-" if minutes < 0 else "+"), abs(minutes)
    return f"{sign}{size // 60:02d}:{size % 60:02d}" if minutes else "Z"


@cache
def _by_lower_name() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}
