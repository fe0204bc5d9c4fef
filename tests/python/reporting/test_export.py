"""The export: no text becomes a formula, types are kept, and it says what it is."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

import duckdb
import pyarrow.parquet as parquet
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as some
from python_calamine import CalamineWorkbook

from reporting import reading
from reporting.export import tables, workbook

from ..conftest import PROJECT
from . import made
from .made_export import EVIL, MARTS, exported, release_edit, run, table, write


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write(tmp_path)


def unguarded(text: str) -> str:
    """Take off the apostrophes that tables.harmless puts, as its README tells to."""
    text = re.sub(r"\A([ \"]*)'", r"\1", text)
    return re.sub(r"([;,|\t\r\n][ \"]*)'", r"\1", text)


@given(some.text(alphabet=list("=+-@＝＋－＠;,|\t\r\n'\" aé1"), max_size=12))
@example("\t=1")
@example("=;-|'@")
def test_no_text_begins_a_formula_and_all_of_it_comes_back(text: str) -> None:
    sql = f"select {tables.harmless('text')} from (select ?::varchar as text)"
    shown = duckdb.execute(sql, [text]).fetchone()[0]
    assert unguarded(shown) == text
    assert not shown.startswith(("\t", "\r", "\n"))
    # Whichever mark a program parts cells at.
    for cell in re.split(r"[;,|\t\r\n]", shown):
        assert not cell.lstrip(' "').startswith(tuple("=+-@＝＋－＠"))


def test_csv_has_no_formula_and_numbers_below_zero_stay_numbers(data: Path) -> None:
    folder = exported(data, "csv")
    for name in ("average_per_customer", "next_month_per_customer"):
        found = [row["customer_id"] for row in table(folder, name)]
        assert sorted(map(unguarded, found)) == sorted(EVIL)
        assert "'=1+1" in found
        assert "plain" in found
    assert {row["net_revenue_amount"] for row in table(folder, "average_per_customer")} == {
        "-12.30"
    }
    # Text stands in quotes, numbers and dates do not, what is not known is empty.
    text = (folder / "average_per_customer.csv").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if '"plain"' in line)
    assert line == '"elm","plain","EUR",2025-10-01,2025-10-03,,2,0.00,0.00,-12.30,-6.15,true,false'


def test_parquet_keeps_every_value_and_type(data: Path) -> None:
    folder = exported(data, "parquet")
    found = parquet.read_table(folder / "average_per_customer.parquet")
    assert sorted(found["customer_id"].to_pylist()) == sorted(EVIL)
    kinds = {field.name: str(field.type) for field in found.schema}
    assert kinds["net_revenue_amount"] == "decimal128(18, 2)"
    assert kinds["first_paid_date"] == "date32[day]"
    assert kinds["is_repeat_customer"] == "bool"
    with duckdb.connect(str(data / "current/warehouse.duckdb"), read_only=True) as connection:
        columns = ", ".join(found.column_names)
        there = f"select {columns} from marts.dim_customers where company_id = 'elm'"
        differs = f"({there} and paid_order_count > 0) except all from found"
        assert connection.execute(differs).fetchall() == []


def test_excel_has_no_formula_and_keeps_types(data: Path) -> None:
    file = exported(data, "xlsx")
    with zipfile.ZipFile(file) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "sheets/" in name]
        assert 'quotePrefix="1"' in parts.read("xl/styles.xml").decode()
    assert len(sheets) == 1 + len(tables.TABLES)
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    book = CalamineWorkbook.from_path(str(file))
    head, *found = book.get_sheet_by_name("average_per_customer").to_python()
    read = [dict(zip(head, row, strict=True)) for row in found]
    # Tabs and line breaks come back as Excel writes them.
    plain = [one for one in EVIL if not one[0].isspace()]
    assert set(plain) <= {row["customer_id"] for row in read}
    assert read[0]["net_revenue_amount"] == -12.3
    assert read[0]["first_paid_date"] == dt.date(2025, 10, 3)
    assert read[0]["is_repeat_customer"] is True
    assert read[0]["last_paid_date"] == ""


def test_rows_are_those_of_the_company_and_of_what_is_asked(data: Path) -> None:
    folder = exported(data, "csv")
    assert len(table(folder, "months")) == 3
    (quantile,) = table(folder, "forecast_quantiles")
    assert quantile["model_name"] == "paidnet"
    assert "run_id" not in quantile
    ahead = table(folder, "next_month_per_customer")
    assert {row["window_name"] for row in ahead} == {"next_month"}
    assert len(ahead) == len(EVIL)


def test_readme_says_what_it_is_and_what_is_missing(data: Path) -> None:
    release_edit(
        data,
        "drop table marts.fct_customer_spend_forecast",
        "comment on column marts.fct_monthly_revenue.gross_amount is 'Gross | of all.'",
        "comment on table marts.fct_monthly_revenue is 'One row per month.'",
        "update marts.dim_companies set time_zone = 'Europe/Paris', order_count = 50,"
        " guest_order_count = 5",
    )
    text = (exported(data, "csv") / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# Paidnet export of elm\n")
    for part in (
        "- Company: Elm (elm)", f"- Release: {made.NAME}, built 2026-01-09 06:30 UTC",
        "- Currency: EUR", "- Time zone: Europe/Paris",
        "10.0\u00a0% of the orders name no customer",
        "| gross_amount | decimal(18,2) | Gross \\| of all. |", "`marts.fct_monthly_revenue`. One",
        "| next_month_per_customer | none | the release has no marts.fct_customer_spend_forecast",
    ):  # fmt: skip
        assert part in text, part
    book = CalamineWorkbook.from_path(str(exported(data, "xlsx")))
    first = book.get_sheet_by_name("README").to_python()
    assert ["Currency", "EUR", ""] in first
    assert ["months", "gross_amount", "Gross | of all."] in first


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_release_without_forecasts_says_so(data: Path, form: str) -> None:
    gone = [*reading.FORECAST, *(one.mart for one in tables.TABLES if one.is_forecast)]
    release_edit(data, *(f"drop table marts.{mart}" for mart in dict.fromkeys(gone)))
    done = run(data, "--format", form)
    assert done.exit_code == 0, done.output
    assert "next_month_per_customer" in done.output
    assert "built without forecasts" in done.output
    assert "spend_per_customer_month" in done.output


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_twice_is_the_same_bytes_however_rows_are_sliced(
    data: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contents() -> dict[str, bytes]:
        place = exported(data, form)
        return {
            file.name: file.read_bytes()
            for file in (place.iterdir() if place.is_dir() else [place])
        }

    first = contents()
    assert contents() == first
    if form != "parquet":  # whose rows lie in groups, as many as slices
        monkeypatch.setattr(tables, "SLICE_CUSTOMERS", 3)
        monkeypatch.setattr(tables, "BATCH_ROWS", 2)
        assert contents() == first
    assert [file.name for file in (data / "out").iterdir()] == [exported(data, form).name]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 10)
    book = CalamineWorkbook.from_path(str(exported(data, "xlsx")))
    sheets = [name for name in book.sheet_names if name.startswith("average_per_customer")]
    assert sheets == ["average_per_customer", "average_per_customer_2"]
    found = [book.get_sheet_by_name(name).to_python() for name in sheets]
    assert [len(rows) - 1 for rows in found] == [10, len(EVIL) - 10]
    assert found[0][0] == found[1][0]


def test_the_exposure_names_the_marts_that_are_read() -> None:
    exposures = yaml.safe_load((PROJECT / "models/marts/exposures.yml").read_text())["exposures"]
    (exposure,) = (one for one in exposures if one["name"] == "company_export")
    named = {name.removeprefix("ref('").removesuffix("')") for name in exposure["depends_on"]}
    assert named == MARTS | {"dim_companies", "fct_data_quality", "fct_quarantined_companies"}
