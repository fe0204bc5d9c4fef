"""Prophet: the fitted season of a series, and sample paths of its own."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import logging
import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd

from forecasting.revenue.training_data import TrainingData

with contextlib.redirect_stderr(io.StringIO()):
    logging.getLogger("prophet.plot").disabled = True
    from prophet import Prophet

logging.getLogger("cmdstanpy").disabled = True
logging.getLogger("prophet").setLevel(logging.ERROR)

_MAX_FACTOR = 10.0


@dataclasses.dataclass(frozen=True)
class Shape:
    """How Prophet is set up: see its documentation for the three terms."""

    mode: str = "additive"
    growth: str = "linear"
    yearly: int | str = "auto"


def fit(data: TrainingData, shape: Shape, seed: int) -> Prophet:
    """Return Prophet fitted to the open days of a series, deterministically."""
    days = pd.DatetimeIndex(data.days())
    model = Prophet(
        seasonality_mode=shape.mode,
        growth=shape.growth,
        yearly_seasonality=shape.yearly,
        uncertainty_samples=0,
        holidays=_holidays(data),
    )
    open_days = ~data.is_closed
    frame = pd.DataFrame({"ds": days[open_days], "y": data.values[open_days]})
    with _quiet():
        model.fit(frame, seed=seed)
    return model


def paths(model: Prophet, data: TrainingData, horizon: int, count: int, seed: int) -> np.ndarray:
    """Return sample paths (count, horizon) of a fitted model, in units of the scale."""
    future = pd.DataFrame({"ds": data.days(horizon)[data.size :]})
    model.uncertainty_samples = count
    state = np.random.get_state()
    np.random.seed(seed % 2**32)  # predictive_samples draws from the global generator
    try:
        with _quiet():
            return np.ascontiguousarray(model.predictive_samples(future)["yhat"].T)
    finally:
        np.random.set_state(state)


@dataclasses.dataclass(frozen=True)
class Terms:
    """What a multiplicative model says of each known and coming day, relative to its level.

    Attributes:
        factor: (n + horizon,) season and holidays together.
        holidays: (n + horizon,) the part of the factor that holidays and events are.
    """

    factor: np.ndarray
    holidays: np.ndarray


def terms(model: Prophet, data: TrainingData, horizon: int) -> Terms:
    """Return the terms of a fitted multiplicative model."""
    model.uncertainty_samples = 0
    with _quiet():
        found = model.predict(pd.DataFrame({"ds": data.days(horizon)}))
    factor = np.clip(1 + found["multiplicative_terms"].to_numpy(), 0.0, _MAX_FACTOR)
    has_holidays = "holidays" in found
    return Terms(factor, found["holidays"].to_numpy() if has_holidays else np.zeros(factor.size))


def _holidays(data: TrainingData) -> pd.DataFrame | None:
    """Return the events that the history holds at least once: others have no effect to learn."""
    events = data.events
    last = data.first_date + data.size
    seen = np.unique(events.name[(events.date >= data.first_date) & (events.date < last)])
    chosen = np.isin(events.name, seen)
    if not chosen.any():
        return None
    return pd.DataFrame(
        {
            "holiday": events.name[chosen],
            "ds": pd.DatetimeIndex(events.date[chosen]),
            "lower_window": -events.days_before[chosen],
            "upper_window": events.days_after[chosen],
        }
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
