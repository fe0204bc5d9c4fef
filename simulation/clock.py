"""The company's local time: conversion between wall-clock and UTC seconds."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

DAY = 86_400
EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Clock:
    """Offsets of one zone.

    Attributes:
        transitions: int64 (k,), UTC seconds at which the offset changes.
        offsets: int64 (k + 1,), seconds east of UTC before, between and after them.
    """

    transitions: np.ndarray
    offsets: np.ndarray


def epoch_seconds(day: dt.date) -> int:
    """Seconds from 1970-01-01 to the midnight that begins `day`, zone ignored."""
    return (day - EPOCH).days * DAY


def make_clock(zone: str, first: dt.date, last: dt.date) -> Clock:
    """Return the offsets of `zone` from a month before `first` to one after `last`."""
    info = ZoneInfo(zone)

    def offset(second: int) -> int:
        moment = dt.datetime.fromtimestamp(second, info).utcoffset()
        return int(moment.total_seconds())

    transitions: list[int] = []
    days = range(epoch_seconds(first) - 30 * DAY, epoch_seconds(last) + 31 * DAY, DAY)
    offsets = [offset(days[0])]
    for day in days:
        if offset(day + DAY) == offsets[-1]:
            continue
        before, after = day, day + DAY
        while after - before > 1:
            middle = (before + after) // 2
            if offset(middle) == offsets[-1]:
                before = middle
            else:
                after = middle
        transitions.append(after)
        offsets.append(offset(after))
    return Clock(np.array(transitions, np.int64), np.array(offsets, np.int64))


def to_utc(clock: Clock, local: np.ndarray) -> np.ndarray:
    """Return UTC seconds (n,) of wall-clock seconds (n,), never out of order.

    A wall-clock time that happens twice is the first of the two; one that does not
    exist becomes the moment the clock jumps.
    """
    if clock.transitions.size == 0:
        return local - clock.offsets[0]
    reached = np.maximum(clock.offsets[:-1], clock.offsets[1:]) + clock.transitions
    period = np.searchsorted(reached, local, side="right")
    jump = np.append(clock.transitions, np.iinfo(np.int64).max)[period]
    return np.minimum(local - clock.offsets[period], jump)


def offset_at(clock: Clock, utc: np.ndarray) -> np.ndarray:
    """Return the seconds east of UTC (n,) in force at UTC seconds (n,)."""
    return clock.offsets[np.searchsorted(clock.transitions, utc, side="right")]


def to_local(clock: Clock, utc: np.ndarray) -> np.ndarray:
    """Return wall-clock seconds (n,) of UTC seconds (n,)."""
    return utc + offset_at(clock, utc)
