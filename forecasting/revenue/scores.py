"""The rows of a backtest window: every model against the actuals."""

from __future__ import annotations

import numpy as np

from forecasting import metrics
from forecasting.output import MODEL
from forecasting.revenue.backtest import Window, daily_scores, share_of, totals
from forecasting.settings import Settings

_QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
_NAMES = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")


def rows(window: Window, calibrated: np.ndarray, settings: Settings) -> list[dict[str, object]]:
    """Return one row per completed horizon and model, in currency.

    Daily scores are of all days of the window with actuals, the same at each horizon.
    """
    paths = {MODEL: calibrated, "pool": window.opened(window.paths)}
    by_model = {name: totals(drawn, settings) for name, drawn in paths.items()} | window.totals
    daily, inside = dict(window.daily_scores), {}
    for name, drawn in paths.items():
        pinball, inside[name] = daily_scores(drawn, window.actual)
        daily[name] = pinball, share_of(inside[name])
    starts = (0, *settings.horizons)
    return [
        _row(window, name, horizon, drawn[:, place], daily[name])
        | {
            "step_inside_90_share": share_of(inside[name][starts[place] : horizon])
            if name in inside
            else None
        }
        for place, horizon in enumerate(settings.horizons)
        if horizon <= window.actual.size
        for name, drawn in by_model.items()
    ]


def _row(
    window: Window, name: str, horizon: int, sample: np.ndarray, daily: tuple[float, float]
) -> dict[str, object]:
    actual = float(window.actual[:horizon].sum())
    run_rate = window.run_rate * horizon
    quantiles = np.quantile(sample, _QUANTILES)
    p05, p10, p25, _, p75, p90, p95 = quantiles
    amounts = {
        "actual_total_amount": actual,
        "run_rate_total_amount": run_rate,
        **{f"{each}_amount": q for each, q in zip(_NAMES, quantiles, strict=True)},
        "crps": float(metrics.crps(sample, actual)),
        "pinball": float(metrics.mean_pinball(sample, actual)),
        "daily_pinball": daily[0],
    }
    return {
        "cutoff_date": window.cutoff_date.item(),
        "horizon_days": horizon,
        "model_name": name,
        "history_day_count": window.character.size,
        "has_closure": window.has_closure,
        **{key: float(value) * window.scale for key, value in amounts.items()},
        "brier": metrics.brier(sample, actual, run_rate),
        "pit": metrics.pit(sample, actual),
        "is_inside_50": bool(p25 <= actual <= p75),
        "is_inside_80": bool(p10 <= actual <= p90),
        "is_inside_90": bool(p05 <= actual <= p95),
        "is_below_p05": bool(actual < p05),
        "daily_inside_90_share": daily[1],
    }
