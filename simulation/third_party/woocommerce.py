"""A stand-in for WooCommerce's REST interface v3, as its documentation and WordPress have it.

`/wp-json/wc/v3/orders`: pages by number, X-WP-Total and X-WP-TotalPages, the consumer key as basic
authentication. `modified_after` is exclusive and means the shop's clock, or UTC with dates_are_gmt;
a time with an offset is turned into the shop's clock before it is compared with either.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from simulation.third_party.shop import ZONE, Order, Shop

_STATUSES = {"unpaid": "pending", "authorized": "on-hold"}
_SORTS: dict[str, Callable[[Order], Any]] = {
    "id": lambda order: order.number,
    "date": lambda order: order.at,
}
_Who = Annotated[HTTPBasicCredentials | None, Depends(HTTPBasic(auto_error=False))]


class WooCommerce:
    """The state of the stand-in; `between` is called after every page, as shoppers go on.

    The next `failing` answers are of a server that is down; `asked` are the queries that came.
    """

    def __init__(self, shop: Shop, key: str = "ck_made_up", secret: str = "cs_made_up") -> None:  # noqa: S107 - made up
        self.shop, self.key, self.secret = shop, key, secret
        self.between: Callable[[], None] = lambda: None
        self.failing = 0
        self.asked: list[dict[str, str]] = []

    def app(self) -> FastAPI:
        """Return the server."""
        app = FastAPI()
        app.get("/wp-json/wc/v3/orders")(self._orders)
        return app

    def _orders(self, request: Request, who: _Who) -> Response:
        if self.failing > 0:
            self.failing -= 1
            return Response("<html>Service Unavailable</html>", 503, media_type="text/html")
        is_known = who is not None and all(
            secrets.compare_digest(given, own)
            for given, own in ((who.username, self.key), (who.password, self.secret))
        )
        if not is_known:
            return _error(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        asked = request.query_params
        self.asked.append(dict(asked))
        size, page = int(asked.get("per_page", 10)), int(asked.get("page", 1))
        sort = asked.get("orderby", "date")
        if not 1 <= size <= 100 or sort not in _SORTS or page < 1:
            return _error(400, "rest_invalid_param", "Invalid parameter(s): per_page, orderby")
        found = [
            order
            for order in self.shop.listed(_SORTS[sort])
            if order.is_trashed == (asked.get("status", "any") == "trash")
            and self._is_after(order, asked.get("modified_after"), asked.get("dates_are_gmt"))
        ]
        if asked.get("order", "desc") == "desc":
            found.reverse()
        pages = max(1, math.ceil(len(found) / size))
        headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
        shown = [_shown(order) for order in found[(page - 1) * size : page * size]]
        self.between()
        return JSONResponse(shown, headers=headers)

    def _is_after(self, order: Order, text: str | None, is_gmt: str | None) -> bool:
        if text is None:
            return True
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            at = at.astimezone(ZONE).replace(tzinfo=None)
        zone = UTC if is_gmt in {"true", "1"} else ZONE
        return order.last_change.astimezone(zone).replace(tzinfo=None) > at


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"code": code, "message": message, "data": {"status": status}}, status)


def _clock(at: datetime, zone: Any) -> str:  # noqa: ANN401 - UTC or a ZoneInfo
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")


def _shown(order: Order) -> dict[str, Any]:
    """Return an order as the interface shows it; its total is before refunds."""
    status = _STATUSES.get(order.state, order.state)
    if order.state == "paid":
        status = "refunded" if order.refunded >= order.total else "processing"
    if order.is_trashed:
        status = "trash"
    return {
        "id": order.number,
        "number": str(order.number),
        "order_key": f"wc_order_{order.number}",
        "created_via": "checkout",
        "status": status,
        "currency": order.currency,
        "date_created": _clock(order.at, ZONE),
        "date_created_gmt": _clock(order.at, UTC),
        "date_modified": _clock(order.last_change, ZONE),
        "date_modified_gmt": _clock(order.last_change, UTC),
        "discount_total": f"{order.discount:.2f}",
        "shipping_total": f"{order.shipping:.2f}",
        "total_tax": f"{order.tax:.2f}",
        "total": f"{order.total:.2f}",
        "customer_id": order.customer or 0,
        "billing": {"country": order.country, "city": "Springfield", "state": ""},
        "payment_method": "bacs",
        "payment_method_title": "Direct bank transfer",
        "line_items": [
            {
                "id": order.number * 10 + place,
                "name": item.title,
                "sku": item.sku,
                "quantity": item.quantity,
                "subtotal": f"{item.price * item.quantity:.2f}",
                "total": f"{item.price * item.quantity:.2f}",
                "price": float(item.price),
            }
            for place, item in enumerate(order.items)
        ],
        "refunds": [
            {"id": one.number, "reason": "", "total": f"-{one.amount:.2f}"}
            for one in order.refunds
            if not one.is_failed
        ],
    }
