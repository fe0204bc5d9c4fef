"""Errors as RFC 9457 says: `application/problem+json`, a status, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class ProblemError(Exception):
    """An answer that is an error: the same in HTTP and, as text, in MCP.

    `kind` names it for programs (`urn:paidnet:problem:<kind>`), `detail` explains it to a reader
    and never holds what the caller may not see; `errors` names fields.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail = status, kind, detail
        self.errors, self.headers = tuple(errors), dict(headers or {})

    def body(self) -> dict[str, Any]:
        """Return the members of the problem."""
        found: dict[str, Any] = {
            "type": f"urn:paidnet:problem:{self.kind}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        return found | ({"errors": list(self.errors)} if self.errors else {})

    def response(self) -> Response:
        """Return the answer over HTTP."""
        return Response(
            orjson.dumps(self.body()),
            status_code=self.status,
            headers=self.headers | {"Cache-Control": "no-store"},
            media_type=MEDIA_TYPE,
        )
