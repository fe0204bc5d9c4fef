"""The description as a page: no script, and nothing from elsewhere."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

router = APIRouter()
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip


@router.get("/docs", include_in_schema=False)
async def reference(request: Request) -> HTMLResponse:
    """Show every address, its parameters, the columns of its answers, and the errors."""
    document = request.app.openapi()
    schemas = document["components"]["schemas"]
    page = _PAGES.get_template("reference.html").render(
        document=document,
        operations=[
            {"path": path, "method": method.upper(), **operation}
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        ],
        schemas=schemas,
        kind=functools.partial(_kind, schemas=schemas),
        code=_code,
        answers=_answers,
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


def _code(text: str) -> Markup:
    """Return a text with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704


def _kind(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Return the type of a value in words, or the values that there are."""
    if "anyOf" in schema:
        some = (one for one in schema["anyOf"] if one.get("type") != "null")
        return " or ".join(_kind(one, schemas) for one in some)
    if "$ref" in schema:
        return _kind(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "enum" in schema:
        return ", ".join(schema["enum"])
    kind = schema.get("type", "")
    kind = next((one for one in kind if one != "null"), "") if isinstance(kind, list) else kind
    if kind == "array":
        return f"several: {_kind(schema['items'], schemas)}"
    return ", ".join(filter(None, (kind, schema.get("format"))))


def _answers(operation: dict[str, Any]) -> dict[str, str]:
    """Return the tables of an answer: their names in it, and the schemas of their rows."""
    content = operation["responses"].get("200", {}).get("content", {})
    properties = content.get("application/json", {}).get("schema", {}).get("properties", {})
    return {
        name: one["items"]["$ref"].rpartition("/")[2]
        for name, one in properties.items()
        if "$ref" in one.get("items", {})
    }
