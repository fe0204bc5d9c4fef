"""Real exports and small odd files give the right numbers, or a clear refusal: shared/cases."""

from __future__ import annotations

import pytest

from tests.python.conftest import Warehouse
from tests.python.warehouse.conftest import CASES, company_of, refusals

FIGURES = """
    select
        printf('%.2f', coalesce(sum(net_revenue_amount), 0)),
        count(*) filter (where is_paid),
        printf('%.2f', coalesce(sum(refund_amount) filter (where is_paid), 0)),
        count(distinct customer_id) filter (where is_paid)
    from marts.fct_orders where company_id = '{0}'
"""
MONTHS = """
    select strftime(revenue_month, '%Y-%m'), printf('%.2f', net_revenue_amount)
    from marts.fct_monthly_revenue where company_id = '{0}'
"""


def found(warehouse: Warehouse, company: str) -> dict[str, str]:
    """Return the figures of a company, by the words that the cases use."""
    ((total, orders, refunds, customers),) = warehouse.query(FIGURES.format(company))
    rejected = warehouse.query(
        f"select count(*) from marts.fct_rejected_rows where company_id = '{company}'"
    )[0][0]
    return {
        "total": total,
        "orders": str(orders),
        "refunds": refunds,
        "customers": str(customers),
        "rejected": str(rejected),
        **dict(warehouse.query(MONTHS.format(company))),
    }


@pytest.mark.shared
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_case_gives_the_right_numbers_or_a_clear_refusal(
    real_warehouse: Warehouse, case: dict[str, str]
) -> None:
    company = company_of(case)
    answers = [answer.strip() for answer in case["right"].split(" | ")]
    if company in refusals:
        assert "refuse" in answers, refusals[company]
        assert "fix:" in refusals[company]
        return
    figures = found(real_warehouse, company)
    wanted = [dict(w.split("=") for w in a.split()) for a in answers if a != "refuse"]
    assert any(figures == figures | one for one in wanted), (figures, case["right"])


def test_the_cases_are_there(real_warehouse: Warehouse) -> None:
    assert real_warehouse
    assert len(CASES) >= 44
