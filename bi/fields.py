"""What a chart reads of its dataset, taken from its parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

# Parameters that name columns, metrics, or lists of either. Mixed charts repeat them with `_b`.
COLUMN_KEYS = (
    "x_axis", "groupby", "groupby_b", "columns", "all_columns", "entity", "series",
    "groupbyRows", "groupbyColumns", "series_columns",
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


def grouped(params: dict) -> Iterator[str]:
    """Yield the columns a chart groups by or lists, each once."""
    seen = set()
    for key in COLUMN_KEYS:
        for item in _items(params.get(key)):
            if isinstance(item, str) and item not in seen:
                seen.add(item)
                yield item


def columns(params: dict) -> Iterator[str]:
    """Yield the columns a chart names, those it filters and sorts by included."""
    yield from grouped(params)
    for item in params.get("order_by_cols") or []:
        yield json.loads(item)[0]
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
