"""A chart's queries, made from its parameters and asked of the API, past the cache."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bi import fields
from bi.api import Superset


@dataclass(frozen=True)
class Answer:
    """Rows of the smallest result, seconds of the whole request, and the error if there is one."""

    rows: int
    seconds: float
    error: str | None = None


def queries(params: dict) -> list[dict]:
    """Return the queries of a chart: near to what a browser asks, made without one.

    A mixed chart asks two; every other one. The range of time is left out: all of it.
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


def ask(superset: Superset, chart: dict, dataset: int, company: str | None = None) -> Answer:
    """Return what a chart answers for a company, or for all."""
    asked = queries(chart["params"] | {"viz_type": chart["viz_type"]})
    for query in asked:
        if company:
            query["filters"].append({"col": "company_id", "op": "==", "val": company})
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
    return Answer(min(result["rowcount"] for result in results), seconds, error)
