"""Pages as HTML: templates, the headers of every page, and errors that a person reads."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse

from api import sessions
from api.auth import Principal
from api.problems import ProblemError
from api.uploads import shown
from api.uploads.names import RefusedError
from ingestion.gate import render
from warehouse import paths
from warehouse.errors import PaidnetError

_log = logging.getLogger("paidnet.uploads")
_HERE = Path(__file__).parents[1]
#: No script and no style stands in a page, and nothing comes from elsewhere.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class NobodyError(Exception):
    """Nobody is logged in."""


def _htmx() -> Path:
    """Return htmx as the package django-htmx ships it; Django itself is not imported."""
    spec = find_spec("django_htmx")
    folder = Path(spec.submodule_search_locations[0]) if spec else _HERE
    return folder / "static" / "django_htmx" / "htmx-2.min.js"


_STATIC = {
    "htmx.js": _htmx(),
    "upload.js": _HERE / "static" / "upload.js",
    "upload.css": _HERE / "static" / "upload.css",
    "report.css": render.STYLE,
    "logo.svg": paths.PROJECT / "superset" / "theme" / "logo.svg",
    "logo-dark.svg": paths.PROJECT / "superset" / "theme" / "logo-dark.svg",
    "favicon.svg": paths.PROJECT / "superset" / "theme" / "favicon.svg",
}


def static(name: str) -> Response:
    """Return one of the few files that pages load; raises ProblemError 404."""
    if name not in _STATIC:
        raise ProblemError(404, "not-found", "There is nothing at this address.")
    cached = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return FileResponse(_STATIC[name], headers=cached)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "words": _words,
        "pairs": lambda names: [(name, _words(name)) for name in names],
        "state": shown.title,
        "at": shown.at,
    }
    return made


_TEMPLATES = _environment()


def page(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """Return a template as a page, or as the part of one that htmx asked for."""
    session = sessions.session_of(request)
    text = _TEMPLATES.get_template(template).render(
        csrf=session.csrf if session else "",
        person=getattr(request.state, "principal", None),
        **values,
    )
    return HTMLResponse(text, status_code=status, headers=HEADERS)


def go(request: Request, address: str) -> Response:
    """Send a browser to an address of this server, by htmx or without it."""
    if "hx-request" in request.headers:
        return Response(status_code=204, headers=HEADERS | {"HX-Redirect": address})
    return RedirectResponse(address, status_code=303, headers=HEADERS)


def person(request: Request) -> Principal:
    """Return who is logged in; raises NobodyError, and PaidnetError for unusable roles."""
    found = sessions.principal_of(request)
    if found is None:
        raise NobodyError
    request.state.principal = found
    return found


async def from_its_page(request: Request, field: str | None = None) -> None:
    """Raise RefusedError 403 unless a request carries its session's token: in the form, or by htmx.

    Raises NobodyError without a session. The cookie alone comes with requests that other sites
    make, too.
    """
    session = sessions.session_of(request)
    token = request.headers.get("x-csrf-token") or field
    if session is None:
        raise NobodyError
    if not session.is_from_its_page(token):
        raise RefusedError(
            403, "this request does not come from its page",
            fix="open the page again, and repeat what you did",
        )  # fmt: skip


class PageRoute(APIRoute):
    """A route whose errors are pages, or parts that say what is wrong."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with errors answered as HTML."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except NobodyError:
                return go(request, "/login")
            except ProblemError as error:
                return _error(request, error.status, error.detail)
            except RefusedError as error:
                return _error(request, error.status, error.title, error)
            except PaidnetError as error:
                return _error(request, 422, error.title, error)
            except (HTTPException, RequestValidationError):
                raise
            except Exception:
                _log.exception("a page failed: %s", request.url.path)
                return _error(request, 500, "the server could not do this: its log says why")

        return handle


def _error(
    request: Request, status: int, title: str, error: PaidnetError | None = None
) -> HTMLResponse:
    part = "part" if "hx-request" in request.headers else "page"
    return page(request, "error.html", status, title=title, error=error, part=part)
