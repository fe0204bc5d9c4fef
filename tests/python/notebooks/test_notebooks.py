"""The notebooks say what the marts hold, with its unit, and load nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from reporting import words
from warehouse.reading import open_release

from ..conftest import PROJECT
from .conftest import NOTEBOOKS, PYTHON, Page


def asked(release: Path, query: str) -> tuple:
    """Return the one row of a query on the demo's release."""
    with open_release(release / "warehouse.duckdb") as connection:
        return connection.execute(query).fetchone()


def test_every_notebook_is_written(written: dict[str, Page]) -> None:
    assert tuple(written) == NOTEBOOKS


def test_the_basic_questions_are_answered_as_the_marts_hold(
    written: dict[str, Page], release: Path
) -> None:
    mean, median, orders = asked(
        release,
        "select avg(net_revenue_amount), median(net_revenue_amount), count(*)"
        " from marts.fct_orders where company_id = 'birch' and is_paid",
    )
    of_customers, spent, customers = asked(
        release,
        "select avg(average_order_amount), avg(net_revenue_amount), count(*)"
        " from marts.dim_customers where company_id = 'birch' and paid_order_count > 0",
    )
    (monthly,) = asked(
        release,
        "select avg(m.net_revenue_amount) from marts.fct_customer_months as m"
        " join marts.fct_monthly_revenue as r on m.company_id = r.company_id"
        " and m.spend_month = r.revenue_month"
        " where m.company_id = 'birch' and not r.is_partial_month",
    )
    (days,) = asked(
        release,
        "select avg(active_day_count) from marts.fct_customer_weeks where company_id = 'birch'",
    )
    (ahead,) = asked(
        release,
        "select avg(expected_net_revenue_amount) from marts.fct_customer_spend_forecast"
        " where company_id = 'birch' and window_name = 'next_month'",
    )
    (total,) = asked(
        release,
        "select sum(expected_net_revenue_amount) from marts.fct_revenue_forecast_by_source"
        " where company_id = 'birch' and window_name = 'next_month'",
    )
    text = written["company"].text
    for name, value in (
        ("Average transaction", mean), ("Median", median),
        ("Average transaction of a customer", of_customers), ("Spent so far", spent),
        ("Spend per customer and month", monthly), ("Expected of a customer", ahead),
    ):  # fmt: skip
        assert f"{name} {words.number(value, 2)} USD" in text, name
    assert f"Paid orders {orders:,}" in text
    assert f"Customers {customers:,}" in text
    assert f"Days per week {days:.2f}" in text
    assert f"sum to {total:,.0f} USD" in text


def test_three_findings_have_a_sentence_and_a_picture(
    written: dict[str, Page], release: Path
) -> None:
    source = written["company"].source
    found = re.findall(r'<div class="pn-finding.*?</div>(<figure)?', source, re.DOTALL)
    assert found == ["<figure"] * 3
    (sentence,) = asked(
        release,
        "select sentence from marts.fct_company_flags where company_id = 'birch'"
        " order by finding_rank limit 1",
    )
    assert words.tidy(sentence).replace("\u00a0", " ") in written["company"].text


@pytest.mark.parametrize("name", ["company", "forecast"])
def test_units_time_zone_parts_and_guests_are_said(written: dict[str, Page], name: str) -> None:
    text = written[name].text
    for part in (
        "Amounts are in USD", "America/New_York", "only part of March 2024 and October 2026",
        "Guests bring", "Release 20",
    ):  # fmt: skip
        assert part in text, part
    pictures = written[name].tags("img")
    assert len(pictures) >= 6
    assert all(len(re.search(r'alt="([^"]*)"', one)[1]) > 20 for one in pictures)


def test_the_forecast_is_walked_through(written: dict[str, Page], release: Path) -> None:
    text = written["forecast"].text
    low, middle, high = asked(
        release,
        "select forecast_p10_amount, forecast_p50_amount, forecast_p90_amount"
        " from marts.fct_forecast_outlook where company_id = 'birch'",
    )
    assert f"150 {low:,.0f} {middle:,.0f} {high:,.0f}" in text
    (trust,) = asked(
        release, "select trust from marts.fct_forecast_trust where company_id = 'birch'"
    )
    assert f"Trust in this forecast: {trust}." in text


def test_the_data_model_shows_tables_that_agree(written: dict[str, Page], release: Path) -> None:
    text = written["data_model"].text
    (tables,) = asked(release, "select count(*) from duckdb_tables() where schema_name = 'marts'")
    assert f"Tables for readers {tables}" in text
    assert "marts.fct_monthly_revenue One row per company and calendar month" in text
    assert "They agree in 3 of 3 rows" in text


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_page_needs_nothing_else(written: dict[str, Page], name: str) -> None:
    page = written[name]
    assert not page.tags("script|link|iframe|object|marimo-[a-z-]+")
    sources = re.findall(r'\b(?:src|href|url\()\s*=?\s*"?([^"\s)]{1,8})', page.source)
    assert {source for source in sources if not source.startswith("#")} <= {"data:ima"}


def test_the_exposure_names_the_marts_that_are_read() -> None:
    exposures = yaml.safe_load((PROJECT / "models/marts/exposures.yml").read_text())["exposures"]
    (exposure,) = (one for one in exposures if one["name"] == "notebooks")
    named = {name.removeprefix("ref('").removesuffix("')") for name in exposure["depends_on"]}
    code = "".join(file.read_text() for file in (PROJECT / "notebooks").rglob("*.py"))
    assert named == set(re.findall(r"marts\.((?:dim|fct)_[a-z_]+)", code))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_marimo_finds_nothing_to_mend(name: str) -> None:
    command = [PYTHON, "-m", "marimo", "check", "--strict", f"notebooks/{name}.py"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
