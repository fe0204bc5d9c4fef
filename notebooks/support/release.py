"""Ask the release in SQL: read-only, the one that is current when a notebook begins."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass

import pandas as pd

from reporting.reading import Row
from warehouse.errors import PaidnetError
from warehouse.reading import open_release, release_file

#: Names the company that notebooks begin with.
COMPANY = "PAIDNET_COMPANY"
_FACTS = """
    select
        companies.company_id, companies.company_name, companies.currency, companies.time_zone,
        companies.first_order_date, companies.last_order_date, companies.as_of_date,
        companies.history_is_truncated, companies.has_partial_last_day,
        (
            select sum(guest_revenue_amount) / nullif(sum(net_revenue_amount), 0)
            from marts.fct_monthly_revenue
            where company_id = companies.company_id
        ) as guest_share
    from marts.dim_companies as companies
    order by company_id
"""


@dataclass(frozen=True)
class Company:
    """What a notebook says of a company first; dates are None where it has no orders."""

    company_id: str
    name: str
    currency: str | None
    time_zone: str
    first_day: dt.date | None
    last_day: dt.date | None
    as_of: dt.date | None
    guest_share: float
    is_truncated: bool
    has_partial_last_day: bool

    @property
    def amount(self) -> str:
        """The unit of its amounts, for an axis."""
        return self.currency or "currency not known"

    @property
    def in_currency(self) -> str:
        """The same for a sentence: in USD."""
        return f"in {self.currency or 'a currency not known'}"


class Warehouse:
    """The release that is current now, and its companies by id.

    `first` is the one to begin with: `wanted`, else that of $PAIDNET_COMPANY, else the first by
    id. Raises PaidnetError when there is no release, or no such company in it.
    """

    def __init__(self, wanted: str | None = None) -> None:
        file = release_file()
        self.connection = open_release(file)
        self.name = file.parent.name
        self.companies = {row["company_id"]: _company(row) for row in self.rows(_FACTS)}
        wanted = wanted or os.environ.get(COMPANY)
        if wanted and wanted not in self.companies:
            raise PaidnetError(
                "no such company in the release",
                found=wanted,
                expected=f"one of {', '.join(self.companies)}",
                fix="correct --company, or add the company and build",
            )
        self.first = wanted or next(iter(self.companies), None)

    def rows(self, query: str, **values: object) -> list[Row]:
        """Return the rows of a query by column; `$name` in it is the value of that name."""
        found = self.connection.execute(query, values)
        columns = [column[0] for column in found.description]
        return [Row(zip(columns, values, strict=True)) for values in found.fetchall()]

    def sql(self, query: str, **values: object) -> pd.DataFrame:
        """Return a query as a frame; `$name` in it is the value of that name."""
        return self.connection.execute(query, values).df()

    def lacks(self, *marts: str) -> str:
        """Return why marts cannot be shown, as a sentence for a reader; '' where all are there."""
        found = self.rows("select table_name from duckdb_tables() where schema_name = 'marts'")
        there = {row["table_name"] for row in found}
        if not (missing := [mart for mart in marts if mart not in there]):
            return ""
        if "fct_forecast_runs" not in there:
            return (
                "This release was built without forecasts (`--no-forecast`), so this is not in it."
                " `python -m warehouse build` makes one that has it."
            )
        named = ", ".join(f"`marts.{mart}`" for mart in missing)
        return (
            f"This release has no {named}: it was built by an older version."
            " `python -m warehouse build` makes one that has it."
        )


def _company(row: Row) -> Company:
    return Company(
        company_id=row["company_id"],
        name=row["company_name"] or row["company_id"],
        currency=row["currency"],
        time_zone=row["time_zone"] or "UTC",
        first_day=row["first_order_date"],
        last_day=row["last_order_date"],
        as_of=row["as_of_date"],
        guest_share=float(row["guest_share"] or 0),
        is_truncated=bool(row["history_is_truncated"]),
        has_partial_last_day=bool(row["has_partial_last_day"]),
    )
