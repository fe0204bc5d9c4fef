"""How a customer's spend in a window is distributed: nothing with a chance, else gamma."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import special

#: Levels of the quantiles that are written.
LEVELS = (0.1, 0.5, 0.9)
_SHAPES = np.geomspace(0.1, 400.0, 60)
_RANKS = np.append(np.linspace(0.0, 0.98, 197), [0.985, 0.99, 0.993, 0.995, 0.997, 0.999])
#: Gamma quantiles in units of the mean, by shape and rank.
_GRID = special.gammaincinv(_SHAPES[:, None], _RANKS[None, :]) / _SHAPES[:, None]


@dataclasses.dataclass(frozen=True)
class Spread:
    """Squared coefficient of variation of spend of who buys: of_purchases / n + between.

    n is the number of days with purchases expected of who buys.
    """

    of_purchases: float = 0.8
    between: float = 0.2

    def shape(self, days: np.ndarray) -> np.ndarray:
        """Return the shape (k,) of the gamma distribution of who buys on so many days."""
        squared = self.of_purchases / np.maximum(days, 1.0) + self.between
        return np.clip(1 / np.maximum(squared, 1e-3), _SHAPES[0], _SHAPES[-1])

    @classmethod
    def learnt(cls, days: np.ndarray, expected: np.ndarray, spend: np.ndarray) -> Spread:
        """Return the spread of customers (k,) who bought, shrunk to the usual one.

        Args:
            days: with purchases that were expected of each, given that they buy.
            expected (np.ndarray): spend that was, in the same way.
            spend: what came.
        """
        usual, kept = cls(), (expected > 0) & (spend >= 0)
        if kept.sum() < 50:
            return usual
        squared = np.minimum((spend[kept] / expected[kept] - 1) ** 2, 25.0)
        inverse = 1 / np.maximum(days[kept], 1.0)
        # As if 200 customers more had the usual spread.
        inverse = np.append(inverse, np.repeat([1.0, 0.2], 100))
        of_usual = usual.of_purchases * inverse[-200:] + usual.between
        squared = np.append(squared, of_usual)
        rows = np.column_stack([inverse, np.ones(inverse.size)])
        slope = np.linalg.lstsq(rows, squared, rcond=None)[0][0]
        slope = float(np.clip(slope, 0.0, squared.mean() / inverse.mean()))
        return cls(slope, float(max(squared.mean() - slope * inverse.mean(), 0.02)))


def quantile(
    level: float, expected: np.ndarray, probability: np.ndarray, days: np.ndarray, spread: Spread
) -> np.ndarray:
    """Return a quantile (k,) of spend: 0 where it is likelier that nothing is bought.

    Args:
        level: above 0 and below 1.
        expected (np.ndarray): spend of customers, in currency.
        probability: of any purchase.
        days: with purchases expected.
        spread: of spend of who buys.
    """
    found = np.zeros(expected.shape)
    buys = (probability > 1 - level) & (expected > 0)
    chance = probability[buys]
    rank = (level - (1 - chance)) / chance
    shape = spread.shape(days[buys] / chance)
    found[buys] = _gamma(shape, rank) * expected[buys] / chance
    return found


def deviation(
    expected: np.ndarray, probability: np.ndarray, days: np.ndarray, spread: Spread
) -> np.ndarray:
    """Return the standard deviation (k,) of spend, of the same distribution."""
    chance = np.maximum(probability, 1e-12)
    mean = expected / chance  # of who buys
    squared = mean**2 * (1 + 1 / spread.shape(days / chance))
    return np.sqrt(np.maximum(chance * squared - expected**2, 0.0))


def _gamma(shape: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """Return gamma quantiles in units of the mean, between the points of the grid."""
    row = np.interp(np.log(shape), np.log(_SHAPES), np.arange(_SHAPES.size))
    column = np.interp(rank, _RANKS, np.arange(_RANKS.size))
    low = np.minimum(row.astype(int), _SHAPES.size - 2)
    left = np.minimum(column.astype(int), _RANKS.size - 2)
    down, right = row - low, column - left
    upper = _GRID[low, left] * (1 - right) + _GRID[low, left + 1] * right
    lower = _GRID[low + 1, left] * (1 - right) + _GRID[low + 1, left + 1] * right
    return upper * (1 - down) + lower * down


def at_scale(probability: np.ndarray, factor: float | np.ndarray) -> np.ndarray:
    """Return the probability of any purchase where the expected purchases are multiplied.

    Purchases come one after the other at a rate: at twice the rate nobody buys with the square of
    the chance.
    """
    return 1 - (1 - np.minimum(probability, 1 - 1e-12)) ** factor
