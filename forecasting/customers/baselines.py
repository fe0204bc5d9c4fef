"""What anybody could say of each customer's spend without a model: what a model has to beat."""

from __future__ import annotations

import numpy as np

from forecasting.customers.purchases import Known

_MONTH, _MONTHS = 30, 12


def predict(known: Known, days: int) -> dict[str, np.ndarray]:
    """Return the net spend (k,) in the next so many days, by baseline.

    Nothing at all; as in as many days before; the customer's own mean; and the straight line
    through the customer's last months, at most a year of them, floored at zero.
    """
    tenure = np.maximum(known.cutoff - known.first + 1, _MONTH)
    return {
        "zero": np.zeros(known.who.size),
        "last_period": np.maximum(known.total("net", known.cutoff - days, known.cutoff), 0.0),
        "own_mean": np.maximum(known.net, 0.0) / tenure * days,
        "own_trend": _trend(known, days),
    }


def _trend(known: Known, days: int) -> np.ndarray:
    """Return the sum of each customer's trend over the next days."""
    cutoff = known.cutoff
    age = np.minimum((cutoff - known.first) // _MONTH + 1, _MONTHS)  # months to look at
    rows = np.array(
        [
            known.total("net", cutoff - _MONTH * (back + 1), cutoff - _MONTH * back)
            for back in range(int(age.max()))
        ]
    )
    back = np.arange(len(rows))[:, None]
    is_seen = back < age
    count = is_seen.sum(axis=0)
    time = -back.astype(float)
    mean_time = (time * is_seen).sum(axis=0) / count
    mean = (rows * is_seen).sum(axis=0) / count
    off = (time - mean_time) * is_seen
    spread = (off**2).sum(axis=0)
    slope = np.divide((off * rows).sum(axis=0), spread, out=np.zeros_like(mean), where=spread > 0)
    months = days / _MONTH
    middle = 0.5 + months / 2  # of the months to come, counted from the latest one's middle
    return np.maximum(mean + slope * (middle - mean_time), 0.0) * months
