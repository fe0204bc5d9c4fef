"""The terms of an advance, and the grid of terms that every company is assessed on."""

from __future__ import annotations

import csv
import dataclasses
import math
from pathlib import Path

from warehouse import paths
from warehouse.errors import PaidnetError

GRID = paths.PROJECT / "seeds" / "reference" / "advance_terms.csv"


@dataclasses.dataclass(frozen=True)
class Terms:
    """What a lender pays out and how it comes back; amounts are in the company's currency.

    Attributes:
        amount: what is paid out on the last day known, day 0.
        fee_rate: the fee as a share of the amount; amount and fee are due.
        remittance_share: share of each day's paid-net revenue that is remitted, 0-1.
        minimum_per_day: remitted at least, as far as the day's revenue goes.
        minimum_per_month: remitted at least in 30 days, as far as their revenue goes; what
            is missing is remitted on the last of them.
        cap_per_day: remitted at most on a day; None for no cap.
        grace_days: days after the payout on which nothing is remitted.
    """

    amount: float
    fee_rate: float
    remittance_share: float
    minimum_per_day: float = 0.0
    minimum_per_month: float = 0.0
    cap_per_day: float | None = None
    grace_days: int = 0

    @property
    def total_due(self) -> float:
        """Amount and fee, to the cent."""
        return total_due(self.amount, self.fee_rate)

    def checked(self) -> Terms:
        """Return these terms; raises PaidnetError for terms that no advance can have."""
        for is_wrong, what, found, expected, fix in (
            (
                not 0 < self.amount < math.inf,
                "amount",
                self.amount,
                "more than zero",
                "correct --amount",
            ),
            (
                not 0 <= self.fee_rate < 1,
                "fee",
                self.fee_rate,
                "a share of the amount, from 0 to below 1",
                f"write {self.fee_rate / 100:g} for {self.fee_rate:g} %",
            ),
            (
                not 0 < self.remittance_share <= 1,
                "share",
                self.remittance_share,
                "a share of daily revenue, above 0 and up to 1",
                f"write {self.remittance_share / 100:g} for {self.remittance_share:g} %",
            ),
            (
                self.minimum_per_day < 0 or self.minimum_per_month < 0,
                "minimum",
                min(self.minimum_per_day, self.minimum_per_month),
                "zero or more",
                "correct or leave out the minimum",
            ),
            (
                self.cap_per_day is not None
                and not self.cap_per_day >= max(self.minimum_per_day, 0.01),
                "cap",
                self.cap_per_day,
                "above zero, and at least the minimum a day",
                "correct or leave out --cap",
            ),
            (self.grace_days < 0, "grace period", self.grace_days, "zero or more days", ""),
        ):
            if is_wrong:
                raise PaidnetError(
                    f"an advance cannot have this {what}",
                    found=f"{found:g}",
                    expected=expected,
                    fix=fix,
                )
        return self


def total_due(amount: float, fee_rate: float) -> float:
    """Return amount and fee, to the cent."""
    return round(amount * (1 + fee_rate), 2)


@dataclasses.dataclass(frozen=True)
class Grid:
    """The terms that every company is assessed on.

    Attributes:
        amount_months: amounts, in average months of the company's own net revenue.
        fee_rates, remittance_shares: fees and shares.
        standard_fee_rate, standard_remittance_share: those shown first.
    """

    amount_months: tuple[float, ...]
    fee_rates: tuple[float, ...]
    remittance_shares: tuple[float, ...]
    standard_fee_rate: float
    standard_remittance_share: float

    def is_standard(self, fee_rate: float, remittance_share: float) -> bool:
        """Return whether these are the standard terms."""
        return (fee_rate, remittance_share) == (
            self.standard_fee_rate,
            self.standard_remittance_share,
        )


def grid(file: Path = GRID) -> Grid:
    """Return the grid of `seeds/reference/advance_terms.csv`; raises PaidnetError."""
    found: dict[str, list[float]] = {"amount_months": [], "fee_rate": [], "remittance_share": []}
    standard: dict[str, list[float]] = {name: [] for name in found}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            value = float(row["value"])
            found[row["term"]].append(value)
            if row["is_standard"] == "true":
                standard[row["term"]].append(value)
    if any(len(standard[name]) != 1 for name in ("fee_rate", "remittance_share")):
        raise PaidnetError(
            f"{file.name}: the standard terms are not clear",
            found=f"standard fees {standard['fee_rate']}, shares {standard['remittance_share']}",
            expected="one fee and one share with is_standard = true",
            fix=f"correct {file}",
        )
    return Grid(
        *(tuple(sorted(values)) for values in found.values()),
        standard_fee_rate=standard["fee_rate"][0],
        standard_remittance_share=standard["remittance_share"][0],
    )
