"""Cursors of pages: where a page ended, of which release and query; signed, so never forged.

They tell nothing that the page before did not.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass

from api import settings
from api.problems import ProblemError

_SIGNATURE = 16


@dataclass(frozen=True)
class Cursor:
    """The release that the pages are of, and the key of the last row seen."""

    release: str
    key: tuple[str, ...]


class Signer:
    """Writes and reads the cursors of a data folder: they outlive a restart of the server."""

    def __init__(self) -> None:
        file = settings.home() / "cursor_secret"
        if not file.exists():
            part = file.with_name(f".{file.name}.{os.getpid()}")
            part.touch(mode=0o600)
            part.write_bytes(secrets.token_bytes(32))
            with contextlib.suppress(FileExistsError):  # another process was first
                os.link(part, file)
            part.unlink()
        self._secret = file.read_bytes()

    def write(self, cursor: Cursor, query: str) -> str:
        """Return the text of a cursor that continues this query, and no other."""
        body = json.dumps([cursor.release, *cursor.key]).encode()
        return base64.urlsafe_b64encode(self._sign(body, query) + body).decode().rstrip("=")

    def read(self, text: str, query: str) -> Cursor:
        """Return the cursor of a text; raises ProblemError 422 for one of another query or none."""
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            raw = b""
        signature, body = raw[:_SIGNATURE], raw[_SIGNATURE:]
        if not body or not hmac.compare_digest(signature, self._sign(body, query)):
            raise ProblemError(
                422,
                "cursor",
                "This cursor is not one of this query: send it with the parameters and the key"
                " of the page that gave it.",
                errors=[{"field": "cursor", "message": "Does not belong to this query."}],
            )
        release, *key = json.loads(body)
        return Cursor(release, tuple(key))

    def _sign(self, body: bytes, query: str) -> bytes:
        message = hashlib.sha256(query.encode()).digest() + body
        return hmac.new(self._secret, message, hashlib.sha256).digest()[:_SIGNATURE]
