"""The upload page: choose a company and files, answer, accept, follow the build."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api import roles
from api.auth import Principal
from api.sessions import Sessions
from api.uploads import companies, decisions, login, pages, receiving, said, views
from api.uploads.names import RefusedError
from api.uploads.settings import limits
from api.uploads.store import Store
from api.uploads.upload import OPEN, Upload, incoming
from api.uploads.worker import Worker
from ingestion import contract, landing


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    limits()  # a setting that cannot be used is said at the start
    app.state.sessions, app.state.uploads = Sessions(), Store()
    app.state.worker = Worker(app.state.uploads, app.state.asking.releases)
    app.state.worker.start()
    yield
    await run_in_threadpool(app.state.worker.stop)
    app.state.uploads.close()
    app.state.sessions.close()


router = APIRouter(include_in_schema=False, route_class=views.PageRoute, lifespan=_lifespan)
router.include_router(login.router)
router.include_router(decisions.router)


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """Give one of the few files that pages load."""
    return views.static(name)


@router.get("/uploads")
def start(request: Request) -> Response:
    """Show the companies, to upload to, and the last uploads."""
    person = views.person(request)
    known = companies.known(request.app.state.asking.releases, person)
    return views.page(
        request,
        "start.html",
        companies=known,
        names=companies.by_id(known),
        uploads=request.app.state.uploads.latest(person.companies),
        may_upload="upload" in person.scopes,
        may_add=person.companies is None,
        entities=list(contract.entities()),
        limits=limits(),
        roles=sorted(roles.uploading()),
    )


@router.post("/uploads")
async def receive(request: Request) -> Response:
    """Take the files of a form to disk, and have them checked."""
    person = await run_in_threadpool(views.person, request)
    await views.from_its_page(request)
    pages.demand_upload(person)
    store, most = request.app.state.uploads, limits()
    receiving.check_size(request.headers.get("content-length"), incoming(), most)
    begun: list[Upload] = []

    def begin(fields: dict[str, str]) -> Path:
        company = fields.get("company", "").strip()
        _check_company(person, company, store, most.waiting)
        said.check_entity(fields.get("entity", ""))
        said.settings(pages.stated(fields))
        begun.append(store.add(company, person.name, is_limited=person.companies is not None))
        return begun[0].folder

    try:
        received = await receiving.receive(
            request.stream(), request.headers.get("content-type", ""), most, begin
        )
    except BaseException as error:
        for upload in begun:
            store.delete(upload)
        if isinstance(error, ClientDisconnect):
            return Response(status_code=400)
        raise
    upload = begun[0]
    store.change(
        upload.id, state="waiting", files=tuple(received.names),
        entity=said.check_entity(received.fields.get("entity", "")),
        stated=pages.stated(received.fields),
    )  # fmt: skip
    request.app.state.worker.wake()
    return views.go(request, f"/uploads/{upload.id}")


def _check_company(person: Principal, company: str, store: Store, most: int) -> None:
    landing.check_company_id(company)
    if not person.sees(company):
        raise RefusedError(
            403, "you may not upload files of this company",
            found=company, fix="choose one of the companies that are listed",
        )  # fmt: skip
    if sum(one.by_whom == person.name for one in store.in_state(*OPEN)) >= most:
        raise RefusedError(
            429, "too many of your uploads wait for a decision",
            fix="accept or withdraw some of them",
        )  # fmt: skip


@router.get("/uploads/{name}")
def look(request: Request, name: str) -> Response:
    """Show what an upload is, what is asked of it, and what became of it."""
    return pages.show(request, "upload.html", *pages.seen(request, name))


@router.get("/uploads/{name}/state")
def follow(request: Request, name: str, version: int = 0) -> Response:
    """Return the state of an upload once it is another than the version that is shown."""
    person, upload = pages.seen(request, name)
    if upload.version == version:
        return Response(status_code=204, headers=views.HEADERS)
    return pages.show(request, "state.html", person, upload)
