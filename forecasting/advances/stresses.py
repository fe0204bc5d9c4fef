"""Stresses: what may go wrong, as a change of the takings. A stress never adds revenue."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from forecasting.revenue.series import Series

NONE, ALL = "none", "all_together"
WEEK, YEAR = 7, 365
FALLS = (0.1, 0.2, 0.3)


@dataclasses.dataclass(frozen=True)
class Stress:
    """A stress of one company.

    Attributes:
        stress_id, name: key, and how readers know it.
        note: what it takes of this company, or why it cannot be said.
        kept_share: share of each day's revenue that remains.
        limit_per_day: no week brings more than this a day; None for no limit.
        is_known: False where the data do not say what it would take.
    """

    stress_id: str
    name: str
    note: str
    kept_share: float = 1.0
    limit_per_day: float | None = None
    is_known: bool = True


def apply(taken: np.ndarray, stress: Stress) -> np.ndarray:
    """Return takings (n, h), which are zero or more, under a stress."""
    if stress.limit_per_day is not None:
        begins = np.arange(0, taken.shape[1], WEEK)
        lengths = np.diff(begins, append=taken.shape[1])
        sums = np.add.reduceat(taken, begins, axis=1)
        limits = np.broadcast_to(stress.limit_per_day * lengths, sums.shape)
        factors = np.divide(limits, sums, out=np.ones_like(sums), where=sums > limits)
        taken = taken * np.repeat(factors, lengths, axis=1)
    return taken * stress.kept_share


def average_month(series: Series) -> float:
    """Return net revenue of a twelfth of a year, over the last 365 whole days or the log's."""
    return float(series.net()[series.whole_days()][-YEAR:].mean()) * YEAR / 12


def of_company(series: Series, recent_days: int) -> tuple[Stress, ...]:
    """Return the stresses of a company, `none` first and all together last."""
    single = [_refunds(series), _channel(series), _customer(series), _season(series, recent_days)]
    falls = [
        Stress(
            f"revenue_minus_{fall:.0%}".rstrip("%"),
            f"Revenue −{fall:.0%}".replace("%", " %"),
            f"Every day brings {_percent(fall)} less.",
            1 - fall,
        )
        for fall in FALLS
    ]
    none = Stress(NONE, "As forecast", "The calibrated forecast as it is.")
    return (none, *falls, *single, _together([falls[-1], *single]))


def _together(parts: list[Stress]) -> Stress:
    known = [part for part in parts if part.is_known]
    unknown = [part.name for part in parts if not part.is_known]
    note = f"{', '.join(part.name for part in known)}, all at once."
    if unknown:
        note += f" Left out, because the data do not say: {', '.join(unknown)}."
    limits = [part.limit_per_day for part in known if part.limit_per_day is not None]
    return Stress(
        ALL,
        "All together",
        note,
        math.prod(part.kept_share for part in known),
        min(limits, default=None),
    )


def refund_rate(series: Series) -> float | None:
    """Return the share of the last 12 months' sales refunded, those to come too; None without."""
    recent = slice(-YEAR, None)
    gross = float(series.gross[series.whole_days()][recent].sum())
    net = float(series.net_of_expected_refunds()[series.whole_days()][recent].sum())
    return 1 - net / gross if gross > 0 else None


def kept_with_refunds(rate: float, other: float) -> float:
    """Return the share of net revenue that remains when another share of sales is refunded."""
    return max(1 - other, 0.0) / (1 - rate) if rate < 1 else 0.0


def _refunds(series: Series) -> Stress:
    """Return net revenue with twice the refunds, those still to come included."""
    key, name = "refunds_doubled", "Refunds × 2"
    if not (rate := refund_rate(series) or 0) > 0:
        return Stress(key, name, "No refunds in the data.", is_known=False)
    note = f"Refunds of {_percent(rate)} of the last 12 months' sales become {_percent(2 * rate)}."
    return Stress(key, name, note, kept_with_refunds(rate, 2 * rate))


def _channel(series: Series) -> Stress:
    key, name, found = "channel_lost", "Best channel lost", series.concentration
    if found.channel_share is None:
        note = "The data name no channels, or one only: without it there is no revenue."
        return Stress(key, name, note, is_known=False)
    note = f"{found.channel_name}, with {_percent(found.channel_share)} of the last 12 months"
    return Stress(key, name, f"{note}' revenue, brings nothing.", 1 - found.channel_share)


def _customer(series: Series) -> Stress:
    key, name = "customer_lost", "Largest customer lost"
    if (share := series.concentration.customer_share) is None:
        return Stress(key, name, "No customers in the data.", is_known=False)
    note = f"The largest customer, with {_percent(share)} of the last 12 months' revenue,"
    return Stress(key, name, f"{note} buys nothing.", 1 - min(share, 1.0))


def _season(series: Series, recent_days: int) -> Stress:
    """Return weeks capped at the run rate: neither a season nor growth lifts a week above it.

    The run rate is the lower of the last 56 days and the last 12 months, so that a run rate
    within the season does not hide it.
    """
    known = series.net_of_expected_refunds()[series.whole_days()]
    recent = float(known[-recent_days:].mean())
    rates = [recent, float(known[-YEAR:].mean())] if known.size >= YEAR else [recent]
    which = f"last {recent_days} days" if rates.index(min(rates)) == 0 else "last 12 months"
    note = f"No week brings more than the run rate of the {which}."
    return Stress("season_missed", "Season missed", note, limit_per_day=max(min(rates), 0.0))


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0") + " %"
