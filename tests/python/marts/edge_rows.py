"""Rows that random files seldom hold, each a company of its own."""

from __future__ import annotations

from .oracle_rows import Company
from .order_files import NEEDED, OrderFiles

#: Name → (time zone, repeat policy, lines: order, time, status, gross, refund, customer, currency).
EDGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "blank_refund": ("UTC", "latest", ("2,2024-01-01,paid,5,   ,a,EUR",)),
    "blank_currency": ("UTC", "latest", ("2,2024-01-01,paid,5,0,a,  ",)),
    "space_before_offset": ("UTC", "latest", ("2,2024-01-01 10:00:00 -0500,paid,5,0,a,EUR",)),
    "time_without_seconds": (
        "America/New_York",
        "latest",
        ("2,2024-01-01T10:00,paid,5,0,a,", "3,2024-01-01T23:00Z,paid,5,0,a,"),
    ),
    "offset_without_colon": ("UTC", "latest", ("2,2024-01-01T22:00:00-0500,paid,5,0,a,",)),
    "digits_grouped_by_underscores": ("UTC", "latest", ("2,2024-01-01,paid,1_000,0,a,",)),
    "words_for_times": (
        "UTC",
        "latest",
        ("2,now,paid,5,0,a,", "3,yesterday,paid,5,0,a,"),
    ),
    "largest_amount": ("UTC", "latest", ("2,2024-01-01,paid,9999999999999.99,0,a,",)),
    # Clocks of Newfoundland went back from 0:01 to 23:01 of the day before.
    "clock_change_at_one_past_midnight": (
        "America/St_Johns",
        "latest",
        (
            "2,2010-11-07T02:30:30Z,paid,5,0,a,",
            "3,2010-11-07T02:31:30Z,paid,5,0,a,",
            "4,2010-11-06 23:30:00,paid,5,0,a,",
            "5,2010-11-07T02:40:00Z,paid,5,0,a,",
            "6,2010-03-14 00:01:30,paid,5,0,a,",
        ),
    ),
    "sum_over_a_change_of_day": (
        "America/St_Johns",
        "sum",
        ("2,2010-11-07T02:30:30Z,paid,5,0,a,", "2,2010-11-07T02:45:00Z,paid,5,0,a,"),
    ),
    # Samoa had no 30 December 2011.
    "skipped_day": (
        "Pacific/Apia",
        "latest",
        (
            "2,2011-12-30T09:59:59Z,paid,5,0,a,",
            "3,2011-12-30T10:00:00Z,paid,5,0,a,",
        ),
    ),
    "leap_day_and_last_moment": (
        "Asia/Kolkata",
        "keep",
        ("2,2024-02-29T18:29:59.999999Z,paid,5,0,a,", "2,2024-02-29T18:30:00Z,paid,5,0,a,"),
    ),
}


def edge_files() -> list[OrderFiles]:
    """Return each edge's company with its one file: a plain order, then the odd rows."""
    first = b"1,2009-12-31T12:00:00Z,paid,10,0,a,EUR,"
    return [
        OrderFiles(
            Company(name, zone, "EUR", policy),
            (*NEEDED, "currency"),
            ((first, *(f"{line},".encode() for line in lines)),),
        )
        for name, (zone, policy, lines) in EDGES.items()
    ]
