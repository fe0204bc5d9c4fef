"""How answers are described, for the decorators of their routes."""

from __future__ import annotations

from typing import Any

from api import formats
from api.formats import Form
from api.problems import MEDIA_TYPE

MONEY = {"type": "string", "pattern": r"^-?\d+\.\d+$"}
#: Type in DuckDB, up to its parameters -> schema in JSON.
TYPES: dict[str, dict[str, Any]] = {
    "VARCHAR": {"type": "string"},
    "BIGINT": {"type": "integer"},
    "INTEGER": {"type": "integer"},
    "DOUBLE": {"type": "number"},
    "BOOLEAN": {"type": "boolean"},
    "DATE": {"type": "string", "format": "date"},
    "TIMESTAMP": {"type": "string"},
    "DECIMAL": MONEY,
}
_DAY = {"type": "string", "format": "date"}
_NAME = {"type": ["string", "null"]}
SUMMARY = {
    "company_id": {"type": "string", "description": "Of companies, customers and channels."},
    "order_date": _DAY | {"description": "Day of the orders in the company's time zone."},
    "week_start_date": _DAY | {"description": "Monday of the week."},
    "revenue_month": _DAY | {"description": "First day of the month."},
    "channel_id": _NAME | {"description": "Sales channel, as the orders give it."},
    "country": _NAME | {"description": "Country, as the orders give it."},
    "customer_id": _NAME | {"description": "Customer; null for guests."},
    "currency": _NAME | {"description": "ISO 4217 code of the amounts; null where not known."},
    "paid_order_count": {"type": "integer", "description": "Paid orders."},
    "gross_amount": MONEY | {"description": "Gross sales of paid orders."},
    "refund_amount": MONEY | {"description": "Refunds of these orders, whenever made."},
    "net_revenue_amount": MONEY | {"description": "Gross less refunds."},
    "customer_count": {"type": "integer", "description": "Customers with a paid order."},
}
SUMMARY_ALWAYS = [
    name for name in SUMMARY if name == "currency" or name.endswith(("_count", "_amount"))
]
MARTS = (
    "fct_orders", "dim_companies", "fct_monthly_revenue", "fct_cohort_revenue",
    "fct_company_flags", "fct_revenue_forecast_daily", "fct_revenue_forecast_totals",
    "fct_company_risk_profile", "fct_company_verdicts", "fct_company_risk_months",
)  # fmt: skip
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:paidnet:problem:invalid"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
ERRORS = {
    401: "No key, or one that is not known, has expired or was revoked.",
    403: "The key lacks the scope.",
    404: "No such company among those that the key may see, or the release does not hold this.",
    406: "No form in Accept that rows come in.",
    410: "The release of the cursor is not kept any more.",
    422: "A field that is not known or cannot be used; `errors` names it.",
    429: "Too many requests of this key in a minute; see Retry-After.",
    503: "Too many ask at once, or there is no release; see Retry-After.",
    504: "The query took too long.",
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _problems() -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": _ref("Problem")}}
    return {status: {"description": text, "content": content} for status, text in ERRORS.items()}


def _answer(properties: dict[str, Any], **media: dict[str, Any]) -> dict[str, Any]:
    body = {
        "type": "object",
        "required": ["release", *properties],
        "properties": {"release": {"type": "string"}, **properties},
    }
    headers = {
        "Paidnet-Release": {"description": "Name of the release.", "schema": {"type": "string"}},
        "ETag": {"description": "Tag of release and query.", "schema": {"type": "string"}},
    }
    content = {"application/json": {"schema": body}, **media}
    found = {"description": "Found.", "headers": headers, "content": content}
    known = {"description": "As in If-None-Match.", "headers": headers}
    return {"response_model": None, "responses": {200: found, 304: known, **_problems()}}


def rows(schema: str, *, is_paged: bool = False) -> dict[str, Any]:
    """Return how an answer of one table is described, for the decorator of its route."""
    properties: dict[str, Any] = {"rows": {"type": "array", "items": _ref(schema)}}
    if is_paged:
        properties["next_cursor"] = {"type": ["string", "null"]}
    csv = {formats.MEDIA_TYPES[Form.csv]: {"schema": {"type": "string"}}}
    arrow = {formats.MEDIA_TYPES[Form.arrow]: {"schema": {"type": "string", "format": "binary"}}}
    return _answer(properties, **csv, **arrow)


def _tables(**schemas: str) -> dict[str, Any]:
    return _answer({name: {"type": "array", "items": _ref(one)} for name, one in schemas.items()})


def forecast() -> dict[str, Any]:
    """Return how the answer of a forecast is described."""
    return _tables(daily="fct_revenue_forecast_daily", totals="fct_revenue_forecast_totals")


def risk() -> dict[str, Any]:
    """Return how the answer of a company's risk is described."""
    return _tables(
        profile="fct_company_risk_profile",
        verdict="fct_company_verdicts",
        months="fct_company_risk_months",
    )


def advance() -> dict[str, Any]:
    """Return how the answer of an advance is described."""
    return _answer({
        "company_id": {"type": "string"},
        "currency": {"type": ["string", "null"]},
        "advance_amount": MONEY,
        "total_due_amount": MONEY,
        "verdict": {"type": "string"},
        "stresses": {"type": "array", "items": {"type": "object"}},
    })  # fmt: skip
