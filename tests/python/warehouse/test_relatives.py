"""A company and its relatives in one build: what must not change its answers does not.

Amounts times ten change no rate and no flag, two uploads are as one, and a paid order lowers no
revenue. Every table with a company is compared, also one that is new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from math import isclose

import duckdb
import pytest

from tests.python.conftest import Warehouse
from tests.python.warehouse import relatives

#: When and from which file a row came, and how a company stands among the others of the build.
NOT_COMPARED = {"source_file", "source_line", "landed_at", "last_landed_at"}
NOT_COMPARED |= {"example_source_file", "watch_number", "percentile", "peer_count"}
#: Made by the forecast, which was not run, for companies that are held back, or of days that
#: stand out, which the company has none of; or of payments and stock, which it does not send, as
#: nothing is pulled for it.
EMPTY = re.compile(
    "dim_(customer|subscription)_versions|fct_(advance|forecast(?!_horizons)|revenue_(fan|forecast)|quarantined|pulls|unexplained_spikes"
    "|payment|demand|product_forecast|reorder|inventory|stock|segment_moves|cohort_lifetime"
    "|customer_(spend_forecast|forecast|value))s?_?.*"
)
#: Money that is divided is rounded to the cent: half a cent off before it is taken times ten.
DIVIDED = re.compile("average|median|mean_|_per_|annualised|run_rate|cohort_revenue_month")
#: Marts of the parts of orders, each of which is rounded to the cent before parts are added up.
PARTS = re.compile(
    "dim_products|fct_(order_items|product_(months|margins|changes)|revenue_drivers)"
)
#: What depends on how many exports told of the same orders, not on the orders alone.
OF_EXPORTS = re.compile(
    "fct_(uploads|order_versions|revenue_restatements)|restated_gross_share|exported_at"
)
#: Columns of the tables in which a row says what its number is.
MEASURES = ("measure_value", "value_year_before")
LABELS = ("value_label", "year_before_label")
Row = dict[str, object]


@pytest.fixture(scope="module")
def tables(judged: Warehouse) -> dict[str, dict[str, list[Row]]]:
    """Return mart -> relative -> rows, sorted, in which all relatives are called whole."""
    found: dict[str, dict[str, list[Row]]] = {}
    file = judged.data / "build" / "warehouse.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        columns = connection.sql(
            "select table_name, list(column_name order by column_index) from duckdb_columns()"
            " where schema_name = 'marts' group by all having list_contains(list(column_name),"
            " 'company_id') order by all"
        ).fetchall()
        for mart, names in columns:
            compared = [name for name in names if name not in NOT_COMPARED]
            for relative in relatives.NAMES:
                company = relatives.company_of(relative)
                rows = connection.sql(
                    f"select {', '.join(compared)} from marts.{mart}"
                    f" where company_id = '{company}' order by all"
                ).fetchall()
                found.setdefault(mart, {})[relative] = [
                    {
                        name: _renamed(value, company)
                        for name, value in zip(compared, row, strict=True)
                    }
                    for row in rows
                ]
    return found


def _renamed(value: object, company: str) -> object:
    return value.replace(company, "whole") if isinstance(value, str) else value


def is_equal(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
    return one == other


def is_tenfold(name: str, row: Row, other: Row) -> bool:
    """Whether a column of a row is as it must be, when all amounts are ten times as large."""
    one, ten = row[name], other[name]
    if one is None or ten is None:
        return one is ten
    if name in MEASURES and row.get("unit") == "amount":
        return abs(ten - 10 * one) < 0.0551
    is_count = row.get("counter_name") == "customer_order_count" or name == "exchange_rate"
    if isinstance(one, Decimal) and not is_count:
        return abs(ten - 10 * one) <= Decimal("0.055" if DIVIDED.search(name) else "0")
    is_label = name in LABELS and row.get("unit") == "amount"
    return is_label or is_equal(one, ten)


def is_near(name: str, row: Row, other: Row) -> bool:
    """Whether a sum of parts is tenfold but for half a cent of each, or a rate nearly the same."""
    one, ten = row[name], other[name]
    if isinstance(one, Decimal) and isinstance(ten, Decimal):
        if "driver" in row:  # of all products of two months
            return abs(ten - 10 * one) <= 5
        units = (row.get("unit_count") or 0) + (row.get("compared_unit_count") or 0)
        count = row.get("paid_order_count") or row.get("order_count") or units or 1
        # A part is a difference of two, and what is kept of it again one.
        return abs(ten - 10 * one) <= Decimal("0.055") * 4 * int(count)
    return isinstance(one, float) and isinstance(ten, float) and isclose(one, ten, abs_tol=0.01)


def pairs(tables: dict[str, dict[str, list[Row]]], other: str) -> Iterator[tuple[str, Row, Row]]:
    """Pair the rows of the whole with those of a relative."""
    for mart, found in tables.items():
        if not OF_EXPORTS.fullmatch(mart):
            assert len(found["whole"]) == len(found[other]), mart
            for one, two in zip(found["whole"], found[other], strict=True):
                yield mart, one, two


def test_the_company_has_something_to_compare(
    tables: dict[str, dict[str, list[Row]]], judged: Warehouse
) -> None:
    filled = {mart for mart, found in tables.items() if found["whole"]}
    assert {mart for mart in tables if not EMPTY.fullmatch(mart)} == filled
    measures = tables["fct_company_measures"]["whole"]
    unknown = {row["measure_id"]: row["topic"] for row in measures if row["measure_value"] is None}
    assert unknown.pop("restated_gross_share"), "one export restates nothing"
    assert set(unknown.values()) == {"forecast"}
    flags = {row["topic"] for row in tables["fct_company_flags"]["whole"]}
    assert flags >= {"growth", "customers", "concentration", "integrity", "data_quality"}
    rejected = {row["column_name"] for row in tables["fct_rejected_rows"]["whole"]}
    assert rejected == {"order_id", "created_at", "total_price"}
    ((superseded, is_dated),) = judged.sql(
        "select superseded_row_count, has_dated_refunds from marts.dim_companies"
        f" where company_id = '{relatives.company_of('halves')}'"
    )
    assert superseded > 40
    assert is_dated


def test_amounts_times_ten_change_no_rate_and_no_flag(
    tables: dict[str, dict[str, list[Row]]],
) -> None:
    wrong = [
        f"{mart}.{name}: {one[name]} became {ten[name]}"
        for mart, one, ten in pairs(tables, "ten")
        for name in one
        if not (is_tenfold(name, one, ten) or (PARTS.fullmatch(mart) and is_near(name, one, ten)))
    ]
    assert not wrong, "\n".join(wrong[:20])


def test_two_uploads_are_as_one(tables: dict[str, dict[str, list[Row]]]) -> None:
    wrong = [
        f"{mart}.{name}: {one[name]} became {two[name]}"
        for mart, one, two in pairs(tables, "halves")
        for name in one
        # A rejected row is named by its file and line.
        if not (is_equal(one[name], two[name]) or one.get("evidence_table") == "fct_rejected_rows")
        and not OF_EXPORTS.fullmatch(name)
        and not OF_EXPORTS.fullmatch(one.get("measure_id") or "")
    ]
    assert not wrong, "\n".join(wrong[:20])
    uploads = tables["fct_uploads"]
    assert len(uploads["halves"]) == 2 * len(uploads["whole"])
    for one in uploads["whole"]:
        both = [row for row in uploads["halves"] if row["entity"] == one["entity"]]
        for name in ("raw_row_count", "accepted_row_count", "rejected_row_count"):
            assert one[name] == sum(row[name] for row in both), (one["entity"], name)


@pytest.mark.parametrize(
    ("mart", "keys"),
    [
        ("fct_daily_revenue", ("revenue_date",)),
        ("fct_monthly_revenue", ("revenue_month",)),
        ("fct_customer_weeks", ("customer_id", "week_start_date")),
        ("fct_customer_months", ("customer_id", "spend_month")),
        ("dim_customers", ("customer_id",)),
    ],
)
def test_added_paid_orders_lower_no_revenue(
    mart: str, keys: tuple[str, ...], tables: dict[str, dict[str, list[Row]]]
) -> None:
    before, after = (
        {
            tuple(row[key] for key in keys): (row["net_revenue_amount"], row["paid_order_count"])
            for row in tables[mart][name]
        }
        for name in ("whole", "more")
    )
    assert before.keys() < after.keys()
    rises = {key: after[key][0] - before.get(key, (0, 0))[0] for key in after}
    assert min(rises.values()) >= 0, min(rises, key=rises.get)


def test_added_paid_orders_raise_revenue_by_what_they_bring(
    tables: dict[str, dict[str, list[Row]]],
) -> None:
    added = {
        row["order_id"]: row["net_revenue_amount"]
        for row in tables["fct_orders"]["more"]
        if row["order_id"].startswith("M")
    }
    assert len(added) == relatives.ADDED
    for mart in ("fct_orders", "fct_daily_revenue", "fct_monthly_revenue"):
        whole, more = (
            sum(row["net_revenue_amount"] for row in tables[mart][name])
            for name in ("whole", "more")
        )
        assert more - whole == sum(added.values()), mart
