"""A second panel for research: daily revenue of shops that mostly go on as they are.

`simulation.panel` draws shops that grow, break and wander; most shops do neither. These are of two
kinds, drawn as days, without orders: stores with closed Sundays, a promotion every other week,
paydays, school holidays, a moving Easter, bulk orders and now and then a closure; and lines of
goods that sell every day of the year.
"""

from __future__ import annotations

import numpy as np

from forecasting.research.companies import events_of
from forecasting.revenue.series import Series

_COUNTRY, _FIRST_YEAR = "DE", 2020
_WEEKDAYS = np.array([1.15, 1.0, 0.95, 0.95, 1.05, 1.2, 0.7])  # Monday first
_CLOSED_SHARE = 0.15  # of stores close for weeks or months, once
_BULK_SHARE = 0.002  # of days bring a bulk order


def retail(numbers: range, seed: int) -> list[Series]:
    """Return shops of the panel, by number: even ones are stores, odd ones lines of goods."""
    return [shop(number, seed) for number in numbers]


def shop(number: int, seed: int) -> Series:
    """Return one shop: 2.5 to 5 years of daily net revenue, without refunds."""
    rng = np.random.default_rng([seed, number])
    is_store = number % 2 == 0
    size = int(rng.integers(900, 1000) if is_store else rng.integers(1500, 1830))
    first = np.datetime64(f"{_FIRST_YEAR}-01-01") + int(rng.integers(0, 366))
    days, events = first + np.arange(size), events_of(first, size, _COUNTRY)
    level = np.exp(_drift(size, rng, is_store=is_store))
    values = level * _weekdays(days, rng, is_store=is_store) * _season(days, rng)
    if is_store:
        # Days of shopping move the days around them too; holidays do not.
        values *= _calendar(days, events.date[events.days_before == 0], rng)
    noise = rng.uniform(0.06, 0.12) if is_store else rng.uniform(0.08, 0.18)
    values *= np.exp(noise * rng.normal(size=size) - noise**2 / 2)
    bulk = rng.random(size) < (_BULK_SHARE if is_store else 0.0)
    values *= np.where(bulk, rng.uniform(2.0, 5.0, size), 1.0)
    if is_store and rng.random() < _CLOSED_SHARE:
        length = int(np.exp(rng.uniform(np.log(10), np.log(180))))
        begin = int(rng.integers(200, size - length))
        values[begin : begin + length] = 0.0
    gross = np.round(values * np.exp(rng.uniform(np.log(500), np.log(20_000))), 2)
    return Series(f"retail{number}", first, gross, np.zeros(size), None, events)


def _drift(size: int, rng: np.random.Generator, *, is_store: bool) -> np.ndarray:
    """Return the log level: a straight trend, and a slow walk that comes back."""
    growth = rng.normal(0.0, 0.04) if is_store else rng.uniform(0.0, 0.12)
    pull, step = 1 / 120, rng.uniform(0.001, 0.004)
    walk, steps = np.zeros(size), step * rng.normal(size=size)
    for day in range(1, size):
        walk[day] = (1 - pull) * walk[day - 1] + steps[day]
    return growth * np.arange(size) / 365 + walk


def _weekdays(days: np.ndarray, rng: np.random.Generator, *, is_store: bool) -> np.ndarray:
    profile = _WEEKDAYS * np.exp(0.08 * rng.normal(size=7))
    if is_store:
        profile[6] = 0.0
    weekday = (days.astype(int) + 3) % 7
    return (profile / profile.mean())[weekday]


def _season(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a smooth year, and the weeks before Christmas."""
    size, peak = rng.uniform(0.03, 0.25), rng.uniform(0, 2 * np.pi)
    into_year = (days - days.astype("datetime64[Y]")).astype(int)
    season = np.exp(size * np.cos(2 * np.pi * into_year / 365.25 - peak))
    before_christmas = (into_year >= 334) & (into_year <= 357)
    return season * np.where(before_christmas, 1 + rng.uniform(0.0, 0.5), 1.0)


def _calendar(days: np.ndarray, holidays: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return what promotions, paydays, school holidays and closed holidays do to a store."""
    weekday, week = (days.astype(int) + 3) % 7, (days.astype(int) + 3) // 7
    day = (days - days.astype("datetime64[M]")).astype(int) + 1
    month = days.astype("datetime64[M]").astype(int) % 12 + 1
    promoted = ((week + int(rng.integers(0, 2))) % 2 == 0) & (weekday < 5)
    factor = np.where(promoted, 1 + rng.uniform(0.1, 0.5), 1.0)
    factor *= np.where((day >= 28) | (day <= 3), 1 + rng.uniform(0.0, 0.15), 1.0)
    away = (month == 8) | ((month == 7) & (day > 20)) | ((month == 10) & (day > 14))
    factor *= np.where(away, 1 + rng.uniform(-0.05, 0.08), 1.0)
    closed, before = np.isin(days, holidays), np.isin(days + 1, holidays)
    return np.where(closed, 0.0, factor * np.where(before, 1.15, 1.0))
