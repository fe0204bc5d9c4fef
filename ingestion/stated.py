"""What a person says of a file, where the file itself cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from ingestion.mapping import Settings

DecimalMark = Literal["point", "comma"]
DayOrder = Literal["day-first", "month-first"]
Scale = Literal["cents", "units"]


class Answers(Protocol):
    """What a person answers of one file; None means not said."""

    decimal: DecimalMark | None
    day_order: DayOrder | None
    scale: Scale | None


@dataclass(frozen=True)
class Stated:
    """What is said of a file and of its company."""

    time_zone: str = "UTC"
    currency: str | None = None
    decimal: DecimalMark | None = None
    day_order: DayOrder | None = None
    scale: Scale | None = None

    @classmethod
    def of(cls, company: Settings, answers: Answers) -> Stated:
        """Return what a company's settings and the answers about one of its files say."""
        return cls(
            time_zone=company.time_zone or "UTC",
            currency=company.currency,
            decimal=answers.decimal,
            day_order=answers.day_order,
            scale=answers.scale,
        )
