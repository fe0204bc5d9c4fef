"""What each customer will spend in the windows ahead, and what of the revenue that is."""

from __future__ import annotations

import dataclasses

import numpy as np

from forecasting.customers import features, mixing, sources, study
from forecasting.customers import spend as spend_of
from forecasting.customers.boosted import Trees
from forecasting.customers.features import Fits
from forecasting.customers.mixing import Learnt, Said
from forecasting.customers.purchases import YEAR, Known, Purchases

MONTH = "next_month"
#: Ends of the windows ahead, in days; each adds a step to the one before.
ENDS = (30, 90, 150, YEAR)
NAMES = (MONTH, *(f"{days}_days" for days in ENDS))
#: A customer's steps beyond what was tried are the purchase models', times what the mix was of
#: them where it was tried, within:
_RATIOS = (0.2, 5.0)


@dataclasses.dataclass(frozen=True)
class Revenue:
    """A company's revenue forecast.

    Attributes:
        run_id: of the run.
        first_date: first day forecast.
        paths: (count, horizon) net revenue, in currency.
        totals: what its backtests said.
    """

    run_id: str
    first_date: np.datetime64
    paths: np.ndarray
    totals: study.Totals

    @property
    def horizon(self) -> int:
        """Days forecast."""
        return self.paths.shape[1]

    def between(self, start: int, end: int) -> np.ndarray | None:
        """Return the total (count,) of days start < day <= end of it; None beyond the horizon."""
        return self.paths[:, start:end].sum(axis=1) if end <= self.horizon else None

    def median(self, end: int) -> float:
        """Return the median total of the first days."""
        return float(np.median(self.paths[:, :end].sum(axis=1))) if end else 0.0


@dataclasses.dataclass(frozen=True)
class Parts:
    """What of revenue each source brings, in currency.

    Attributes:
        central: (3,) of the median revenue, which they sum to.
        paths: (count, 3) of its paths.
    """

    central: np.ndarray
    paths: np.ndarray

    def __add__(self, other: Parts) -> Parts:
        """Return what both windows bring."""
        return Parts(self.central + other.central, self.paths + other.paths)


@dataclasses.dataclass(frozen=True)
class Window:
    """A window ahead.

    Attributes:
        name: one of NAMES.
        start, end: days start < day <= end after the last day known.
        said: of the customers (k,).
        parts: of the revenue by source; None where the revenue forecast does not reach.
    """

    name: str
    start: int
    end: int
    said: Said
    parts: Parts | None


@dataclasses.dataclass(frozen=True)
class Outlook:
    """All windows ahead of a company, and the models they come from.

    Attributes:
        known: the customers.
        fits: models of purchases and of their value.
        windows: ahead, those of a calendar month first.
        alive: (k,) how likely customers have not left for good.
        model_name: what the models are called together.
        has_trees: whether trees have a part in it.
        total_log_deviation: standard deviation of the log error of what they bring in a year.
    """

    known: Known
    fits: Fits
    windows: tuple[Window, ...]
    alive: np.ndarray
    model_name: str
    has_trees: bool
    total_log_deviation: float


def outlook(
    purchases: Purchases,
    revenue: Revenue,
    learnt: dict[int, Learnt],
    trees: dict[int, Trees],
    seed: int,
) -> Outlook | None:
    """Return what customers will spend; None where nothing was paid."""
    cutoff = purchases.day_of(revenue.first_date) - 1
    known = Known.at(purchases, cutoff)
    sample = Known.at(purchases.sampled(_FIT_SAMPLE), cutoff)
    fits = features.fit(sample) if known.who.size else None
    if fits is None:
        return None
    ahead = _Ahead(known, fits, revenue, learnt, trees, seed)
    used = [days for days, one in trees.items() if fits.is_own and learnt[days].weight > 0]
    name = fits.purchases.name if fits.is_own else f"{fits.purchases.name}_usual"
    alive = fits.purchases.probability_alive(known.x, known.t_x, known.T)
    months = ahead.month()
    return Outlook(
        known, fits, (months, *ahead.windows), alive, name + ("_trees" if used else ""), bool(used),
        _of_a_year(learnt[study.LENGTHS[-1]].deviation[0]),
    )  # fmt: skip


def _of_a_year(deviation: float) -> float:
    """Return the deviation of a year's log error, from that of the longest window tried.

    Errors of level last and grow as those of a random walk.
    """
    return float(deviation * np.sqrt(YEAR / study.LENGTHS[-1]))


#: Customers that the models of a company are fitted to.
_FIT_SAMPLE = 100_000
#: Customers at a time, where there are many.
BLOCK = 1_000_000


class _Ahead:
    """Steps ahead, each reconciled, and what they add up to."""

    def __init__(
        self, known: Known, fits: Fits, revenue: Revenue, learnt: dict[int, Learnt],
        trees: dict[int, Trees], seed: int,
    ) -> None:  # fmt: skip
        self.known, self.fits, self.revenue, self.learnt = known, fits, revenue, learnt
        self.seed = seed
        self.bases = {days: features.base(known, fits, 0, days) for days in ENDS}
        mixed = {days: self._mixed(days, trees.get(days)) for days in study.LENGTHS}
        last = study.LENGTHS[-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = mixed[last].expected / self.bases[last].expected
        self.ratio = np.clip(np.where(np.isfinite(ratio), ratio, 1.0), *_RATIOS)
        self.steps: list[np.ndarray] = []  # spend of each customer in each step, reconciled
        windows: list[Window] = []
        before, chance, parts = 0, np.zeros(known.who.size), None
        factor = float(np.exp(learnt[study.LENGTHS[0]].bias[0]))
        through = Said(*(np.zeros(known.who.size) for _ in range(3)))
        for days in ENDS:
            raw = mixed.get(days) or self._beyond(days)
            step = np.maximum(raw.expected - (self._raw(before, mixed)), 0.0)
            found = self._parts(step, before, days, self._learnt(days), is_step=True)
            if found is not None:
                factor = max(found.central[0], 0.0) / step.sum() if step.sum() > 0 else 1.0
                parts = found if before == 0 else (None if parts is None else parts + found)
            else:
                parts = None
            self.steps.append(step * factor)
            expected = through.expected + self.steps[-1]
            with np.errstate(divide="ignore", invalid="ignore"):
                more = np.where(raw.expected > 0, expected / raw.expected, 1.0)
            chance = np.maximum(chance, spend_of.at_scale(raw.probability, more))
            # Who buys does so on a day at least.
            bought = np.maximum(raw.days * more, np.maximum(chance, through.days))
            through = Said(expected, chance, bought)
            windows.append(Window(f"{days}_days", 0, days, through, parts))
            before = days
        self.windows = tuple(windows)

    def _learnt(self, days: int) -> Learnt:
        return self.learnt[min(days, study.LENGTHS[-1])]

    def _mixed(self, days: int, trees: Trees | None) -> Said:
        base = self.bases[days]
        said = Said.of_base(base)
        if trees is None or not self.fits.is_own:
            return said
        return self.learnt[days].mix(said, self._by_trees(days, trees))

    def _by_trees(self, days: int, trees: Trees) -> Said:
        """Return what trees say, of some customers after others: features take much room."""
        trend = features.trend_of(self.known, days)
        found = []
        for some in self.known.purchases.blocks(BLOCK):
            known = Known.at(some, self.known.cutoff)
            base = features.base(known, self.fits, 0, days)
            rows = features.features(known, self.fits, base, days, trend)
            found.append(mixing.by_trees(trees, rows, base, self.fits.scale))
        names = [field.name for field in dataclasses.fields(Said)]
        return Said(*(np.concatenate([getattr(one, name) for one in found]) for name in names))

    def _beyond(self, days: int) -> Said:
        base = self.bases[days]
        return Said(
            base.expected * self.ratio,
            spend_of.at_scale(base.probability, self.ratio),
            base.days * self.ratio,
        )

    def _raw(self, days: int, mixed: dict[int, Said]) -> np.ndarray | float:
        """Return the spend through a day before anything is reconciled."""
        if not days:
            return 0.0
        return (mixed.get(days) or self._beyond(days)).expected

    def _parts(
        self, existing: np.ndarray, start: int, end: int, learnt: Learnt, *, is_step: bool
    ) -> Parts | None:
        """Return what each source brings in a step; None where that is not known."""
        totals = self.revenue.between(start, end)
        if totals is None:
            return None
        shares = sources.shares(self.known.purchases, self.known.cutoff, start, end)
        if shares is None:
            return None
        # Steps add up to the median through each, a month is one by itself.
        more = self.revenue.median(end) - self.revenue.median(start)
        median = more if is_step else float(np.median(totals))
        raw = mixing.estimates(float(existing.sum()), shares, median) * np.exp(learnt.bias)
        seed = self.seed + end
        central = sources.reconciled(raw, learnt.deviation, np.full(totals.size, median), seed)
        paths = sources.reconciled(raw, learnt.deviation, totals, seed)
        return Parts(central.mean(axis=0), paths)

    def month(self) -> Window:
        """Return the next whole calendar month after the last day known."""
        first = self.revenue.first_date
        begin = first.astype("datetime64[M]")
        if first > begin.astype("datetime64[D]"):
            begin = begin + 1
        start = int((begin.astype("datetime64[D]") - first).astype(int))
        end = int(((begin + 1).astype("datetime64[D]") - first).astype(int))
        spend = self._through(end) - self._through(start)
        base = features.base(self.known, self.fits, start, end)
        parts = self._parts(spend, start, end, self.learnt[study.LENGTHS[0]], is_step=False)
        if parts is not None and spend.sum() > 0:
            spend = spend * max(parts.central[0], 0.0) / spend.sum()
        with np.errstate(divide="ignore", invalid="ignore"):
            more = np.where(base.expected > 0, spend / base.expected, 0.0)
        chance = spend_of.at_scale(base.probability, more)
        said = Said(spend, chance, np.maximum(base.days * more, chance))
        return Window(MONTH, start, end, said, parts)

    def _through(self, days: int) -> np.ndarray:
        """Return the spend through any day of the first steps, shared as the purchase models do."""
        found, before = np.zeros(self.known.who.size), 0
        for end, step in zip(ENDS, self.steps, strict=True):
            if days >= end:
                found = found + step
            elif days > before:
                lower = self.bases[before].expected if before else 0.0
                here = features.base(self.known, self.fits, 0, days).expected
                whole = self.bases[end].expected - lower
                with np.errstate(divide="ignore", invalid="ignore"):
                    share = np.where(whole > 0, (here - lower) / whole, 0.0)
                found = found + step * np.clip(share, 0.0, 1.0)
            before = end
        return found
