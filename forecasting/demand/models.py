"""Models of intermittent demand, chosen by backtest, and how far what comes is from them.

Croston's method in the form of Syntetos and Boylan (2005), the one of Teunter, Syntetos and Babai
(2011) for demand that dies out, exponential smoothing, last year's weeks, and the mean of the last
eight weeks, from statsforecast.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy.stats import rv_discrete

HORIZON = 8  # weeks
ORIGINS = 4  # backtests of a product, a horizon apart
YEAR = 52
MEAN = "recent_mean"
#: A product's own backtests, four at most, count beside those of all products of the company as if
#: these were so many more: with fewer, models are chosen by chance.
_POOLED_ORIGINS = 8
#: Of the squared errors of products so many are breaks (a listing that was lost) and no dispersion.
_TRIMMED = 0.02
LEVELS = (0.1, 0.5, 0.9)


@dataclasses.dataclass(frozen=True)
class Demand:
    """Forecasts of a company's products.

    Attributes:
        mean: (p, HORIZON) expected units per week.
        model: (p,) the model chosen.
        dispersion: squared coefficient of variation of the mean: demand of any weeks is negative
            binomial with variance mean + dispersion x mean^2.
        backtests: (name, windows, WAPE, share inside P10-P90) of each model and of `chosen`.
    """

    mean: np.ndarray
    model: list[str]
    dispersion: float
    backtests: list[tuple[str, int, float, float]]


def forecast(units: np.ndarray) -> Demand:
    """Return the forecasts of weekly units (p, weeks), NaN before a product is sold."""
    histories = [row[~np.isnan(row)] for row in units]
    models = _models()
    names = list(models)
    predicted, actual = _backtests(histories, models)
    usual = np.array([row.mean() for row in histories])
    best = _best(predicted, actual, usual)
    chosen, means = [], []
    for place, history in enumerate(histories):
        usable = [at for at, name in enumerate(names) if _fits(name, history.size)]
        name = names[min(usable, key=lambda at, place=place: best[place, at])]
        chosen.append(name)
        means.append(_predict(models[name], history))
    of_chosen = _chosen_then(predicted, actual, usual)
    is_chosen = np.isfinite(of_chosen)
    dispersion = _dispersion(of_chosen if is_chosen.any() else predicted[:, 0], actual)
    rows = [("chosen", of_chosen)] + [(name, predicted[:, at]) for at, name in enumerate(names)]
    # Compared on the same totals, where there are any that older ones have chosen for.
    common = np.where(is_chosen, actual, np.nan) if is_chosen.any() else actual
    backtests = [_measured(name, found, common, dispersion) for name, found in rows]
    return Demand(np.array(means), chosen, dispersion, [row for row in backtests if row[1]])


def _chosen_then(predicted: np.ndarray, actual: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """Return the totals (p, ORIGINS) of the model that older backtests would have chosen.

    NaN where there are none.
    """
    found = np.full(actual.shape, np.nan)
    for origin in range(ORIGINS - 1):
        older = _best(predicted[:, :, origin + 1 :], actual[:, origin + 1 :], usual)
        here = np.where(np.isfinite(predicted[:, :, origin]), older, np.inf)
        tried = np.isfinite(actual[:, origin + 1 :]).any(axis=1)
        picked = predicted[np.arange(usual.size), here.argmin(axis=1), origin]
        found[:, origin] = np.where(tried, picked, np.nan)
    return found


def quantiles(mean: np.ndarray, dispersion: float) -> np.ndarray:
    """Return the units (levels, ...) at LEVELS of demand with a mean (...)."""
    return np.array([_distribution(mean, dispersion).ppf(level) for level in LEVELS])


def probability_above(stock: np.ndarray, mean: np.ndarray, dispersion: float) -> np.ndarray:
    """Return how likely demand is more than the units in stock; NaN where these are not known."""
    found = _distribution(mean, dispersion).sf(np.floor(stock))
    return np.where(np.isnan(stock), np.nan, np.where(mean > 0, found, 0.0))


def _distribution(mean: np.ndarray, dispersion: float) -> rv_discrete:
    from scipy import stats  # takes half of a command's start to import

    size = 1 / max(dispersion, 1e-6)
    return stats.nbinom(size, size / (size + np.maximum(mean, 1e-9)))


def _models() -> dict[str, Callable[[np.ndarray, int], np.ndarray]]:
    from statsforecast import models  # takes seconds to import

    found = {
        MEAN: models.WindowAverage(HORIZON),
        "tsb": models.TSB(0.1, 0.1),
        "croston_sba": models.CrostonSBA(),
        "ets": models.AutoETS(season_length=1, model="ZZN", damped=True),
        "last_year": models.SeasonalNaive(YEAR),
    }

    def of(name: str) -> Callable[[np.ndarray, int], np.ndarray]:
        return lambda history, horizon: found[name].forecast(y=history, h=horizon)["mean"]

    return {name: of(name) for name in found}


def _fits(name: str, size: int) -> bool:
    """Say whether a history is long enough for a model."""
    least = {MEAN: 0, "last_year": YEAR, "ets": 2 * HORIZON}
    return size >= least.get(name, HORIZON)


def _predict(model: Callable[[np.ndarray, int], np.ndarray], history: np.ndarray) -> np.ndarray:
    """Return the units (HORIZON,) that a model expects, of a short history its mean."""
    if history.size < HORIZON:
        return np.full(HORIZON, history.mean())
    found = np.asarray(model(history.astype(float), HORIZON), float)
    return np.maximum(np.where(np.isfinite(found), found, history[-HORIZON:].mean()), 0.0)


def _backtests(
    histories: list[np.ndarray], models: dict[str, Callable[[np.ndarray, int], np.ndarray]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the totals of the horizon, predicted (p, models, ORIGINS) and actual (p, ORIGINS)."""
    predicted = np.full((len(histories), len(models), ORIGINS), np.nan)
    actual = np.full((len(histories), ORIGINS), np.nan)
    for place, history in enumerate(histories):
        for origin in range(ORIGINS):
            known = history.size - HORIZON * (origin + 1)
            if known < HORIZON:
                break
            actual[place, origin] = history[known : known + HORIZON].sum()
            for at, (name, model) in enumerate(models.items()):
                if _fits(name, known):
                    predicted[place, at, origin] = _predict(model, history[:known]).sum()
    return predicted, actual


def _best(predicted: np.ndarray, actual: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """Return each model's error (p, models), shrunk to that of all products; least is best."""
    scale = np.maximum(usual, 1e-9)[:, None, None] * HORIZON
    errors = np.abs(predicted - actual[:, None, :]) / scale
    known = np.isfinite(errors)
    totals, counts = np.where(known, errors, 0.0).sum(axis=2), known.sum(axis=2)
    pooled = np.divide(
        totals.sum(axis=0), counts.sum(axis=0),
        out=np.full(totals.shape[1], np.inf), where=counts.sum(axis=0) > 0,
    )  # fmt: skip
    # Where nothing was tried yet, the mean of the last weeks.
    if not np.isfinite(pooled).any():
        pooled[:] = 0.0
    return (totals + _POOLED_ORIGINS * pooled) / (counts + _POOLED_ORIGINS)


def _dispersion(predicted: np.ndarray, actual: np.ndarray) -> float:
    """Return how far means are off, as a squared share, beyond what chance does to counts."""
    known = np.isfinite(predicted) & np.isfinite(actual) & (predicted > 0)
    if not known.any():
        return 1.0
    mean, came = predicted[known], actual[known]
    excess = (came - mean) ** 2 - mean
    kept = excess <= np.quantile(excess, 1 - _TRIMMED)
    return float(np.clip(excess[kept].sum() / (mean[kept] ** 2).sum(), 0.0, 4.0))


def _measured(
    name: str, predicted: np.ndarray, actual: np.ndarray, dispersion: float
) -> tuple[str, int, float, float]:
    known = np.isfinite(predicted) & np.isfinite(actual)
    mean, came = predicted[known], actual[known]
    low, _, high = quantiles(mean, dispersion)
    inside = (came >= low) & (came <= high)
    wape = float(np.abs(mean - came).sum() / max(came.sum(), 1e-9))
    return name, int(known.sum()), wape, float(inside.mean()) if known.any() else 0.0
