"""What users may query and keep.

SQL Lab takes queries only, a reader of dashboards gets what they show, an analyst's charts stay off
dashboards that are shared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import sqlglot
from flask import Flask, Response, jsonify, make_response, request
from sqlglot import exp
from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
from superset.exceptions import SupersetSecurityException
from superset.models.dashboard import Dashboard
from superset.models.slice import Slice
from superset.utils import json

from bi import fields
from superset import db

_READS = (exp.Query, exp.Describe, exp.Pivot, exp.Show, exp.Summarize, exp.Values)
_ANALYZE = re.compile(r"^\s*analyze\b", re.IGNORECASE)
_CHART = re.compile(r"/api/v1/chart/(\d+/?)?")
_RESULTS = {"full", "results", "post_processed", "columns", "timegrains"}


def _refusal(message: str) -> SupersetSecurityException:
    return SupersetSecurityException(
        SupersetError(
            message=message,
            error_type=SupersetErrorType.QUERY_SECURITY_ACCESS_ERROR,
            level=ErrorLevel.ERROR,
        )
    )


def only_queries(sql: str, **_: Any) -> str:
    """Return the SQL as it is (Superset's SQL_QUERY_MUTATOR); raises when it is no query.

    DuckDB refuses files, settings and changes by itself; what it lets pass, such as attaching the
    file that is open already, is no query either.
    """
    try:
        statements = sqlglot.parse(sql, dialect="duckdb")
    except sqlglot.errors.SqlglotError:
        return sql  # DuckDB knows best what is wrong with it, and says so
    for statement in filter(None, statements):
        if isinstance(statement, exp.Command) and str(statement.this).upper() == "EXPLAIN":
            only_queries(_ANALYZE.sub("", statement.text("expression")))
        elif not isinstance(statement, _READS):
            kind = statement.key.upper() if statement.key != "command" else str(statement.this)
            raise _refusal(
                f"Only queries are answered here; found {kind}."
                " The warehouse is changed by `python -m warehouse build`."
            )
    return sql


def keep_dashboards(app: Flask) -> None:
    """Refuse to put a chart onto a dashboard to those who may change none.

    Superset asks only whose the chart is, and shows it to all readers of the dashboard.
    """

    @app.before_request
    def answer() -> Response | None:
        is_kept = request.method in {"POST", "PUT"} and _CHART.fullmatch(request.path)
        given = request.get_json(silent=True) if is_kept else None
        if not isinstance(given, dict) or not given.get("dashboards"):
            return None
        if app.appbuilder.sm.can_access("can_write", "Dashboard"):
            return None
        message = "Shared dashboards are changed by an admin: keep the chart without a dashboard."
        return make_response(jsonify(message=message), 403)


def _shown(datasource: Any) -> tuple[set[str], set[str]]:
    """Return the columns and metrics of a dataset that charts and filters of dashboards use."""
    # A chart asks for the currency that its amounts are shown in.
    columns = {"company_id", datasource.currency_code_column}
    metrics: set[str] = set()
    # What an analyst keeps for themselves is on none.
    shown = db.session.query(Slice).filter(Slice.dashboards.any())
    same = shown.filter_by(datasource_id=datasource.id, datasource_type="table")
    for chart in same:
        columns |= set(fields.columns(chart.params_dict))
        metrics |= set(fields.metrics(chart.params_dict))
    for (text,) in db.session.query(Dashboard.json_metadata):
        for one in json.loads(text or "{}").get("native_filter_configuration", []):
            for target in one.get("targets", []):
                if target.get("datasetId") == datasource.id:
                    columns.add(target["column"]["name"])
    return columns, metrics


def _asked(query: Any) -> Iterator[tuple[str, Any]]:
    """Yield kind and value of everything a query selects, groups, sorts or filters by."""
    for column in query.columns or []:
        yield "column", column
    for metric in query.metrics or []:
        yield "metric", metric
    for item in query.orderby or []:
        yield "either", item[0]
    for item in [query.series_limit_metric, *(query.series_columns or [])]:
        if item:
            yield "either", item
    for item in query.filter or []:
        yield "filter", item["col"]
    for clause in ("where", "having"):
        if (query.extras or {}).get(clause):
            yield clause, query.extras[clause]


def _name(value: Any) -> Any:
    """Return a column's name; an axis over time wraps it together with its grain."""
    if isinstance(value, dict) and value.get("columnType") == "BASE_AXIS":
        return value.get("sqlExpression")
    return value


def only_what_is_shown(query_context: Any) -> None:
    """Raise unless a request asks only for what some dashboard shows of its dataset."""
    columns, metrics = _shown(query_context.datasource)
    known = {column.column_name for column in query_context.datasource.columns}
    allowed = {
        "column": columns,
        "metric": metrics,
        "either": columns | metrics,
        "filter": known,
    }
    for query in query_context.queries:
        kind = str(query.result_type or query_context.result_type)
        if kind.rsplit(".", maxsplit=1)[-1].lower() not in _RESULTS:
            raise _refusal("The rows behind a chart are not part of a dashboard.")
        for what, value in _asked(query):
            name = _name(value)
            if not isinstance(name, str) or name not in allowed.get(what, set()):
                raise _refusal(f"No dashboard shows this {what}: {name}.")
