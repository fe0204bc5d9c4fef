"""What past cutoffs show of a company: what models said of its customers then, and what came."""

from __future__ import annotations

import dataclasses
import zipfile
import zlib

import numpy as np

from forecasting.customers import baselines, features, sources
from forecasting.customers.boosted import ROWS_OF_CUTOFF, Rows
from forecasting.customers.features import Base, Fits
from forecasting.customers.purchases import Known, Purchases

#: Windows that are backtested, in days; together they are the first two steps of a forecast.
LENGTHS = (30, 90)
_LEAST_HISTORY = 30
_CUTOFFS = 6
#: Customers of a company whose past is looked at, and of whom parameters are fitted there.
SAMPLE, _FIT_SAMPLE = 20_000, 6_000


#: What NumPy or the archive raises for a file that is damaged, or of another version.
UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error)


@dataclasses.dataclass(frozen=True)
class Totals:
    """What the revenue forecast said of the days after past cutoffs, and how far it knows.

    Attributes:
        by_cutoff: median total by cutoff date and number of days.
        through: last day it knows.
    """

    by_cutoff: dict[tuple[np.datetime64, int], float]
    through: np.datetime64

    def of(self, cutoff: np.datetime64, days: int) -> float:
        """Return the median total of so many days after a cutoff; NaN where there is none."""
        return self.by_cutoff.get((cutoff, days), np.nan)

    def cutoffs(self) -> list[np.datetime64]:
        """Return all cutoffs, oldest first."""
        return sorted({cutoff for cutoff, _ in self.by_cutoff})


@dataclasses.dataclass(frozen=True)
class Window:
    """The customers known at a past cutoff, a sample of them, over the days that followed.

    Attributes:
        cutoff: date.
        days: length.
        base: what the purchase models said.
        rows: the same and the features, as trees read them.
        scale: currency per unit of `rows`.
        actual: (k,) net spend that came, in currency.
        baselines: (k,) what each baseline said.
        share: of all customers that the sample holds.
        sources: (3,) revenue that came by source, in currency; of all customers.
        source_shares: (3,) as earlier windows had them, or None.
        total: the revenue forecast's median of the window; NaN where there is none.
    """

    cutoff: np.datetime64
    days: int
    base: Base
    rows: Rows
    scale: float
    actual: np.ndarray
    baselines: dict[str, np.ndarray]
    share: float
    sources: np.ndarray
    source_shares: np.ndarray | None
    total: float

    @property
    def end(self) -> np.datetime64:
        """Last day."""
        return self.cutoff + self.days


def windows(purchases: Purchases, totals: Totals) -> list[Window]:
    """Return the windows that are over, oldest cutoff first, a cutoff's shortest first."""
    sample, last = purchases.sampled(SAMPLE), purchases.day_of(totals.through)
    found = []
    for cutoff in cutoffs(purchases, totals):
        fits = features.fit(Known.at(purchases.sampled(_FIT_SAMPLE), cutoff))
        if fits is None or not fits.is_own:
            continue
        known = Known.at(sample, cutoff)
        for days in LENGTHS:
            if cutoff + days <= last:
                found.append(_window(purchases, known, fits, days, totals))
    return found


def cutoffs(purchases: Purchases, totals: Totals) -> list[int]:
    """Return the days of the latest cutoffs of the revenue forecast's backtests."""
    last = purchases.day_of(totals.through)
    days = [purchases.day_of(cutoff) for cutoff in totals.cutoffs()]
    usable = [day for day in days if day + 1 >= _LEAST_HISTORY and day + LENGTHS[0] <= last]
    return usable[-_CUTOFFS:]


def _window(purchases: Purchases, known: Known, fits: Fits, days: int, totals: Totals) -> Window:
    cutoff = known.cutoff
    date = purchases.first_date + cutoff
    base = features.base(known, fits, 0, days)
    scale = fits.scale
    actual = known.total("net", cutoff, cutoff + days)
    rows = Rows(
        features.features(known, fits, base, days),
        (base.expected / scale).astype(np.float32),
        base.probability.astype(np.float32),
        (actual / scale).astype(np.float32),
        known.total("days", cutoff, cutoff + days) > 0,
        np.full(actual.size, (date + days).astype(int)),
        np.full(actual.size, 1.0, np.float32),
    )
    return Window(
        date, days, base, rows, scale, actual, baselines.predict(known, days),
        known.purchases.count / purchases.count,
        purchases.by_source(cutoff, cutoff + days),
        sources.shares(purchases, cutoff, 0, days),
        totals.of(date, days),
    )  # fmt: skip


def teaching(found: list[Window]) -> dict[int, Rows]:
    """Return the rows of windows that teach trees, by length.

    Of each cutoff every k-th customer, so that no large company drowns the others.
    """
    parts: dict[int, list[Rows]] = {}
    for window in found:
        size = window.rows.end.size
        kept = np.linspace(0, size - 1, min(size, ROWS_OF_CUTOFF)).astype(int)
        parts.setdefault(window.days, []).append(window.rows[kept])
    return {days: Rows.together(some) for days, some in parts.items()}
