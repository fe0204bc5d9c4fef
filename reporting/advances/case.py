"""One advance on a company's forecast: the numbers, and the words for them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Iterator
from typing import cast

import numpy as np

from forecasting import output
from forecasting.advances import engine, stresses
from forecasting.advances.stresses import Stress
from forecasting.advances.tables import CONFIDENCES
from forecasting.advances.terms import Terms
from reporting.reading import Release, Row
from reporting.words import (
    NONE,
    chance,
    counted,
    day,
    money,
    number,
    percent,
    quarantine,
    release_line,
)
from warehouse import paths
from warehouse.errors import PaidnetError

NEVER = "not within the horizon"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What becomes of the advance under one stress; no numbers where it is not known."""

    stress: Stress
    assessment: engine.Assessment | None
    capacities: tuple[float, ...] = ()
    collected_share: float = math.nan


@dataclasses.dataclass(frozen=True)
class Case:
    """An advance, and what becomes of it as forecast (first) and under each stress."""

    company_id: str
    name: str
    currency: str | None
    release: str
    terms: Terms
    last_date: dt.date
    horizon: int
    average_month: float
    trust: str
    warnings: tuple[str, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def forecast(self) -> engine.Assessment:
        """What becomes of it as forecast."""
        return cast("engine.Assessment", self.outcomes[0].assessment)

    def money(self, amount: float) -> str:
        """Return an amount in the company's currency; cents below 1,000."""
        return money(amount, self.currency, 0 if abs(amount) >= 1000 else 2)


def case(release: Release, company_id: str, terms: Terms) -> Case:
    """Return an advance on the forecast of a release; raises PaidnetError where there is none."""
    rows = release.advance(company_id)
    (run,), trust = rows["fct_forecast_runs"], rows["fct_forecast_trust"]
    found = rows["fct_advance_stresses"]
    taken = engine.takings(_paths(company_id, run))
    return Case(
        company_id=company_id,
        name=rows["dim_companies"][0]["company_name"] or company_id,
        currency=rows["dim_companies"][0]["currency"],
        release=release_line(release),
        terms=terms,
        last_date=run["last_revenue_date"],
        horizon=run["horizon_days"],
        average_month=float(found[0]["average_month_amount"]),
        trust=f"Trust in the forecast: {trust[0]['trust']}; {trust[0]['trust_sentence']}.",
        warnings=tuple(_warnings(rows)),
        outcomes=tuple(_outcome(taken, row, terms) for row in found),
    )


def _warnings(rows: dict[str, list[Row]]) -> Iterator[str]:
    """Yield what is old or held back of the company's data."""
    age = rows["fct_data_quality"][0]["days_since_last_order"] or 0
    if age > 1:
        yield (
            f"The log ended {counted(age, 'day')} before the release: the payout is dated to its "
            "end, and what the days since have brought is not known."
        )
    if quarantined := quarantine(rows["fct_quarantined_companies"]):
        yield quarantined


def _outcome(taken: np.ndarray, row: Row, terms: Terms) -> Outcome:
    limit = row["limit_per_day_amount"]
    stress = Stress(
        row["stress_id"],
        row["stress_name"],
        row["stress_note"],
        row["kept_share"] if row["is_known"] else math.nan,
        None if limit is None else float(limit),
        row["is_known"],
    )
    if not stress.is_known:
        return Outcome(stress, None)
    stressed = stresses.apply(taken, stress)
    collected = engine.collected(stressed, terms)
    amounts, dues = np.array([terms.amount]), np.array([terms.total_due])
    return Outcome(
        stress,
        engine.assess(collected, amounts, dues),
        tuple(engine.capacity(collected[:, -1], terms.fee_rate, one) for one in CONFIDENCES),
        float(engine.schedule(stressed, terms).sum(axis=1).mean()) / terms.total_due,
    )


def _paths(company_id: str, run: Row) -> np.ndarray:
    folder = paths.data() / "forecasts" / company_id / run["run_id"]
    try:
        return output.read_paths(folder)
    except (OSError, ValueError):  # what pyarrow raises for a file that is none is a ValueError
        raise PaidnetError(
            f"the paths of {company_id}'s forecast cannot be read",
            found=f"no whole {folder / 'paths.parquet'}",
            expected="the run that the release was built from",
            fix="python -m warehouse build",
        ) from None


def title(case: Case) -> str:
    """Return the title of a case."""
    return f"Advance of {case.money(case.terms.amount)} to {case.name}"


def terms(case: Case) -> str:
    """Return what was agreed, in a sentence."""
    one, share = case.terms, percent(case.terms.remittance_share)
    parts = [
        f"{case.money(one.amount)} paid out at the end of {day(case.last_date)}, the last day of "
        f"the log; {case.money(one.total_due)} due with the fee of {percent(one.fee_rate)}, repaid "
        f"by {share} of each day's paid-net revenue"
    ]
    if one.minimum_per_day:
        parts.append(f"at least {case.money(one.minimum_per_day)} a day")
    if one.minimum_per_month:
        parts.append(f"at least {case.money(one.minimum_per_month)} in 30 days")
    if one.cap_per_day is not None:
        parts.append(f"at most {case.money(one.cap_per_day)} a day")
    if one.grace_days:
        parts.append(f"nothing in the first {counted(one.grace_days, 'day')}")
    months = number(one.amount / case.average_month, 2) if case.average_month > 0 else NONE
    return f"{', '.join(parts)}. The amount is {months} average months of its net revenue."


def verdict(case: Case) -> str:
    """Return what the forecast says of it, in a few sentences."""
    found = case.forecast
    repaid = float(found.probability[-1][0])
    text = f"Repaid in full within {case.horizon} days with a probability of {chance(repaid)}. "
    late = found.days[0.9][0]
    if math.isfinite(late):
        text += f"Nine paths in ten have repaid by {on(case, late)}."
    elif math.isfinite(found.days[0.5][0]):
        text += f"Half of the paths have repaid by {on(case, found.days[0.5][0])}; "
        text += f"by when nine in ten have is {NEVER}."
    else:
        text += f"Repayment of half of the paths is {NEVER}."
    capacity, surer = case.outcomes[0].capacities
    return (
        f"{text} These terms repay {case.money(capacity)} with 90 % confidence, "
        f"{case.money(surer)} with 95 %."
    )


def on(case: Case, place: float) -> str:
    """Return a day of the forecast with its date."""
    if not math.isfinite(place):
        return NEVER
    return f"day {place:.0f} ({day(case.last_date + dt.timedelta(days=int(place)))})"


Table = tuple[str, list[str], list[list[str]]]


def tables(case: Case) -> list[Table]:
    """Return the tables of a case: title, heads, rows; a row per stress."""
    days = [one for one in engine.DAYS if one <= case.horizon]
    repaid, when, earned, allowed = [], [], [], []
    for outcome in case.outcomes:
        found, name = outcome.assessment, outcome.stress.name
        if found is None:
            repaid.append([name, *[NONE] * len(days)])
            when.append([name, *[NONE] * 4])
            earned.append([name, *[NONE] * 6])
            allowed.append([name, *[NONE] * 3])
            continue
        repaid.append([name, *(chance(float(found.by(one)[0])) for one in days)])
        mean = found.expected_day[0]
        when.append(
            [
                name,
                NEVER if math.isnan(mean) else f"day {mean:.0f}",
                *(_day(found.days[level][0]) for level in engine.QUANTILES),
            ]
        )
        annual = found.annual_return[0]
        earned.append(
            [
                name,
                percent(outcome.collected_share),
                case.money(float(found.shortfall[0])),
                *(percent(float(found.returns[q][0]), is_signed=True) for q in engine.QUANTILES),
                NONE if math.isnan(annual) else percent(float(annual), is_signed=True),
            ]
        )
        months = outcome.capacities[0] / case.average_month if case.average_month > 0 else None
        allowed.append([name, *map(case.money, outcome.capacities), number(months, 2)])
    return [
        ("Probability of full repayment by day", ["", *map(str, days)], repaid),
        ("Day of full repayment", ["", "mean of those repaid", "P10", "P50", "P90"], when),
        (
            "Shortfall and lender's return",
            ["", "collected", "expected shortfall", "return P10", "P50", "P90", "a year"],
            earned,
        ),
        (
            "Largest amount that these terms repay",
            ["", "90 % confidence", "95 % confidence", "months of sales at 90 %"],
            allowed,
        ),
    ]


def _day(place: float) -> str:
    return f"day {place:.0f}" if math.isfinite(place) else NEVER


def notes(case: Case) -> list[str]:
    """Return what a reader must know to read the numbers."""
    first = case.last_date + dt.timedelta(days=1)
    return [
        case.trust,
        *case.warnings,
        f"Day 1 is {day(first)}. The forecast ends on day {case.horizon}: later days are not "
        "extrapolated, and what is still due then counts as lost in the returns.",
        "Mean day: over those paths alone that repay within the horizon. P90: the day by which "
        "nine in ten of all paths have repaid. A year: mean profit over the mean capital "
        "outstanding, simple interest.",
        "A day on which refunds exceed sales remits nothing and is set off against the days after.",
        f"Of the {case.release}.",
    ]
