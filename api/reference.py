"""The description as a page: no script, and nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader
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
    page = _PAGES.get_template("reference.html").render(
        document=document,
        operations=[
            {"path": path, "method": method.upper(), **operation}
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        ],
        schemas=document["components"]["schemas"],
        kind=_kind,
        answers=_answers,
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


def _kind(schema: dict[str, Any]) -> str:
    """Return the type of a value in words."""
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    kind = schema.get("type", "")
    kind = next((one for one in kind if one != "null"), "") if isinstance(kind, list) else kind
    if kind == "array":
        return f"several: {_kind(schema['items'])}"
    return ", ".join(filter(None, (kind, schema.get("format"), *schema.get("enum", ()))))


def _answers(operation: dict[str, Any]) -> dict[str, str]:
    """Return the tables of an answer: their names in it, and the schemas of their rows."""
    content = operation["responses"].get("200", {}).get("content", {})
    properties = content.get("application/json", {}).get("schema", {}).get("properties", {})
    return {
        name: one["items"]["$ref"].rpartition("/")[2]
        for name, one in properties.items()
        if "$ref" in one.get("items", {})
    }
