"""A stand-in for Stripe's interface, as its reference has it: lists of charges and of refunds.

`/v1/charges` and `/v1/refunds`: newest first, `starting_after` the id of the last one, has_more,
`created[gte]` and the like, amounts in minor units (yen have none), a secret key as bearer token,
429 beyond 25 requests a second. Of an amount that was not captured there is no refund since version
2025-03-31.basil; before it, or without the header, amount_refunded has it too.
"""

from __future__ import annotations

import operator
from datetime import datetime
from decimal import Decimal
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from simulation.third_party.bucket import Bucket
from simulation.third_party.shop import Order, Refund, Shop

_SIGNS = {"gte": operator.ge, "gt": operator.gt, "lte": operator.le, "lt": operator.lt}
_WHOLE = {"JPY", "KRW"}


class Stripe:
    """The state of the stand-in; a key in `expired` is refused as such."""

    def __init__(self, shop: Shop, key: str = "sk_live_made_up") -> None:
        self.shop, self.key = shop, key
        self.expired: set[str] = set()
        self.calls = Bucket(25, 25)
        self.refused_count = 0

    def app(self) -> FastAPI:
        """Return the server."""
        app = FastAPI()
        app.get("/v1/charges")(self._charges)
        app.get("/v1/refunds")(self._refunds)
        return app

    def _charges(self, request: Request) -> Response:
        version = request.headers.get("stripe-version", "2024-06-20")
        return self._list(
            request, [_charge(order, version) for order in self.shop.listed(lambda one: one.at)]
        )

    def _refunds(self, request: Request) -> Response:
        found = [
            _refund(order, one) for order in self.shop.orders.values() for one in order.refunds
        ]
        return self._list(request, sorted(found, key=lambda one: (one["created"], one["id"])))

    def _list(self, request: Request, objects: list[dict[str, Any]]) -> Response:
        """Return a page of what is asked for, of objects from the oldest to the newest."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if given in self.expired:
            said = f"Expired API Key provided: {given[:8]}****"
            return _error(401, "invalid_request_error", said, "api_key_expired")
        if given != self.key:
            return _error(401, "invalid_request_error", "Invalid API Key provided")
        if not self.calls.take(1):
            self.refused_count += 1
            said = "Request rate limit exceeded. You can learn more about rate limits here"
            return _error(429, "invalid_request_error", said, "rate_limit")
        asked = request.query_params
        limit = int(asked.get("limit", 10))
        if not 1 <= limit <= 100:
            return _error(400, "invalid_request_error", "This value must be from 1 to 100.")
        found = [one for one in reversed(objects) if _is_asked(one["created"], asked.items())]
        if (after := asked.get("starting_after")) is not None:
            places = [place for place, one in enumerate(found) if one["id"] == after]
            if not places:
                return _error(400, "invalid_request_error", f"No such object: '{after}'")
            found = found[places[0] + 1 :]
        return JSONResponse({
            "object": "list",
            "url": request.url.path,
            "has_more": len(found) > limit,
            "data": found[:limit],
        })  # fmt: skip


def _is_asked(created: int, asked: Any) -> bool:  # noqa: ANN401 - pairs of texts
    return all(
        _SIGNS[name[8:-1]](created, int(text))
        for name, text in asked
        if name.startswith("created[")
    )


def _error(status: int, kind: str, message: str, code: str | None = None) -> Response:
    return JSONResponse({"error": {"type": kind, "message": message, "code": code}}, status)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _charge(order: Order, version: str) -> dict[str, Any]:
    """Return the charge of an order: its amounts are in the currency's minor units."""
    is_paid = order.state == "paid"
    captured = order.total if order.captured is None else order.captured
    refunded = order.refunded
    if is_paid and version < "2025-03-31":
        refunded += order.total - captured
    return {
        "id": f"ch_{order.number}",
        "object": "charge",
        "amount": _minor(order.total, order.currency),
        "amount_captured": _minor(captured, order.currency) if is_paid else 0,
        "amount_refunded": _minor(refunded, order.currency),
        "captured": is_paid,
        "created": _seconds(order.at),
        "currency": order.currency.lower(),
        "customer": f"cus_{order.customer}" if order.customer else None,
        "billing_details": {"email": None, "name": None, "address": {"country": order.country}},
        "disputed": False,
        "dispute": None,
        "livemode": not order.is_test,
        "paid": is_paid,
        "payment_intent": f"pi_{order.number}",
        "payment_method_details": {"type": "card"},
        "receipt_email": None,
        "refunded": is_paid and order.refunded >= captured,
        "status": {"paid": "succeeded", "unpaid": "pending"}.get(order.state, "failed"),
    }


def _refund(order: Order, refund: Refund) -> dict[str, Any]:
    return {
        "id": f"re_{refund.number}",
        "object": "refund",
        "amount": _minor(refund.amount, order.currency),
        "balance_transaction": f"txn_{refund.number}",
        "charge": f"ch_{order.number}",
        "created": _seconds(refund.at),
        "currency": order.currency.lower(),
        "payment_intent": f"pi_{order.number}",
        "reason": "requested_by_customer",
        "receipt_number": None,
        "status": "failed" if refund.is_failed else "succeeded",
    }


def _minor(amount: Decimal, currency: str) -> int:
    return int(amount if currency in _WHOLE else amount * 100)
