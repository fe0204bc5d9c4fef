"""Write seeds/reference/holidays.csv: `python -m forecasting.events`.

Public holidays come from the library `holidays`; it has no Black Friday and no Cyber Monday,
so these are added for every country (`*`), moving the day before and after as well.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

SEED = Path(__file__).resolve().parents[1] / "seeds" / "reference" / "holidays.csv"
YEARS = range(1996, 2036)
COUNTRIES = (
    *("AE", "AT", "AU", "BE", "BR", "CA", "CH", "CN", "CZ", "DE", "DK", "ES", "FI", "FR", "GB"),
    *("GR", "HK", "HU", "IE", "IN", "IT", "JP", "KR", "MX", "NL", "NO", "NZ", "PL", "PT", "RO"),
    *("SE", "SG", "SK", "TR", "US", "ZA"),
)
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
    import holidays

    found = [("*", day, name, 1, 1) for year in YEARS for name, day in shopping_events(year)]
    for country in COUNTRIES:
        calendar = holidays.country_holidays(country, years=YEARS, language="en_US", observed=False)
        for day in sorted(calendar):
            names = {name.removesuffix(" (estimated)") for name in calendar.get_list(day)}
            found += [(country, day, name, 0, 0) for name in names]
    return sorted(found)


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
