"""The tour's reading of one company says what the demo's release says."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from ..conftest import PROJECT, run_stage

PAGE = (PROJECT / "docs" / "tour.md").read_text(encoding="utf-8")
PROFILE, OUTLOOK, TRUST, COMPANY = (
    f"marts.{name}"
    for name in (
        "fct_company_risk_profile",
        "fct_forecast_outlook",
        "fct_forecast_trust",
        "dim_companies",
    )
)
#: By how much a machine may forecast something else than another, as a share.
FORECAST = 0.02
#: Words of the page with a number in them, what it is of which table, how far it may be off.
FIGURES = [
    (r"Of ([\d,]+) order rows", "raw_row_count", COMPANY, 0),
    (r"rows (\d+) cannot be used", "rejected_row_count", COMPANY, 0),
    (r"(\d+) rows are older versions", "superseded_row_count", COMPANY, 0),
    (r"([\d,]+) EUR are left", "trailing_365_day_net_revenue_amount", PROFILE, 0),
    (r"one customer alone is ([\d.]+) %", "100 * top_customer_share", PROFILE, 0),
    (r"customer with ([\d.]+) % is", "100 * top_customer_share", PROFILE, 0),
    (r"last 90 days were ([\d.]+) % below", "-100 * growth_90_days_year_on_year", PROFILE, 0),
    (r"with ([\d.]+) % of the revenue \|", "100 * top_channel_share", PROFILE, 0),
    (r"before brought ([\d,]+) EUR", "year_before_amount", OUTLOOK, 0),
    (r"From ([\d,]+) to", "forecast_p10_amount", OUTLOOK, FORECAST),
    (r"So ([\d,]+) EUR is no floor", "forecast_p10_amount", OUTLOOK, FORECAST),
    (r"([\d,]+) EUR in the middle", "forecast_p50_amount", OUTLOOK, FORECAST),
    (r"to ([\d,]+) EUR in four of five", "forecast_p90_amount", OUTLOOK, FORECAST),
    (r"held (\d+) of 11 times", "held_window_count", TRUST, 0),
    (r"held 8 of (\d+) times", "window_count", TRUST, 0),
]


def number(text: str) -> float:
    """Return the number in a text, such as `< 0.5 %` or `17,891 EUR`."""
    return float(re.search(r"[\d.,]+", text)[0].replace(",", ""))


@pytest.fixture(scope="module")
def warehouse(release: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(release / "warehouse.duckdb"), read_only=True)


@pytest.mark.parametrize(("words", "column", "table", "off"), FIGURES)
def test_a_figure_is_that_of_the_release(
    words: str, column: str, table: str, off: float, warehouse: duckdb.DuckDBPyConnection
) -> None:
    (written,) = re.findall(words, PAGE.replace("\n", " "))
    horizon = " and horizon_days = 150" if "forecast" in table else ""
    rows = warehouse.sql(
        f"select cast({column} as double) from {table} where company_id = 'cedar'{horizon}"
    ).fetchall()
    decimals = len(written.partition(".")[2])
    assert number(written) == pytest.approx(round(rows[0][0], decimals), rel=off, abs=1e-9)


def test_findings_verdict_and_covenants_are_quoted(warehouse: duckdb.DuckDBPyConnection) -> None:
    quoted = set(re.findall(r"^\| (red|amber|green): ([^|]+?) \|", PAGE, re.MULTILINE))
    found = warehouse.sql(
        "select severity, sentence from marts.fct_company_flags where company_id = 'cedar'"
    ).fetchall()
    assert len(quoted) == 6
    assert quoted <= set(found)
    ((verdict,),) = warehouse.sql(
        "select verdict_sentence from marts.fct_company_verdicts where company_id = 'cedar'"
    ).fetchall()
    assert f"*{verdict.partition(';')[0]}.*" in PAGE
    covenants = warehouse.sql(
        "select lower(left(covenant_name, 1)) || substr(covenant_name, 2), value_label,"
        " limit_label, status from marts.fct_covenants"
        " where company_id = 'cedar' and status <> 'grey'"
    ).fetchall()
    assert len(covenants) == 3
    for name, value, limit, status in covenants:
        assert re.search(rf"\| {re.escape(f'{name} | {value} | {limit}')} \| {status}\b", PAGE)


def test_what_it_could_carry_is_what_the_command_says(demo_data: Path, tmp_path: Path) -> None:
    words = ("--company", "cedar", "--amount", 20_000, "--fee", 0.1, "--share", 0.1)
    done = run_stage(demo_data, "reporting", "advance", *words, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    (written,) = tmp_path.glob("*.md")
    said = [line.strip("| ").split(" | ") for line in written.read_text().splitlines()]
    for page_name, name in (
        ("as forecast", "As forecast"),
        ("the largest customer lost", "Largest customer lost"),
        (r"the best channel lost[^|]*", "Best channel lost"),
        ("all that may go wrong together", "All together"),
    ):
        (row,) = re.findall(rf"^\| {page_name} \| (.+?) % \| (.+?) EUR \|", PAGE, re.MULTILINE)
        repaid, _, _, capacity, *_ = (cells[1:] for cells in said if cells[0] == name)
        assert number(row[0]) == pytest.approx(number(repaid[-1]), abs=2)
        assert number(row[1]) == pytest.approx(number(capacity[0]), rel=FORECAST)
