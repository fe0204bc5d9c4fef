"""The forecast of a company's revenue: quantiles of each day, and of the totals of horizons."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow.compute as pc

from api.problems import ProblemError
from api.queries.found import Asked, Found, one_of

#: Given unless others are asked for.
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
_ORDERS = {
    "fct_revenue_forecast_daily": "forecast_date, quantile",
    "fct_revenue_forecast_totals": "horizon_days, quantile",
}


def of_company(asked: Asked, company_id: str, quantiles: Sequence[float] = ()) -> Found:
    """Return `daily` and `totals`; raises ProblemError 404, 422 for a quantile that is not there.

    The totals are of paths: quantiles of days do not add up to them.
    """
    company = asked.company(company_id)
    wanted = list(dict.fromkeys(quantiles or QUANTILES))
    tables = []
    for mart, order in _ORDERS.items():
        bound: dict[str, object] = {"company": company}
        condition = one_of("quantile", wanted, bound)
        tables.append(
            asked.table(
                f"select * from marts.{mart} where company_id = $company and {condition}"
                f" order by {order}",
                bound,
            )
        )
    daily, totals = tables
    if not totals.num_rows:
        _refuse(asked, company)
    missing = sorted(set(wanted) - set(pc.unique(totals["quantile"]).to_pylist()))
    if missing:
        raise ProblemError(
            422,
            "invalid",
            f"There is no quantile {missing[0]:g} in this forecast.",
            errors=[{"field": "quantile", "message": "Must be one that the forecast has."}],
        )
    return Found({"daily": daily, "totals": totals})


def _refuse(asked: Asked, company: str) -> None:
    """Tell a company without forecast from quantiles that none has."""
    query = "select 1 from marts.fct_revenue_forecast_totals where company_id = $company limit 1"
    if not asked.table(query, {"company": company}).num_rows:
        raise ProblemError(404, "no-forecast", "This release has no forecast of this company.")
