"""What a release lacks is said in words; what data hold stays text."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import changed, pages, run

_LACKS = "This release was built without forecasts"
_OF_FORECASTS = """
    select table_name from duckdb_tables()
    where schema_name = 'marts' and (
        contains(table_name, 'forecast') or contains(table_name, 'advance')
        or contains(table_name, 'flag') or table_name in ('fct_revenue_fan', 'fct_portfolio')
    )
"""


def test_without_forecasts_the_notebooks_say_so(
    release: Path, tmp_path: Path, forecast_marts: list[str]
) -> None:
    gone = [f"drop table marts.{name}" for name in forecast_marts]
    data = changed(release, tmp_path / "data", *gone)
    written = pages(data, tmp_path / "out", "company", "forecast")
    assert written["company"].text.count(_LACKS) == 2  # next month, and findings
    assert _LACKS in written["forecast"].text
    assert "There is no forecast to show." in written["forecast"].text
    assert "Average transaction 3" in written["company"].text


@pytest.fixture(scope="session")
def forecast_marts(release: Path) -> list[str]:
    """The marts that a release without forecasts lacks."""
    from warehouse.reading import open_release

    with open_release(release / "warehouse.duckdb") as connection:
        return [name for (name,) in connection.execute(_OF_FORECASTS).fetchall()]


def test_of_an_older_release_what_is_missing_is_named(release: Path, tmp_path: Path) -> None:
    data = changed(release, tmp_path / "data", "drop table marts.fct_customer_spend_forecast")
    written = pages(data, tmp_path / "out", "company")
    assert "This release has no marts.fct_customer_spend_forecast" in written["company"].text


def test_what_data_hold_stays_text(release: Path, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script> *x* [a](http://b.invalid) `c`"
    data = changed(
        release,
        tmp_path / "data",
        f"update marts.dim_companies set company_name = '{evil}' where company_id = 'birch'",
        "update marts.dim_companies set currency = null where company_id = 'birch'",
        *(
            f"update marts.{mart} set customer_id = '<b>' || customer_id where company_id = 'birch'"
            for mart in ("fct_customer_spend_forecast", "dim_customers")
        ),
    )
    written = pages(data, tmp_path / "out", "company", "forecast")
    for page in written.values():
        assert not page.tags("script|a|em")
        assert f"{evil}: the" in page.text
        assert "in a currency not known" in page.text
    assert "<b>C1" in written["company"].text


def test_a_company_without_orders_is_told_of(release: Path, tmp_path: Path) -> None:
    data = changed(
        release,
        tmp_path / "data",
        "insert into marts.dim_companies by name"
        " select * replace ('void' as company_id, 'Void' as company_name,"
        " null as first_order_date, null as last_order_date, null as as_of_date,"
        " 0 as order_count, 0 as paid_order_count, 0 as guest_order_count)"
        " from marts.dim_companies where company_id = 'birch'",
    )
    written = pages(data, tmp_path / "out", "company", "forecast", company="void")
    assert "It has no orders in this release." in written["company"].text
    assert "There is no paid order." in written["company"].text
    assert "There has been no forecast of this company." in written["forecast"].text


def test_a_company_that_is_not_there_is_an_error(demo_data: Path, tmp_path: Path) -> None:
    done = run(demo_data, "--company", "ash", "--out", tmp_path)
    assert done.returncode == 1
    assert "found:    ash" in done.stderr
    assert "one of alder, birch, cedar" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_notebook_that_is_not_there_is_an_error(demo_data: Path) -> None:
    done = run(demo_data, "thesis")
    assert done.returncode == 1
    assert "one of company, data_model, forecast" in done.stderr


def test_without_a_release_the_error_says_how_to_make_one(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode == 1
    assert "python -m warehouse build" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_reported(demo_data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run(demo_data, "data_model", "--out", tmp_path / "file")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
