"""A third-party API of transactions: 100 a page at most, a limit in any sliding window, and faults.

`GET /transactions` pages in every way: `page`, `offset`, `cursor`, `after` (the last id), or
`link=1` (the Link header). `updated_from` and `updated_to` bound the time of update;
`sort=-updated` begins with the newest. `GET /status` says what was served; it counts nowhere.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from simulation.third_party.faults import Faults, cut, refusal
from simulation.third_party.limits import Limiter
from simulation.third_party.transactions import Transactions

MOST_PER_PAGE = 100


@dataclass
class ThirdParty:
    """The API's state: its records, limit and faults, and the tokens it accepts.

    `used` counts the requests of each token.
    """

    records: Transactions
    limiter: Limiter
    faults: Faults = field(default_factory=Faults)
    tokens: set[str] = field(default_factory=lambda: {"secret"})
    has_total: bool = True
    used: dict[str, int] = field(default_factory=dict)
    served_count: int = 0
    record_count: int = 0
    last_body: bytes = b""

    def status(self) -> dict[str, object]:
        """Return what was asked, served and refused."""
        return asdict(self.limiter.counts) | {
            "limit": self.limiter.requests, "window_seconds": self.limiter.seconds,
            "page_count": self.served_count, "record_count": self.record_count,
            "records_there": len(self.records), "faults": self.faults.served,
        }  # fmt: skip

    async def transactions(self, request: Request) -> Response:
        """Answer a request for a page."""
        if not self.limiter.admit():
            return refusal(400)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        fault = self.faults.of(self.limiter.counts.request_count)
        if token not in self.tokens:
            return self.faults.answer("expired") or Response(status_code=401)
        self.used[token] = self.used.get(token, 0) + 1
        if fault is not None and (answer := self.faults.answer(fault)) is not None:
            return answer
        if fault == "duplicate" and self.last_body:
            return Response(self.last_body, media_type="application/json")
        try:
            body, headers = self._page(request, fault)
        except ValueError as error:
            return JSONResponse({"error": {"message": str(error)}}, 400)
        if fault == "slow":
            await asyncio.sleep(self.faults.slow_seconds)
        elif fault == "cut":
            return cut(body)
        elif fault == "broken":
            body = body[: len(body) * 2 // 3]
        else:
            self.last_body = body
            self.served_count += 1
        return Response(body, headers=headers, media_type="application/json")

    def _page(self, request: Request, fault: str | None) -> tuple[bytes, dict[str, str]]:
        asked = dict(request.query_params)
        limit = int(asked.get("limit", MOST_PER_PAGE))
        if not 0 < limit <= MOST_PER_PAGE:
            raise ValueError(f"limit: at most {MOST_PER_PAGE} records a page")
        first, last = self.records.span(
            *(datetime.fromisoformat(asked[k]) if k in asked else None
              for k in ("updated_from", "updated_to"))
        )  # fmt: skip
        is_newest_first = asked.get("sort") == "-updated"
        cursor = asked.get("cursor")
        if "after" in asked:
            cursor = self.records.cursor(int(asked["after"].removeprefix("tx-")))
        if cursor and is_newest_first:
            skipped = max(0, last - self.records.place(cursor, is_behind=False))
        elif cursor:
            skipped = max(0, self.records.place(cursor, is_behind=True) - first)
        elif "page" in asked:
            skipped = (int(asked["page"]) - 1) * limit
        else:
            skipped = int(asked.get("offset", 0))
        if is_newest_first:
            end = last - skipped
            numbers = self.records.numbers(max(first, end - limit), max(first, end))[::-1]
        else:
            numbers = self.records.numbers(first + skipped, min(last, first + skipped + limit))
        has_more = skipped + len(numbers) < last - first and bool(numbers)
        following = self.records.cursor(numbers[-1]) if has_more else None
        if fault == "circle" and cursor:
            following = cursor
        elif fault == "back":
            following = self.records.cursor(self.records.numbers(first, first + limit)[-1])
        total = f'"total":{last - first},' if self.has_total else ""
        texts = ",".join(map(self.records.text, numbers))
        if fault in {"hole", "end"}:
            texts = ""
        has_more = has_more and fault != "end"
        if fault == "changed":
            texts = texts.replace('"total_price"', '"amount"')
        quoted = f'"{following}"' if following else "null"
        meta = f'{{{total}"next":{quoted}}}'
        body = f'{{"data":[{texts}],"meta":{meta},"has_more":{str(has_more).lower()}}}'
        self.record_count += len(numbers)
        headers = {}
        if "link" in asked and following:
            link = request.url.replace(query=urlencode(asked | {"cursor": following}))
            if fault == "elsewhere":
                link = link.replace(netloc="elsewhere.invalid")
            headers["Link"] = f'<{link}>; rel="next"'
        return body.encode(), headers


def app(third_party: ThirdParty) -> FastAPI:
    """Return the API as an ASGI app."""
    found = FastAPI(title="Third-party transactions", docs_url=None, redoc_url=None)
    # Plain routes: a hundred thousand requests are made in a test.
    found.add_route("/transactions", third_party.transactions)

    async def status(_: Request) -> Response:
        return JSONResponse(third_party.status())

    found.add_route("/status", status)
    return found
