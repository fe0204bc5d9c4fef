"""Companies, and the marts that hold rows of one company: months, cohorts, flags."""

from __future__ import annotations

from api.queries.found import Asked, Found, one_of

#: Mart -> what the rows of a company are sorted by.
ORDERS = {
    "fct_monthly_revenue": "revenue_month",
    "fct_cohort_revenue": "cohort_month, month_number",
    "fct_company_flags": "finding_rank, flag_id",
    "fct_company_risk_months": "revenue_month",
}


def everyone(asked: Asked) -> Found:
    """Return the rows of `dim_companies` that may be seen, sorted by company."""
    bound: dict[str, object] = {}
    condition = one_of("company_id", asked.chosen(()), bound) or "true"
    query = f"select * from marts.dim_companies where {condition} order by company_id"
    return Found({"rows": asked.table(query, bound)})


def rows(asked: Asked, mart: str, company_id: str) -> Found:
    """Return a company's rows of a mart of `ORDERS`; raises ProblemError 404."""
    query = f"select * from marts.{mart} where company_id = $company order by {ORDERS[mart]}"
    return Found({"rows": asked.table(query, {"company": asked.company(company_id)})})
