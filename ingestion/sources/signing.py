"""The secrets of a source: read where the SOURCE.yml says, put into requests, shown nowhere."""

from __future__ import annotations

import threading
from itertools import cycle

from ingestion.sources import load
from ingestion.sources.config import Source
from ingestion.sources.paging import Parameters


class Signer:
    """Puts the secrets of a source into requests, in turn; used by several threads.

    `version` counts how often they have been read anew. Raises PaidnetError where one is missing.
    """

    def __init__(self, source: Source) -> None:
        self._source, self._lock = source, threading.Lock()
        self._secrets: list[str] = []
        self._user = ""
        self.version = 0
        self._read()

    def _read(self) -> None:
        auth, where = self._source.auth, f"{self._source.name}.yml"
        if auth.secret is not None:
            if auth.user is not None:
                self._user = load.secrets(auth.user, self._source.folder, where)[0]
            self._secrets = load.secrets(auth.secret, self._source.folder, where)
            self._turns = cycle(self._secrets)

    def renew(self, version: int) -> bool:
        """Read the secrets again, unless that was done since `version`; whether they differ."""
        with self._lock:
            if version != self.version:
                return True
            before = self._user, self._secrets
            self._read()
            is_changed = (self._user, self._secrets) != before
            self.version += is_changed
            return is_changed

    def sign(self, headers: dict[str, str], parameters: Parameters) -> tuple[str, str] | None:
        """Add a secret to the headers or parameters; return user and password, if it is those."""
        auth = self._source.auth
        if auth.kind == "none":
            return None
        with self._lock:
            secret = next(self._turns)
        if auth.kind == "basic":
            return (secret, "") if auth.secret_is_user else (self._user, secret)
        if auth.kind == "query":
            parameters[auth.name or ""] = secret
        elif auth.kind == "header":
            headers[auth.name or ""] = auth.prefix + secret
        else:
            headers["authorization"] = f"Bearer {secret}"
        return None

    def without_secrets(self, text: str) -> str:
        """Return a text with each secret replaced."""
        for secret in filter(None, [*self._secrets, self._user]):
            text = text.replace(secret, "…")
        return text
