"""The shipped prior: weights, spread and z-tables learnt on a panel (see forecasting/research)."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
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
        weights: by route (5, members): logits on what `weight_features` returns.
        spread: by route and horizon (4,): log spread on what `spread_features` returns.
        z: by route and horizon: quantiles of the standardised log error at 1/202, 3/202 …
        donors: (d, 52) log seasonal indices of the panel's companies.
    """

    weights: dict[str, np.ndarray]
    spread: dict[str, dict[int, np.ndarray]]
    z: dict[str, dict[int, np.ndarray]]
    donors: np.ndarray

    @functools.cached_property
    def digest(self) -> str:
        """A hash of all of it."""
        return hashlib.sha256(json.dumps(to_json(self), sort_keys=True).encode()).hexdigest()

    def member_weights(
        self, route: str, character: Character, available: tuple[str, ...]
    ) -> dict[str, float]:
        """Return the weight of each of `there` (members of the route that could run)."""
        names = members.POOLED[route]
        logits = weight_features(route, character) @ self.weights[route]
        is_available = np.array([name in available for name in names])
        share = np.where(is_available, np.exp(logits - logits[is_available].max()), 0.0)
        share = (
            1 - _EQUAL_SHARE
        ) * share / share.sum() + _EQUAL_SHARE * is_available / is_available.sum()
        return {name: float(w) for name, w in zip(names, share, strict=True) if w > 0}

    def log_spread(
        self, route: str, horizon: int, half_width: float, character: Character
    ) -> float:
        """Return the log of s, by which errors of this forecast are standardised."""
        coefficients = self.spread[route][self.nearest(route, horizon)]
        return float(spread_features(half_width, character) @ coefficients)

    def z_table(self, route: str, horizon: int) -> np.ndarray:
        """Return the sorted z-values of a route at the nearest horizon learnt."""
        return self.z[route][self.nearest(route, horizon)]

    def nearest(self, route: str, horizon: int) -> int:
        """Return the learnt horizon nearest to one."""
        return min(self.z[route], key=lambda days: abs(days - horizon))


def weight_features(route: str, character: Character) -> np.ndarray:
    """Return what weights depend on: 1, log size, log volatility, seasonality, restlessness.

    Size and volatility are taken about their references.
    """
    volatility = np.clip(np.log(character.volatility / _VOLATILITY), -2, 2)
    size = np.log(character.size / _SIZE[route])
    return np.array([1.0, size, volatility, character.seasonality, character.restlessness])


def spread_features(half_width: float, character: Character) -> np.ndarray:
    """Return what spread depends on: 1, log half-width, log volatility, restlessness."""
    volatility = np.clip(np.log(character.volatility / _VOLATILITY), -2, 2)
    return np.array([1.0, np.log(half_width / _HALF_WIDTH), volatility, character.restlessness])


def blank() -> Prior:
    """Return the prior of someone who knows nothing: equal weights, log errors of 0.15."""
    horizons = (30, 60, 90, 120, 150)
    normal = np.linspace(-1, 1, 101)
    return Prior(
        {route: np.zeros((5, len(members.POOLED[route]))) for route in ROUTES},
        {
            route: {h: np.array([np.log(_HALF_WIDTH), 0.5, 0.0, 0.0]) for h in horizons}
            for route in ROUTES
        },
        {route: dict.fromkeys(horizons, normal) for route in ROUTES},
        np.zeros((0, 52)),
    )


def from_json(text: dict[str, dict]) -> Prior:
    """Return the prior that `to_json` wrote."""
    return Prior(
        {route: np.array(value) for route, value in text["weights"].items()},
        {
            route: {int(h): np.array(value) for h, value in by.items()}
            for route, by in text["spread"].items()
        },
        {
            route: {int(h): np.array(value) for h, value in by.items()}
            for route, by in text["z"].items()
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
