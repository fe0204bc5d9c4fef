"""The summary of a release prints the marts' figures, and restates none of them."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from reporting.reading import CORE
from tests.python.reporting import made
from warehouse import summary

PORTFOLIO = {
    "company_id": "elm",
    "horizon_days": 150,
    "forecast_trust": "good",
    "history_label": "2.8 years",
    "forecast_p10_amount": 51_000,
    "forecast_p50_amount": 62_000,
    "forecast_p90_amount": 73_000,
}


def printed(file: Path, most: int | None = None) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(summary.table(file, most))
    return console.file.getvalue()  # type: ignore[attr-defined]


def rows() -> made.Rows:
    """Two companies, one without orders; the summary's figures are none that months add up to."""
    found = made.together(
        made.company("elm", [80, 100], new_customer_revenue_share=0.5), made.company("oak", [])
    )
    figures = {"last_12_months_net_revenue_amount": 12_345, "refund_value_rate": 0.043}
    found["fct_company_summary"][0] |= figures
    return found | {"fct_portfolio": [PORTFOLIO]}


def test_the_figures_are_the_marts_own(tmp_path: Path) -> None:
    lines = printed(made.write(tmp_path, rows())).splitlines()
    assert lines[0].split() == ["Elm", "(elm)", "2025-11-01", "to", "2025-12-31"]
    text = "\n".join(" ".join(line.split()) for line in lines)
    assert "paid-net revenue 180 EUR last 12 months 12,345 EUR" in text
    assert "new customers, last month 50.0%" in text
    assert "refunded, last 12 months 4.3%" in text
    assert "next 150 days 62,000 EUR 80 % range 51,000 – 73,000" in text
    assert "trust in it good learnt from 2.8 years" in text
    assert "Oak (oak) no orders" in text


def test_a_release_without_forecasts_has_no_forecast_in_its_summary(tmp_path: Path) -> None:
    text = printed(made.write(tmp_path, rows() | {"fct_portfolio": []}, CORE))
    assert "12,345 EUR" in text
    assert "days" not in text


def test_of_many_companies_the_largest_are_shown(tmp_path: Path) -> None:
    text = printed(made.write(tmp_path, rows()), most=1)
    assert "Elm" in text
    assert "Oak" not in text
    assert text.splitlines()[-1].rstrip() == "and 1 more: `python -m warehouse status` has all"
