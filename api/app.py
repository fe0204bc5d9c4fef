"""The application: its routes, how it is described, and how errors are answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api import audit, describe, reference, settings
from api.answers import Cache
from api.asking import Asking
from api.assistant import over_http
from api.cursors import Signer
from api.keys import Keys
from api.problems import ProblemError
from api.rates import Rates
from api.releases import Releases
from api.routes import companies, transactions
from api.uploads.router import router as uploads
from warehouse.errors import PaidnetError

#: How often releases that are not asked any more are closed.
TIDY_SECONDS = 30
router = APIRouter()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    asking = app.state.asking = Asking(Releases(app.state.limits), app.state.limits)
    tidying = asyncio.create_task(_tidy(asking.releases))
    try:
        async with app.state.mcp.sessions.run():
            yield
    finally:
        tidying.cancel()
        asking.close()


async def _tidy(releases: Releases) -> None:
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        await asyncio.to_thread(releases.tidy)


def create_app() -> FastAPI:
    """Return the application on this data folder; raises PaidnetError for a wrong setting."""
    limits = settings.limits()
    # The pages that come with it would have scripts of others fetched by the reader's browser.
    app = FastAPI(title="Paidnet", version="1", lifespan=_lifespan, docs_url=None, redoc_url=None)
    app.state.limits = limits
    app.state.keys = Keys()
    app.state.rates = Rates(limits.rate)
    app.state.audit = audit.writer()
    app.state.signer = Signer()
    app.state.cache = Cache(limits.cache_mb)
    for one in (router, transactions.router, companies.router, reference.router):
        app.include_router(one)
    app.state.mcp = over_http.mount(app)
    describe.install(app)
    app.include_router(uploads)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(PaidnetError, _unusable)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(audit.Audited, log=app.state.audit)
    return app


@router.get("/health", include_in_schema=False)
async def health() -> dict[str, str]:
    """Say that the server answers."""
    return {"status": "ok"}


def _problem(_request: Request, problem: ProblemError) -> Response:
    return problem.response()


def _invalid(_request: Request, error: RequestValidationError) -> Response:
    errors = [
        {
            "field": ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0]),
            "message": "This field is not known." if one["type"] == "extra_forbidden"
            else one["msg"].removeprefix("Value error, "),
        }
        for one in error.errors()
    ]  # fmt: skip
    names = ", ".join(dict.fromkeys(one["field"] for one in errors))
    return ProblemError(
        422, "invalid", f"These fields cannot be used: {names}", errors=errors
    ).response()


def _http(_request: Request, error: HTTPException) -> Response:
    kinds = {404: "not-found", 405: "method"}
    details = {
        404: "There is nothing at this address.",
        405: "This address does not answer to this method.",
    }
    return ProblemError(
        error.status_code,
        kinds.get(error.status_code, "http"),
        details.get(error.status_code, str(error.detail)),
        headers=dict(error.headers or {}),
    ).response()


def _unusable(_request: Request, error: PaidnetError) -> Response:
    # Its words name files of the server: they are for its log.
    logging.getLogger(__name__).warning("%s", error)
    return ProblemError(
        503, "unavailable", "The warehouse cannot answer now.", headers={"Retry-After": "60"}
    ).response()


def _unexpected(_request: Request, _error: Exception) -> Response:
    return ProblemError(500, "error", "An error of the server; its log says which.").response()
