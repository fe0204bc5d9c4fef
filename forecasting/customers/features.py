"""What a model may know of each customer at a cutoff."""

from __future__ import annotations

import dataclasses

import numpy as np

from forecasting.customers import bgnbd, gamma_gamma
from forecasting.customers.purchases import WEEK, YEAR, Known

#: Fewer customers than that teach no model: who buys again is then chance.
LEAST_CUSTOMERS = 30
_EPOCH = np.datetime64("1970-01-01")  # a Thursday


@dataclasses.dataclass(frozen=True)
class Fits:
    """The two models of a company at a cutoff.

    Attributes:
        purchases: how often customers buy, and whether they still do.
        value: gross value of a day with purchases, in currency.
        kept: share of gross that refunds leave.
        orders_per_day: paid orders of a day with purchases.
        is_own: fitted to this company's customers, not usual ones.
    """

    purchases: bgnbd.Model
    value: gamma_gamma.Model
    kept: float
    orders_per_day: float
    is_own: bool

    @property
    def scale(self) -> float:
        """Net value of a day with purchases, in currency: the unit in which companies compare."""
        return self.value.mean * max(self.kept, 0.01)


#: Who bought once can have left: the histories of most companies are likelier so.
_MODIFIED = 1
#: Parameters where too little is known to fit any: about those of the companies of the demo.
_USUAL = bgnbd.Model(r=0.4, alpha=8.0, a=0.8, b=2.0, modified=_MODIFIED)


def fit(known: Known) -> Fits | None:
    """Return the models fitted to what was known, or usual ones; None where nothing was paid."""
    gross = float(known.gross.sum())
    is_worth = known.gross > 0
    if gross <= 0:
        return None
    # One value of each customer: the mean of all their days.
    n = known.n[is_worth]
    values = known.gross[is_worth] / n
    rows = known.purchases.day <= known.cutoff
    is_enough = min(known.who.size, is_worth.sum()) >= LEAST_CUSTOMERS and (known.x > 0).any()
    counts = bgnbd.Counts.of(known.x, known.t_x, known.T)
    return Fits(
        bgnbd.fit(counts, _MODIFIED) if is_enough else _USUAL,
        gamma_gamma.fit(n, values) if is_enough else gamma_gamma.usual(n, values),
        float(np.clip(known.net.sum() / gross, 0.0, 1.0)),
        float(known.purchases.orders[rows].sum() / known.n.sum()),
        is_enough,
    )


#: Purchases of mean value that a customer's own refunds count beside.
_KEPT_PURCHASES = 5


@dataclasses.dataclass(frozen=True)
class Base:
    """What the two models say of customers (k,) for a window of days after the cutoff.

    Attributes:
        expected, probability: net spend, in currency, and the chance of any purchase.
        days: days with purchases expected.
        value: net value of such a day, in currency.
    """

    expected: np.ndarray
    probability: np.ndarray
    days: np.ndarray
    value: np.ndarray


def base(known: Known, fits: Fits, start: int, end: int) -> Base:
    """Return what the models expect of days start < day <= end after the cutoff."""
    history = (known.x, known.t_x, known.T)
    model = fits.purchases
    days = model.expected_purchases(*history, end / WEEK)
    if start > 0:
        days = days - model.expected_purchases(*history, start / WEEK)
    gross = fits.value.expected_value(known.n, known.gross / known.n)
    # Who has sent nearly all of it back will again: their own share, as if the company's had been
    # kept of a few purchases more.
    more = _KEPT_PURCHASES * fits.value.mean
    kept = (np.maximum(known.net, 0.0) + more * fits.kept) / (known.gross + more)
    value = np.minimum(kept, 1.0) * gross
    probability = model.probability_of_purchase(*history, start / WEEK, end / WEEK)
    days = np.maximum(days, 0.0)
    return Base(days * value, np.minimum(probability, days), days, value)


NAMES = (
    "days_bought", "recency", "tenure", "mean_gap", "recency_of_gap", "mean_value", "last_value",
    "largest_value", "spend_30", "spend_90", "spend_365", "spend_a_year_ago", "bought_30",
    "bought_90", "bought_365", "kept_share", "weekend_share", "last_weekday", "month",
    "alive", "base_days", "base_value", "company_growth", "company_season",
)  # fmt: skip
CATEGORIES = ("last_weekday", "month")


def features(
    known: Known, fits: Fits, found: Base, days: int, trend: tuple[float, float] | None = None
) -> np.ndarray:
    """Return the features (k, NAMES) of customers for a window of so many days after the cutoff.

    Money is in units of the company's mean value of a purchase, so that companies teach each
    other. `trend` is the company's own, where `known` is a part of its customers.
    """
    all_, cutoff, scale = known.purchases, known.cutoff, fits.scale
    recency, tenure = cutoff - known.last, cutoff - known.first
    gap = np.where(known.x > 0, (known.last - known.first) / np.maximum(known.x, 1), np.nan)
    ends = np.searchsorted(all_.customer, known.who) + known.n - 1
    is_known = all_.day <= cutoff
    weekday = (all_.day + (all_.first_date - _EPOCH).astype(int) + 3) % WEEK  # Monday is 0
    weekend = np.bincount(all_.customer[is_known], weekday[is_known] >= 5, all_.count)[known.who]
    largest = np.zeros(all_.count)
    np.maximum.at(largest, all_.customer[is_known], all_.net[is_known])
    spend = {back: known.total("net", cutoff - back, cutoff) / scale for back in (30, 90, YEAR)}
    bought = {back: known.total("days", cutoff - back, cutoff) for back in (30, 90, YEAR)}
    year_ago = known.total("net", cutoff - YEAR, min(cutoff - YEAR + days, cutoff)) / scale
    month = (all_.first_date + (cutoff + days // 2)).astype("datetime64[M]").astype(int) % 12
    growth, season = trend or trend_of(known, days)
    columns = [
        known.n, recency, tenure, gap, recency / gap, known.net / known.n / scale,
        all_.net[ends] / scale, largest[known.who] / scale, *spend.values(), year_ago,
        *bought.values(), known.net / np.maximum(known.gross, 0.01), weekend / known.n,
        weekday[ends], month, fits.purchases.probability_alive(known.x, known.t_x, known.T),
        found.days, found.value / scale, growth, season,
    ]  # fmt: skip
    return np.column_stack(
        [np.broadcast_to(one, recency.shape).astype(np.float32) for one in columns]
    )


def trend_of(known: Known, days: int) -> tuple[float, float]:
    """Return how the company's revenue has grown, and what its window was a year ago.

    Both as log ratios: of the last 56 days to those before, and of the window a year ago to the
    56 days before it; NaN where it is not known.
    """
    all_, cutoff = known.purchases, known.cutoff

    def rate(start: int, end: int) -> float:
        rows = (all_.day > start) & (all_.day <= end)
        return float(all_.net[rows].sum()) / (end - start) if start >= -1 else float("nan")

    def ratio(one: float, other: float) -> float:
        return float(np.log(one / other)) if one > 0 and other > 0 else float("nan")

    recent, before = rate(cutoff - 56, cutoff), rate(cutoff - 112, cutoff - 56)
    year = cutoff - YEAR
    end = min(year + days, cutoff)
    return ratio(recent, before), ratio(rate(year, end), rate(year - 56, year))
