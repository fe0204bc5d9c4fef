"""Log in with a user of Superset or an API key, and out again."""

from __future__ import annotations

import os
import secrets
from urllib.parse import parse_qsl

import httpx
from fastapi import APIRouter, Request, Response

from api import roles, sessions
from api.uploads import settings, views
from api.uploads.names import RefusedError
from bi import settings as bi_settings

router = APIRouter(include_in_schema=False, route_class=views.PageRoute)
#: Before there is a session: the same value comes back by cookie and by form, or it is refused.
_COOKIE = "paidnet_login"
_MOST_FORM_BYTES = 64 << 10
_ASK_SECONDS = 20


async def form(request: Request) -> dict[str, str]:
    """Return the fields of a small form; raises RefusedError for a large one."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_FORM_BYTES:
            raise RefusedError(413, "the form is too large")
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


def _is_secure(request: Request) -> bool:
    address = os.environ.get("PAIDNET_API_URL") or ""
    return request.url.scheme == "https" or address.startswith("https:")


def _set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    response.set_cookie(
        name, value, httponly=True, samesite="lax", secure=_is_secure(request), path="/",
        max_age=sessions.SESSION_SECONDS,
    )  # fmt: skip


@router.get("/login")
async def ask(request: Request) -> Response:
    """Show the form to log in."""
    return _asking(request)


def _asking(request: Request, status: int = 200, problem: str = "", name: str = "") -> Response:
    token = request.cookies.get(_COOKIE) or secrets.token_urlsafe(24)
    response = views.page(
        request,
        "login.html",
        status,
        token=token,
        problem=problem,
        name=name,
        superset=bi_settings.url(),
    )
    _set_cookie(request, response, _COOKIE, token)
    return response


@router.post("/login")
async def enter(request: Request) -> Response:
    """Begin a session for a user of Superset with the right password, or for an API key."""
    said = await form(request)
    token = request.cookies.get(_COOKIE)
    if not token or not secrets.compare_digest(token.encode(), said.get("token", "").encode()):
        return _asking(request, 403, "The form had expired. Log in again.")
    store: sessions.Sessions = request.app.state.sessions
    key, name = said.get("key", "").strip(), said.get("name", "").strip()[:200]
    address = request.client.host if request.client else ""
    counted = key[:16] if key else name
    if wait := store.seconds_to_wait(counted, address):
        problem = f"Too many failed logins. Try again in {wait // 60 + 1} minutes."
        return _asking(request, 429, problem)
    if key:
        found = request.app.state.keys.find(key)
        if found is None or "upload" not in found.scopes:
            store.note_failure(counted, address)
            return _asking(request, 401, "This key is not valid, or may not upload.")
        return _begin(request, store.begin(found.name, key_id=found.key_id))
    try:
        of_roles = await _roles_in_superset(name, said.get("password", ""))
    except httpx.HTTPError:
        return _asking(request, 503, "Superset does not answer, so nobody can log in with it now.")
    if of_roles is None:
        store.note_failure(counted, address)
        return _asking(request, 401, "The user name or the password is wrong.", name)
    if roles.principal(name, of_roles) is None:
        return _asking(request, 403, "Your role sees no companies. Ask an administrator.")
    return _begin(request, store.begin(name, of_roles=of_roles))


async def _roles_in_superset(name: str, password: str) -> tuple[str, ...] | None:
    """Return a user's roles, None for a wrong password; raises httpx.HTTPError."""
    login = {"username": name, "password": password, "provider": "db", "refresh": False}
    async with httpx.AsyncClient(base_url=settings.superset(), timeout=_ASK_SECONDS) as superset:
        entered = await superset.post("/api/v1/security/login", json=login)
        if entered.status_code in {400, 401, 403, 422}:
            return None
        token = entered.raise_for_status().json()["access_token"]
        found = await superset.get(
            "/api/v1/me/roles/", headers={"Authorization": f"Bearer {token}"}
        )
        return tuple(found.raise_for_status().json()["result"]["roles"])


def _begin(request: Request, token: str) -> Response:
    response = views.go(request, "/uploads")
    _set_cookie(request, response, sessions.COOKIE, token)
    response.delete_cookie(_COOKIE, path="/")
    return response


@router.post("/logout")
async def leave(request: Request) -> Response:
    """End the session."""
    said = await form(request)
    await views.from_its_page(request, said.get("csrf"))
    request.app.state.sessions.end(sessions.session_of(request))
    response = views.go(request, "/login")
    response.delete_cookie(sessions.COOKIE, path="/")
    return response
