# ruff: noqa: N803, N806 - T is what the literature calls it
"""How often customers buy and whether they still do: BG/NBD, and its modified form MBG/NBD.

Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way; Batislam, Denizel and
Filiztekin (2007). While alive a customer buys at a rate of their own, gamma distributed over
customers with shape r and rate alpha; after a purchase they drop out with a chance of their own,
beta distributed with a and b. In the modified form they may drop out after the first one too, so
that who bought once can have left.

x is the number of repeat purchases, t_x the time of the last one and T the time observed, both
counted from the first, in weeks.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import optimize, special

#: Logarithms of parameters stay within: with hardly any repeats some are not identified.
_BOUNDS = (-9.0, 9.0)
_STARTS = ((0.0, 1.5, 0.0, 1.0), (-1.4, 1.5, -0.2, 0.9), (1.0, 3.0, -2.0, 1.0))


@dataclasses.dataclass(frozen=True)
class Counts:
    """Histories of purchases; those that are alike once, with how many customers have them.

    Attributes:
        x, t_x, T: (k,) as above.
        weight: (k,) customers.
    """

    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, x: np.ndarray, t_x: np.ndarray, T: np.ndarray) -> Counts:
        """Return the histories (n,) of customers, those that are alike put together."""
        rows = np.column_stack([x, t_x, T]).astype(float)
        order = np.lexsort(rows.T)
        rows = rows[order]
        is_first = np.ones(len(rows), bool)
        is_first[1:] = (rows[1:] != rows[:-1]).any(axis=1)
        starts = np.flatnonzero(is_first)
        return cls(*rows[starts].T, np.diff(np.append(starts, len(rows))).astype(float))


@dataclasses.dataclass(frozen=True)
class Model:
    """Parameters of a fit.

    Attributes:
        r, alpha, a, b: as above; alpha in weeks.
        modified: 1 for MBG/NBD, 0 for BG/NBD.
        log_likelihood: of all customers, at these parameters.
    """

    r: float
    alpha: float
    a: float
    b: float
    modified: int = 0
    log_likelihood: float = float("nan")

    @property
    def name(self) -> str:
        """Name of the model."""
        return "mbg_nbd" if self.modified else "bg_nbd"

    def probability_alive(self, x: np.ndarray, t_x: np.ndarray, T: np.ndarray) -> np.ndarray:
        """Return how likely customers (n,) have not dropped out."""
        return 1 / (1 + self._odds_dropped(x, t_x, T))

    def probability_of_purchase(
        self, x: np.ndarray, t_x: np.ndarray, T: np.ndarray, start: float, end: float
    ) -> np.ndarray:
        """Return how likely customers (n,) buy between two times after T, in weeks.

        Later than the start only those count who have not dropped out by a purchase before it:
        the chance of buying by the end, less that of the purchases before the start, shared
        like the purchases expected.
        """
        alive, shape, rate = self.probability_alive(x, t_x, T), self.r + x, self.alpha + T
        through = alive * (1 - (rate / (rate + end)) ** shape)
        if start <= 0:
            return through
        before = self.expected_purchases(x, t_x, T, start)
        both = self.expected_purchases(x, t_x, T, end)
        share = np.divide(both - before, both, out=np.zeros_like(both), where=both > 0)
        return 1 - (1 - np.minimum(through, 1 - 1e-12)) ** np.clip(share, 0.0, 1.0)

    def expected_purchases(
        self, x: np.ndarray, t_x: np.ndarray, T: np.ndarray, t: float
    ) -> np.ndarray:
        """Return the purchases expected of customers (n,) in the next t weeks."""
        if t <= 0:
            return np.zeros(np.shape(x))
        return self._if_alive(x, T, t) * self.probability_alive(x, t_x, T)

    def _odds_dropped(self, x: np.ndarray, t_x: np.ndarray, T: np.ndarray) -> np.ndarray:
        m = self.modified
        with np.errstate(divide="ignore"):
            odds = self.a / (self.b + x - 1 + m)
        odds = odds * ((self.alpha + T) / (self.alpha + t_x)) ** (self.r + x)
        return odds if m else np.where(x > 0, odds, 0.0)

    def _if_alive(self, x: np.ndarray, T: np.ndarray, t: float) -> np.ndarray:
        """Return the purchases expected in t weeks of who is alive; once for each x and T."""
        pairs, place = np.unique(np.stack([x, T]).astype(float), axis=1, return_inverse=True)
        n, age = pairs
        m, shape = self.modified, self.r + n
        # The closed form divides by a - 1, where it is continuous.
        a = self.a if abs(self.a - 1) > 1e-4 else 1 + 1e-4
        z = t / (self.alpha + age + t)
        ratio = ((self.alpha + age) / (self.alpha + age + t)) ** shape
        # Not finite where the numbers are too large: who buys that often does not drop out.
        with np.errstate(invalid="ignore", over="ignore"):
            series = special.hyp2f1(shape, self.b + n + m, a + self.b + n - 1 + m, z)
            found = (a + self.b + n - 1 + m) / (a - 1) * (1 - ratio * series)
        # No more than the rate brings without anybody dropping out.
        most = shape / (self.alpha + age) * t
        return np.clip(np.where(np.isfinite(found), found, most), 0.0, most)[place.ravel()]


def fit(counts: Counts, modified: int) -> Model:
    """Return the model of greatest likelihood, from the best of a few starts."""
    total = counts.weight.sum()

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = log_likelihood(logs, counts, modified)
        return -value / total, -slope / total

    best = min(
        (
            optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[_BOUNDS] * 4,
                              options={"maxiter": 500, "ftol": 1e-12, "gtol": 1e-7})
            for start in _STARTS
        ),
        key=lambda one: one.fun,
    )  # fmt: skip
    return Model(*np.exp(best.x).tolist(), modified, float(-best.fun * total))


def log_likelihood(logs: np.ndarray, counts: Counts, modified: int) -> tuple[float, np.ndarray]:
    """Return the log-likelihood of log parameters (r, alpha, a, b), and its gradient (4,)."""
    r, alpha, a, b = np.exp(logs)
    x, t_x, T, weight, m = counts.x, counts.t_x, counts.T, counts.weight, modified
    shape = r + x
    alive = -shape * np.log(alpha + T)
    can_drop = (x > 0) | bool(m)
    base = np.where(can_drop, b + x - 1 + m, 1.0)
    dropped = np.where(can_drop, np.log(a / base) - shape * np.log(alpha + t_x), -np.inf)
    either = np.logaddexp(alive, dropped)
    value = (
        special.gammaln(shape) - special.gammaln(r) + r * np.log(alpha)
        + special.betaln(a, b + x + m) - special.betaln(a, b)
        + either
    )  # fmt: skip
    gone = np.exp(dropped - either)  # how likely they have dropped out
    psi = special.digamma
    both = psi(a + b + x + m)
    of_r = psi(shape) - psi(r) + np.log(alpha)
    of_r = of_r - (1 - gone) * np.log(alpha + T) - gone * np.log(alpha + t_x)
    of_alpha = r / alpha - shape * ((1 - gone) / (alpha + T) + gone / (alpha + t_x))
    of_a = psi(a) - both - psi(a) + psi(a + b) + gone / a
    of_b = psi(b + x + m) - both - psi(b) + psi(a + b) - gone / base
    slope = np.array([(weight * one).sum() for one in (of_r, of_alpha, of_a, of_b)])
    return float((weight * value).sum()), slope * np.array([r, alpha, a, b])
