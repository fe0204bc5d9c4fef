"""Mix models of customers' spend as past windows advise, and score what that would have been."""

from __future__ import annotations

import dataclasses

import numpy as np

from forecasting.customers import scores, sources, spend
from forecasting.customers.boosted import Trees
from forecasting.customers.features import Base
from forecasting.customers.spend import Spread
from forecasting.customers.study import Window

_WEIGHTS = np.linspace(0.0, 1.0, 5)  # of the trees
_USUAL_WEIGHT = 0.5
_POWER = 1.5


@dataclasses.dataclass(frozen=True)
class Said:
    """What a model says of customers (k,) for a window.

    Attributes:
        expected, probability: net spend, in currency, and the chance of any purchase.
        days: with purchases expected.
    """

    expected: np.ndarray
    probability: np.ndarray
    days: np.ndarray

    @classmethod
    def of_base(cls, base: Base) -> Said:
        """Return what the purchase models say."""
        return cls(base.expected, base.probability, base.days)

    def of(self, some: slice) -> Said:
        """Return the same of some of the customers."""
        return Said(self.expected[some], self.probability[some], self.days[some])

    def mixed(self, other: Said, weight: float) -> Said:
        """Return a mix in which the other one has a weight."""
        names = [field.name for field in dataclasses.fields(self)]
        return Said(*((1 - weight) * getattr(self, n) + weight * getattr(other, n) for n in names))

    def scaled(self, factor: float) -> Said:
        """Return the same with so many times the purchases."""
        return Said(
            self.expected * factor, spend.at_scale(self.probability, factor), self.days * factor
        )


def by_trees(trees: Trees, features: np.ndarray, base: Base, scale: float) -> Said:
    """Return what trees say, from features (k, names) and what the purchase models say."""
    expected, probability = trees.predict(features, base, scale)
    ratio = np.divide(expected, base.expected, out=np.ones_like(expected), where=base.expected > 0)
    return Said(expected, probability, base.days * ratio)


@dataclasses.dataclass(frozen=True)
class Past:
    """A window that is over, what each model said of it, and what was made of both.

    Attributes:
        window: the window.
        base, trees: what the models said; trees None where nothing had taught them.
        log_errors: (3,) of the estimates of the sources, before they were reconciled; NaN where
            there was no estimate or nothing came.
    """

    window: Window
    base: Said
    trees: Said | None
    log_errors: np.ndarray


@dataclasses.dataclass(frozen=True)
class Learnt:
    """What windows that were over by a cutoff teach for the next one of the same length.

    Attributes:
        weight: of the trees.
        bias, deviation: (3,) of the log errors of the sources' estimates.
        spread: of the spend of who buys.
        count: windows.
    """

    weight: float
    bias: np.ndarray
    deviation: np.ndarray
    spread: Spread
    count: int

    @classmethod
    def of(cls, past: list[Past]) -> Learnt:
        """Return what past windows teach, oldest first."""
        logs = np.array([one.log_errors for one in past]).reshape(-1, len(sources.SOURCES))
        found = [sources.error(column[np.isfinite(column)]) for column in logs.T]
        weight = _weight(past)
        return cls(
            weight,
            np.array([bias for bias, _ in found]),
            np.array([deviation for _, deviation in found]),
            _spread(past, weight),
            len(past),
        )

    def mix(self, base: Said, trees: Said | None) -> Said:
        """Return what both say together."""
        return base if trees is None else base.mixed(trees, self.weight)


def _weight(past: list[Past]) -> float:
    """Return the trees' weight: the one that would have done best, shrunk to the usual one."""
    losses = np.zeros(_WEIGHTS.size)
    known = [one for one in past if one.trees is not None and one.window.actual.sum() > 0]
    for one in known:
        actual = np.maximum(one.window.actual, 0.0)
        found = np.array(
            [_deviance(actual, one.base.mixed(one.trees, w).expected) for w in _WEIGHTS]
        )
        losses += found / found.min()
    # As if two windows more had said: the usual.
    losses += 2 * (1 + 0.05 * ((_WEIGHTS - _USUAL_WEIGHT) / 0.5) ** 2)
    return float(_WEIGHTS[losses.argmin()])


def _deviance(actual: np.ndarray, expected: np.ndarray) -> float:
    """Return the Tweedie deviance of customers (k,), at the level that came."""
    mean = np.maximum(expected, 1e-9) * actual.sum() / max(expected.sum(), 1e-9)
    p = _POWER
    terms = mean ** (2 - p) / (2 - p) - actual * mean ** (1 - p) / (1 - p)
    # The term of the actuals alone, so that the deviance is 0 for what was right.
    own = np.where(actual > 0, actual ** (2 - p) * (1 / (1 - p) - 1 / (2 - p)), 0.0)
    return float(2 * (terms + own).sum())


def _spread(past: list[Past], weight: float) -> Spread:
    rows = []
    for one in past:
        said = one.base if one.trees is None else one.base.mixed(one.trees, weight)
        actual = one.window.actual
        if said.expected.sum() <= 0 or actual.sum() <= 0:
            continue
        said = said.scaled(actual.sum() / said.expected.sum())
        bought = one.window.rows.bought & (said.probability > 1e-6)
        chance = said.probability[bought]
        rows.append((said.days[bought] / chance, said.expected[bought] / chance, actual[bought]))
    if not rows:
        return Spread()
    return Spread.learnt(*(np.concatenate(column) for column in zip(*rows, strict=True)))


def parts(said: Said, window: Window, learnt: Learnt) -> np.ndarray:
    """Return the estimates (3,) of a window's revenue by source; NaN where nothing is known."""
    existing = said.expected.sum() / window.share
    return estimates(existing, window.source_shares, window.total) * np.exp(learnt.bias)


def estimates(existing: float, shares: np.ndarray | None, total: float) -> np.ndarray:
    """Return what each source is expected to bring (3,), before past errors are made good.

    Args:
        existing: what customers of today are expected to spend.
        shares: (3,) of sources in windows before, or None.
        total: of the revenue forecast; NaN without one.
    """
    if shares is None:
        return np.array([existing, np.nan, np.nan])
    if np.isnan(total):
        total = existing / shares[0] if shares[0] > 0 else np.nan
    return np.array([existing, *(shares[1:] * total)])


@dataclasses.dataclass(frozen=True)
class Scored:
    """The scores of a window.

    Attributes:
        window: the window.
        weight: of the trees in the mix.
        by_model: scores of each model.
        deciles: customers by tenths of what was expected of them.
    """

    window: Window
    weight: float
    by_model: dict[str, dict[str, float]]
    deciles: tuple[np.ndarray, np.ndarray, np.ndarray]


def replay(
    windows: list[Window], trees: dict[int, Said | None], seed: int
) -> tuple[list[Past], list[Scored]]:
    """Go through windows in time, each with what those before it had taught, and score them.

    Args:
        windows: of one length, oldest first.
        trees: what the trees said of each, by its place.
        seed: of the draws.
    """
    past: list[Past] = []
    scored = []
    for place, window in enumerate(windows):
        learnt = Learnt.of([one for one in past if one.window.end <= window.cutoff])
        base = Said.of_base(window.base)
        mixed = learnt.mix(base, trees.get(place))
        raw = parts(mixed, window, learnt)
        final = mixed.scaled(_factor(raw, mixed, window, learnt, seed))
        points = {**window.baselines, "purchase_models": base.expected}
        if trees.get(place) is not None:
            points["trees"] = trees[place].expected
        found = {name: scores.of_point(window.actual, point) for name, point in points.items()}
        found["paidnet"] = scores.of_distribution(
            window.actual, final.expected, final.probability, final.days, learnt.spread
        )
        weight = learnt.weight if place in trees else 0.0
        scored.append(Scored(window, weight, found, scores.deciles(window.actual, final.expected)))
        unbiased = raw / np.exp(learnt.bias)
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(window.sources / unbiased)
        # The sample's own sum: what its few large customers do is no error of the model.
        logs[0] = np.log(window.actual.sum() / mixed.expected.sum()) if (
            window.actual.sum() > 0 and mixed.expected.sum() > 0
        ) else np.nan  # fmt: skip
        logs = np.where(np.isfinite(logs), np.clip(logs, -2, 2), np.nan)
        past.append(Past(window, base, trees.get(place), logs))
    return past, scored


def _factor(raw: np.ndarray, mixed: Said, window: Window, learnt: Learnt, seed: int) -> float:
    """Return what the mix is multiplied by to be the reconciled part of today's customers."""
    whole = mixed.expected.sum() / window.share
    if whole <= 0:
        return 1.0
    if np.isnan(window.total) or not np.isfinite(raw).all():
        return float(raw[0] / whole)
    totals = np.full(200, max(window.total, 0.0))
    parts = sources.reconciled(raw, learnt.deviation, totals, seed)
    return float(parts[:, 0].mean() / whole)
