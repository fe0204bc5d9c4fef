"""Holidays of the seed: what the library has, and shopping events and seasons that it has not."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter

import pytest

from forecasting import events

ROWS = [
    (row["country"], dt.date.fromisoformat(row["holiday_date"]), row["holiday_name"])
    for row in csv.DictReader(events.SEED.open(encoding="utf-8"))
]


def days(country: str, name: str, year: int) -> list[dt.date]:
    return sorted(day for c, day, n in ROWS if (c, n) == (country, name) and day.year == year)


@pytest.mark.parametrize(
    ("country", "name", "year", "first", "last"),
    [
        ("TR", "Ramadan", 2024, "2024-03-11", "2024-04-09"),
        ("ID", "Ramadan", 2025, "2025-02-28", "2025-03-29"),
        ("JP", "Golden Week", 2023, "2023-04-29", "2023-05-05"),
        ("CN", "National Day Golden Week", 2022, "2022-10-01", "2022-10-07"),
        ("CN", "Spring Festival Golden Week", 2024, "2024-02-10", "2024-02-16"),
        ("HK", "Singles' Day", 2024, "2024-11-11", "2024-11-11"),
        ("*", "Black Friday", 2025, "2025-11-28", "2025-11-28"),
        ("*", "Cyber Monday", 2025, "2025-12-01", "2025-12-01"),
        ("DE", "Easter Monday", 2026, "2026-04-06", "2026-04-06"),
    ],
)
def test_days_that_are_known_are_there(
    country: str, name: str, year: int, first: str, last: str
) -> None:
    """By published calendars; Ramadan begins a day earlier or later from country to country."""
    found = days(country, name, year)
    assert [found[0].isoformat(), found[-1].isoformat()] == [first, last]
    assert len(found) == (found[-1] - found[0]).days + 1, "each day of it"


def test_two_ramadans_of_one_year_are_both_there() -> None:
    """In 2030 one begins in January and one in December."""
    assert {day.month for day in days("SA", "Ramadan", 2030)} == {1, 2, 12}


def test_no_name_stands_for_one_day_that_never_comes_again() -> None:
    names = Counter((country, name) for country, _, name in ROWS)
    once = [name for (_, name), count in names.items() if count == 1]
    assert not [name for name in once if "substituted" in name.lower()]


def test_the_seed_is_what_the_program_writes_and_names_no_day_twice() -> None:
    assert len(set(ROWS)) == len(ROWS)
    assert {country for country, _, _ in ROWS} == {"*", *events.COUNTRIES}
    assert set(events.seasons()) <= {(*row, *width) for row in ROWS for width in ((0, 0), (1, 1))}
