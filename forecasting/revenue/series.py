"""The daily series of a company, and its training data at a cutoff."""

from __future__ import annotations

import dataclasses
import functools
import hashlib

import numpy as np

from forecasting.revenue import refunds
from forecasting.revenue.concentration import Concentration
from forecasting.revenue.training_data import Events, TrainingData, training_data
from forecasting.settings import Settings


@dataclasses.dataclass(frozen=True)
class Series:
    """Daily revenue of a company on a full calendar of its own time zone.

    Attributes:
        company_id: the company.
        first_date: day of the first value.
        gross: (n,) paid gross revenue, in currency.
        refunded: (n,) refunds of these days' orders, as known when the log ends.
        dated: the same refunds with their lags, if the company sends dates of refunds.
        events: holidays of its country and events of its own.
        has_partial_first_day, has_partial_last_day: as in marts.dim_companies.
        concentration: what its largest customer and channel bring; no forecast depends on it.
    """

    company_id: str
    first_date: np.datetime64
    gross: np.ndarray
    refunded: np.ndarray
    dated: refunds.DatedRefunds | None
    events: Events
    has_partial_first_day: bool = False
    has_partial_last_day: bool = False
    concentration: Concentration = dataclasses.field(default_factory=Concentration)

    @property
    def size(self) -> int:
        """Number of days."""
        return int(self.gross.size)

    @property
    def last_date(self) -> np.datetime64:
        """Day of the last value."""
        return self.first_date + (self.size - 1)

    def until(self, as_of: np.datetime64) -> Series:
        """Return the series as it was known at the end of `as_of`."""
        size = int((as_of - self.first_date).astype(int)) + 1
        if size >= self.size:
            return self
        size = max(size, 0)
        refunded, dated = self.refunded[:size], self.dated
        if dated is not None:
            dated = refunds.known_at(dated, size)
            refunded = refunds.by_day(dated, size)
        return dataclasses.replace(
            self,
            gross=self.gross[:size],
            refunded=refunded,
            dated=dated,
            has_partial_last_day=False,
            concentration=Concentration(),
        )

    def net(self) -> np.ndarray:
        """Return net revenue (n,) as known, refunds still to come not taken off."""
        return self.gross - self.refunded

    def net_of_expected_refunds(self) -> np.ndarray:
        """Return net revenue (n,) less the refunds still to come: what the days will be worth."""
        return self._net_of_expected_refunds

    @functools.cached_property
    def _net_of_expected_refunds(self) -> np.ndarray:
        if self.dated is not None:
            shares = refunds.development(self.dated, self.size)
        else:
            shares = refunds.estimated_development(self.gross, self.refunded)
        return self.net() - refunds.outstanding(self.gross, self.refunded, shares)

    def whole_days(self) -> slice:
        """Return which days are whole."""
        return slice(int(self.has_partial_first_day), self.size - int(self.has_partial_last_day))

    def training_data(self, settings: Settings) -> TrainingData:
        """Return net revenue of the whole days, net of expected refunds, and the events."""
        whole = self.whole_days()
        first = self.first_date + whole.start
        # Of years that no forecast reaches nothing is read: they may be listed one day.
        events = self._events(settings) if settings.holidays else Events.none()
        return training_data(
            first, self.net_of_expected_refunds()[whole], events, settings.closure_days
        )

    def _events(self, settings: Settings) -> Events:
        # A partial last day is forecast too.
        return self.events.until(self.last_date + settings.horizon_days)

    def fingerprint(self, settings: Settings) -> str:
        """Return a hash of everything a forecast of this series depends on."""
        digest = hashlib.sha256(f"{self.company_id} {self.first_date}".encode())
        parts = [
            self.gross,
            self.refunded,
            np.array([self.has_partial_first_day, self.has_partial_last_day]),
        ]
        if self.dated is not None:
            parts += [self.dated.day, self.dated.lag, self.dated.amount]
        for part in parts:
            digest.update(np.ascontiguousarray(part).tobytes())
        for row in zip(*dataclasses.astuple(self._events(settings)), strict=True):
            digest.update(" ".join(map(str, row)).encode())
        return digest.hexdigest()
