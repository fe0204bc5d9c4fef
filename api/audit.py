"""The audit log: a JSON line per request in `data/api/audit.jsonl`, without secrets.

Customers are people: the log tells how many were asked for, not who.
"""

from __future__ import annotations

import logging
import re
import time
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import settings

FILE_BYTES, FILES = 10_000_000, 10
LONGEST, MOST = 500, 30
#: Asked every few seconds by whoever watches over the server.
UNWATCHED = {"/health"}
_PRIVATE = {"customer_id"}
# Where people paste them by mistake.
_KEY = re.compile(r"paidnet_[a-z2-7]{8}_[\w-]+")


def writer() -> logging.Logger:
    """Return the log of this data folder, which keeps its last files."""
    file = settings.home() / "audit.jsonl"
    file.touch(mode=0o600)
    log = logging.Logger("api.audit")
    handler = RotatingFileHandler(file, maxBytes=FILE_BYTES, backupCount=FILES - 1)
    log.addHandler(handler)
    return log


def shown(name: str, value: object) -> object:
    """Return a value as the log may show it: cut to a length, and customers only counted."""
    values = value if isinstance(value, list) else [value]
    if name in _PRIVATE:
        return f"{len(values)} given"
    short = [
        _KEY.sub("(a key)", one)[:100] if isinstance(one, str) else one for one in values[:MOST]
    ]
    return short if len(values) > 1 else short[0] if short else []


def write(log: logging.Logger, who: str | None, began: float, line: dict[str, Any]) -> None:
    """Write a line: when, who, what came of it, and the milliseconds since `began`."""
    whole = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "who": who,
        **line,
        "ms": round((time.perf_counter() - began) * 1000, 1),
    }
    log.info("%s", orjson.dumps(whole, default=str).decode())


def _query(text: str) -> dict[str, object]:
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(text[: 100 * LONGEST], keep_blank_values=True):
        if name in found or len(found) < MOST:
            found.setdefault(name[:100], []).append(value)
    return {_KEY.sub("(a key)", name): shown(name, values) for name, values in found.items()}


class Audited:
    """Writes who asked what, when, and what came of it, once the answer is sent."""

    def __init__(self, app: ASGIApp, log: logging.Logger) -> None:
        self._app, self._log = app, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and write it down."""
        if scope["type"] != "http" or scope["path"] in UNWATCHED:
            await self._app(scope, receive, send)
            return
        began, status, is_whole = time.perf_counter(), 500, False

        async def watched(message: Message) -> None:
            nonlocal status, is_whole
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                is_whole = True

        state = scope.setdefault("state", {})
        try:
            await self._app(scope, receive, watched)
        finally:
            principal = state.get("principal")
            line: dict[str, Any] = {
                "from": (scope.get("client") or ("",))[0],
                "what": f"{scope['method']} {_KEY.sub('(a key)', scope['path'])[:LONGEST]}",
                "query": _query(scope["query_string"].decode("latin-1")),
                "status": status,
                "rows": state.get("rows"),
            }
            if not is_whole:
                line["is_cut"] = True
            line |= state.get("audit", {})
            write(self._log, principal.name if principal else None, began, line)
