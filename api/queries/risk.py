"""The risk of a company: its profile, the verdict, and its months."""

from __future__ import annotations

from api.queries import companies
from api.queries.found import Asked, Found


def of_company(asked: Asked, company_id: str) -> Found:
    """Return `profile` and `verdict`, a row each, and `months`; raises ProblemError 404.

    `profile` and `verdict` are tables of one row, or none for a company without orders.
    """
    company = asked.company(company_id)
    found = {
        name: asked.table(
            f"select * from marts.{mart} where company_id = $company", {"company": company}
        )
        for name, mart in (
            ("profile", "fct_company_risk_profile"),
            ("verdict", "fct_company_verdicts"),
        )
    }
    months = companies.rows(asked, "fct_company_risk_months", company)
    return Found(found | {"months": months.members["rows"]})
