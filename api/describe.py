"""The OpenAPI description: answers, errors, keys. Columns are described as the release has them."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.schemas import MARTS, PROBLEM, SUMMARY, SUMMARY_ALWAYS, TYPES
from warehouse import reading
from warehouse.errors import PaidnetError

DESCRIPTION = """\
Read the warehouse: orders and their sums, companies, months, cohorts, forecasts, risk, advances.

- Send the key as `Authorization: Bearer KEY` or `X-API-Key: KEY`.
- Every answer is of one release, which the header `Paidnet-Release` names. Send `ETag` back as
  `If-None-Match`: 304 says that nothing has changed.
- Money is text such as `"12.30"`, in the company's currency; rates are from 0 to 1; dates are ISO;
  times are UTC. Columns have the names of the marts.
- Errors are `application/problem+json`.
"""


def install(app: FastAPI) -> None:
    """Have the application describe itself, anew for each release."""
    made: dict[str, dict[str, Any]] = {}

    def openapi() -> dict[str, Any]:
        try:
            file = reading.release_file()
        except PaidnetError:
            return _document(app, {})
        name = file.parent.name
        if name not in made:
            made.clear()
            made[name] = _document(app, _columns(app, name))
        return made[name]

    app.openapi = openapi  # type: ignore[method-assign]


def _columns(app: FastAPI, release: str) -> dict[str, dict[str, Any]]:
    """Return the schemas of the rows of the marts of a release."""
    with app.state.asking.releases.use(release) as opened:
        found = opened.connection.cursor().execute(
            "select table_name, column_name, data_type, is_nullable, comment"
            " from duckdb_columns() where schema_name = 'marts' order by table_name, column_index"
        )
        schemas: dict[str, dict[str, Any]] = {}
        for mart, column, kind, is_nullable, comment in found.fetchall():
            schema = dict(TYPES.get(kind.partition("(")[0], {}))
            if is_nullable and "type" in schema:
                schema["type"] = [schema["type"], "null"]
            one = schemas.setdefault(mart, {"type": "object", "properties": {}, "required": []})
            one["properties"][column] = schema | {"description": comment or ""}
            one["required"].append(column)
        return schemas


def _document(app: FastAPI, marts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas |= {mart: marts.get(mart, {"type": "object"}) for mart in MARTS}
    schemas["Problem"] = PROBLEM
    schemas["transactions_summary"] = {
        "type": "object", "properties": SUMMARY, "required": SUMMARY_ALWAYS,
    }  # fmt: skip
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    document["security"] = [{"bearer": []}, {"header": []}]
    return document
