"""Every figure in the demo companies' reports of operations is the warehouse's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from . import made
from .made_operations import Page, page

COMPANIES = ("alder", "birch", "cedar")
Query = Callable[[str, str], list[tuple]]


@pytest.fixture(scope="module")
def folder(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo companies' reports of their last whole month."""
    target = tmp_path_factory.mktemp("reports")
    done = made.run(release.parents[1], "operations", "--out", target)
    assert done.exit_code == 0, done.output
    (found,) = target.iterdir()
    return found


@pytest.fixture(scope="module")
def query(release: Path, folder: Path) -> Query:
    """Ask the release; `$company` and `$month` are those of a report."""
    month = f"{folder.name}-01"
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:

        def ask(company: str, sql: str) -> list[tuple]:
            sql = sql.replace("$month", f"date '{month}'")
            return connection.execute(sql, {"company": company}).fetchall()

        yield ask


def rows(shown: Page, head: str) -> list[list[str]]:
    """Return the rows of the table whose first head begins so."""
    first = next(n for n, row in enumerate(shown.rows) if row and row[0].startswith(head))
    width = len(shown.rows[first])
    found = []
    for row in shown.rows[first + 1 :]:
        if len(row) != width or row[0].startswith(
            ("By margin", "Rose and fell most", "Out within")
        ):
            break
        found.append(row)
    return found


def amount(cell: str) -> float:
    """Return the number of a cell."""
    return float(cell.split(" ")[0].replace(",", "").replace("−", "-").lstrip("+"))


@pytest.mark.parametrize("company", COMPANIES)
def test_the_parts_of_the_change_are_those_of_the_mart_and_add_up(
    folder: Path, query: Query, company: str
) -> None:
    table = rows(page(folder / f"operations_{company}.html"), "Part of the change")
    for place, comparison in ((1, "month before"), (3, "year before")):
        found = query(
            company,
            "select driver_label, change_amount, net_revenue_amount - compared_net_revenue_amount"
            " from marts.fct_revenue_drivers where company_id = $company and revenue_month = $month"
            f" and comparison = '{comparison}'",
        )
        shown = {row[0]: amount(row[place]) for row in table}
        assert {label: float(value) for label, value, _ in found if label in shown} == {
            label: value for label, value in shown.items() if label != "All"
        }
        assert all(value == 0 for label, value, _ in found if label not in shown)
        assert shown["All"] == float(found[0][2])
        assert round(sum(value for key, value in shown.items() if key != "All"), 2) == shown["All"]
    ((change,),) = query(
        company,
        "select a.net_revenue_amount - b.net_revenue_amount from marts.fct_monthly_revenue as a"
        " join marts.fct_monthly_revenue as b using (company_id) where company_id = $company"
        " and a.revenue_month = $month and b.revenue_month = $month - interval 1 month",
    )
    assert amount(table[-1][1]) == float(change)


SELECTS = {
    "Channel": "select channel_name, net_revenue_amount, commission_amount from"
    " marts.fct_channel_months where company_id = $company and revenue_month = $month",
    "By net revenue": "select product_name, net_revenue_amount, unit_count from"
    " marts.fct_product_margins where company_id = $company and revenue_month = $month limit 5",
    "By margin": "select product_name, margin_amount, unit_count from marts.fct_product_margins"
    " where company_id = $company and revenue_month = $month limit 5",
    "Place": "select city || ', ' || country, sum(net_revenue_amount), sum(paid_order_count) from"
    " marts.fct_country_months where company_id = $company and revenue_month = $month group by all"
    " limit 6",
    "Method": "select payment_method, successful_amount, payment_count from"
    " marts.fct_payment_method_months where company_id = $company and payment_month = $month",
    "To order": "select product_name, revenue_at_risk_amount, order_unit_count from"
    " marts.fct_reorder_list where company_id = $company and is_to_reorder limit 8",
    "Out within": "select product_name, needed_60_amount - covered_60_amount, units_on_hand from"
    " marts.fct_stock_cover where company_id = $company and is_current and not is_out"
    " and forecast_days_of_cover < 14 limit 8",
    "In the whole log": "select gap_label, gap_amount, null from marts.fct_operations_gaps"
    " where company_id = $company and gap_status = 'does not fit' limit 8",
}
PLACES = {
    "Channel": (1, 7), "By net revenue": (2, 1), "By margin": (4, 1), "Place": (1, 4),
    "Method": (5, 1), "To order": (5, 4), "Out within": (5, 1), "In the whole log": (2, None),
}  # fmt: skip


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("head", SELECTS)
def test_a_table_shows_the_rows_of_its_mart_largest_first(
    folder: Path, query: Query, company: str, head: str
) -> None:
    select, _, limit = SELECTS[head].partition(" limit ")
    sort = f"{select} order by 2 desc nulls last, 1" + (f" limit {limit}" if limit else "")
    if head in ("Method", "In the whole log"):
        sort = select
    expected = query(company, sort)
    table = rows(page(folder / f"operations_{company}.html"), head)
    assert len(table) == len(expected) > 0
    if sort == select:
        table, expected = sorted(table), sorted(expected)
    second, third = PLACES[head]
    for row, (name, value, other) in zip(table, expected, strict=True):
        assert row[0] == name
        assert abs(amount(row[second]) - float(value)) <= 0.5
        if third is not None and other is not None:
            assert abs(amount(row[third]) - float(other)) <= 0.5


def test_what_was_planted_is_told(folder: Path) -> None:
    alder, birch, cedar = (page(folder / f"operations_{name}.html").text for name in COMPANIES)
    assert "Reorder" in alder
    assert "Win back Own shop" in birch
    assert "Move sales to cheaper channels: commission takes" in birch
    assert "Find out why Cork Tray comes back" in cedar
