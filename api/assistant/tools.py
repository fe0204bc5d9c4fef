"""The tools: each is a question of `api.queries`, with typed and described arguments."""

from __future__ import annotations

import dataclasses
import functools
import json
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, ToolAnnotations
from pydantic import Field, ValidationError

from api import fields
from api.assistant.calls import Calls
from api.auth import Principal
from api.fields import Advance, Orders, Parameters
from api.queries import advance, companies, definitions, forecast, risk, summary, transactions
from api.queries.found import Asked, Found

INSTRUCTIONS = """\
Paidnet is a warehouse of e-commerce companies' orders for underwriting. Begin with list_companies.
All numbers of an answer are of the release that it names. Amounts are in each company's currency;
never add up amounts of different currencies. Net revenue is paid orders less refunds, by the day of
the order in the company's time zone. Rates are from 0 to 1. list_marts and describe_mart say what
tables and columns mean.
"""
CompanyId = Annotated[fields.Id, Field(description="Id of the company, from list_companies.")]
PageRows = Annotated[int, Field(ge=1, le=1000, description="Rows of a page.")]
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


class Assistant:
    """The tools, and the server that offers them."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        tools = [
            Tool.from_function(one, annotations=_READS)
            for one in (
                self.list_companies, self.transactions, self.transactions_summary,
                self.monthly_revenue, self.cohorts, self.revenue_forecast, self.company_risk,
                self.company_flags, self.size_advance, self.list_marts, self.describe_mart,
            )
        ]  # fmt: skip
        for tool in tools:
            tool.parameters["additionalProperties"] = False
            calls.arguments[tool.name] = frozenset(tool.parameters["properties"])
        self.server = MCPServer(
            "paidnet",
            title="Paidnet",
            instructions=INSTRUCTIONS,
            version="1",
            log_level="WARNING",
            tools=tools,
        )

    async def list_companies(self, context: Context) -> CallToolResult:
        """List the companies that may be seen: id, name, currency, days and sizes of their logs."""
        return await self._calls.ask(context, "read:companies", companies.everyone)

    async def transactions(
        self,
        context: Context,
        from_date: fields.FromDate = None,
        to_date: fields.ToDate = None,
        company_id: fields.CompanyIds = [],  # noqa: B006
        customer_id: fields.CustomerIds = [],  # noqa: B006
        status: fields.Statuses = [],  # noqa: B006
        limit: PageRows = 100,
        cursor: fields.Cursor = None,
    ) -> CallToolResult:
        """List orders by company, time and order id; next_cursor gives the next page.

        To count or add up orders, ask transactions_summary instead.
        """
        filters = dataclasses.replace(
            _orders(from_date, to_date, company_id, customer_id), statuses=status
        )

        def page(principal: Principal) -> str:
            seen = None if principal.companies is None else sorted(principal.companies)
            return json.dumps(["mcp", dataclasses.asdict(filters), seen], default=str)

        after = self._calls.cursor(cursor, page(self._calls.who(context))) if cursor else None
        question = functools.partial(
            transactions.page, filters=filters, after=after.key if after else (), limit=limit
        )
        release = after.release if after else None
        return await self._calls.ask(
            context, "read:transactions", question, release=release, page=page
        )

    async def transactions_summary(
        self,
        context: Context,
        group_by: fields.Groups,
        from_date: fields.FromDate = None,
        to_date: fields.ToDate = None,
        company_id: fields.CompanyIds = [],  # noqa: B006
        customer_id: fields.CustomerIds = [],  # noqa: B006
    ) -> CallToolResult:
        """Sum up paid orders, gross, refunds, net revenue and customers, by group and currency."""
        filters = _orders(from_date, to_date, company_id, customer_id)
        question = functools.partial(summary.grouped, filters=filters, groups=set(group_by))
        return await self._calls.ask(context, "read:transactions", question)

    async def monthly_revenue(self, context: Context, company_id: CompanyId) -> CallToolResult:
        """Return revenue, refunds, orders, new and returning customers of each month."""
        return await self._rows(context, "read:companies", "fct_monthly_revenue", company_id)

    async def cohorts(self, context: Context, company_id: CompanyId) -> CallToolResult:
        """Return what customers bought since, by the month of their first paid order."""
        return await self._rows(context, "read:companies", "fct_cohort_revenue", company_id)

    async def revenue_forecast(
        self,
        context: Context,
        company_id: CompanyId,
        quantile: fields.Quantiles = [],  # noqa: B006
        with_days: Annotated[bool, Field(description="Each day too, not only totals.")] = False,
    ) -> CallToolResult:
        """Return quantiles of net revenue of the next 30, 60, 90 and 150 days."""

        def question(asked: Asked) -> Found:
            found = forecast.of_company(asked, company_id, quantile)
            return found if with_days else Found({"totals": found.members["totals"]})

        return await self._calls.ask(context, "read:forecast", question)

    async def company_risk(self, context: Context, company_id: CompanyId) -> CallToolResult:
        """Return the risk profile, the verdict, and measures of each month."""
        question = functools.partial(risk.of_company, company_id=company_id)
        return await self._calls.ask(context, "read:risk", question)

    async def company_flags(self, context: Context, company_id: CompanyId) -> CallToolResult:
        """List concerns and strengths of a company, most severe first, each with its sentence."""
        return await self._rows(context, "read:risk", "fct_company_flags", company_id)

    async def size_advance(
        self,
        context: Context,
        company_id: CompanyId,
        amount: fields.Amount,
        fee_rate: fields.FeeRate = None,
        remittance_share: fields.RemittanceShare = None,
        minimum_per_day: fields.Minimum = 0,
        minimum_per_month: fields.Minimum = 0,
        cap_per_day: fields.Cap = None,
        grace_days: fields.GraceDays = 0,
    ) -> CallToolResult:
        """Say what becomes of an advance, as forecast and under stress, and the largest amount."""
        values = _checked(
            Advance, amount=amount, fee_rate=fee_rate, remittance_share=remittance_share,
            minimum_per_day=minimum_per_day, minimum_per_month=minimum_per_month,
            cap_per_day=cap_per_day, grace_days=grace_days,
        ).model_dump()  # fmt: skip
        question = functools.partial(
            advance.of_company, company_id=company_id, terms=advance.terms(**values)
        )
        return await self._calls.ask(context, "read:risk", question)

    async def list_marts(self, context: Context) -> CallToolResult:
        """List the marts with what a row of each is, and what readers get wrong."""
        return await self._calls.ask(context, "read:companies", definitions.marts)

    async def describe_mart(
        self,
        context: Context,
        mart: Annotated[fields.Id, Field(description="Name, from list_marts.")],
    ) -> CallToolResult:
        """List the columns of a mart with their types and meanings."""
        question = functools.partial(definitions.columns, mart=mart)
        return await self._calls.ask(context, "read:companies", question)

    async def _rows(
        self, context: Context, scope: str, mart: str, company_id: str
    ) -> CallToolResult:
        question = functools.partial(companies.rows, mart=mart, company_id=company_id)
        return await self._calls.ask(context, scope, question)


def _checked(kind: type[Parameters], **values: object) -> Any:  # noqa: ANN401
    try:
        return kind(**values)
    except ValidationError as error:
        raise ToolError("; ".join(one["msg"] for one in error.errors())) from None


def _orders(*values: object) -> transactions.Filters:
    names = ("from_date", "to_date", "company_id", "customer_id")
    return _checked(Orders, **dict(zip(names, values, strict=True))).filters()
