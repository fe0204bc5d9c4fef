"""MCP at /mcp of the application, with the keys, limits and log of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcp.server.mcpserver import Context
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api import auth
from api.assistant.calls import Calls
from api.assistant.tools import Assistant

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.auth import Principal


class Guarded:
    """Passes on the requests of who has a key, within the rate limit."""

    def __init__(self, assistant: Assistant) -> None:
        # The key is what guards it, and no browser sends it by itself: any host's name will do.
        assistant.server.streamable_http_app(
            stateless_http=True,
            json_response=True,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        self.sessions = assistant.server.session_manager
        self._app = StreamableHTTPASGIApp(self.sessions)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; raises ProblemError 401 or 429."""
        await auth.by_key(Request(scope))
        await self._app(scope, receive, send)


def mount(app: FastAPI) -> Guarded:
    """Add MCP to an application; its `sessions` run while the application does."""
    guarded = Guarded(Assistant(Calls(app.state, _principal)))
    app.router.routes.append(Route("/mcp", endpoint=guarded))
    return guarded


def _principal(context: Context) -> Principal:
    return context.request_context.request.state.principal
