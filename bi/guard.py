"""What users may query and keep.

SQL Lab takes queries only, a reader of dashboards gets what they show, an analyst's charts stay off
dashboards that are shared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import sqlglot
from flask import Flask, Response, jsonify, make_response, request
from sqlglot import exp
from superset.common.chart_data import ChartDataResultType
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
_KINDS = {str(kind.value) for kind in ChartDataResultType}
#: Where charts ask that Superset has not moved to its newer API, such as the map of the world.
_LEGACY = "/superset/explore_json"


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


def answer_to_posts_only(app: Flask) -> None:
    """Refuse to answer a legacy chart by GET, and tell a reader no SQL and no traceback.

    Superset keeps the answer to a GET for a day, for whoever asks the same: beyond a release, and
    for users who see other companies. Its own pages post.
    """

    @app.before_request
    def answer() -> Response | None:
        if not request.path.startswith(_LEGACY) or request.method == "POST":
            return None
        return make_response(jsonify(message="Charts are asked by POST."), 405)

    @app.after_request
    def shorten(response: Response) -> Response:
        is_asked = request.path.startswith(_LEGACY) and response.is_json
        if is_asked and not app.appbuilder.sm.can_access("can_explore", "Superset"):
            given = response.get_json(silent=True)
            if isinstance(given, dict):
                kept = {key: given[key] for key in given.keys() - {"query", "stacktrace"}}
                response.set_data(json.dumps(kept))
        return response


def _charts(datasource: Any) -> list[Slice]:
    """Return the charts of a dataset that are on a dashboard."""
    if datasource.type != "table":
        raise _refusal("No dashboard shows what is no dataset.")
    # What an analyst keeps for themselves is on none.
    shown = db.session.query(Slice).filter(Slice.dashboards.any())
    return shown.filter_by(datasource_id=datasource.id, datasource_type="table").all()


def _shown(datasource: Any) -> tuple[set[str], set[str]]:
    """Return the columns and metrics of a dataset that charts and filters of dashboards use."""
    # A chart asks for the currency that its amounts are shown in.
    columns = {"company_id", datasource.currency_code_column}
    metrics: set[str] = set()
    for chart in _charts(datasource):
        columns |= set(fields.columns(chart.params_dict))
        metrics |= set(fields.metrics(chart.params_dict))
    filters = {name for dataset, name in _filtered() if dataset == datasource.id}
    return columns | filters, metrics


def _filtered() -> Iterator[tuple[int, str]]:
    """Yield the datasets and columns that the filters of dashboards take their values from."""
    for (text,) in db.session.query(Dashboard.json_metadata):
        for one in json.loads(text or "{}").get("native_filter_configuration", []):
            for target in one.get("targets", []):
                if target.get("datasetId"):
                    yield target["datasetId"], target["column"]["name"]


def _asked(query: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield kind and value of everything a query selects, groups, sorts or filters by.

    A query is what a dataset is asked in the end; legacy charts have older names for some of it.
    """
    for key in ("columns", "groupby"):
        for column in query.get(key) or []:
            yield "column", column
    for metric in query.get("metrics") or []:
        yield "metric", metric
    for item in query.get("orderby") or []:
        yield "either", item[0]
    limits = [query.get("series_limit_metric"), query.get("timeseries_limit_metric")]
    for item in [*limits, *(query.get("series_columns") or [])]:
        if item:
            yield "either", item
    for item in query.get("filter") or []:
        yield "filter", item["col"]
    if query.get("granularity"):
        # Over time, Superset selects the column that it narrows by.
        yield "column" if query.get("is_timeseries") else "filter", query["granularity"]
    for clause in ("where", "having"):
        if (query.get("extras") or {}).get(clause):
            yield clause, query["extras"][clause]


def _name(value: Any) -> Any:
    """Return a column's name; an axis over time wraps it together with its grain."""
    if isinstance(value, dict) and value.get("columnType") == "BASE_AXIS":
        return value.get("sqlExpression")
    return value


def _refuse_others(datasource: Any, queries: list[Mapping[str, Any]], kinds: set[str]) -> None:
    """Raise unless queries ask a dataset only for what some dashboard shows of it."""
    if not kinds <= _RESULTS:
        raise _refusal("The rows behind a chart are not part of a dashboard.")
    columns, metrics = _shown(datasource)
    allowed = {
        "column": columns,
        "metric": metrics,
        "either": columns | metrics,
        # A filter of a page holds for all its charts, also of other datasets; a searched table
        # asks for rows that begin with some text. Of any other column, such as an e-mail, a
        # reader could find out the values by narrowing rows that are shown.
        "filter": columns | {name for _, name in _filtered()} | {datasource.main_dttm_col},
    }
    for query in queries:
        for what, value in _asked(query):
            name = _name(value)
            if not isinstance(name, str) or name not in allowed.get(what, set()):
                raise _refusal(f"No dashboard shows this {what}: {name}.")


def only_what_is_shown(query_context: Any) -> None:
    """Raise unless a request asks only for what some dashboard shows of its dataset."""
    queries = query_context.queries
    # Superset asks a legacy chart for an annotation without asking whether the user may.
    if any(query.annotation_layers for query in queries):
        raise _refusal("No dashboard shows an annotation.")
    kinds = {str(query.result_type or query_context.result_type) for query in queries}
    kinds = {kind.rsplit(".", maxsplit=1)[-1].lower() for kind in kinds}
    _refuse_others(query_context.datasource, [query.to_dict() for query in queries], kinds)


def only_a_chart_that_is_shown(viz: Any) -> None:
    """Raise unless a legacy chart is of a kind that some dashboard shows, and asks for no more."""
    if viz.viz_type not in {chart.viz_type for chart in _charts(viz.datasource)}:
        raise _refusal(f"No dashboard shows a {viz.viz_type} of this.")
    # Superset leaves it out of what it keeps a result under: others would get the shifted one.
    if viz.form_data.get("time_shift"):
        raise _refusal("No dashboard shows this shifted in time.")
    kinds = {name for name, value in request.args.items() if value == "true"} & _KINDS
    _refuse_others(viz.datasource, [viz.query_obj()], kinds)


def no_results_of_others() -> None:
    """Raise: what somebody asked in SQL Lab is part of no dashboard."""
    raise _refusal("What was asked in SQL Lab is not part of a dashboard.")
