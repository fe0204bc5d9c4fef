"""A call of a tool: who asks, may they, what came of it; and how answers are written."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pyarrow as pa
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent
from starlette.datastructures import State

from api import audit, formats
from api.auth import Principal
from api.cursors import Cursor
from api.problems import ProblemError
from api.queries.found import Asked, Found


class Calls:
    """Answers calls with the state of an application, for whoever `who` says asks.

    `arguments` are those that each tool knows.
    """

    def __init__(self, state: State, who: Callable[[Context], Principal]) -> None:
        self._state, self._who = state, who
        self.arguments: dict[str, frozenset[str]] = {}

    def who(self, context: Context) -> Principal:
        """Return who asks; raises ToolError for a key that is not valid any more."""
        try:
            return self._who(context)
        except ProblemError as problem:
            raise ToolError(problem.detail) from None

    def cursor(self, text: str, query: str) -> Cursor:
        """Return the cursor of a text; raises ToolError for one of another query."""
        try:
            return self._state.signer.read(text, query)
        except ProblemError as problem:
            raise ToolError(problem.detail) from None

    async def ask(
        self,
        context: Context,
        scope: str,
        question: Callable[[Asked], Found],
        *,
        release: str | None = None,
        page: Callable[[Principal], str] | None = None,
    ) -> CallToolResult:
        """Answer a question and write it down, as over HTTP; a problem is an error of the tool.

        `page` gives what the pages of a query share, where there may be more.
        """
        began, principal = time.perf_counter(), self.who(context)
        params = context.request_context.params or {}
        name, arguments = str(params.get("name")), dict(params.get("arguments") or {})
        status, rows = 500, None
        try:
            # The SDK would drop them in silence.
            if unknown := sorted(arguments.keys() - self.arguments[name]):
                raise ProblemError(422, "invalid", f"Unknown arguments: {', '.join(unknown)}.")
            principal.demand(scope)
            asking = self._state.asking
            release = release or asking.releases.current()
            found = await asking.ask(release, principal, question)
            answer = {"release": release, **_members(found.members)}
            if found.last and page:
                cursor = Cursor(release, found.last)
                answer["next_cursor"] = self._state.signer.write(cursor, page(principal))
            status, rows = 200, found.row_count
            text = formats.json_bytes(answer)
            return CallToolResult(
                content=[TextContent(text=text.decode())], structured_content=orjson.loads(text)
            )
        except ProblemError as problem:
            status = problem.status
            raise ToolError(problem.detail) from None
        finally:
            query = {one: audit.shown(one, value) for one, value in list(arguments.items())[:30]}
            line = {"what": f"mcp {name}", "query": query, "status": status, "rows": rows}
            audit.write(self._state.audit, principal.name, began, line)


def _members(found: Mapping[str, object]) -> dict[str, Any]:
    """Return tables as columns and rows of values: names once, not in every row."""
    return {
        name: {
            "columns": value.column_names,
            "rows": [list(row.values()) for row in formats.rows(value)],
        }
        if isinstance(value, pa.Table)
        else value
        for name, value in found.items()
    }
