"""What a purchase of a customer is worth: the gamma-gamma model.

Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value. Values of a customer's purchases
are gamma distributed with shape p and a rate of their own, which is gamma distributed over
customers with shape q and rate v.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import optimize, special

_BOUNDS = (-6.0, 6.0)


@dataclasses.dataclass(frozen=True)
class Model:
    """Parameters of a fit.

    Attributes:
        p, q, v: as above; v in currency.
        mean: mean value of a purchase over customers, in currency.
    """

    p: float
    q: float
    v: float
    mean: float

    def expected_value(self, count: np.ndarray, value: np.ndarray) -> np.ndarray:
        """Return the value expected of a purchase of customers (n,).

        Args:
            count: purchases known of each.
            value: their mean value, in currency.
        """
        if self.q <= 1:  # no mean over customers
            return np.where(count > 0, value, self.mean)
        weight = self.p * count / (self.p * count + self.q - 1)
        return (1 - weight) * self.p * self.v / (self.q - 1) + weight * value


def fit(count: np.ndarray, value: np.ndarray) -> Model:
    """Return the model of greatest likelihood of mean values (n,) above zero of counts (n,).

    Values are scaled by their mean, so that the bounds of parameters mean the same everywhere.
    """
    count, value = np.asarray(count, float), np.asarray(value, float)
    scale = float(value.mean())
    scaled = value / scale

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        found, slope = log_likelihood(logs, count, scaled)
        return -found / count.size, -slope / count.size

    best = min(
        (
            optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[_BOUNDS] * 3,
                              options={"maxiter": 500, "ftol": 1e-12, "gtol": 1e-7})
            for start in ((0.7, 0.7, 0.7), (1.8, 1.3, 0.5))
        ),
        key=lambda one: one.fun,
    )  # fmt: skip
    p, q, v = np.exp(best.x).tolist()
    return Model(p, q, v * scale, float(np.average(value, weights=count)))


def usual(count: np.ndarray, value: np.ndarray) -> Model:
    """Return a model with usual parameters and the mean of values (n,) of counts (n,)."""
    mean = float(np.average(value, weights=count))
    p, q = 4.0, 4.0
    return Model(p, q, mean * (q - 1) / p, mean)


def log_likelihood(
    logs: np.ndarray, count: np.ndarray, value: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return the log-likelihood of log parameters (p, q, v), and its gradient (3,)."""
    p, q, v = np.exp(logs)
    shape, total = p * count, count * value
    found = (
        special.gammaln(shape + q) - special.gammaln(shape) - special.gammaln(q)
        + q * np.log(v) + (shape - 1) * np.log(value) + shape * np.log(count)
        - (shape + q) * np.log(v + total)
    )  # fmt: skip
    psi = special.digamma
    of_p = count * (psi(shape + q) - psi(shape) + np.log(total) - np.log(v + total))
    of_q = psi(shape + q) - psi(q) + np.log(v) - np.log(v + total)
    of_v = q / v - (shape + q) / (v + total)
    slope = np.array([of_p.sum() * p, of_q.sum() * q, of_v.sum() * v])
    return float(found.sum()), slope
