"""What the API says of companies is what the marts and `python -m reporting` say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from .conftest import Api, said

SORTED_BY = {
    "monthly-revenue": ("fct_monthly_revenue", "revenue_month"),
    "cohorts": ("fct_cohort_revenue", "cohort_month, month_number"),
    "flags": ("fct_company_flags", "finding_rank, flag_id"),
}


def test_companies_are_dim_companies(api: Api) -> None:
    assert api.rows("/v1/companies") == api.sql("from marts.dim_companies order by company_id")


@pytest.mark.parametrize("name", SORTED_BY)
@pytest.mark.parametrize("company", ["alder", "birch"])
def test_rows_of_a_company_are_its_rows_of_the_mart(api: Api, name: str, company: str) -> None:
    mart, order = SORTED_BY[name]
    expected = api.sql(f"from marts.{mart} where company_id = ? order by {order}", company)
    assert expected
    assert api.rows(f"/v1/companies/{company}/{name}") == expected
    lines = api.get(f"/v1/companies/{company}/{name}", format="csv").text.splitlines()
    assert len(lines) == len(expected) + 1


def test_a_forecast_has_days_and_totals_of_the_quantiles_asked_for(api: Api) -> None:
    path, quantiles = "/v1/companies/cedar/forecast", [0.1, 0.5]
    found = api.get(path, quantile=quantiles).json()
    for name, mart, order in (
        ("daily", "fct_revenue_forecast_daily", "forecast_date"),
        ("totals", "fct_revenue_forecast_totals", "horizon_days"),
    ):
        expected = api.sql(
            f"from marts.{mart} where company_id = 'cedar' and quantile in (0.1, 0.5)"
            f" order by {order}, quantile"
        )
        assert found[name] == expected
    default = {row["quantile"] for row in api.get(path).json()["totals"]}
    assert default == {0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95}
    missing = api.get(path, quantile=0.12345)
    assert missing.status_code == 422
    assert missing.json()["errors"][0]["field"] == "quantile"


def test_risk_is_profile_verdict_and_months(api: Api) -> None:
    found = api.get("/v1/companies/alder/risk").json()
    for name, mart in (
        ("profile", "fct_company_risk_profile"),
        ("verdict", "fct_company_verdicts"),
        ("months", "fct_company_risk_months"),
    ):
        order = " order by revenue_month" if name == "months" else ""
        assert found[name] == api.sql(f"from marts.{mart} where company_id = 'alder'{order}")


def test_an_advance_of_standard_terms_is_the_case_of_fct_advance_scenarios(api: Api) -> None:
    case = api.sql(
        "from marts.fct_advance_scenarios where company_id = 'birch' and is_standard_terms"
        " and stress_id = 'none' order by advance_amount limit 1"
    )[0]
    rows = api.sql(
        "from marts.fct_advance_scenarios where company_id = 'birch' and is_standard_terms"
        " and advance_amount = ? order by stress_rank",
        case["advance_amount"],
    )
    found = api.get("/v1/companies/birch/advance", amount=case["advance_amount"]).json()
    assert found["advance_amount"] == case["advance_amount"]
    for name in ("fee_rate", "remittance_share", "total_due_amount", "currency", "horizon_days"):
        assert found[name] == case[name]
    assert [one["stress_id"] for one in found["stresses"]] == [row["stress_id"] for row in rows]
    for one, row in zip(found["stresses"], rows, strict=True):
        for name in row.keys() & one.keys():
            is_float = isinstance(row[name], float)
            expected = pytest.approx(row[name], rel=1e-5) if is_float else row[name]
            assert one[name] == expected, (one["stress_id"], name)
    capacity = api.sql(
        "select capacity_90_amount, capacity_95_amount from marts.fct_advance_capacity"
        " where company_id = 'birch' and is_standard_terms and stress_id = 'none'"
    )[0]
    assert {name: found["stresses"][0][name] for name in capacity} == capacity


def test_terms_are_those_of_an_advance(api: Api) -> None:
    path = "/v1/companies/birch/advance"
    half = api.get(path, amount=5000, fee_rate=0.05, remittance_share=0.2, grace_days=30).json()
    assert (half["total_due_amount"], half["grace_days"]) == ("5250.00", 30)
    assert half["stresses"][0]["probability_repaid_by_30"] == 0
    refused = api.get(path, amount=5000, minimum_per_day=10, cap_per_day=1)
    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:paidnet:problem:terms"


def test_money_is_said_with_its_cents() -> None:
    """What the tests compare with is exact itself."""
    assert said("amount", Decimal("12.30")) == "12.30"
