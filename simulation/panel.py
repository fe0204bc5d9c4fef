"""A panel of companies of varied character, each drawn from its number."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import numpy as np

from simulation.loading import check_scenario
from simulation.scenario import Scenario
from simulation.streams import stream

# What is special about a company; everything else is drawn anew for each.
CHARACTERS = (
    "steady",
    "growing",
    "wandering",
    "declining",
    "christmas",
    "summer",
    "soaring",
    "broken_up",
    "broken_down",
    "closed_for_a_while",
    "refund_wave",
    "few_large_orders",
    "weekdays_only",
    "promotions",
    "restless",
)
# Days of a log, in turn: short, about a year, two years, long.
LENGTHS = ((110, 260), (260, 480), (480, 900), (900, 1500))
_BURN_IN_DAYS = 420
_PLACES = (
    ("Europe/London", "GBP"),
    ("America/New_York", "USD"),
    ("Europe/Berlin", "EUR"),
    ("Europe/Paris", "EUR"),
    ("Australia/Sydney", "AUD"),
    ("America/Los_Angeles", "USD"),
)


def panel_scenario(number: int, seed: int = 0) -> Scenario:
    """Return company `number` of panel `seed`; the same two numbers give the same company.

    Characters follow each other, and so do lengths of the log: any 60 companies in a row
    hold every character at every length.
    """
    rng = stream(seed, f"panel.{number}")
    character = CHARACTERS[number % len(CHARACTERS)]
    shortest, longest = LENGTHS[(number // len(CHARACTERS)) % len(LENGTHS)]
    days = int(rng.integers(shortest, longest))
    end = dt.date(2019, 1, 1) + dt.timedelta(days=int(rng.integers(0, 7 * 365)))
    start = end - dt.timedelta(days=days - 1)
    content = _ordinary(rng, start, end, character)
    content |= {
        "description": character.replace("_", " "),
        "company_id": f"panel_{seed}_{number}",
        "company_name": f"Panel {seed}-{number}",
        "seed": int(rng.integers(2**31)),
    }
    return check_scenario(content, f"panel company {number}")


def _ordinary(
    rng: np.random.Generator, start: dt.date, end: dt.date, character: str
) -> dict[str, Any]:
    """Return a scenario's content: an ordinary shop, with the character's traits on top."""
    zone, currency = _PLACES[rng.integers(len(_PLACES))]
    days = (end - start).days + 1
    yearly = {"steady": 0.0, "growing": rng.uniform(0.2, 0.8), "declining": -rng.uniform(0.2, 0.8)}
    yearly |= {"soaring": rng.uniform(1.0, 2.0), "few_large_orders": rng.normal(0, 0.2)}
    restlessness = {"steady": 0.002, "wandering": 0.03, "restless": 0.05, "soaring": 0.02}
    r = float(rng.uniform(0.3, 1.2))
    content: dict[str, Any] = {
        "time_zone": zone,
        "currency": currency,
        "history": {
            "start": start - dt.timedelta(days=_BURN_IN_DAYS),
            "end": end,
            "truncated_days": _BURN_IN_DAYS,
        },
        "acquisition": {
            "customers_per_day": float(np.exp(rng.uniform(np.log(2), np.log(25)))),
            "trend": _drift(
                rng,
                start - dt.timedelta(days=_BURN_IN_DAYS),
                end,
                yearly.get(character, float(rng.normal(0, 0.15))),
                restlessness.get(character, float(rng.uniform(0.003, 0.025))),
            ),
        },
        "purchasing": {
            "r": r,
            "alpha": r * float(np.exp(rng.uniform(np.log(25), np.log(150)))),
            "s": float(rng.uniform(1.5, 3.0)),
            "beta": float(rng.uniform(60, 400)),
        },
        "spend": {
            "median": float(np.exp(rng.uniform(np.log(15), np.log(150)))),
            "customer_sigma": float(rng.uniform(0.2, 0.7)),
            "order_sigma": float(rng.uniform(0.2, 0.7)),
        },
        "season": {
            "weekday": [float(level) for level in np.exp(rng.normal(0, 0.15, 7))],
            "monthly": _monthly(rng, character),
        },
        "events": _events(rng, character),
        "refunds": {
            "rate": float(rng.uniform(0.01, 0.15)),
            "partial_share": float(rng.uniform(0.2, 0.6)),
            "lag_days_mean": float(rng.uniform(3, 20)),
        },
        "statuses": {"cancelled": 0.02},
    }
    content |= _trait(rng, content, start, days, character)
    content["breaks"] = content.get("breaks", []) + _campaigns(rng, start, days, character)
    return content


def _drift(
    rng: np.random.Generator,
    start: dt.date,
    end: dt.date,
    yearly_growth: float,
    weekly_sigma: float,
) -> list[dict[str, Any]]:
    """Return a curve: steady growth, a random walk by weeks, and weeks that differ."""
    dates = [
        start + dt.timedelta(days=day)
        for day in itertools.takewhile(
            lambda day: start + dt.timedelta(days=day) <= end, itertools.count(0, 7)
        )
    ]
    weeks = np.arange(len(dates))
    log_level = np.log1p(max(yearly_growth, -0.9)) * (weeks - weeks[-1]) / 52
    log_level = log_level + np.cumsum(rng.normal(0, weekly_sigma, weeks.size))
    log_level = log_level + rng.normal(0, 2 * weekly_sigma, weeks.size)
    log_level = np.clip(log_level - log_level[-1] / 2, -4, 2.5)
    return [
        {"date": date, "level": float(level)}
        for date, level in zip(dates, np.exp(log_level), strict=True)
    ]


def _monthly(rng: np.random.Generator, character: str) -> list[float]:
    month = np.arange(12)
    strength = {"christmas": 0.45, "summer": 0.5, "steady": 0.03}.get(
        character, abs(float(rng.normal(0, 0.12)))
    )
    peak = {"christmas": 10.8, "summer": 6.5}.get(character, float(rng.uniform(0, 12)))
    level = np.exp(strength * np.cos(2 * np.pi * (month - peak) / 12))
    # Most shops sell more before Christmas; how much differs, and some sell less.
    autumn = rng.uniform(1.2, 1.8) if character == "christmas" else np.exp(rng.normal(0.12, 0.15))
    level[[10, 11]] *= autumn
    return [float(value) for value in level]


def _events(rng: np.random.Generator, character: str) -> list[dict[str, Any]]:
    lift = float(rng.uniform(1.0, 2.0) if character != "promotions" else rng.uniform(2.5, 6))
    events = [
        {"name": "Black Friday", "day": "black_friday", "level": lift, "days_after": 1},
        {"name": "Cyber Monday", "day": "cyber_monday", "level": 1 + (lift - 1) / 2},
        {"name": "Christmas", "day": "12-25", "level": float(rng.uniform(0.2, 0.8))},
    ]
    if character == "promotions":
        for name, day in (("Spring sale", "04-10"), ("Summer sale", "07-01")):
            events.append(
                {
                    "name": name,
                    "day": day,
                    "level": float(rng.uniform(1.5, 4)),
                    "days_after": int(rng.integers(2, 8)),
                }
            )
    return events


def _campaigns(
    rng: np.random.Generator, start: dt.date, days: int, character: str
) -> list[dict[str, Any]]:
    """Return campaigns and stock-outs: a level for some days, at no fixed time of the year."""
    per_year = 0.5 if character == "steady" else rng.uniform(1, 6)
    breaks = []
    for _ in range(rng.poisson(per_year * days / 365)):
        first = int(rng.integers(0, days))
        length = int(rng.integers(3, 21))
        level = float(np.exp(rng.normal(0.15, 0.3)))
        for day, factor in ((first, level), (first + length, 1 / level)):
            if day < days:
                date = start + dt.timedelta(days=day)
                breaks.append({"date": date, "level": factor, "applies_to": "both"})
    return breaks


def _trait(
    rng: np.random.Generator,
    content: dict[str, Any],
    start: dt.date,
    days: int,
    character: str,
) -> dict[str, Any]:
    """Return the keys that make the character, as they replace the ordinary ones."""
    somewhere = start + dt.timedelta(days=int(rng.uniform(0.25, 0.75) * days))
    span = {"start": somewhere, "end": somewhere + dt.timedelta(days=int(rng.integers(12, 45)))}
    if character in {"broken_up", "broken_down"}:
        level = rng.uniform(1.3, 2.2) if character == "broken_up" else rng.uniform(0.4, 0.75)
        return {"breaks": [{"date": somewhere, "level": float(level), "applies_to": "both"}]}
    if character == "closed_for_a_while":
        return {"closures": [span]}
    if character == "refund_wave":
        return {"refund_waves": [span | {"additional_rate": float(rng.uniform(0.2, 0.5))}]}
    if character == "few_large_orders":
        spend = {"median": 600.0, "customer_sigma": 0.6, "order_sigma": 0.8}
        acquisition = content["acquisition"] | {"customers_per_day": float(rng.uniform(0.5, 1.5))}
        return {"spend": spend, "acquisition": acquisition}
    if character == "weekdays_only":
        weekday = [1.1, 1.1, 1.0, 1.0, 0.9, 0.02, 0.02]
        return {"season": content["season"] | {"weekday": weekday}}
    if character == "restless":
        dates = sorted(int(day) for day in rng.uniform(0.05, 0.95, 5) * days)
        breaks = [
            {
                "date": start + dt.timedelta(days=day),
                "level": float(np.exp(rng.normal(0, 0.25))),
                "applies_to": "both",
            }
            for day in sorted(set(dates))
        ]
        return {"breaks": breaks}
    return {}
