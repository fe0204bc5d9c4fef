"""Sections of a scenario that describe the company. Keys: see simulation/README.md."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Rate = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]

Day = Annotated[dt.date, Field(ge=dt.date(1971, 1, 1), le=dt.date(2199, 12, 31))]
EVENT_DAY = (
    r"^(black_friday|cyber_monday|thanksgiving|easter_sunday"
    r"|(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))$"
)
DEFAULT_HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 13, 13)
DEFAULT_HOURS += (14, 13, 12, 12, 12, 13, 15, 17, 18, 16, 11, 5)


class Section(BaseModel):
    """A frozen group of keys that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Span(Section):
    """A range of local days, both ends included."""

    start: Day
    end: Day

    @model_validator(mode="after")
    def _ends_after_start(self) -> "Span":
        if self.end < self.start:
            raise ValueError(f"end {self.end} is before start {self.start}")
        return self


class History(Span):
    """The simulated days; the log starts `truncated_days` after `start`."""

    truncated_days: int = Field(default=0, ge=0)

    @property
    def log_start(self) -> dt.date:
        """First local day that is written."""
        return self.start + dt.timedelta(days=self.truncated_days)

    @model_validator(mode="after")
    def _log_is_not_empty(self) -> "History":
        if self.log_start > self.end:
            raise ValueError(
                f"truncated_days {self.truncated_days} leaves no day before {self.end}"
            )
        return self


class Level(Section):
    """A point of a piecewise linear curve."""

    date: Day
    level: NonNegative


class Acquisition(Section):
    """Arrival of new customers."""

    customers_per_day: Annotated[float, Field(gt=0, le=1_000_000)]
    trend: tuple[Level, ...] = ()


class Purchasing(Section):
    """Pareto/NBD: rate ~ Gamma(r, alpha) a day, drop-out hazard ~ Gamma(s, beta)."""

    r: Positive
    alpha: Positive
    s: Positive
    beta: Positive


class Spend(Section):
    """Order amounts: a lognormal level per customer times lognormal noise per order."""

    median: Positive
    customer_sigma: NonNegative = 0.5
    order_sigma: NonNegative = 0.35
    trend: tuple[Level, ...] = ()
    minimum: Positive = 1.0
    step: Positive = 0.01


class Whales(Section):
    """A small share of customers who buy far more (concentration)."""

    share: Rate
    rate_multiplier: Positive = 1.0
    spend_multiplier: Positive = 1.0
    lifetime_multiplier: Positive = 1.0


class Season(Section):
    """Relative activity by weekday (Monday first), month and hour, local time."""

    weekday: Annotated[tuple[NonNegative, ...], Field(min_length=7, max_length=7)] = (1,) * 7
    monthly: Annotated[tuple[NonNegative, ...], Field(min_length=12, max_length=12)] = (1,) * 12
    hours: Annotated[tuple[NonNegative, ...], Field(min_length=24, max_length=24)] = DEFAULT_HOURS

    @model_validator(mode="after")
    def _has_activity(self) -> "Season":
        for name in ("weekday", "monthly", "hours"):
            if sum(getattr(self, name)) == 0:
                raise ValueError(f"{name} is 0 throughout: no order could happen")
        return self


class Event(Section):
    """A yearly event: a rule or a month-day, and the multiplier around it."""

    name: str
    day: Annotated[str, Field(pattern=EVENT_DAY)]
    level: NonNegative
    days_before: int = Field(default=0, ge=0, le=60)
    days_after: int = Field(default=0, ge=0, le=60)


class Break(Section):
    """A lasting change of level from a date on."""

    date: Day
    level: NonNegative
    applies_to: Literal["acquisition", "repeats", "both"] = "both"


class Lapse(Section):
    """Extra drop-out hazard per day and customer between two dates."""

    start: Day
    end: Day | None = None
    hazard_per_day: Positive


class Refunds(Section):
    """Refunds of paid orders. `rate` is by count, `rate_trend` multiplies it."""

    rate: Rate = 0.0
    rate_trend: tuple[Level, ...] = ()
    partial_share: Rate = 0.4
    lag_days_mean: Positive = 9.0


class RefundWave(Span):
    """A period whose orders have an additional refund rate."""

    additional_rate: Rate


class Statuses(Section):
    """Shares of all orders that are not paid."""

    pending: Rate = 0.0
    cancelled: Rate = 0.0
    voided: Rate = 0.0

    @model_validator(mode="after")
    def _leaves_paid(self) -> "Statuses":
        total = self.pending + self.cancelled + self.voided
        if total > 1:
            raise ValueError(f"pending + cancelled + voided is {total:g}, above 1")
        return self
