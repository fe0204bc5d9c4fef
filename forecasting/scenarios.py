"""What a forecast becomes under assumptions: `--assume growth=-0.1,refunds=x2`.

The paths of the newest run are changed and summed again; nothing is fitted, and nothing written.
"""

from __future__ import annotations

import dataclasses
import re

import numpy as np
from rich.table import Table

from forecasting import output
from forecasting.advances.stresses import kept_with_refunds, refund_rate
from forecasting.record import newest
from forecasting.revenue.series import Series
from forecasting.run import Run
from warehouse.errors import PaidnetError

_QUANTILES = (0.1, 0.5, 0.9)
_FORMS = "growth=-0.1 (every day brings 10 % less), refunds=x2 (twice the refunds) or refunds=0.2"


@dataclasses.dataclass(frozen=True)
class Assumptions:
    """What is assumed of every day of the forecast.

    Attributes:
        growth: share by which sales are above the forecast; below zero, under it.
        refund_factor: what refunds are multiplied by; None for as they are.
        refund_rate: share of sales that is refunded instead; None for as it is.
    """

    growth: float = 0.0
    refund_factor: float | None = None
    refund_rate: float | None = None

    def kept_share(self, series: Series) -> float:
        """Return the share of the forecast net revenue that remains; above 1 it is more.

        Raises PaidnetError where refunds are assumed of a company without sales.
        """
        kept = 1 + self.growth
        if self.refund_factor is None and self.refund_rate is None:
            return kept
        rate = refund_rate(series)
        if rate is None or rate >= 1:
            raise PaidnetError(
                f"{series.company_id}: refunds cannot be assumed",
                found="no sales in the last 12 months that are not refunded",
                expected="sales whose refunds can change",
                fix="assume growth alone",
            )
        assumed = self.refund_rate
        if assumed is None:
            assumed = rate * (self.refund_factor or 0.0)
        return kept * kept_with_refunds(rate, assumed)


def parse(text: str) -> Assumptions:
    """Return the assumptions of a text such as `growth=-0.1,refunds=x2`; raises PaidnetError."""
    found: dict[str, float] = {}
    for part in text.split(","):
        name, _, value = (word.strip() for word in part.partition("="))
        number = re.fullmatch(r"(x?)([-+]?\d*\.?\d+)( ?%)?", value)
        key = {"growth": "growth", "refunds": "refund_rate"}.get(name)
        if number is None or key is None or (number[1] and name == "growth"):
            raise _refusal(part.strip())
        key = "refund_factor" if number[1] else key
        amount = float(number[2]) / (100 if number[3] else 1)
        is_too_low = amount < (-1 if key == "growth" else 0)
        if is_too_low or (key == "refund_rate" and amount > 1) or key in found:
            raise _refusal(part.strip())
        found[key] = amount
    if {"refund_factor", "refund_rate"} <= found.keys():
        raise _refusal(text)
    return Assumptions(**found)


def _refusal(found: str) -> PaidnetError:
    return PaidnetError(
        "--assume: not an assumption",
        found=found,
        expected=f"one or more, with commas between: {_FORMS}; each once",
        fix="correct it, such as --assume growth=-0.1,refunds=x2",
    )


def table(all_series: list[Series], assumptions: Assumptions, run: Run) -> Table:
    """Return the totals of the newest runs, as forecast and as assumed; raises PaidnetError."""
    made = Table(
        "company", "days", "P10", "P50", "P90", "assumed: P10", "P50", "P90",
        title="Net revenue, as forecast and as assumed", title_justify="left",
    )  # fmt: skip
    for series in all_series:
        if (paths := _paths(series, run)) is None:
            made.add_row(series.company_id, "", "no forecast")
            continue
        share = assumptions.kept_share(series)
        for horizon in (h for h in run.settings.horizons if h <= paths.shape[1]):
            totals = paths[:, :horizon].sum(axis=1)
            cells = [*np.quantile(totals, _QUANTILES), *np.quantile(totals * share, _QUANTILES)]
            made.add_row(series.company_id, str(horizon), *(f"{cell:,.0f}" for cell in cells))
    return made


def _paths(series: Series, run: Run) -> np.ndarray | None:
    """Return the paths (count, horizon) of a company's newest run; None without a forecast.

    Raises PaidnetError where it does not know all days of the series.
    """
    folder, record = newest(run.folder / series.company_id) or (None, {})
    if folder is None or record["trained_through_date"] is None:
        return None
    known = np.datetime64(record["trained_through_date"])
    if known != (last := series.first_date + (series.whole_days().stop - 1)):
        raise PaidnetError(
            f"{series.company_id} has no forecast of its newest data",
            found=f"a forecast that knows up to {known}",
            expected=f"one that knows up to {last}",
            fix=f"python -m forecasting --company {series.company_id}, then --assume again",
        )
    return output.read_paths(folder)
