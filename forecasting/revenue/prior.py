"""The shipped prior: weights, spread and z-tables learnt on a panel (see forecasting/research)."""

from __future__ import annotations

import dataclasses
import functools
import json
from pathlib import Path

import numpy as np

from forecasting.revenue import members
from forecasting.revenue.pool import Character

FILE = Path(__file__).with_name("prior.json")
ROUTES = ("insufficient", "short", "long")
# Reference points at which the features of a series are zero.
_SIZE = {"insufficient": 30, "short": 150, "long": 700}
_VOLATILITY = 0.15
_HALF_WIDTH = 0.15
_EQUAL_SHARE = 0.15  # of all weight is spread evenly, whatever was learnt


@dataclasses.dataclass(frozen=True)
class Prior:
    """What was learnt before an installation has windows of its own.

    Attributes:
        weights: by route (4, members): logits on what `weight_features` returns.
        spread: by route and horizon (3,): log spread on 1, log half-width, log volatility.
        z: by route and horizon: quantiles of the standardised log error at 1/202, 3/202 …
        donors: (d, 52) log seasonal indices of the panel's companies.
    """

    weights: dict[str, np.ndarray]
    spread: dict[str, dict[int, np.ndarray]]
    z: dict[str, dict[int, np.ndarray]]
    donors: np.ndarray

    def member_weights(
        self, way: str, known: Character, there: tuple[str, ...]
    ) -> dict[str, float]:
        """Return the weight of each of `there` (members of the route that could run)."""
        names = members.POOLED[way]
        logits = weight_features(way, known) @ self.weights[way]
        is_there = np.array([name in there for name in names])
        share = np.where(is_there, np.exp(logits - logits[is_there].max()), 0.0)
        share = (1 - _EQUAL_SHARE) * share / share.sum() + _EQUAL_SHARE * is_there / is_there.sum()
        return {name: float(w) for name, w in zip(names, share, strict=True) if w > 0}

    def log_spread(self, way: str, horizon: int, half_width: float, known: Character) -> float:
        """Return the log of s, by which errors of this forecast are standardised."""
        coefficients = self.spread[way][self.nearest(way, horizon)]
        return float(spread_features(half_width, known) @ coefficients)

    def z_table(self, way: str, horizon: int) -> np.ndarray:
        """Return the sorted z-values of a route at the nearest horizon learnt."""
        return self.z[way][self.nearest(way, horizon)]

    def nearest(self, way: str, horizon: int) -> int:
        """Return the learnt horizon nearest to one."""
        return min(self.z[way], key=lambda days: abs(days - horizon))


def weight_features(way: str, known: Character) -> np.ndarray:
    """Return what weights depend on: 1, log size, log volatility, seasonality.

    Size and volatility are taken about their references.
    """
    volatility = np.clip(np.log(known.volatility / _VOLATILITY), -2, 2)
    return np.array([1.0, np.log(known.size / _SIZE[way]), volatility, known.seasonality])


def spread_features(half_width: float, known: Character) -> np.ndarray:
    """Return what spread depends on: 1, log half-width, log volatility."""
    volatility = np.clip(np.log(known.volatility / _VOLATILITY), -2, 2)
    return np.array([1.0, np.log(half_width / _HALF_WIDTH), volatility])


def blank() -> Prior:
    """Return the prior of someone who knows nothing: equal weights, log errors of 0.15."""
    horizons = (30, 60, 90, 120, 150)
    normal = np.linspace(-1, 1, 101)
    return Prior(
        {way: np.zeros((4, len(members.POOLED[way]))) for way in ROUTES},
        {way: {h: np.array([np.log(_HALF_WIDTH), 0.5, 0.0]) for h in horizons} for way in ROUTES},
        {way: dict.fromkeys(horizons, normal) for way in ROUTES},
        np.zeros((0, 52)),
    )


def from_json(text: dict[str, dict]) -> Prior:
    """Return the prior that `to_json` wrote."""
    return Prior(
        {way: np.array(value) for way, value in text["weights"].items()},
        {
            way: {int(h): np.array(value) for h, value in by.items()}
            for way, by in text["spread"].items()
        },
        {
            way: {int(h): np.array(value) for h, value in by.items()}
            for way, by in text["z"].items()
        },
        np.array(text["donors"]).reshape(-1, 52),
    )


def to_json(prior: Prior) -> dict[str, object]:
    """Return the prior as what JSON can hold, rounded to four places."""

    def plain(value: object) -> object:
        if isinstance(value, dict):
            return {str(key): plain(part) for key, part in value.items()}
        return np.round(np.asarray(value), 4).tolist()

    return {field.name: plain(getattr(prior, field.name)) for field in dataclasses.fields(prior)}


@functools.cache
def shipped(name: str = "shipped") -> Prior:
    """Return the shipped prior, or `panel_only`: the same without the real logs."""
    return from_json(json.loads(FILE.read_text(encoding="utf-8"))[name])
