"""What may be asked, as typed parameters: the same words in HTTP and MCP."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from api.formats import Form
from api.queries.summary import GROUPS
from api.queries.transactions import Filters

MAX_LIMIT, DEFAULT_LIMIT = 10_000, 1_000
MAX_VALUES = 100
Group = StrEnum("Group", {name: name for name in GROUPS})  # type: ignore[misc]


def _iso(value: object) -> object:
    # Pydantic would read "0" as 1970.
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("must be a date such as 2024-01-31")
    return value


_Day = Annotated[dt.date, BeforeValidator(_iso)]
Id = Annotated[str, Field(min_length=1, max_length=200)]
FromDate = Annotated[
    _Day | None,
    Field(description="First day, in the company's time zone.", examples=["2024-01-01"]),
]
ToDate = Annotated[_Day | None, Field(description="Last day, included.", examples=["2024-01-31"])]
CompanyIds = Annotated[
    list[Id],
    Field(max_length=MAX_VALUES, description="Only these companies.", examples=[["birch"]]),
]
CustomerIds = Annotated[
    list[Id],
    Field(max_length=MAX_VALUES, description="Only these customers.", examples=[["C15094"]]),
]
Statuses = Annotated[
    list[Id],
    Field(max_length=MAX_VALUES, description="Only orders of these statuses.", examples=[["paid"]]),
]
Groups = Annotated[
    list[Group],
    Field(
        min_length=1,
        max_length=len(GROUPS),
        description="One row for each of these, and for each currency.",
        examples=[["month", "company"]],
    ),
]
Quantiles = Annotated[
    list[Annotated[float, Field(gt=0, lt=1)]],
    Field(max_length=MAX_VALUES, description="Default: 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95."),
]
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Rows of a page.")]
Cursor = Annotated[
    str | None, Field(max_length=2000, description="`next_cursor` of the page before.")
]
Amount = Annotated[
    float,
    Field(ge=1, le=1e12, description="Paid out, in the company's currency.", examples=[50000]),
]
FeeRate = Annotated[
    float | None,
    Field(ge=0, lt=1, description="Fee as a share of the amount; default: the standard one."),
]
RemittanceShare = Annotated[
    float | None,
    Field(gt=0, le=1, description="Share of daily net revenue; default: the standard one."),
]
Minimum = Annotated[
    float, Field(ge=0, le=1e12, description="Remitted at least, as far as revenue goes.")
]
Cap = Annotated[float | None, Field(ge=0.01, le=1e12, description="Remitted at most on a day.")]
GraceDays = Annotated[int, Field(ge=0, le=365, description="Days without remittances at first.")]


class Parameters(BaseModel):
    """Parameters of a question; one that is not known is refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Rows(Parameters):
    """Parameters of a question whose answer is one table."""

    format: Annotated[Form | None, Field(description="Instead of the header Accept.")] = None


class Orders(Rows):
    """Which orders."""

    from_date: FromDate = None
    to_date: ToDate = None
    company_id: CompanyIds = []
    customer_id: CustomerIds = []

    @field_validator("to_date")
    @classmethod
    def _in_order(cls, to_date: dt.date | None, info: ValidationInfo) -> dt.date | None:
        from_date = info.data.get("from_date")
        if from_date and to_date and from_date > to_date:
            raise ValueError("must not be before from_date")
        return to_date

    def filters(self) -> Filters:
        """Return them as filters of a query."""
        return Filters(self.from_date, self.to_date, self.company_id, self.customer_id)


class Transactions(Orders):
    """Which orders, and which page of them."""

    status: Statuses = []
    limit: Annotated[
        int | None,
        Field(
            ge=1,
            le=MAX_LIMIT,
            description=f"Rows of a page; default: {DEFAULT_LIMIT:,} in JSON, else all.",
        ),
    ] = None
    cursor: Cursor = None

    def filters(self) -> Filters:
        """Return them as filters of a query."""
        return Filters(self.from_date, self.to_date, self.company_id, self.customer_id, self.status)


class Summary(Orders):
    """Which orders are summed up, and how they are grouped."""

    group_by: Groups


class Forecast(Parameters):
    """Which quantiles."""

    quantile: Quantiles = []


class Advance(Parameters):
    """The terms of an advance."""

    amount: Amount
    fee_rate: FeeRate = None
    remittance_share: RemittanceShare = None
    minimum_per_day: Minimum = 0
    minimum_per_month: Minimum = 0
    cap_per_day: Cap = None
    grace_days: GraceDays = 0
