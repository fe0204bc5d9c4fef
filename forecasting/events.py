"""Write seeds/reference/holidays.csv: `python -m forecasting.events`.

Public holidays come from the library `holidays`. It has no shopping events, so Black Friday and
Cyber Monday are added for every country (`*`) and Singles' Day where it is one, moving the day
before and after as well; and no seasons that move with a calendar of their own: Ramadan and Golden
Weeks, of which each day counts alike.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

SEED = Path(__file__).resolve().parents[1] / "seeds" / "reference" / "holidays.csv"
YEARS = range(1996, 2036)
COUNTRIES = (
    *("AE", "AT", "AU", "BE", "BR", "CA", "CH", "CN", "CZ", "DE", "DK", "EG", "ES", "FI", "FR"),
    *("GB", "GR", "HK", "HU", "ID", "IE", "IN", "IT", "JP", "KR", "KW", "MA", "MX", "MY", "NL"),
    *("NO", "NZ", "PK", "PL", "PT", "QA", "RO", "SA", "SE", "SG", "SK", "TR", "US", "ZA"),
)
_RAMADAN = ("AE", "EG", "ID", "KW", "MA", "MY", "PK", "QA", "SA", "TR")
_SINGLES_DAY = ("CN", "HK", "ID", "MY", "SG")
_RAMADAN_DAYS, _GOLDEN_DAYS = 30, 7
_SEASONS_FROM = 2010  # logs of shops that sell online by them are no older
_THURSDAY = 3


def shopping_events(year: int) -> list[tuple[str, dt.date]]:
    """Return Black Friday and Cyber Monday: after the fourth Thursday of November."""
    first = dt.date(year, 11, 1)
    thanksgiving = first + dt.timedelta(days=(_THURSDAY - first.weekday()) % 7 + 21)
    return [
        ("Black Friday", thanksgiving + dt.timedelta(days=1)),
        ("Cyber Monday", thanksgiving + dt.timedelta(days=4)),
    ]


def rows() -> list[tuple[str, dt.date, str, int, int]]:
    """Return (country, date, name, days before, days after) of every event, sorted."""
    found = [("*", day, name, 1, 1) for year in YEARS for name, day in shopping_events(year)]
    for country in COUNTRIES:
        # Days off in place of others have a name each, of which nothing can be learnt.
        found += [
            (country, day, name, 0, 0)
            for day, names in _holidays(country).items()
            for name in names
            if "substituted" not in name.lower()
        ]
    return sorted(found + seasons())


def _holidays(country: str) -> dict[dt.date, set[str]]:
    """Return the names of each public holiday of a country."""
    import holidays

    calendar = holidays.country_holidays(country, years=YEARS, language="en_US", observed=False)
    return {
        day: {name.removesuffix(" (estimated)") for name in calendar.get_list(day)}
        for day in calendar
    }


def seasons() -> list[tuple[str, dt.date, str, int, int]]:
    """Return the rows of seasons that last for days, and of Singles' Day, in their countries."""
    years = range(_SEASONS_FROM, YEARS.stop)
    found = [
        (country, dt.date(year, 11, 11), "Singles' Day", 1, 1)
        for country in _SINGLES_DAY
        for year in years
    ]
    for eid in _first_days("AE", "Eid al-Fitr"):
        first = eid - dt.timedelta(days=_RAMADAN_DAYS)
        for country in _RAMADAN:
            found += _each_day(country, first, _RAMADAN_DAYS, "Ramadan")
    for year in years:
        found += _each_day("JP", dt.date(year, 4, 29), _GOLDEN_DAYS, "Golden Week")
        found += _each_day("CN", dt.date(year, 10, 1), _GOLDEN_DAYS, "National Day Golden Week")
    for first in _first_days("CN", "Chinese New Year (Spring Festival)"):
        found += _each_day("CN", first, _GOLDEN_DAYS, "Spring Festival Golden Week")
    return found


def _first_days(country: str, name: str) -> list[dt.date]:
    """Return the first day of each run of days of a name, from the year on that seasons begin."""
    days = {day for day, names in _holidays(country).items() if name in names}
    return sorted(
        day for day in days if day.year >= _SEASONS_FROM and day - dt.timedelta(days=1) not in days
    )


def _each_day(
    country: str, first: dt.date, days: int, name: str
) -> list[tuple[str, dt.date, str, int, int]]:
    return [(country, first + dt.timedelta(days=day), name, 0, 0) for day in range(days)]


def write(path: Path = SEED) -> int:
    """Write the seed and return its number of rows."""
    table = rows()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["country", "holiday_date", "holiday_name", "days_before", "days_after"])
        writer.writerows(table)
    return len(table)


if __name__ == "__main__":
    print(f"{write()} rows to {SEED}")
