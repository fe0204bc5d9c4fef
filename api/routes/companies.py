"""Companies, and what is known of each: months, cohorts, forecast, risk, flags, advances."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from api import fields, formats, schemas
from api.answers import answer
from api.auth import Principal, allowed
from api.formats import Form
from api.queries import advance, companies, forecast, risk
from api.queries.found import Asked, Found

router = APIRouter(prefix="/v1/companies", tags=["companies"])
CompanyId = Annotated[
    str,
    Path(min_length=1, max_length=200, description="Id of the company.", examples=["birch"]),
]
OfCompanies = Annotated[Principal, Depends(allowed("read:companies"))]
OfForecasts = Annotated[Principal, Depends(allowed("read:forecast"))]
OfRisk = Annotated[Principal, Depends(allowed("read:risk"))]


async def _table(
    request: Request,
    principal: Principal,
    asked: fields.Rows,
    question: Callable[[Asked], Found],
) -> Response:
    form = formats.wanted(asked.format, request.headers.get("accept", ""))
    return await answer(request, principal, form, question)


@router.get("", summary="Companies", **schemas.rows("dim_companies"))
async def list_companies(
    request: Request, principal: OfCompanies, asked: Annotated[fields.Rows, Query()]
) -> Response:
    """List the companies that the key may see, with what their logs hold."""
    return await _table(request, principal, asked, companies.everyone)


@router.get(
    "/{company_id}/monthly-revenue", summary="Months", **schemas.rows("fct_monthly_revenue")
)
async def monthly_revenue(
    request: Request,
    principal: OfCompanies,
    company_id: CompanyId,
    asked: Annotated[fields.Rows, Query()],
) -> Response:
    """List revenue, refunds, orders and customers of each month."""
    question = functools.partial(companies.rows, mart="fct_monthly_revenue", company_id=company_id)
    return await _table(request, principal, asked, question)


@router.get("/{company_id}/cohorts", summary="Cohorts", **schemas.rows("fct_cohort_revenue"))
async def cohorts(
    request: Request,
    principal: OfCompanies,
    company_id: CompanyId,
    asked: Annotated[fields.Rows, Query()],
) -> Response:
    """Follow customers by the month of their first paid order, and what they bought since."""
    question = functools.partial(companies.rows, mart="fct_cohort_revenue", company_id=company_id)
    return await _table(request, principal, asked, question)


@router.get("/{company_id}/flags", summary="Flags", **schemas.rows("fct_company_flags"))
async def flags(
    request: Request,
    principal: OfRisk,
    company_id: CompanyId,
    asked: Annotated[fields.Rows, Query()],
) -> Response:
    """List what stands out: concerns and strengths, most severe first."""
    question = functools.partial(companies.rows, mart="fct_company_flags", company_id=company_id)
    return await _table(request, principal, asked, question)


@router.get("/{company_id}/forecast", summary="Forecast", **schemas.forecast())
async def revenue_forecast(
    request: Request,
    principal: OfForecasts,
    company_id: CompanyId,
    asked: Annotated[fields.Forecast, Query()],
) -> Response:
    """Return quantiles of net revenue, `daily` and of the `totals` of 30 to 150 days.

    The totals are forecast as such: quantiles of days do not add up to them.
    """
    question = functools.partial(
        forecast.of_company, company_id=company_id, quantiles=asked.quantile
    )
    return await answer(request, principal, Form.json, question)


@router.get("/{company_id}/risk", summary="Risk", **schemas.risk())
async def company_risk(
    request: Request,
    principal: OfRisk,
    company_id: CompanyId,
    asked: Annotated[fields.Parameters, Query()],
) -> Response:
    """Return the risk profile and verdict as of the log's last day, and measures by month."""
    question = functools.partial(risk.of_company, company_id=company_id)
    return await answer(request, principal, Form.json, question)


@router.get("/{company_id}/advance", summary="Size an advance", **schemas.advance())
async def size_advance(
    request: Request,
    principal: OfRisk,
    company_id: CompanyId,
    asked: Annotated[fields.Advance, Query()],
) -> Response:
    """Say what becomes of an advance, as forecast and under each stress, and the largest.

    As `python -m reporting advance` computes it.
    """
    values = asked.model_dump()
    question = functools.partial(
        advance.of_company, company_id=company_id, terms=advance.terms(**values)
    )
    return await answer(request, principal, Form.json, question)
