"""Members weighed by what a company's own completed windows show of them.

The prior's weight of a member is multiplied by exp(-n x), where x is the mean log ratio of its CRPS
to that of the pool over the windows that were completed at the cutoff, and n their effective
number: whoever errs half as much as the pool in five windows gains a factor of 2^5. That is how an
aggregating forecaster learns from experts (Vovk 1990), at a rate found on companies of their own
(seed 7 of both panels), which neither the prior nor the quality has seen.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from forecasting import metrics
from forecasting.revenue import pool
from forecasting.revenue.backtest import Window
from forecasting.revenue.company import Fitted
from forecasting.revenue.z_tables import effective
from forecasting.settings import Settings

#: How fast weights follow the windows: at 0 they never do.
_RATE = 1.0
#: Of the actual: two errors below it are as good as equal.
_FLOOR = 0.02


@dataclasses.dataclass(frozen=True)
class _Scored:
    """A completed window: by member (horizons,) the log ratio of its CRPS to the pool's."""

    cutoff: np.datetime64
    ratios: dict[str, np.ndarray]

    def longest(self, cutoff: np.datetime64, settings: Settings) -> int | None:
        """Return the place of its longest horizon that was completed at a cutoff."""
        known = int((cutoff - self.cutoff).astype(int))
        size = min(map(len, self.ratios.values()), default=0)
        done = [place for place, days in enumerate(settings.horizons[:size]) if days <= known]
        return done[-1] if done else None


def with_own_weights(fitted: Fitted, settings: Settings) -> Fitted:
    """Return a company's fits, each pool weighed by the windows completed at its cutoff.

    Where a season is borrowed nothing changes: members know nothing of it.
    """
    scored = [_scored(window, settings) for window in fitted.windows]

    def weighed(window: Window) -> Window:
        if window.route != "long":
            return window
        weights = _weights(window, scored, settings)
        if weights == window.weights:
            return window
        mixed = pool.mix(window.totals, weights, len(window.paths))
        if window.paths.min() >= 0:
            mixed = np.maximum(mixed, 0.0)
        return dataclasses.replace(window, weights=weights, own_totals=mixed)

    return dataclasses.replace(
        fitted,
        windows=tuple(weighed(window) for window in fitted.windows),
        forecast=weighed(fitted.forecast),
    )


def _scored(window: Window, settings: Settings) -> _Scored:
    days = [horizon for horizon in settings.horizons if horizon <= window.actual.size]
    actual = np.array([window.actual[:horizon].sum() for horizon in days])
    floor = np.maximum(_FLOOR * np.abs(actual), 1e-9)

    def log_error(sample: np.ndarray) -> np.ndarray:
        return np.log(metrics.crps(sample[:, : len(days)], actual) + floor)

    pooled = log_error(window.pooled_totals(settings))
    members = {name: log_error(drawn) - pooled for name, drawn in window.totals.items()}
    return _Scored(window.cutoff_date, members)


def _weights(window: Window, scored: list[_Scored], settings: Settings) -> dict[str, float]:
    """Return the weights of a window's members, the prior's where nothing is completed."""
    completed = [
        (one, place)
        for one in scored
        if (place := one.longest(window.cutoff_date, settings)) is not None
    ]
    if not completed:
        return window.weights
    logits = {}
    for name, weight in window.weights.items():
        seen = [(one.cutoff, one.ratios[name][at]) for one, at in completed if name in one.ratios]
        logits[name] = float(np.log(weight))
        if seen:
            cutoffs, ratios = map(np.array, zip(*seen, strict=True))
            count = effective(cutoffs, settings.horizon_days)
            logits[name] -= _RATE * count * float(ratios.mean())
    largest = max(logits.values())
    shares = {name: float(np.exp(logit - largest)) for name, logit in logits.items()}
    return {name: share / sum(shares.values()) for name, share in shares.items()}
