"""Every number in the demo companies' reports is the warehouse's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from docx import Document

from . import made

COMPANIES = ("alder", "birch", "cedar")
LAST_WHOLE = "select max(revenue_month) from marts.fct_monthly_revenue where not is_partial_month"
Query = Callable[..., list[tuple]]


@pytest.fixture(scope="module")
def reports(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the demo companies' reports of their last whole month."""
    folder = tmp_path_factory.mktemp("reports")
    done = made.run(release.parents[1], "--out", folder)
    assert done.exit_code == 0, done.output
    (found,) = folder.iterdir()
    return found


@pytest.fixture(scope="module")
def query(release: Path) -> Query:
    """Ask the release; `$company` in the query is the company."""
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        yield lambda sql, **values: connection.execute(sql, values or None).fetchall()


def near(shown: str, value: object, unit: str, digits: int = 0) -> bool:
    """Whether a cell shows a value to its last digit, with its unit."""
    bare = shown.removesuffix(unit).strip().replace(",", "").replace("−", "-")
    assert shown.endswith(unit), (shown, unit)
    return abs(float(bare) - float(value)) <= 0.5 * 10**-digits + 1e-9


@pytest.mark.parametrize("company", COMPANIES)
def test_key_figures_are_those_of_the_months(reports: Path, query: Query, company: str) -> None:
    ((month, currency),) = query(
        f"select ({LAST_WHOLE} and company_id = $company), currency from marts.dim_companies"
        " where company_id = $company",
        company=company,
    )
    assert reports.name == f"{month:%Y-%m}"
    columns = (
        ("net_revenue_amount", currency, 1, 0),
        ("new_customer_revenue_share", "%", 100, 1),
        ("refund_value_rate", "%", 100, 1),
        ("refund_order_rate", "%", 100, 1),
        ("average_order_amount", currency, 1, 2),
        ("paid_order_count", "", 1, 0),
        ("customer_count", "", 1, 0),
        ("new_customer_count", "", 1, 0),
    )
    values = [
        query(
            f"select {', '.join(c[0] for c in columns)} from marts.fct_monthly_revenue"
            " where company_id = $company and revenue_month = $month - to_months($before)",
            company=company,
            month=month,
            before=before,
        )[0]
        for before in (0, 1, 12)
    ]
    shown = made.tables(reports / f"{company}.docx")[0]
    for row, (name, unit, scale, digits), *three in zip(shown[1:], columns, *values, strict=True):
        for place, value in zip((1, 2, 4), three, strict=True):
            assert near(row[place], float(value) * scale, unit, digits), (name, row)
        for place, then in ((3, three[1]), (5, three[2])):
            if unit == "%":
                assert near(row[place], 100 * (three[0] - then), "pp", 1), (name, row)
            else:
                assert near(row[place], 100 * float(three[0] / then - 1), "%", 1), (name, row)
    text = made.text(reports / f"{company}.docx")
    assert f"paid-net revenue of {values[0][0]:,.0f} {currency} in {month:%B %Y}" in text


@pytest.mark.parametrize("company", COMPANIES)
def test_twelve_months_are_those_of_the_summary(reports: Path, query: Query, company: str) -> None:
    names = "last_12_months_net_revenue_amount last_30_days_annualised_amount growth_year_on_year"
    names += " growth_quarter_year_on_year refund_value_rate average_order_amount"
    names += " active_customer_count repeat_customer_rate top_10_customer_revenue_share"
    columns = [*names.split(), "weekly_revenue_volatility"]
    ((*values, currency),) = query(
        f"select {', '.join(columns)}, currency from marts.fct_company_summary"
        " where company_id = $company",
        company=company,
    )
    shown = made.tables(reports / f"{company}.docx")[1]
    cells = [cell for row in shown for cell in (row[1], row[3])]
    for name, value, cell in zip(columns, values, cells, strict=True):
        if name.startswith("average"):
            assert near(cell, value, currency, 2), name
        elif name.endswith("_amount"):
            assert near(cell, value, currency), name
        elif name.endswith("_count"):
            assert near(cell, value, ""), name
        else:
            assert near(cell, 100 * value, "%", 1), name


@pytest.mark.parametrize("company", COMPANIES)
def test_the_forecast_is_that_of_the_marts(reports: Path, query: Query, company: str) -> None:
    totals, quality = made.tables(reports / f"{company}.docx")[2:4]
    assert totals[0][1:] == ["P10", "P50", "P90"]
    expected = query(
        "select horizon_days, list(total_net_revenue_amount order by quantile), any_value(currency)"
        " from marts.fct_revenue_forecast_totals where company_id = $company"
        " and model_name = 'paidnet' and quantile in (0.1, 0.5, 0.9)"
        " and horizon_days in (30, 60, 90, 150) group by all order by all",
        company=company,
    )
    for row, (days, amounts, currency) in zip(totals[1:], expected, strict=True):
        assert row[0] == f"{days} days"
        assert all(near(c, a, currency) for c, a in zip(row[1:], amounts, strict=True)), row
    measured = query(
        "select horizon_days, coverage_80_share, window_count, effective_window_count,"
        " crps_skill_over_prophet_default, crps_skill_over_naive_recent_bootstrap,"
        " crps_skill_over_naive_seasonal_364, crps_skill_over_naive_seasonal_7"
        " from marts.fct_forecast_quality where company_id = $company and model_name = 'paidnet'"
        " and horizon_days in (30, 60, 90, 150) order by horizon_days",
        company=company,
    )
    heads = ["default Prophet", "recent weeks", "same day last year", "same weekday last week"]
    assert quality[0][3:] == [f"vs {head}" for head in heads]
    for row, (days, held, windows, independent, *skills) in zip(quality[1:], measured, strict=True):
        assert row[0] == f"{days} days"
        assert near(row[1], 100 * held, "%", 1)
        assert row[2] == f"{windows} ({independent:.1f})"
        assert all(near(c, 100 * s, "%", 1) for c, s in zip(row[3:], skills, strict=True)), row
    ((trust, why, label),) = query(
        "select forecast_trust, forecast_trust_sentence, probability_below_year_before_label"
        " from marts.fct_portfolio"
        " where company_id = $company",
        company=company,
    )
    text = made.text(reports / f"{company}.docx")
    assert f"Trust in it: {trust} ({why})." in text
    assert f"the probability that these bring less is {label}" in text


@pytest.mark.parametrize("company", COMPANIES)
def test_cohorts_and_rejections_are_those_of_the_marts(
    reports: Path, query: Query, company: str
) -> None:
    cohorts, rejections = made.tables(reports / f"{company}.docx")[4:]
    month = f"{reports.name}-01"
    expected = query(
        "select strftime(cohort_month, '%B %Y'), any_value(cohort_customer_count),"
        " list(retention_rate order by month_number) filter (where month_number > 0),"
        " max_by(cumulative_net_revenue_per_customer_amount, month_number), any_value(currency)"
        " from marts.fct_cohort_revenue where company_id = $company"
        " and cohort_month < cast($month as date)"
        " and cohort_month >= cast($month as date) - interval 6 months"
        " and revenue_month <= cast($month as date) group by cohort_month order by cohort_month",
        company=company,
        month=month,
    )
    for row, (name, count, rates, spent, currency) in zip(cohorts[1:], expected, strict=True):
        assert row[:2] == [name, f"{count:,}"]
        assert all(near(c, 100 * r, "%", 1) for c, r in zip(row[2:], rates, strict=False)), row
        assert row[2 + len(rates) : -1] == ["–"] * (6 - len(rates))
        assert near(row[-1], spent, currency, 2)
    reasons = query(
        "select count(*) from marts.fct_rejected_rows where company_id = $company"
        " group by reason_code order by 1 desc",
        company=company,
    )
    assert [row[2] for row in rejections[1:]] == [f"{count}" for (count,) in reasons]


def test_the_portfolio_lays_the_companies_side_by_side(reports: Path, query: Query) -> None:
    (table,) = made.tables(reports / "portfolio.docx")
    expected = query(
        "select company_name, net_revenue_amount, m.refund_value_rate, forecast_p10_amount,"
        " forecast_p90_amount, p.currency, forecast_trust"
        " from marts.fct_portfolio as p join marts.fct_monthly_revenue as m using (company_id)"
        " where revenue_month = cast($month as date) order by p.currency, 2 desc",
        month=f"{reports.name}-01",
    )
    for row, (name, net, refunds, low, high, currency, trust) in zip(
        table[1:], expected, strict=True
    ):
        assert (row[0], row[8]) == (name, trust)
        assert near(row[2], net, currency)
        assert near(row[5], 100 * refunds, "%", 1)
        assert row[6] == f"{low:,.0f} to {high:,.0f} {currency}"
    text = made.text(reports / "portfolio.docx")
    assert "Companies without a report" not in text


def test_reports_have_their_pictures_and_say_what_they_show(reports: Path) -> None:
    for company in COMPANIES:
        document = Document(str(reports / f"{company}.docx"))
        assert len(document.inline_shapes) == 2
        for shape in document.inline_shapes:
            assert len(shape._inline.docPr.get("descr")) > 20
