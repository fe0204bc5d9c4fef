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


def factor(model: Prophet, data: TrainingData, horizon: int) -> np.ndarray:
    """Return the seasonal and holiday factor (n + horizon,) of a multiplicative model."""
    model.uncertainty_samples = 0
    with _quiet():
        terms = model.predict(pd.DataFrame({"ds": data.days(horizon)}))["multiplicative_terms"]
    return np.clip(1 + terms.to_numpy(), 0.0, _MAX_FACTOR)


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
