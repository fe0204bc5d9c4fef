"""MCP, by the SDK's own client: the same answers as over HTTP, for the same keys, both ways."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from tests.python.conftest import PROJECT, run_stage

from .conftest import Api

TOOLS = {
    "list_companies": {},
    "transactions": {"company_id": ["birch"], "from_date": "2026-10-01", "limit": 3},
    "transactions_summary": {"group_by": ["month"], "company_id": ["birch"]},
    "monthly_revenue": {"company_id": "birch"},
    "cohorts": {"company_id": "birch"},
    "revenue_forecast": {"company_id": "birch", "quantile": [0.5], "with_days": True},
    "company_risk": {"company_id": "birch"},
    "company_flags": {"company_id": "birch"},
    "size_advance": {"company_id": "birch", "amount": 20000},
}
PATHS = {
    "list_companies": "/v1/companies",
    "transactions": "/v1/transactions",
    "transactions_summary": "/v1/transactions/summary",
    "monthly_revenue": "/v1/companies/birch/monthly-revenue",
    "cohorts": "/v1/companies/birch/cohorts",
    "revenue_forecast": "/v1/companies/birch/forecast",
    "company_risk": "/v1/companies/birch/risk",
    "company_flags": "/v1/companies/birch/flags",
    "size_advance": "/v1/companies/birch/advance",
}


def transport(api: Api, way: str, key: str) -> Any:
    """Return what the client connects to: the server's address, or a program it starts."""
    if way == "http":
        own = httpx2.AsyncClient(headers={"Authorization": f"Bearer {api.keys[key]}"})
        return streamable_http_client(f"{api.url}/mcp", http_client=own)
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "api", "mcp"],
        env={"PAIDNET_API_KEY": api.keys[key], "PAIDNET_DATA": str(api.data)},
        cwd=PROJECT,
    )


def talk(api: Api, way: str, key: str, what: Callable[[Client], Awaitable[None]]) -> None:
    async def run() -> None:
        async with Client(transport(api, way, key)) as client:
            await what(client)

    asyncio.run(run())


def rows(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer with its tables as rows by column, as HTTP has them."""
    return {
        name: [dict(zip(value["columns"], row, strict=True)) for row in value["rows"]]
        if isinstance(value, dict) and value.keys() == {"columns", "rows"}
        else value
        for name, value in answer.items()
    }


@pytest.mark.parametrize("way", ["http", "stdio"])
def test_tools_answer_what_the_addresses_answer(api: Api, way: str) -> None:
    async def ask(client: Client) -> None:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert listed.keys() == TOOLS.keys() | {"list_marts", "describe_mart"}
        for tool in listed.values():
            assert tool.description
            assert tool.annotations.read_only_hint
            assert tool.input_schema["additionalProperties"] is False
        for name, arguments in TOOLS.items():
            found = await client.call_tool(name, arguments)
            assert not found.is_error, found.content
            assert json.loads(found.content[0].text) == found.structured_content
            asked = {k: v for k, v in arguments.items() if k not in {"with_days"}}
            if f"/{asked.get('company_id')}/" in PATHS[name]:
                del asked["company_id"]
            over_http = api.get(PATHS[name], **asked).json()
            answer = rows(found.structured_content)
            for own in {"next_cursor"} if name == "transactions" else ():
                assert answer.pop(own) != over_http.pop(own)
            assert answer == over_http, name

    talk(api, way, "all", ask)


def test_pages_follow_each_other(api: Api) -> None:
    async def ask(client: Client) -> None:
        asked = {"company_id": ["cedar"], "limit": 2}
        first = (await client.call_tool("transactions", asked)).structured_content
        more = asked | {"cursor": first["next_cursor"]}
        second = (await client.call_tool("transactions", more)).structured_content
        expected = api.rows("/v1/transactions", company_id="cedar", limit=4)
        assert rows(first)["rows"] + rows(second)["rows"] == expected
        other = await client.call_tool("transactions", more | {"company_id": ["birch"]})
        assert other.is_error

    talk(api, "http", "all", ask)


def test_marts_are_told_with_their_meanings(api: Api) -> None:
    async def ask(client: Client) -> None:
        marts = (await client.call_tool("list_marts", {})).structured_content
        described = {row["mart"]: row["description"] for row in rows(marts)["rows"]}
        assert described["fct_orders"].startswith("One row per order of any status.")
        assert all(described.values())
        columns = await client.call_tool("describe_mart", {"mart": "fct_orders"})
        found = rows(columns.structured_content)["rows"]
        net = next(one for one in found if one["column_name"] == "net_revenue_amount")
        assert net["data_type"] == "DECIMAL(18,2)"
        assert "paid" in net["description"]
        assert (await client.call_tool("describe_mart", {"mart": "stg_shop__orders"})).is_error

    talk(api, "http", "all", ask)


@pytest.mark.parametrize("way", ["http", "stdio"])
def test_keys_hold_here_too(api: Api, way: str) -> None:
    async def limited(client: Client) -> None:
        companies = rows((await client.call_tool("list_companies", {})).structured_content)["rows"]
        assert [one["company_id"] for one in companies] == ["birch"]
        for company in ("alder", "elder"):
            refused = await client.call_tool("company_flags", {"company_id": company})
            assert refused.is_error
            text = f"Error executing tool company_flags: There is no company '{company}'."
            assert refused.content[0].text == text

    async def of_orders(client: Client) -> None:
        refused = await client.call_tool("company_risk", {"company_id": "birch"})
        assert refused.is_error
        assert "read:risk" in refused.content[0].text

    talk(api, way, "birch", limited)
    talk(api, way, "orders", of_orders)


def test_what_is_not_an_argument_is_refused_not_dropped(api: Api) -> None:
    async def ask(client: Client) -> None:
        for name, arguments in (
            ("transactions", {"from": "2026-01-01"}),
            ("transactions_summary", {"group_by": ["month"], "company": "birch"}),
            ("transactions", {"from_date": "2026-01-02", "to_date": "2026-01-01"}),
            ("transactions", {"from_date": "0"}),
            ("size_advance", {"company_id": "birch", "amount": -1}),
        ):
            answer = await client.call_tool(name, arguments)
            assert answer.is_error, (name, arguments)

    talk(api, "http", "all", ask)


def test_calls_are_in_the_audit_log(api: Api) -> None:
    async def ask(client: Client) -> None:
        await client.call_tool("transactions", {"customer_id": ["C1", "C2"], "status": ["mcp"]})

    talk(api, "stdio", "orders", ask)
    lines = [json.loads(line) for line in (api.data / "api" / "audit.jsonl").open()]
    mine = next(line for line in lines if line.get("query", {}).get("status") == "mcp")
    assert (mine["who"], mine["what"], mine["status"]) == ("orders", "mcp transactions", 200)
    assert mine["query"]["customer_id"] == "2 given"


def test_without_a_key_there_is_no_server(api: Api) -> None:
    answer = httpx.post(f"{api.url}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "ping"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    for key in ("", "paidnet_aaaaaaaa_" + "A" * 43):
        done = run_stage(api.data, "api", "mcp", PAIDNET_API_KEY=key)
        assert done.returncode == 1
        assert "PAIDNET_API_KEY" in done.stderr
        assert "Traceback" not in done.stderr
