"""Logins of the upload page: nobody, until the page has a login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

if TYPE_CHECKING:
    from api.auth import Principal


def principal_of(_connection: HTTPConnection) -> Principal | None:
    """Return who is logged in, or None."""
    return None
