"""A stand-in for Shopify's Admin interface, as its documentation has it: bulk operations and REST.

`/admin/api/<version>/graphql.json`: bulkOperationRunQuery, the operation's status, and a file of
JSON Lines at an address of its own; the cost of queries is limited, refusals have status 200 and
the code THROTTLED. `/admin/api/<version>/orders.json`: pages by page_info in the Link header, a
bucket of 40 requests that empties by two a second, 429 with Retry-After.
"""

from __future__ import annotations

import base64
import itertools
import json
import re
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from simulation.third_party.bucket import Bucket
from simulation.third_party.shop import Order, Shop
from simulation.third_party.shopify_records import lines, resource, selected, status

#: Parameters that may stand beside page_info.
_BESIDE_PAGE_INFO = {"page_info", "limit", "fields"}
_BOUND = re.compile(r"updated_at:(>=|<=|>|<)'([^']+)'")


class Shopify:
    """The state of the stand-in: its shop, what it accepts, and the faults that come next.

    `fails` are outcomes of the next operations: FAILED, short (the file comes cut at first) or
    expired. `busy` counts operations of others, `refused_count` what was throttled, `leaked_count`
    downloads that came with the token.
    """

    def __init__(self, shop: Shop, token: str = "shpat_made_up") -> None:  # noqa: S107 - made up
        self.shop, self.token = shop, token
        self.points, self.calls = Bucket(2000, 100), Bucket(40, 2)
        self.fails: list[str] = []
        self.busy, self.retry_after = 0, "2.0"
        self.refused_count = self.leaked_count = self.request_count = 0
        self.operations: dict[str, dict[str, Any]] = {}
        self._numbers = itertools.count(1)

    def app(self) -> FastAPI:
        """Return the server."""
        app = FastAPI()
        app.post("/admin/api/{version}/graphql.json")(self._graphql)
        app.get("/admin/api/{version}/orders.json")(self._orders)
        app.get("/bulk/{name}.jsonl")(self._file)
        return app

    def _refused(self, request: Request) -> Response | None:
        self.request_count += 1
        if request.headers.get("x-shopify-access-token") == self.token:
            return None
        said = "[API] Invalid API key or access token (unrecognized login or wrong password)"
        return JSONResponse({"errors": said}, 401)

    async def _graphql(self, version: str, request: Request) -> Response:
        if (refused := self._refused(request)) is not None:
            return refused
        asked = await request.json()
        variables = asked.get("variables") or {}
        cost = 10 if "bulkOperationRunQuery" in asked["query"] else 1
        is_allowed = self.points.take(cost)
        left = {
            "maximumAvailable": self.points.size,
            "currentlyAvailable": int(self.points.size - self.points.level),
            "restoreRate": self.points.rate,
        }
        actual = cost if is_allowed else None
        said = {"requestedQueryCost": cost, "actualQueryCost": actual, "throttleStatus": left}
        extensions = {"cost": said}
        if not is_allowed:
            self.refused_count += 1
            error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
            return JSONResponse({"errors": [error], "extensions": extensions})
        if cost == 1:
            data = {"node": self._look(variables["id"])}
        else:
            data = {"bulkOperationRunQuery": self._run(variables["query"], request)}
        return JSONResponse({"data": data, "extensions": extensions})

    def _run(self, query: str, request: Request) -> dict[str, Any]:
        if self.busy > 0:
            self.busy -= 1
            return _user_error(
                "OPERATION_IN_PROGRESS", "A bulk query operation for this app and shop is already"
                " in progress: gid://shopify/BulkOperation/1.",
            )  # fmt: skip
        try:
            found = self._lines(query)
        except KeyError as error:
            return _user_error("INVALID", f"Field '{error.args[0]}' doesn't exist on type 'Order'")
        number = next(self._numbers)
        name, fate = (
            f"gid://shopify/BulkOperation/{number}",
            self.fails.pop(0) if self.fails else "",
        )
        key = "signature=" + ("expired" if fate == "expired" else "made-up")
        url = str(request.base_url.replace(path=f"/bulk/{number}.jsonl", query=key))
        text = "".join(json.dumps(line) + "\n" for line in found)
        self.operations[name] = {
            "statuses": ["RUNNING", "FAILED" if fate == "FAILED" else "COMPLETED"],
            "count": len(found),
            "url": url if found else None,
            "text": text,
            "is_short": fate == "short",
        }
        return {"bulkOperation": {"id": name, "status": "CREATED"}, "userErrors": []}

    def _lines(self, query: str) -> list[dict[str, Any]]:
        """Return all lines of a query's file: orders first, as they are not grouped by default."""
        fields = selected(query)["orders"]["edges"]["node"]
        bounds = [(sign, datetime.fromisoformat(text)) for sign, text in _BOUND.findall(query)]
        orders = [
            lines(order, fields)
            for order in self.shop.listed(lambda one: one.at)
            if all(_is_within(order, sign, bound) for sign, bound in bounds)
        ]
        items = [line for one in reversed(orders) for line in one[1:]]
        return [one[0] for one in orders] + items

    def _look(self, name: str) -> dict[str, Any]:
        found = self.operations[name]
        said = found["statuses"].pop(0) if len(found["statuses"]) > 1 else found["statuses"][0]
        is_done = said == "COMPLETED"
        return {
            "id": name,
            "status": said,
            "errorCode": "INTERNAL_SERVER_ERROR" if said == "FAILED" else None,
            "objectCount": str(found["count"] if is_done else 0),
            "url": found["url"] if is_done else None,
        }

    async def _file(self, name: str, request: Request) -> Response:
        self.leaked_count += "x-shopify-access-token" in request.headers
        if request.query_params.get("signature") != "made-up":
            return PlainTextResponse("SignatureDoesNotMatch", 403)
        found = self.operations[f"gid://shopify/BulkOperation/{name}"]
        text, is_short = found["text"], found["is_short"]
        found["is_short"] = False
        cut = text.rindex("\n", 0, -1) + 1 if is_short else len(text)
        return PlainTextResponse(text[:cut], media_type="application/jsonl")

    async def _orders(self, version: str, request: Request) -> Response:
        if (refused := self._refused(request)) is not None:
            return refused
        is_allowed = self.calls.take(1)
        headers = {"X-Shopify-Shop-Api-Call-Limit": f"{int(self.calls.level)}/{self.calls.size}"}
        if not is_allowed:
            self.refused_count += 1
            said = "Exceeded 2 calls per second for api client. Reduce request rates."
            return JSONResponse({"errors": said}, 429, headers | {"Retry-After": self.retry_after})
        asked = dict(request.query_params)
        limit = int(asked.get("limit", 50))
        if not 1 <= limit <= 250:
            return JSONResponse({"errors": {"limit": "must be between 1 and 250"}}, 400, headers)
        if "page_info" in asked:
            if wrong := asked.keys() - _BESIDE_PAGE_INFO:
                said = {name: f"{name} cannot be passed when page_info exists" for name in wrong}
                return JSONResponse({"errors": said}, 400, headers)
            asked = json.loads(base64.urlsafe_b64decode(asked["page_info"]))
        found = self._chosen(asked)
        page = found[:limit]
        if len(found) > limit:
            after = [page[-1].last_change.isoformat(), page[-1].number]
            state = json.dumps(asked | {"after": after}).encode()
            info = base64.urlsafe_b64encode(state).decode()
            url = request.url.replace(query="").include_query_params(limit=limit, page_info=info)
            headers["Link"] = f'<{url}>; rel="next"'
        return JSONResponse({"orders": [resource(order) for order in page]}, headers=headers)

    def _chosen(self, asked: dict[str, Any]) -> list[Order]:
        """Return the orders that a request asks for, by when they were changed."""
        least = datetime.fromisoformat(asked.get("updated_at_min", "1970-01-01T00:00:00Z"))
        most = datetime.fromisoformat(asked.get("updated_at_max", "2100-01-01T00:00:00Z"))
        after = asked.get("after")
        return [
            order
            for order in self.shop.listed(lambda one: one.last_change)
            if least <= order.last_change <= most
            and (after is None or [order.last_change.isoformat(), order.number] > after)
            # Orders that are closed or cancelled only come when asked for.
            and (asked.get("status") == "any" or status(order) not in {"voided", "refunded"})
        ]


def _is_within(order: Order, sign: str, bound: datetime) -> bool:
    at = order.last_change
    return {">=": at >= bound, ">": at > bound, "<=": at <= bound, "<": at < bound}[sign]


def _user_error(code: str, message: str) -> dict[str, Any]:
    error = {"code": code, "field": ["query"], "message": message}
    return {"bulkOperation": None, "userErrors": [error]}
