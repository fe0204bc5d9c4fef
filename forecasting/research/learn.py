"""Learn the shipped prior, revenue/prior.json: `python -m forecasting.research.learn`.

From the training halves of both panels (seed 0) and the real logs, at the cutoffs of a run:
1. weights: a linear pool's CRPS is quadratic in its weights, E|X - y| - E|X - X'| / 2, so that
   weights that depend on size, volatility, seasonality and restlessness are found by gradient,
   each window counted relative to the CRPS of equal weights;
   The pool is then weighed by each company's completed windows, as a run does;
2. spread: log s is linear in log half-width, log volatility and restlessness, by maximum
   likelihood of Student errors with four degrees of freedom;
3. z: quantiles of the standardised errors, each company's with weights and spread learnt from
   four fifths of the others, and of their mirror image, because whether a panel grew or
   shrank on average says nothing about the next company;
4. donors: the seasonal indices of the panel's companies.
The held-out halves are never looked at here.
"""

from __future__ import annotations

import collections
import dataclasses
import json
import os

import numpy as np
from rich.progress import Progress
from scipy.optimize import minimize

from forecasting.research import companies, retail
from forecasting.revenue import backtest, calibration, company, fits, members, prior, z_tables
from forecasting.revenue.backtest import Window
from forecasting.revenue.company import Fitted
from forecasting.revenue.own_weights import with_own_weights
from forecasting.revenue.pool import WEEKS, borrow_seasonality, mix
from forecasting.revenue.prior import Prior
from forecasting.revenue.series import Series
from forecasting.run import Run
from forecasting.settings import HORIZONS, Settings
from warehouse import paths

TRAINING = range(180)
SHOPS = range(80)
TRAINING_SEED = 0
_RIDGE_WEIGHTS, _RIDGE_SPREAD = 0.01, 0.02
_SAMPLE = 100  # paths of a member that enter pairwise distances
_YOUNG = (10, 20, 30, 45, 58)  # sizes of the insufficient route
_QUANTILES = 101
_FOLDS = 5
_DONORS = 40

# Kept, so that learning anew from the same fits takes seconds.
_FITS = paths.data() / "research"

Windows = list[tuple[str, Window]]


def main() -> None:
    """Fit, learn and write; takes some minutes, with progress."""
    settings = Settings()
    panel = companies.panel(TRAINING, TRAINING_SEED)
    shops = retail.retail(SHOPS, TRAINING_SEED)
    real = companies.real_logs()
    with Progress() as bar:
        on_panel = windows(panel, settings, bar)
        on_retail = windows(shops, settings, bar)
        on_real = windows(real, settings, bar)
    donors = _donors(panel, settings)
    simulated = on_panel + on_retail
    shipped = learn(simulated + on_real, donors, settings)
    panel_only = learn(simulated, donors, settings)
    text = {
        "provenance": {
            "panel": f"simulation.panel, seed {TRAINING_SEED}, companies 0-{len(TRAINING) - 1}",
            "retail": f"research.retail, seed {TRAINING_SEED}, shops 0-{len(SHOPS) - 1}",
            "real_logs": [series.company_id for series in real],
            "window_count": {
                "panel": len(on_panel),
                "retail": len(on_retail),
                "real_logs": len(on_real),
            },
            "library_versions": company.library_versions(),
            "command": "python -m forecasting.research.learn",
        },
        "shipped": prior.to_json(shipped),
        "panel_only": prior.to_json(panel_only),
    }
    prior.FILE.write_text(json.dumps(text) + "\n", encoding="utf-8")


def windows(all_series: list[Series], settings: Settings, bar: Progress) -> Windows:
    """Return the backtest windows of the series and those of their first weeks."""
    task = bar.add_task("fitting", total=None)

    def show(_: str, done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)

    run = Run(folder=_FITS, settings=settings, prior=prior.blank())
    with fits.workers(os.cpu_count() or 1) as pool:
        fitted = {
            one.company_id: fits.load(one, run)
            for one in fits.fit_all(all_series, run, pool, show, {})
        }
    found = [(name, window) for name in sorted(fitted) for window in fitted[name].windows]
    for series in all_series:
        whole = series.whole_days()
        found += [
            (series.company_id, company.run_task(company.Task(series, size), run))
            for size in _YOUNG
            if size + HORIZONS[0] <= whole.stop - whole.start
        ]
    return [(name, window) for name, window in found if _is_usable(window)]


def learn(found: Windows, donors: np.ndarray, settings: Settings) -> Prior:
    """Return the prior learnt from windows; z of a company comes from what the others teach."""
    learnt = _learn_weights_and_spread(found, donors, settings)
    names = sorted({name for name, _ in found})
    fold = {name: place % _FOLDS for place, name in enumerate(names)}
    rows = []
    for held_out in range(_FOLDS):
        others = [(name, window) for name, window in found if fold[name] != held_out]
        rest = [(name, window) for name, window in found if fold[name] == held_out]
        without = _learn_weights_and_spread(others, donors, settings)
        run = Run(folder=_FITS, settings=settings, prior=without)
        for (name, window), raw in zip(rest, _pooled(rest, donors, without, settings), strict=True):
            rows += calibration.errors_of(name, window, raw, run)
    errors = z_tables.Errors.of(rows)
    for route in prior.ROUTES:
        for horizon in HORIZONS:
            chosen = (errors.route == route) & (errors.horizon == horizon)
            learnt.z[route][horizon] = _mirrored(errors.z[chosen], errors.company[chosen])
    return learnt


def _learn_weights_and_spread(found: Windows, donors: np.ndarray, settings: Settings) -> Prior:
    """Return weights and spreads learnt from windows, z still blank."""
    learnt = dataclasses.replace(prior.blank(), donors=donors)
    for route in ("short", "long"):
        chosen = [window for _, window in found if window.route == route]
        learnt.weights[route][:] = _weights(route, chosen, settings)
    pooled = _pooled(found, donors, learnt, settings)
    for route in prior.ROUTES:
        for place, horizon in enumerate(HORIZONS):
            whole = [
                (window, raw[:, place])
                for (_, window), raw in zip(found, pooled, strict=True)
                if window.route == route and window.actual.size >= horizon
            ]
            learnt.spread[route][horizon] = _spread(
                route, horizon, *zip(*whole, strict=True), learnt
            )
    return learnt


def _is_usable(window: Window) -> bool:
    """Whether a window says something of ordinary trade: not closed, not near nothing."""
    longest = max((h for h in HORIZONS if h <= window.actual.size), default=0)
    return longest > 0 and window.actual[:longest].sum() > 0.05 * window.run_rate * longest


def _weights(route: str, chosen: list[Window], settings: Settings) -> np.ndarray:
    names = members.POOLED[route]
    features, available, far, apart = [], [], [], []
    for window in chosen:
        place = max(k for k, h in enumerate(settings.horizons) if h <= window.actual.size)
        actual = window.actual[: settings.horizons[place]].sum()
        step = max(backtest.BACKTEST_PATHS // _SAMPLE, 1)
        drawn = [window.totals[n][::step, place] if n in window.totals else None for n in names]
        is_available = np.array([sample is not None for sample in drawn])
        filled = np.array([np.zeros(_SAMPLE) if s is None else s[:_SAMPLE] for s in drawn])
        between = np.abs(filled[:, None, :, None] - filled[None, :, None, :]).mean(axis=(2, 3))
        distance = np.abs(filled - actual).mean(axis=1)
        equal = is_available / is_available.sum()
        unit = equal @ distance - equal @ between @ equal / 2
        features.append(prior.weight_features(route, window.character))
        available.append(is_available)
        far.append(distance / unit)
        apart.append(between / unit)
    x, available, far, apart = map(np.array, (features, available, far, apart))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        theta = flat.reshape(x.shape[1], len(names))
        logits = np.where(available, x @ theta, -np.inf)
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        pull = np.einsum("nij,nj->ni", apart, weights)
        score = (weights * far).sum(axis=1) - (weights * pull).sum(axis=1) / 2
        slope = (far - pull) / len(x)
        slope = weights * (slope - (weights * slope).sum(axis=1, keepdims=True))
        ridge = _RIDGE_WEIGHTS / len(names)
        gradient = x.T @ slope + 2 * ridge * theta
        return float(score.mean() + ridge * (theta**2).sum()), gradient.ravel()

    found = minimize(loss, np.zeros(x.shape[1] * len(names)), jac=True, method="L-BFGS-B")
    return found.x.reshape(x.shape[1], len(names))


def _pooled(
    found: Windows, donors: np.ndarray, learnt: Prior, settings: Settings
) -> list[np.ndarray]:
    """Return the pooled totals (count, horizons) of windows as a run has them.

    Weighed by what the company's completed windows show; with the borrowed season of a young
    company, by the mean factor of its days: what paths of even weeks would do.
    """
    mixed = []
    for _, window in found:
        weights = learnt.member_weights(window.route, window.character, tuple(window.totals))
        totals = mix(window.totals, weights, backtest.BACKTEST_PATHS)
        mixed.append(dataclasses.replace(window, weights=weights, own_totals=totals))
    places: dict[str, list[int]] = collections.defaultdict(list)
    for place, (name, window) in enumerate(found):
        # Those of the first weeks were made for learning: no run has them.
        if window.route != "insufficient":
            places[name].append(place)
    for of_company in places.values():
        windows_ = tuple(mixed[place] for place in of_company)
        weighed = with_own_weights(Fitted("", windows_, windows_[-1]), settings).windows
        for place, window in zip(of_company, weighed, strict=True):
            mixed[place] = window
    return [_borrowed(window, donors, settings) for window in mixed]


def _borrowed(window: Window, donors: np.ndarray, settings: Settings) -> np.ndarray:
    pooled = window.pooled_totals(settings)
    if window.route == "long":
        return pooled
    seed = int(window.cutoff_date.astype(int))
    even = np.ones((len(pooled), settings.horizon_days))
    moved = borrow_seasonality(even, window.cutoff_date + 1, donors, settings.recent_days, seed)
    order = np.random.default_rng(seed).permutation(len(moved))
    return pooled * backtest.totals(moved, settings)[order] / np.array(settings.horizons)


def _spread(
    route: str, horizon: int, chosen: list[Window], raw: list[np.ndarray], learnt: Prior
) -> np.ndarray:
    """Return the coefficients of log s, from windows whose raw totals are positive."""
    error, features = [], []
    for window, sample in zip(chosen, raw, strict=True):
        middle = calibration.centre(sample, horizon, window, learnt)
        if middle.kind != "log" or window.reopening.any():
            continue
        half_width = calibration.half_width_of(sample)
        error.append(middle.z(float(window.actual[:horizon].sum())) * middle.spread)
        features.append(prior.spread_features(half_width, window.character))
    error, x = np.array(error), np.array(features)
    start = np.array([np.log(0.15), 0.5, 0.0, 0.0])
    if route == "insufficient":
        # A few weeks do not show how much a company varies: one spread for all.
        x, start = x * np.array([1.0, 0, 0, 0]), np.array([np.log(0.15), 0.0, 0.0, 0.0])

    def loss(b: np.ndarray) -> float:
        log_s = x @ b
        likelihood = (log_s + 2.5 * np.log1p((error / np.exp(log_s)) ** 2 / 4)).mean()
        return float(likelihood + _RIDGE_SPREAD * ((b - start)[1:] ** 2).sum())

    return minimize(loss, start, method="BFGS").x


def _mirrored(z: np.ndarray, company_ids: np.ndarray) -> np.ndarray:
    """Return quantiles of z and -z; a company's windows share a weight of their number's root."""
    count = collections.Counter(company_ids.tolist())
    weights = np.array([count[name] ** -0.5 for name in company_ids.tolist()])
    values, weights = np.concatenate([z, -z]), np.concatenate([weights, weights])
    order = np.argsort(values)
    place = np.cumsum(weights[order]) - weights[order] / 2
    levels = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    return np.interp(levels, place / weights.sum(), values[order])


def _donors(panel: list[Series], settings: Settings) -> np.ndarray:
    """Return the seasonal indices (d, 52) of the panel's companies with a year of history."""
    found = [company.seasonal_index_at(series, series.last_date, settings) for series in panel]
    return np.array([index for index in found if index is not None]).reshape(-1, WEEKS)[:_DONORS]


if __name__ == "__main__":
    main()
