"""Times, amounts and keys as exports write them, each read as a person would."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion.readers import Reader
from ingestion.reading import raw_file
from ingestion.stated import Stated
from ingestion.values import keys, times
from ingestion.values.time_evidence import evidence
from ingestion.values.zones import zone_of


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1234.5", "1234.5", "1234.5"),
        ("1,234.50", "1234.5", "1234.5"),
        ("1.234,50", "1234.5", "1234.5"),
        ("12,50", "12.5", "12.5"),
        ("1 234,50", "1234.5", "1234.5"),
        ("1\u202f234,50", "1234.5", "1234.5"),
        ("1'234.50", "1234.5", "1234.5"),
        ("12,34,567.00", "1234567", "1234567"),
        ("$1,060.00", "1060", "1060"),
        ("-$12.00", "-12", "-12"),
        ("45.00 USD", "45", "45"),
        ("R$ 1.234,56", "1234.56", "1234.56"),
        ("(5.00)", "-5", "-5"),
        ("5.00-", "-5", "-5"),
        ("−5.00", "-5", "-5"),
        ("1e3", "1000", "1000"),
        ("20.- CHF", "20", "20"),
        ("0.500", "0.5", "0.5"),
        # These read both ways, and the other amounts of the file decide.
        ("1,234", "1234", "1.234"),
        ("1.234", "1.234", "1234"),
        ("-1.234", "-1.234", "-1234"),
        ("+1.234", "1.234", "1234"),
        # These are none.
        ("1,2,3", None, None),
        ("1.2.3", None, None),
        ("12 34", None, None),
        ("1_000", None, None),
        ("1.-1", None, None),
        ("five", None, None),
        ("5%", None, None),
        ("", None, None),
    ],
)
def test_an_amount_is_read(
    connection: duckdb.DuckDBPyConnection, text: str, point: str | None, comma: str | None
) -> None:
    query = "select read_amount($1, '.'), read_amount($1, ',')"
    found = connection.execute(query, [text]).fetchone()
    assert [None if value is None else float(value) for value in found] == [
        None if value is None else float(value) for value in (point, comma)
    ]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-01-31 22:30:00 -0500", "2024-01-31T22:30:00-05:00"),
        ("2024-02-01T09:00Z", "2024-02-01T09:00:00Z"),
        ("2024-03-01T10:00:00.123456789Z", "2024-03-01T10:00:00.123456Z"),
        ("1709287200", "2024-03-01T10:00:00Z"),
        ("1709287200123", "2024-03-01T10:00:00Z"),
        ("45352.5", "2024-03-01T12:00:00"),
        ("20240301", "2024-03-01"),
        ("20240301T101530", "2024-03-01T10:15:30"),
        ("Sep 4, 2026 1:05:07 AM PDT", "2026-09-04T01:05:07-07:00"),
        ("Mon, 04 Mar 2024 10:00:00 +0000", "2024-03-04T10:00:00Z"),
        ("Mon Mar 04 2024 10:00:00 GMT+0100 (CET)", "2024-03-04T10:00:00+01:00"),
        ("10-Dez-25", "2025-12-10"),
        ("1. März 2024 10:00", "2024-03-01T10:00:00"),
        ("5 de marzo de 2024", "2024-03-05"),
        ("March 5, 2024", "2024-03-05"),
        ("2024/03/01 10:05", "2024-03-01T10:05:00"),
        ("2026-09-30 2:30:00 PM Eastern Time (US & Canada)", "2026-09-30T18:30:00Z"),
        ("2024-03-01 10:00:00 Europe/Berlin", "2024-03-01T09:00:00Z"),
        ("2024-03-01 12:30 am", "2024-03-01T00:30:00"),
        ("31/12/2024 23:59", "2024-12-31T23:59:00"),
        ("not a date", None),
        ("31/13/2024", None),
        ("2024-03-01 10:00 nowhere", None),
        ("12:00", None),
    ],
)
def test_a_time_is_read(connection: duckdb.DuckDBPyConnection, text: str, iso: str | None) -> None:
    connection.execute(
        "create or replace table texts as select 1::bigint as source_line, $1 as t", [text]
    )
    found = evidence(connection, "texts", "t")
    read = times.read_time(
        "t", found, day_first=True, column_zone=None, company_zone="America/New_York"
    )
    assert connection.execute(f"select {read} from texts").fetchone() == (iso,)


def test_dots_between_day_and_month_say_that_the_day_is_first(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("order_id,created_at,total_price\n1,03.01.2025,5\n2,31.02.2025,5\n")
    out = tmp_path / "raw.parquet"
    raw_file.to_parquet(file, out)
    with duckdb.connect() as connection:
        connection.execute(f"create view file_rows as from {raw_file.rows(out)}")
        reader = Reader(connection, "file_rows", ("created_at",), "orders.csv", Stated())
        found = evidence(connection, "file_rows", "created_at")
        assert reader.day_first("created_at", found, [])


def test_a_zone_that_several_share_is_read_where_the_company_uses_it() -> None:
    assert zone_of("ist", "Asia/Kolkata") == 330
    assert zone_of("ist", "Europe/Dublin") == 60
    assert zone_of("ist", "America/New_York") is None
    assert zone_of("cest", "UTC") == 120


@pytest.mark.parametrize(
    ("text", "key", "customer"),
    [
        ("#1001", "1001", "1001"),
        ("'1001", "1001", "1001"),
        ("17850.0", "17850", "17850"),
        (" A-1 ", "A-1", "A-1"),
        ("nan", None, None),
        ("None", None, None),
        ("Guest", "Guest", None),
        ("Ann@Example.com ", "Ann@Example.com", "ann@example.com"),
    ],
)
def test_a_key_is_in_plain_form(
    connection: duckdb.DuckDBPyConnection, text: str, key: str | None, customer: str | None
) -> None:
    query = f"select {keys.key('t')}, {keys.customer('t')} from (select $1::varchar as t)"
    assert connection.execute(query, [text]).fetchone() == (key, customer)
