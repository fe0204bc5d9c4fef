"""Orders, and their sums."""

from __future__ import annotations

import functools
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api import formats, schemas
from api.answers import Streamed, answer, page_identity
from api.auth import Principal, allowed
from api.cursors import Cursor
from api.fields import DEFAULT_LIMIT, Summary, Transactions
from api.formats import Form
from api.queries import summary, transactions

router = APIRouter(prefix="/v1/transactions", tags=["transactions"])
Reader = Annotated[Principal, Depends(allowed("read:transactions"))]


@router.get("", summary="Orders", **schemas.rows("fct_orders", is_paged=True))
async def list_transactions(
    request: Request, principal: Reader, asked: Annotated[Transactions, Query()]
) -> Response:
    """List orders of any status, in the order of company, time and order id.

    JSON comes in pages: `next_cursor` and the header `Link` lead to the next, all of the release
    of the first. CSV and Arrow come as one stream of all orders, unless `limit` asks for pages.
    """
    form = formats.wanted(asked.format, request.headers.get("accept", ""))
    filters = asked.filters()
    if form is not Form.json and asked.limit is None and asked.cursor is None:
        question = functools.partial(transactions.stream, filters=filters)
        return Streamed(request, principal, form, question)
    after: Cursor | None = None
    if asked.cursor is not None:
        query = page_identity(request, principal)
        after = request.app.state.signer.read(asked.cursor, query)
    return await answer(
        request,
        principal,
        form,
        functools.partial(
            transactions.page,
            filters=filters,
            after=after.key if after else (),
            limit=asked.limit or DEFAULT_LIMIT,
        ),
        release=after.release if after else None,
    )


@router.get("/summary", summary="Sums of orders", **schemas.rows("transactions_summary"))
async def summarise_transactions(
    request: Request, principal: Reader, asked: Annotated[Summary, Query()]
) -> Response:
    """Sum up paid orders, gross, refunds, net revenue, customers, by group and currency.

    The sums are those of `fct_daily_revenue` and `fct_monthly_revenue`. Days are the company's.
    Groups without orders have no row.
    """
    form = formats.wanted(asked.format, request.headers.get("accept", ""))
    question = functools.partial(
        summary.grouped, filters=asked.filters(), groups=set(asked.group_by)
    )
    return await answer(request, principal, form, question)
