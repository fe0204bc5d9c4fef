"""Orders over HTTP are the rows of `fct_orders`: whole, in order, in any form, once each."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pyarrow as pa
import pytest

from .conftest import Api

PATH = "/v1/transactions"
ORDER = "order by company_id, ordered_at, order_id"


def pages(api: Api, **parameters: object) -> list[list[dict]]:
    found, cursor = [], {}
    while True:
        answer = api.get(PATH, **parameters, **cursor)
        assert answer.status_code == 200, answer.text
        found.append(answer.json()["rows"])
        if answer.json()["next_cursor"] is None:
            assert "link" not in answer.headers
            return found
        cursor = {"cursor": answer.json()["next_cursor"]}


def test_pages_are_the_mart_to_the_cent_without_a_gap_or_a_row_twice(api: Api) -> None:
    found = pages(api, company_id="birch", limit=7000)
    assert len(found) > 2
    assert {len(page) for page in found[:-1]} == {7000}
    rows = [row for page in found for row in page]
    assert rows == api.sql(f"from marts.fct_orders where company_id = 'birch' {ORDER}")


def test_the_link_leads_to_the_next_page(api: Api) -> None:
    first = api.get(PATH, limit=2, company_id=["alder", "birch"])
    url = first.links["next"]["url"]
    second = api.get(url)
    expected = api.sql(
        f"from marts.fct_orders where company_id in ('alder', 'birch') {ORDER} limit 4"
    )
    assert first.json()["rows"] + second.json()["rows"] == expected


@pytest.mark.parametrize(
    ("parameters", "condition"),
    [
        ({"from_date": "2025-01-31", "to_date": "2025-02-01"},
         "order_date between '2025-01-31' and '2025-02-01'"),
        ({"status": ["refunded", "cancelled"], "to_date": "2024-12-31"},
         "status in ('refunded', 'cancelled') and order_date < '2025-01-01'"),
        ({"company_id": "cedar", "from_date": "2026-10-01"},
         "company_id = 'cedar' and order_date >= '2026-10-01'"),
        ({"from_date": "1900-01-01", "to_date": "1900-12-31"}, "false"),
        ({"customer_id": "' or 1 = 1 --"}, "false"),
        ({"status": "paid'); drop table marts.fct_orders; --"}, "false"),
    ],
)  # fmt: skip
def test_filters_are_those_of_the_mart(api: Api, parameters: dict, condition: str) -> None:
    expected = api.sql(f"from marts.fct_orders where {condition} {ORDER} limit 10000")
    assert api.rows(PATH, limit=10_000, **parameters) == expected


def test_customers_are_chosen_by_id(api: Api) -> None:
    busy = api.sql(
        "select customer_id from marts.fct_orders where customer_id is not null"
        " group by all order by count(*) desc limit 2"
    )
    ids = [row["customer_id"] for row in busy]
    listed = ", ".join(f"'{one}'" for one in ids)
    expected = api.sql(f"from marts.fct_orders where customer_id in ({listed}) {ORDER}")
    assert api.rows(PATH, customer_id=ids) == expected


@pytest.mark.parametrize("limit", [{}, {"limit": 10_000}])
def test_csv_and_arrow_hold_the_same_rows(api: Api, limit: dict) -> None:
    chosen = {"company_id": "cedar", "from_date": "2025-09-01"} | limit
    condition = "company_id = 'cedar' and order_date >= '2025-09-01'"
    expected = api.sql(f"from marts.fct_orders where {condition} {ORDER}")
    as_csv = api.get(PATH, headers={"Accept": "text/csv"}, **chosen)
    assert as_csv.headers["content-type"].startswith("text/csv")
    read = list(csv.DictReader(io.StringIO(as_csv.text)))
    text = [{k: "" if v is None else str(v).lower() if isinstance(v, bool) else str(v)
             for k, v in row.items()} for row in expected]  # fmt: skip
    assert sorted(read, key=_key) == sorted(text, key=_key)
    as_arrow = api.get(PATH, format="arrow", **chosen)
    assert as_arrow.headers["content-type"] == "application/vnd.apache.arrow.stream"
    table = pa.ipc.open_stream(as_arrow.content).read_all()
    assert table.schema.field("ordered_at").type == pa.timestamp("us", tz="UTC")
    assert table.schema.field("gross_amount").type == pa.decimal128(18, 2)
    assert table.num_rows == len(expected)
    total = sum(Decimal(row["net_revenue_amount"]) for row in expected)
    assert sum(table["net_revenue_amount"].to_pylist()) == total
    for answer in (as_csv, as_arrow):
        assert answer.headers["paidnet-release"] == api.release


def _key(row: dict) -> tuple:
    return row["ordered_at"], row["order_id"]


def test_a_cursor_belongs_to_its_query_and_its_companies(api: Api) -> None:
    cursor = api.get(PATH, limit=1).json()["next_cursor"]
    assert api.get(PATH, limit=5, cursor=cursor).status_code == 200
    forged = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    for asked in (
        {"cursor": cursor, "company_id": "birch"},
        {"cursor": cursor, "key": "birch"},
        {"cursor": forged},
        {"cursor": "no cursor"},
        {"cursor": ""},
    ):
        answer = api.get(PATH, limit=1, **asked)
        assert answer.status_code == 422, asked
        assert answer.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", "application/json"),
        ("", "application/json"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv; charset=utf-8"),
        ("application/vnd.apache.arrow.stream", "application/vnd.apache.arrow.stream"),
        ("text/html", "application/problem+json"),
        ("application/json;q=0", "application/problem+json"),
        ("*/*;q=0", "application/problem+json"),
    ],
)
def test_accept_chooses_the_form(api: Api, accept: str, form: str) -> None:
    answer = api.get(PATH, headers={"Accept": accept}, limit=1)
    assert answer.headers["content-type"] == form
    assert answer.status_code == (406 if "problem" in form else 200)
