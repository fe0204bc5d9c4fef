"""A run of the forecast: what it depends on besides the data, where and when it writes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

from forecasting.advances import terms
from forecasting.revenue.prior import Prior, shipped
from forecasting.settings import Settings


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Run:
    """One run over all companies.

    Attributes:
        folder: where it is written: one folder per company, in it one per run.
        settings: horizon, paths, seed and the rest.
        prior: what calibrates until an installation has completed windows of its own.
        grid: the terms that advances are assessed on.
        run_at: when it began, UTC.
        only: the companies to forecast; none for all.
        as_of: the past day whose knowledge is asked for; none for all that is known.
    """

    folder: Path
    settings: Settings = dataclasses.field(default_factory=Settings)
    prior: Prior = dataclasses.field(default_factory=shipped)
    grid: terms.Grid = dataclasses.field(default_factory=terms.grid)
    run_at: dt.datetime = dataclasses.field(default_factory=_now)
    only: tuple[str, ...] = ()
    as_of: dt.date | None = None

    @property
    def run_id(self) -> str:
        """Name of the run's folders: its time to the microsecond."""
        return self.run_at.strftime("%Y%m%dT%H%M%S%fZ")

    def seconds(self) -> float:
        """Return the seconds since the run began, to a tenth."""
        return round((_now() - self.run_at).total_seconds(), 1)

    def forecasts(self, company_id: str) -> bool:
        """Return whether a company is to be forecast."""
        return not self.only or company_id in self.only
