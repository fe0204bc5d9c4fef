"""What the routes of uploads share: who may, which upload, and how it is shown."""

from __future__ import annotations

from fastapi import Request, Response

from api import roles
from api.auth import Principal
from api.problems import ProblemError
from api.uploads import companies, said, shown, views
from api.uploads.companies import Company
from api.uploads.names import RefusedError
from api.uploads.upload import Upload
from ingestion import contract, mapping


def stated(fields: dict[str, str]) -> dict[str, str]:
    """Return the settings of a company that a form states."""
    return {name: fields[name].strip() for name in said.OF_COMPANY if fields.get(name, "").strip()}


def demand_upload(person: Principal) -> None:
    """Raise RefusedError 403 for somebody who may look only."""
    if "upload" not in person.scopes:
        raise RefusedError(
            403, "you may look at uploads, and not make or accept them",
            fix=f"ask somebody of the roles that may: {', '.join(sorted(roles.uploading()))}",
        )  # fmt: skip


def seen(request: Request, name: str) -> tuple[Principal, Upload]:
    """Return who asks and an upload that they may see; raises ProblemError 404."""
    person = views.person(request)
    upload = request.app.state.uploads.find(name)
    if upload is None or upload.state == "arriving" or not person.sees(upload.company_id):
        raise ProblemError(404, "not-found", "There is no such upload, or it was deleted.")
    return person, upload


def show(request: Request, template: str, person: Principal, upload: Upload) -> Response:
    """Return an upload as a page, or as the part of it that changes."""
    known = companies.by_id(companies.known(request.app.state.asking.releases, person))
    return views.page(
        request, template, upload=upload, called=_called(upload, known),
        view=shown.view(upload, known), may_upload="upload" in person.scopes,
        mappings=mapping.names(), entities=list(contract.entities()),
    )  # fmt: skip


def _called(upload: Upload, known: dict[str, Company]) -> str:
    """Return a company's name, where the upload says it first."""
    company = known.get(upload.company_id)
    return company.name if company else upload.stated.get("company_name", upload.company_id)
