"""A chart's queries, made from its parameters and sent to the API, bypassing the cache."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bi import bundle, contracts, fields
from bi.api import Superset


@dataclass(frozen=True)
class Answer:
    """Rows of the smallest result, seconds of the whole request, and the error if there is one."""

    rows: int
    seconds: float
    error: str | None = None


def queries(params: dict) -> list[dict]:
    """Return the queries of a chart: close to what a browser sends, made without one.

    A mixed chart sends two; every other chart one. The range of time is left out: all of it.
    """
    parts = [params]
    if params.get("viz_type") == "mixed_timeseries":
        second = {key: params.get(f"{key}_b") for key in ("metrics", "groupby", "adhoc_filters")}
        parts.append(second | {"x_axis": params.get("x_axis")})
    return [_query(part) for part in parts]


def _query(params: dict) -> dict:
    metrics = list(dict.fromkeys(fields.metrics(params)))
    return {
        "columns": list(fields.grouped(params)),
        "metrics": metrics,
        "filters": [
            {"col": item["subject"], "op": item["operator"], "val": item.get("comparator")}
            for item in params.get("adhoc_filters") or []
            if item.get("operator") != "TEMPORAL_RANGE"
        ],
        "orderby": [[metrics[0], not params.get("order_desc", True)]] if metrics else [],
        "row_limit": params.get("row_limit") or 10_000,
    }


def chosen_first(chart: dict, dashboards: list[dict], columns: set[str]) -> list[dict]:
    """Return the filters of a chart's dashboards that choose their first value by themselves.

    All but the company's, which the caller gives; only those on `columns` of the chart's dataset.
    """
    found = []
    for dashboard in dashboards:
        cells = [cell for cell in dashboard["position"].values() if isinstance(cell, dict)]
        shown = {
            cell["meta"]["uuid"]: cell["meta"]["chartId"]
            for cell in cells
            if cell.get("type") == "CHART"
        }
        for one in dashboard["metadata"]["native_filter_configuration"]:
            column = one["targets"][0].get("column", {}).get("name")
            applies = chart["uuid"] in shown and column in columns - {contracts.LABEL}
            excluded = shown.get(chart["uuid"]) in one["scope"]["excluded"]
            if one["controlValues"].get("defaultToFirstItem") and applies and not excluded:
                found.append(one)
    return found


def first_value(superset: Superset, one: dict, local: dict[str, int], company: str) -> dict:
    """Return the condition that a filter of a dashboard sets for a company by itself."""
    target = one["targets"][0]
    column = target["column"]["name"]
    query = {
        "columns": [column],
        "filters": [{"col": "company_id", "op": "==", "val": company}],
        "orderby": [[column, one["controlValues"].get("sortAscending", True)]],
        "row_limit": 1,
    }
    body = {
        "datasource": {"id": local[target["datasetUuid"]], "type": "table"},
        "queries": [query],
        "result_format": "json",
        "result_type": "full",
    }
    rows = superset.call("post", "/api/v1/chart/data", json=body)["result"][0]["data"]
    return {"col": column, "op": "==", "val": rows[0][column] if rows else None}


def ask_all(
    superset: Superset, companies: Sequence[str], charts: Sequence[Path]
) -> Iterator[tuple[str, str | None, Answer]]:
    """Yield chart, company and answer of each chart's query for every company.

    A chart of what belongs to no company is queried once. Charts are named `dashboard/chart`.
    """
    dashboards = [bundle.read(path) for path in bundle.files("dashboards")]
    local = superset.ids("dataset")
    tables = {table["uuid"]: table for table in bundle.datasets().values()}
    for path in charts:
        chart = bundle.read(path)
        dataset = chart["dataset_uuid"]
        columns = {column["column_name"] for column in tables[dataset]["columns"]}
        filters = chosen_first(chart, dashboards, columns)
        for company in companies if "company_id" in columns else [None]:
            conditions = [first_value(superset, one, local, company) for one in filters]
            if company:
                conditions.append({"col": "company_id", "op": "==", "val": company})
            answer = ask(superset, chart, local[dataset], conditions)
            yield f"{path.parent.name}/{path.stem}", company, answer


def ask(superset: Superset, chart: dict, dataset: int, conditions: list[dict]) -> Answer:
    """Return what a chart answers under the conditions that the filters of a page set."""
    asked = queries(chart["params"] | {"viz_type": chart["viz_type"]})
    for query in asked:
        query["filters"] += conditions
    body = {
        "datasource": {"id": dataset, "type": "table"},
        "force": True,
        "queries": asked,
        "result_format": "json",
        "result_type": "full",
    }
    began = time.perf_counter()
    answer = superset.send("post", "/api/v1/chart/data", json=body)
    seconds = time.perf_counter() - began
    if not answer.is_success:
        return Answer(0, seconds, f"{answer.status_code} {answer.text[:400]}")
    results = answer.json()["result"]
    error = next((result["error"] for result in results if result.get("error")), None)
    rows = min(_filled(result.get("data") or []) for result in results)
    return Answer(rows, seconds, error)


def _filled(rows: list[dict]) -> int:
    """Return how many rows say something: the greatest of nothing is a row of nulls."""
    return sum(any(value is not None for value in row.values()) for row in rows)
