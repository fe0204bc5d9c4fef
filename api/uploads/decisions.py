"""What a person decides of an upload: answers, accepts it, has it built again, withdraws it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.uploads import login, pages, said, shown, views
from api.uploads.names import RefusedError
from api.uploads.upload import OPEN, Upload, drop_files
from warehouse.errors import PaidnetError

router = APIRouter(include_in_schema=False, route_class=views.PageRoute)


async def _decides(request: Request, name: str) -> tuple[Upload, dict[str, str]]:
    """Return an upload that somebody decides on, and what the form says; raises RefusedError."""
    fields = await login.form(request)
    await views.from_its_page(request, fields.get("csrf"))
    person, upload = await run_in_threadpool(pages.seen, request, name)
    pages.demand_upload(person)
    return upload, fields


def _done(request: Request, upload: Upload, *, changed: bool) -> Response:
    if not changed:
        raise RefusedError(
            409, "the upload has changed meanwhile", fix="open it again: somebody else decided"
        )
    request.app.state.worker.wake()
    if "hx-request" in request.headers:
        person = request.state.principal
        return pages.show(request, "state.html", person, request.app.state.uploads.get(upload.id))
    return views.go(request, f"/uploads/{upload.id}")


@router.post("/uploads/{name}/answer")
async def answer(request: Request, name: str) -> Response:
    """Take the answer to the question that a file leaves open, and check it again."""
    upload, fields = await _decides(request, name)
    question = shown.result(upload).get("question") or {}
    offered = question.get("answers", [])
    place = fields.get("answer", "")
    if upload.state != "asks" or not place.isdecimal() or int(place) >= len(offered):
        raise PaidnetError("choose one of the answers")
    chosen = offered[int(place)]
    option = chosen["option"]
    value = said.check(option, chosen["value"] or fields.get(f"value-{place}", ""))
    if option == "company_column" and upload.is_limited:
        raise RefusedError(403, "a file of several companies needs somebody who sees all of them")
    stated, answers = dict(upload.stated), dict(upload.answers)
    if option in said.OF_COMPANY:
        stated[option] = value
    else:
        file = str(question["place"])
        answers[file] = answers.get(file, {}) | {option: value}
    changed = request.app.state.uploads.change(
        upload.id, expect=["asks"], state="waiting", stated=stated, answers=answers
    )
    return _done(request, upload, changed=changed)


@router.post("/uploads/{name}/read")
async def read_otherwise(request: Request, name: str) -> Response:
    """Take how the files are to be read instead, and check them again."""
    upload, fields = await _decides(request, name)
    own = {
        option: said.check(option, fields[option])
        for option in said.OF_FILE
        if fields.get(option, "").strip() and option != "company_column"
    }
    kept = {"company_column", "accept_rejects"}
    answers = {
        str(place): {
            option: value
            for option, value in upload.answers.get(str(place), {}).items()
            if option in kept
        }
        | own
        for place in range(len(upload.files))
    }
    changed = request.app.state.uploads.change(
        upload.id, expect=OPEN, state="waiting", answers=answers, remembered={},
        entity=said.check_entity(fields.get("entity", "")),
        stated=dict(upload.stated) | pages.stated(fields),
    )  # fmt: skip
    return _done(request, upload, changed=changed)


@router.post("/uploads/{name}/take")
async def take_without_rejects(request: Request, name: str) -> Response:
    """Take files of which many rows are rejected, and check them again."""
    upload, _ = await _decides(request, name)
    answers = {
        str(place): upload.answers.get(str(place), {}) | {"accept_rejects": True}
        for place in range(len(upload.files))
    }
    changed = request.app.state.uploads.change(
        upload.id, expect=["refused"], state="waiting", answers=answers
    )
    return _done(request, upload, changed=changed)


@router.post("/uploads/{name}/accept")
async def accept(request: Request, name: str) -> Response:
    """Have an upload landed and built, if its check found nothing against it."""
    upload, fields = await _decides(request, name)
    # Whoever accepts has seen this report, and not that of another check since.
    changed = fields.get("version") == str(upload.version) and request.app.state.uploads.change(
        upload.id, expect=["checked"], version=upload.version, state="accepted", message=""
    )
    return _done(request, upload, changed=changed)


@router.post("/uploads/{name}/build")
async def build_again(request: Request, name: str) -> Response:
    """Build again after a build that failed."""
    upload, _ = await _decides(request, name)
    changed = upload.has_landed and request.app.state.uploads.change(
        upload.id, expect=["failed", "held"], state="landed", message=""
    )
    return _done(request, upload, changed=changed)


@router.post("/uploads/{name}/withdraw")
async def withdraw(request: Request, name: str) -> Response:
    """Delete the files of an upload that was not accepted."""
    upload, _ = await _decides(request, name)
    changed = request.app.state.uploads.change(upload.id, expect=OPEN, state="withdrawn")
    if changed:
        await run_in_threadpool(drop_files, upload)
    return _done(request, upload, changed=changed)
