"""Trees that correct the purchase models: what companies' customers did later teaches it.

Two LightGBM models for each length of window, of spend (Tweedie) and of any purchase (binary).
They begin at what the purchase models say, so that without evidence they say the same.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
from types import ModuleType

import numpy as np

from forecasting.customers.features import CATEGORIES, NAMES, Base
from warehouse.errors import PaidnetError

# Raised when a change of the code changes numbers: trees of before are not read.
VERSION = 1
#: With fewer rows, or fewer of them that buy, trees learn chance.
_LEAST_ROWS, _LEAST_BUYERS = 1000, 100
#: Rows of a company and cutoff that teach, and rows of all.
ROWS_OF_CUTOFF, _ROWS = 4000, 40_000
_ROUNDS = 60
_POWER = 1.5  # of the variance of spend
_SETTINGS = {
    "learning_rate": 0.07, "num_leaves": 15, "min_data_in_leaf": 100, "lambda_l2": 10.0,
    "feature_fraction": 0.7, "bagging_fraction": 0.7, "bagging_freq": 1, "cat_smooth": 50.0,
    "max_delta_step": 0.5, "seed": 20261, "deterministic": True, "force_row_wise": True,
    # Threads that wait for each other are slow on a busy machine; processes train side by side.
    "num_threads": 1, "verbosity": -1,
}  # fmt: skip
_SMALL = 1e-4


@dataclasses.dataclass(frozen=True)
class Rows:
    """Customers at cutoffs, and what they did in the window that followed.

    Attributes:
        features: (k, NAMES).
        expected, probability: (k,) what the purchase models said; spend in units of the company's
            mean purchase, as all spend here.
        spend: (k,) net spend.
        bought: (k,) whether they bought.
        end: (k,) last day of the window, as days since 1970.
        weight: (k,) of a row: the customers of a company and cutoff weigh the same in all.
    """

    features: np.ndarray
    expected: np.ndarray
    probability: np.ndarray
    spend: np.ndarray
    bought: np.ndarray
    end: np.ndarray
    weight: np.ndarray

    @classmethod
    def together(cls, parts: list[Rows]) -> Rows:
        """Return the rows of all parts."""
        names = [field.name for field in dataclasses.fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def __getitem__(self, where: np.ndarray) -> Rows:
        """Return the rows at places (or of a mask)."""
        names = [field.name for field in dataclasses.fields(self)]
        return Rows(*(getattr(self, name)[where] for name in names))

    def digest(self) -> str:
        """Return a hash of the rows."""
        found = hashlib.sha256()
        for field in dataclasses.fields(self):
            found.update(np.ascontiguousarray(getattr(self, field.name)).tobytes())
        return found.hexdigest()


@dataclasses.dataclass(frozen=True)
class Trees:
    """The two models, as LightGBM writes them."""

    spend: str
    bought: str

    def predict(self, features: np.ndarray, found: Base, scale: float) -> tuple:
        """Return expected spend (k,), in currency, and probability of any purchase (k,)."""
        lightgbm = _lightgbm()
        raw = [
            lightgbm.Booster(model_str=text).predict(features, raw_score=True, num_threads=1)
            for text in (self.spend, self.bought)
        ]
        start = np.maximum(found.expected / scale, _SMALL)
        odds = _logit(found.probability) + raw[1]
        return start * np.exp(raw[0]) * scale, 1 / (1 + np.exp(-odds))


def _logit(probability: np.ndarray) -> np.ndarray:
    kept = np.clip(probability, _SMALL, 1 - _SMALL)
    return np.log(kept / (1 - kept))


def train(rows: Rows) -> Trees | None:
    """Return trees that learnt from rows; None where these are too few."""
    if rows.end.size < _LEAST_ROWS or rows.bought.sum() < _LEAST_BUYERS:
        return None
    if rows.end.size > _ROWS:
        rows = rows[np.linspace(0, rows.end.size - 1, _ROWS).astype(int)]
    return Trees(
        _train(
            rows, np.maximum(rows.spend, 0.0), np.log(np.maximum(rows.expected, _SMALL)),
            {"objective": "tweedie", "tweedie_variance_power": _POWER},
        ),
        _train(rows, rows.bought, _logit(rows.probability), {"objective": "binary"}),
    )  # fmt: skip


def _lightgbm() -> ModuleType:
    """Return the library, which takes a second to load; raises PaidnetError."""
    try:
        return importlib.import_module("lightgbm")
    except OSError as error:
        raise PaidnetError(
            "the trees of the customers' forecast cannot be trained",
            found=str(error).splitlines()[0],
            expected="the OpenMP library of the C compiler",
            fix="install it (Debian: apt-get install libgomp1), or build with --no-forecast",
        ) from None


def _train(rows: Rows, wanted: np.ndarray, start: np.ndarray, objective: dict) -> str:
    lightgbm = _lightgbm()
    data = lightgbm.Dataset(
        rows.features, wanted, weight=rows.weight, init_score=start,
        feature_name=list(NAMES), categorical_feature=list(CATEGORIES), free_raw_data=True,
        params={"verbosity": -1, "max_bin": 63},
    )  # fmt: skip
    settings = _SETTINGS | objective | {"boost_from_average": False}
    return lightgbm.train(settings, data, _ROUNDS).model_to_string()
