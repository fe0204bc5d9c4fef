"""Page through a bulk operation of Shopify's GraphQL interface: ask, wait, download its file.

Shopify documentation, "Perform bulk operations with the GraphQL Admin API". A part of a window is
one operation, whose result is one file of JSON Lines: a line for each order, and one for each thing
below it, which names its parent.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.sources.config import Limits, Paging, Stream
from ingestion.sources.paging import Answer, Part, Request, Step
from ingestion.sources.records import UnreadableError
from warehouse.errors import PaidnetError

_RUN = """mutation ($query: String!) {
  bulkOperationRunQuery(query: $query) {
    bulkOperation { id status }
    userErrors { code field message }
  }
}"""
_POLL = """query ($id: ID!) {
  node(id: $id) {
    ... on BulkOperation { id status errorCode objectCount url }
  }
}"""
#: Where a window has no bound, a day before or after all there is.
_EARLIEST, _LATEST = "1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z"
#: A second on either side: what is asked for is more, never less.
_MARGIN = timedelta(seconds=1)
_UNDER_WAY = {"CREATED", "RUNNING", "CANCELING"}
#: Of other operations of the shop; one that takes longer than that is no longer waited for.
_PATIENCE_SECONDS = 6 * 3600


class Bulk:
    """The pager of a bulk operation: a request that starts it, ones that look, one that downloads.

    It keeps no page but the file: whatever fails before is begun anew by `first`.
    """

    def __init__(self, paging: Paging, stream: Stream, limits: Limits) -> None:
        self._paging, self._stream, self._limits = paging, stream, limits

    def first(self, part: Part) -> Request:
        """Return the request that starts an operation over a part."""
        start = _moment(part.start, -_MARGIN, _EARLIEST)
        end = _moment(part.end, _MARGIN, _LATEST)
        query = (self._paging.query or "").replace("{from}", start).replace("{to}", end)
        body = {"query": _RUN, "variables": {"query": query}}
        return Request(
            self._stream.path, method="POST", body=body, kind="call", state={"step": "run"}
        )

    def after(self, request: Request, answer: Answer) -> Step:
        """Return what follows: look until the operation is complete, then download, then nothing.

        An operation that fails is started again; raises PaidnetError when that does not help,
        UnreadableError where a file has not as many lines as its operation says.
        """
        if request.kind == "download":
            return self._downloaded(request, answer)
        if wait := _throttled(answer.body):
            return Step(self._again(request, wait))
        data = _data(answer.body)
        if request.state["step"] == "run":
            return self._started(request, data)
        return self._looked(request, data)

    def _again(self, request: Request, wait: float) -> Request:
        """Ask the same again; raises PaidnetError after hours of it."""
        waited = request.state.get("waited", 0) + wait
        if waited > _PATIENCE_SECONDS:
            raise PaidnetError(
                "the bulk operation cannot be started",
                found="the shop has been busy with others for six hours",
                expected="at most five operations of one app at a time",
                fix="wait until they are done, or cancel them, and pull again",
            )
        return replace(request, wait_seconds=wait, state=request.state | {"waited": waited})

    def _started(self, request: Request, data: dict[str, Any]) -> Step:
        said = data.get("bulkOperationRunQuery") or {}
        errors = said.get("userErrors") or []
        if any(error.get("code") == "OPERATION_IN_PROGRESS" for error in errors) or any(
            "already in progress" in str(error.get("message")) for error in errors
        ):
            return Step(self._again(request, self._paging.poll_seconds))
        operation = said.get("bulkOperation") or {}
        if errors or not operation.get("id"):
            raise PaidnetError(
                "the bulk operation was refused",
                found="; ".join(str(error.get("message")) for error in errors) or str(said),
                expected="an operation that begins",
                fix="correct paging.query, or the app's access scopes",
            )
        return Step(self._poll(operation["id"], request))

    def _poll(self, operation: str, started: Request) -> Request:
        """Return the request that looks how far an operation is; it can start it anew."""
        run = {"url": started.url, "body": started.body}
        state = {"step": "poll", "run": run, "tries": started.state.get("tries", 1)}
        return Request(
            self._stream.path,
            method="POST",
            body={"query": _POLL, "variables": {"id": operation}},
            kind="call",
            wait_seconds=self._paging.poll_seconds,
            state=state,
        )

    def _looked(self, request: Request, data: dict[str, Any]) -> Step:
        operation = data.get("node") or {}
        status = operation.get("status")
        if status in _UNDER_WAY:
            return Step(replace(request, wait_seconds=self._paging.poll_seconds))
        if status != "COMPLETED":
            said = f"{status}: {operation.get('errorCode')}" if operation else "no such operation"
            return Step(self._anew(request, said))
        count = int(operation.get("objectCount") or 0)
        if not operation.get("url"):
            if count:
                return Step(self._anew(request, f"{count:,} objects, and no file of them"))
            return Step(None, total=0)
        # The file is on another host, whose address is the key to it: no token is sent there.
        state = request.state | {"step": "download", "count": count}
        file = Request(operation["url"], kind="download", is_signed=False, state=state)
        return Step(file, total=count)

    def _downloaded(self, request: Request, answer: Answer) -> Step:
        """End the part, where the file has as many lines as the operation says it has objects."""
        count, found = request.state["count"], answer.record_count
        if found != count:
            raise UnreadableError(f"a file of {found:,} lines for {count:,} objects")
        return Step(None, total=count)

    def _anew(self, request: Request, said: str) -> Request:
        """Start the operation again; raises PaidnetError when it has been tried often enough."""
        tries = request.state["tries"]
        if tries >= min(self._limits.attempts, 3):
            raise PaidnetError(
                "the bulk operation failed",
                found=said,
                expected="COMPLETED, with a file of all objects",
                fix="pull again, in shorter windows (window.split_days); ACCESS_DENIED: give the"
                " app the scopes read_orders and read_all_orders",
            )
        run = request.state["run"]
        state = {"step": "run", "tries": tries + 1}
        wait = self._paging.poll_seconds
        return Request(
            run["url"], method="POST", body=run["body"], kind="call", wait_seconds=wait, state=state
        )


def _moment(moment: datetime | None, margin: timedelta, otherwise: str) -> str:
    if moment is None:
        return otherwise
    return (moment + margin).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _throttled(body: object) -> float:
    """Return for how many seconds to wait, 0 where a query was not refused for its cost.

    Shopify answers 200 to it: the error has the code THROTTLED, the cost says what there is.
    """
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, list) or not any(
        isinstance(one, dict) and (one.get("extensions") or {}).get("code") == "THROTTLED"
        for one in errors
    ):
        return 0
    cost = (body.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    lacking = cost.get("requestedQueryCost", 10) - status.get("currentlyAvailable", 0)
    return max(1, math.ceil(lacking / (status.get("restoreRate") or 50)))


def _data(body: object) -> dict[str, Any]:
    """Return the data of an answer; raises PaidnetError where it has errors or none."""
    errors = body.get("errors") if isinstance(body, dict) else body
    data = body.get("data") if isinstance(body, dict) else None
    if errors or not isinstance(data, dict):
        first = errors[0] if isinstance(errors, list) and errors else errors
        said = first.get("message") if isinstance(first, dict) else first
        raise PaidnetError(
            "the shop refused the query",
            found=str(said)[:300],
            expected="an answer with data",
            fix="correct paging.query, the version in base_url, or the app's access scopes",
        )
    return data
