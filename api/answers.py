"""An answer over HTTP: of one release, named and tagged, as JSON, CSV or an Arrow stream.

What was rendered is kept: asked again, it costs neither query nor rendering.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import pyarrow as pa
from fastapi import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api import formats
from api.asking import Asking
from api.auth import Principal
from api.cursors import Cursor
from api.formats import Form
from api.queries.found import Asked, Found

#: Raised when the same release and query are answered in another way.
_VERSION = 1
_LARGEST = 1_000_000


@dataclass(frozen=True)
class Rendered:
    """The bytes of an answer, how many rows they hold, and the cursor of the next page."""

    body: bytes
    row_count: int
    cursor: str | None


class Cache:
    """What was rendered, the least used leaves first; what is being made is made once."""

    def __init__(self, megabytes: int) -> None:
        self._free = megabytes * 1_000_000
        self._kept: OrderedDict[str, Rendered] = OrderedDict()
        self._making: dict[str, asyncio.Task[Rendered]] = {}

    async def get(self, tag: str, make: Callable[[], Awaitable[Rendered]]) -> Rendered:
        """Return what was rendered under a tag, or make it."""
        if tag in self._kept:
            self._kept.move_to_end(tag)
            return self._kept[tag]
        task = self._making.get(tag)
        if task is None:
            task = self._making[tag] = asyncio.ensure_future(make())
            task.add_done_callback(lambda done: self._keep(tag, done))
        return await asyncio.shield(task)

    def _keep(self, tag: str, done: asyncio.Task[Rendered]) -> None:
        del self._making[tag]
        if done.cancelled() or done.exception():
            return
        made = done.result()
        size = len(made.body) + 1000
        if len(made.body) > _LARGEST:
            return
        self._kept[tag] = made
        self._free -= size
        while self._free < 0:
            _, left = self._kept.popitem(last=False)
            self._free += len(left.body) + 1000


def identity(request: Request, principal: Principal, *without: str) -> str:
    """Return what is asked, by whom as far as it matters, without some parameters."""
    asked = sorted(one for one in request.query_params.multi_items() if one[0] not in without)
    seen = None if principal.companies is None else sorted(principal.companies)
    return json.dumps([_VERSION, request.url.path, asked, seen])


async def answer(
    request: Request,
    principal: Principal,
    form: Form,
    question: Callable[[Asked], Found],
    *,
    release: str | None = None,
) -> Response:
    """Answer a question of the current release, or of a named one; raises ProblemError."""
    asking: Asking = request.app.state.asking
    release = release or asking.releases.current()
    tag = _tag(request, principal, form, release)
    headers = _headers(release, tag)
    if _is_known(request, tag):
        return Response(status_code=304, headers=headers)

    async def make() -> Rendered:
        return await asking.ask(
            release, principal, lambda asked: _rendered(request, principal, form, question, asked)
        )

    made = await request.app.state.cache.get(tag, make)
    request.state.rows = made.row_count
    if made.cursor:
        url = request.url.include_query_params(cursor=made.cursor)
        headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return Response(made.body, headers=headers, media_type=formats.MEDIA_TYPES[form])


def _rendered(
    request: Request,
    principal: Principal,
    form: Form,
    question: Callable[[Asked], Found],
    asked: Asked,
) -> Rendered:
    found, cursor = question(asked), None
    if found.last:
        cursor = request.app.state.signer.write(
            Cursor(asked.opened.name, found.last), page_identity(request, principal)
        )
    if form is Form.json:
        body: dict[str, Any] = {"release": asked.opened.name, **formats.members(found.members)}
        if found.is_page:
            body["next_cursor"] = cursor
        return Rendered(formats.json_bytes(body), found.row_count, cursor)
    table = cast("pa.Table", found.members["rows"])
    writer = formats.Writer(form, table.schema)
    return Rendered(writer.write(table) + writer.close(), found.row_count, cursor)


def page_identity(request: Request, principal: Principal) -> str:
    """Return what the pages of a query share: all but the page and its form."""
    return identity(request, principal, "cursor", "limit", "format")


def _tag(request: Request, principal: Principal, form: Form, release: str) -> str:
    text = json.dumps([release, form, identity(request, principal, "format")])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _headers(release: str, tag: str) -> dict[str, str]:
    return {
        "Paidnet-Release": release,
        # Weak: the same rows, whatever their bytes.
        "ETag": f'W/"{tag}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Accept, Authorization, X-API-Key, Cookie",
    }


def _is_known(request: Request, tag: str) -> bool:
    given = request.headers.get("if-none-match", "")
    return tag in {one.strip().removeprefix("W/").strip('"') for one in given.split(",")}


class Streamed(Response):
    """All rows of a question as CSV or Arrow, read from the release as they are sent.

    Cut short by an error or by time, it ends without its last chunk, which clients report.
    """

    def __init__(
        self,
        request: Request,
        principal: Principal,
        form: Form,
        question: Callable[[Asked], pa.RecordBatchReader],
    ) -> None:
        super().__init__(media_type=formats.MEDIA_TYPES[form])
        self._request, self._principal = request, principal
        self._form, self._question = form, question

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the rows."""
        request, asking = self._request, self._request.app.state.asking
        release = asking.releases.current()
        tag = _tag(request, self._principal, self._form, release)
        headers = _headers(release, tag)
        if _is_known(request, tag):
            await Response(status_code=304, headers=headers)(scope, receive, send)
            return
        async with asking.stream(release, self._principal, self._question) as (schema, batches):
            writer = formats.Writer(self._form, schema)
            request.state.rows = 0

            async def pieces() -> AsyncIterator[bytes]:
                async for batch in batches:
                    request.state.rows += batch.num_rows
                    yield writer.write(batch)
                yield writer.close()

            media_type = formats.MEDIA_TYPES[self._form]
            response = StreamingResponse(pieces(), headers=headers, media_type=media_type)
            await response(scope, receive, send)
