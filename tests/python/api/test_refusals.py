"""What cannot be answered is refused in one form, with a status, a field and nothing else."""

from __future__ import annotations

import httpx
import pytest

from .conftest import Api

LONG = "x" * 201


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/transactions?from=2024-01-01", "from"),
        ("/v1/transactions?from_date=2024-13-01", "from_date"),
        ("/v1/transactions?from_date=0", "from_date"),
        ("/v1/transactions?from_date=2024-01-02&to_date=2024-01-01", "to_date"),
        ("/v1/transactions?limit=10001", "limit"),
        ("/v1/transactions?limit=0", "limit"),
        ("/v1/transactions?limit=1e3", "limit"),
        (f"/v1/transactions?customer_id={LONG}", "customer_id.0"),
        (f"/v1/transactions?{'&'.join(['customer_id=a'] * 101)}", "customer_id"),
        ("/v1/transactions?format=xml", "format"),
        ("/v1/transactions/summary", "group_by"),
        ("/v1/transactions/summary?group_by=password", "group_by.0"),
        ("/v1/transactions/summary?group_by=month&status=paid", "status"),
        ("/v1/companies?order_by=1", "order_by"),
        (f"/v1/companies/{LONG}/flags", "company_id"),
        ("/v1/companies/birch/forecast?quantile=1", "quantile.0"),
        ("/v1/companies/birch/risk?format=csv", "format"),
        ("/v1/companies/birch/advance", "amount"),
        ("/v1/companies/birch/advance?amount=nan", "amount"),
        ("/v1/companies/birch/advance?amount=-1", "amount"),
        ("/v1/companies/birch/advance?amount=1000&fee_rate=10", "fee_rate"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(api: Api, path: str, field: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [one["field"] for one in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/companies/birch/secrets", 404),
        ("GET", "/v1/companies/../../etc/passwd", 404),
        ("POST", "/v1/companies", 405),
        ("DELETE", "/v1/transactions", 405),
    ],
)
def test_errors_of_addresses_are_problems_too(
    api: Api, method: str, path: str, status: int
) -> None:
    answer = httpx.request(method, f"{api.url}{path}", headers={"X-API-Key": api.keys["all"]})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body.keys() == {"type", "title", "status", "detail"}
    assert ("allow" in answer.headers) == (status == 405)


def test_a_huge_range_is_a_page(api: Api) -> None:
    answer = api.get("/v1/transactions", from_date="0001-01-01", to_date="9999-12-31")
    assert answer.status_code == 200
    assert len(answer.json()["rows"]) == 1000
