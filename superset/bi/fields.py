"""What a chart asks of its dataset, read from its parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Parameters that name columns, metrics, or lists of either. Mixed charts repeat them with `_b`.
COLUMN_KEYS = (
    "x_axis", "groupby", "columns", "all_columns", "entity", "series", "granularity_sqla", "x_b",
    "groupby_b", "groupbyRows", "groupbyColumns", "series_columns",
)  # fmt: skip
METRIC_KEYS = (
    "metric", "metrics", "metrics_b", "percent_metrics", "x", "y", "size", "secondary_metric",
    "timeseries_limit_metric",
)  # fmt: skip
FILTER_KEYS = ("adhoc_filters", "adhoc_filters_b")


def _items(value: Any) -> list:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def columns(params: dict) -> Iterator[str]:
    """Yield the columns a chart names, filters included."""
    for key in COLUMN_KEYS:
        for item in _items(params.get(key)):
            if isinstance(item, str):
                yield item
    for key in FILTER_KEYS:
        for item in _items(params.get(key)):
            if item.get("subject"):
                yield item["subject"]


def metrics(params: dict) -> Iterator[str]:
    """Yield the metrics a chart names."""
    for key in METRIC_KEYS:
        for item in _items(params.get(key)):
            if isinstance(item, str):
                yield item


def sql(params: dict) -> Iterator[str]:
    """Yield what a chart computes by SQL of its own: metrics belong into the dataset."""
    for key in (*COLUMN_KEYS, *METRIC_KEYS):
        for item in _items(params.get(key)):
            if isinstance(item, dict):
                yield str(item.get("sqlExpression") or item.get("label"))


def queries(params: dict) -> list[dict]:
    """Return the queries of a chart for the API: near to what the browser asks, made without it.

    A mixed chart asks two; every other one. The range of time is left to the caller.
    """
    found = []
    parts = ("", "_b") if params.get("viz_type") == "mixed_timeseries" else ("",)
    for part in parts:
        own = params
        if part:
            own = {key: params.get(f"{key}_b") for key in ("metrics", "groupby", "adhoc_filters")}
            own["x_axis"] = params.get("x_axis")
        asked = list(dict.fromkeys(metrics(_without_filters(own))))
        grouped = [
            column
            for key in COLUMN_KEYS
            if key != "granularity_sqla"
            for column in _items(own.get(key))
            if isinstance(column, str)
        ]
        found.append(
            {
                "columns": list(dict.fromkeys(grouped)),
                "metrics": asked,
                "filters": [
                    {"col": item["subject"], "op": item["operator"], "val": item.get("comparator")}
                    for item in _items(own.get("adhoc_filters"))
                    if item.get("operator") != "TEMPORAL_RANGE"
                ],
                "orderby": [[asked[0], not own.get("order_desc", True)]] if asked else [],
                "row_limit": own.get("row_limit") or 10_000,
            }
        )
    return found


def _without_filters(params: dict) -> dict:
    return {key: value for key, value in params.items() if key not in FILTER_KEYS}
