"""Who asks: an API key, or somebody logged in to the upload page, as one principal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from api import sessions
from api.keys import Keys
from api.problems import ProblemError


@dataclass(frozen=True)
class Principal:
    """Who asks: what for (`api.keys.SCOPES`), and of which companies; None for all.

    `limited_as` is what the rate limit counts by, `requests_per_minute` the limit where it is
    not the server's.
    """

    name: str
    scopes: frozenset[str]
    companies: frozenset[str] | None
    limited_as: str = ""
    requests_per_minute: int | None = None

    def sees(self, company_id: str) -> bool:
        """Say whether it may know of this company."""
        return self.companies is None or company_id in self.companies

    def demand(self, scope: str) -> None:
        """Raise ProblemError 403 when it lacks the scope."""
        if scope not in self.scopes:
            raise ProblemError(
                403,
                "scope",
                f"This key may not do this: it needs the scope {scope}.",
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
            )


def _unknown(detail: str) -> ProblemError:
    return ProblemError(401, "key", detail, headers={"WWW-Authenticate": "Bearer"})


def key_of(connection: HTTPConnection) -> str | None:
    """Return the key that a request carries: `Authorization: Bearer …`, or `X-API-Key: …`.

    Another kind of authorization is a key that is not known, not none.
    """
    authorization = connection.headers.get("authorization")
    if authorization is None:
        return connection.headers.get("x-api-key")
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def principal_of_key(keys: Keys, key: str) -> Principal:
    """Return who a key stands for; raises ProblemError 401 for one that is unknown or over."""
    found = keys.find(key)
    if found is None:
        raise _unknown("This key is not known, has expired or was revoked.")
    return Principal(
        found.name,
        found.scopes,
        found.companies,
        found.key_id,
        found.requests_per_minute,
    )


def identified(connection: HTTPConnection) -> Principal | None:
    """Return who asks, or None without key and login; raises ProblemError 401."""
    key = key_of(connection)
    if key is not None:
        return principal_of_key(connection.app.state.keys, key)
    return sessions.principal_of(connection)


async def principal(request: Request) -> Principal:
    """Return who asks, within the rate limit; raises ProblemError 401 or 429."""
    return _counted(request, identified(request))


async def by_key(request: Request) -> Principal:
    """Return who asks by a key, not by a login; raises ProblemError 401 or 429."""
    key = key_of(request)
    found = None if key is None else principal_of_key(request.app.state.keys, key)
    return _counted(request, found)


def _counted(request: Request, found: Principal | None) -> Principal:
    if found is None:
        raise _unknown("A key is needed: send Authorization: Bearer KEY, or X-API-Key: KEY.")
    request.state.principal = found
    request.app.state.rates.count(found)
    return found


def allowed(scope: str) -> Callable[..., Principal]:
    """Return the dependency that gives the principal of a request, if it has the scope."""

    async def dependency(found: Principal = Depends(principal)) -> Principal:
        found.demand(scope)
        return found

    return dependency  # type: ignore[return-value]
