"""One advance of any terms, sized as `python -m reporting advance` does."""

from __future__ import annotations

import math
from decimal import Decimal

from api.problems import ProblemError
from api.queries.found import Asked, Found
from forecasting.advances import engine
from forecasting.advances.terms import Terms, grid
from reporting.advances import case as advances
from reporting.advances.case import Case, Outcome
from reporting.reading import Release
from warehouse.errors import PaidnetError


def terms(
    amount: float,
    fee_rate: float | None = None,
    remittance_share: float | None = None,
    **others: float | None,
) -> Terms:
    """Return terms that are standard where no fee or share is given; not yet checked."""
    standard = grid()
    return Terms(
        amount,
        standard.standard_fee_rate if fee_rate is None else fee_rate,
        standard.standard_remittance_share if remittance_share is None else remittance_share,
        **others,  # type: ignore[arg-type]
    )


def of_company(asked: Asked, company_id: str, terms: Terms) -> Found:
    """Return the case, in the words of `fct_advance_scenarios`; the forecast is the first stress.

    Raises ProblemError 404 for a company or one without forecast, 422 for terms that no advance
    can have.
    """
    company = asked.company(company_id)
    try:
        terms = terms.checked()
    except PaidnetError as error:
        title = str(error).splitlines()[0]
        raise ProblemError(422, "terms", f"{title[0].upper()}{title[1:]}: {error.found}.") from None
    try:
        case = advances.case(Release(asked.opened.name, asked.connection), company, terms)
    except PaidnetError as error:
        if "no forecast" not in str(error):
            raise
        raise ProblemError(
            404, "no-forecast", "There is no forecast of this company to size an advance from."
        ) from None
    return Found(_members(case))


def _members(case: Case) -> dict[str, object]:
    terms = case.terms
    return {
        "company_id": case.company_id,
        "currency": case.currency,
        "advance_amount": _money(terms.amount),
        "fee_rate": terms.fee_rate,
        "remittance_share": terms.remittance_share,
        "minimum_per_day_amount": _money(terms.minimum_per_day),
        "minimum_per_month_amount": _money(terms.minimum_per_month),
        "cap_per_day_amount": None if terms.cap_per_day is None else _money(terms.cap_per_day),
        "grace_days": terms.grace_days,
        "total_due_amount": _money(terms.total_due),
        "last_revenue_date": case.last_date,
        "horizon_days": case.horizon,
        "average_month_amount": _money(case.average_month),
        "verdict": advances.verdict(case),
        "trust": case.trust,
        "warnings": list(case.warnings),
        "stresses": [_stress(one) for one in case.outcomes],
    }


def _stress(outcome: Outcome) -> dict[str, object]:
    """Return a stress with the columns of `fct_advance_scenarios`, rounded as there."""
    found = outcome.assessment
    row: dict[str, object] = {
        "stress_id": outcome.stress.stress_id,
        "stress_name": outcome.stress.name,
        "stress_note": outcome.stress.note,
        "is_known": outcome.stress.is_known,
    }
    if found is None:
        return row
    row |= {f"probability_repaid_by_{day}": _number(found.by(day)[0]) for day in engine.DAYS}
    row["expected_repayment_day"] = _number(found.expected_day[0], 1)
    for level, days in found.days.items():
        row[f"repayment_day_p{100 * level:.0f}"] = _whole(days[0])
    row["expected_shortfall_amount"] = _money(found.shortfall[0])
    for level, returns in found.returns.items():
        row[f"return_p{100 * level:.0f}"] = _number(returns[0], 6)
    row["annual_return"] = _number(found.annual_return[0], 6)
    row["capacity_90_amount"], row["capacity_95_amount"] = map(_money, outcome.capacities)
    return row


def _number(value: float, digits: int | None = None) -> float | None:
    value = float(value)
    if not math.isfinite(value):
        return None
    return value if digits is None else round(value, digits)


def _whole(value: float) -> int | None:
    return int(value) if math.isfinite(value) else None


def _money(value: float) -> Decimal:
    return Decimal(f"{float(value):.2f}")
