"""MCP by standard input and output: an assistant starts it as a program of its own."""

from __future__ import annotations

import os

import anyio
from mcp.server.mcpserver import Context
from starlette.datastructures import State

from api import audit, auth, settings
from api.asking import Asking
from api.assistant.calls import Calls
from api.assistant.tools import Assistant
from api.auth import Principal
from api.cursors import Signer
from api.keys import Keys
from api.problems import ProblemError
from api.rates import Rates
from api.releases import Releases
from warehouse.errors import PaidnetError


def serve() -> None:
    """Answer until standard input ends; raises PaidnetError without a valid key."""
    state, key = State(), os.environ.get("PAIDNET_API_KEY", "")
    limits = settings.limits()
    state.keys, state.rates, state.audit = Keys(), Rates(limits.rate), audit.writer()
    state.signer = Signer()

    def who(_context: Context | None) -> Principal:
        # Looked up each time: a key that is revoked meanwhile is refused.
        found = auth.principal_of_key(state.keys, key)
        state.rates.count(found)
        return found

    try:
        who(None)
    except ProblemError as problem:
        raise PaidnetError(
            "MCP cannot be served",
            found=problem.detail,
            expected="a valid key in PAIDNET_API_KEY",
            fix="python -m api keys add NAME --scope …, and give the key to the assistant",
        ) from None

    async def run() -> None:
        state.asking = Asking(Releases(limits), limits)
        try:
            await Assistant(Calls(state, who)).server.run_stdio_async()
        finally:
            state.asking.close()

    anyio.run(run)
