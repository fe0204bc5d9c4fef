"""A map asks through Superset's older endpoint: there too a reader gets what dashboards show."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from bi import bundle
from bi.api import Superset

from ..conftest import PROJECT
from .server import Server, ask

MAP = PROJECT / "superset/assets/charts/shop/map.yaml"
LEGACY = "/superset/explore_json/"
REFUSED = (400, 401, 403)


def form(superset: Superset, **more: object) -> dict[str, Any]:
    """Return what a browser sends for the map, changed."""
    chart = bundle.read(MAP)
    dataset = superset.ids("dataset")[chart["dataset_uuid"]]
    sent = chart["params"] | {"datasource": f"{dataset}__table", "viz_type": chart["viz_type"]}
    return sent | more


def sent(superset: Superset, options: str = "", **more: object) -> httpx.Response:
    """Return the answer to the map's request, changed and with options of the address."""
    body = {"form_data": json.dumps(form(superset, **more))}
    return superset.send("post", LEGACY + options, data=body)


def expression(kind: str) -> dict:
    """Return a filter as a chart's own SQL."""
    return {"clause": kind, "expressionType": "SQL", "sqlExpression": "1 = 1"}


def of_company(company: str) -> dict:
    """Return what the page adds to a chart when a company is chosen."""
    chosen = {"col": "company_id", "op": "IN", "val": [company]}
    return {"extra_form_data": {"filters": [chosen]}}


def by_country(answer: httpx.Response) -> dict[str | None, float]:
    """Return the figure of each code that a map answers."""
    assert answer.status_code == 200, answer.text
    return {row.get("code"): row["m1"] for row in answer.json()["data"]}


def expected(server: Server, company: str, condition: str = "true") -> dict[str | None, float]:
    """Return the figure of each code as the release has it."""
    rows = server.query(f"""
        select country_code, sum(net_revenue_amount) from marts.fct_country_months
        where company_id = '{company}' and {condition} group by all
    """)
    return {code: float(amount) for code, amount in rows}


@pytest.fixture(scope="module")
def risk(server: Server) -> Superset:
    return server.enter("risk")


@pytest.fixture(scope="module")
def analyst(server: Server) -> Superset:
    return server.enter("analyst")


@pytest.mark.parametrize("company", ["alder", "cedar"])
def test_a_reader_sees_net_revenue_by_country(server: Server, risk: Superset, company: str) -> None:
    answer = sent(risk, **of_company(company))
    assert by_country(answer) == expected(server, company)
    dates = of_company(company)
    dates["extra_form_data"]["time_range"] = "2026-01-01 : 2026-07-01"
    months = "revenue_month >= '2026-01-01' and revenue_month < '2026-07-01'"
    assert by_country(sent(risk, **dates)) == expected(server, company, months)


SUM = {
    "expressionType": "SIMPLE",
    "aggregate": "SUM",
    "column": {"column_name": "customer_count"},
    "label": "mine",
}
FORGED = {"expressionType": "SQL", "sqlExpression": "max(customer_count)", "label": "mine"}
SIMPLE = {"clause": "WHERE", "expressionType": "SIMPLE", "operator": "==", "comparator": "1"}


@pytest.mark.parametrize(
    "change",
    [
        {"entity": "state"},
        {"entity": FORGED},
        {"metric": "Paid orders"},
        {"metric": FORGED},
        {"metric": SUM},
        {"secondary_metric": FORGED},
        {"metrics": [FORGED]},
        {"percent_metrics": ["Paid orders"]},
        {"timeseries_limit_metric": "Paid orders"},
        {"adhoc_filters": [expression("WHERE")]},
        {"adhoc_filters": [expression("HAVING")]},
        {"adhoc_filters": [SIMPLE | {"subject": FORGED}]},
        {"adhoc_filters": None, "where": "1 = 1"},
        {"adhoc_filters": None, "having": "1 = 1"},
        {"extra_form_data": {"adhoc_filters": [expression("WHERE")]}},
        {"time_shift": "1 year"},
        {"viz_type": "bubble", "series": "country", "x": FORGED, "y": FORGED, "size": FORGED},
        {"viz_type": "para", "series": "country"},
        {"viz_type": "deck_multi", "deck_slices": [1]},
        {"viz_type": "time_table", "granularity_sqla": "revenue_month"},
    ],
    ids=str,
)
def test_a_map_can_be_made_to_ask_for_nothing_else(risk: Superset, change: dict) -> None:
    answer = sent(risk, **change)
    assert answer.status_code in REFUSED, answer.text
    assert "No dashboard shows" in answer.text


def test_no_rows_and_no_query_lie_behind_a_map(risk: Superset, analyst: Superset) -> None:
    for kind in ("samples", "query", "drill_detail"):
        answer = sent(risk, f"?{kind}=true")
        assert answer.status_code in REFUSED, answer.text
        # Superset takes the first it knows.
        assert sent(risk, f"?results=true&{kind}=true").status_code in REFUSED
    for kind, shown in (("csv", "country_code,Net revenue"), ("results", "country_code")):
        answer = sent(risk, f"?{kind}=true")
        assert answer.status_code == 200
        assert shown in answer.text
    assert {"query", "stacktrace"} <= sent(analyst).json().keys()
    assert not {"query", "stacktrace"} & sent(risk).json().keys()


def test_a_map_is_answered_to_posts_only(risk: Superset, analyst: Superset) -> None:
    """The answer to a GET is kept for whoever comes next, whatever they may see."""
    for user in (risk, analyst):
        given = {"form_data": json.dumps(form(user))}
        assert user.send("get", LEGACY, params=given).status_code == 405
        assert user.send("get", f"{LEGACY}data/any").status_code == 405


def test_a_limited_user_sees_those_companies_on_the_map(
    server: Server, risk: Superset, limited: Superset
) -> None:
    """After somebody else asked for the same, whose result is kept."""
    assert "GB" in by_country(sent(risk))
    for more in ({}, of_company("alder") | {"row_limit": 299}):
        answer = sent(limited, **more)
        assert answer.status_code == 200
        seen = {row.get("code") for row in answer.json()["data"] or []}
        assert seen <= expected(server, "birch").keys(), more
    assert by_country(sent(limited)) == expected(server, "birch")


def test_no_annotation_leads_around_the_rule(risk: Superset, analyst: Superset) -> None:
    """Superset answers it from a chart that an analyst keeps, and asks nobody."""
    asked = form(analyst, entity="state", metric="Paid orders")
    kept = {
        "slice_name": "Mine",
        "viz_type": "world_map",
        "datasource_id": int(asked["datasource"].split("__")[0]),
        "datasource_type": "table",
        "params": json.dumps(asked),
    }
    number = analyst.call("post", "/api/v1/chart/", json=kept)["id"]
    layer = {
        "name": "mine",
        "sourceType": "table",
        "annotationType": "EVENT",
        "value": number,
        "overrides": {},
        "show": True,
        "showMarkers": True,
    }
    shown = {"columns": ["company_id"], "metrics": ["Repeat rate"], "annotation_layers": [layer]}
    seen = ask(analyst, "fct_portfolio", **shown).json()["result"][0]["annotation_data"]["mine"]
    assert {row["country"] for row in seen} == {"XXX"}
    assert ask(risk, "fct_portfolio", **shown | {"annotation_layers": []}).status_code == 200
    answer = ask(risk, "fct_portfolio", **shown)
    assert answer.status_code in REFUSED, answer.text
    analyst.call("delete", f"/api/v1/chart/{number}")


def test_what_an_analyst_asked_in_sql_lab_is_on_no_dashboard(
    risk: Superset, analyst: Superset
) -> None:
    asked = {
        "database_id": 1,
        "sql": "select customer_id, net_revenue_amount from marts.fct_orders",
        "schema": "marts",
        "runAsync": False,
    }
    number = analyst.call("post", "/api/v1/sqllab/execute/", json=asked)["query"]["queryId"]
    body = {
        "datasource": {"id": number, "type": "query"},
        "queries": [{"columns": ["customer_id"], "metrics": [], "row_limit": 5}],
        "result_format": "json",
        "result_type": "full",
    }
    assert analyst.send("post", "/api/v1/chart/data", json=body).status_code == 200
    refused = risk.send("post", "/api/v1/chart/data", json=body)
    assert refused.status_code in REFUSED, refused.text
    answer = sent(risk, datasource=f"{number}__query", entity="customer_id")
    assert answer.status_code in REFUSED, answer.text
