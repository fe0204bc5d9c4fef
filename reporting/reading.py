"""Read one release: the marts that the reports show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

import duckdb

from warehouse.errors import PaidnetError
from warehouse.reading import open_release, release_file

# Mart → what its rows are sorted by.
CORE = {
    "dim_companies": "company_id",
    "fct_monthly_revenue": "revenue_month",
    "fct_company_summary": "company_id",
    "fct_cohort_revenue": "cohort_month, month_number",
    "fct_data_quality": "company_id",
    "fct_rejection_reasons": "row_count desc, entity, reason_code",
    "fct_uploads": "entity, source_file",
    "fct_quarantined_companies": "company_id, test_name",
}
FORECAST = {
    "fct_forecast_runs": "run_at desc",
    "fct_portfolio": "company_id",
    "fct_revenue_forecast_totals": "horizon_days, quantile",
    "fct_revenue_fan": "week_end_date",
    "fct_forecast_coverage": "horizon_days",
    "fct_forecast_skill": "horizon_days, baseline_name",
    "fct_company_flags": "finding_rank",
}
# What a single advance is computed from, beside the paths of the forecast.
ADVANCE = {
    "dim_companies": "company_id",
    "fct_quarantined_companies": "company_id, test_name",
    "fct_data_quality": "company_id",
    "fct_forecast_runs": "run_at desc",
    "fct_forecast_trust": "company_id",
    "fct_advance_stresses": "stress_rank",
}
# What a credit memo is written from; the marts of an advance beside it, when one is asked for.
MEMO = {
    "dim_companies": "company_id",
    "fct_company_verdicts": "company_id",
    "fct_company_flags": "finding_rank",
    "fct_company_measures": "measure_number",
    "fct_company_risk_profile": "company_id",
    "fct_company_risk_months": "revenue_month",
    "fct_covenants": "covenant_id",
    "fct_advance_capacity": "stress_rank",
    "fct_advance_scenarios": "stress_rank, advance_amount",
    "fct_forecast_runs": "run_at desc",
    "fct_forecast_outlook": "company_id",
    "fct_forecast_trust": "company_id",
    "fct_revenue_fan": "week_end_date",
    "fct_monthly_revenue": "revenue_month",
    "fct_data_quality": "company_id",
    "fct_quarantined_companies": "company_id, test_name",
}
# All companies side by side.
COMPARISON = {"fct_watch_list": "watch_number"}
# What the report of a month's operations is written from.
OPERATIONS = {
    "dim_companies": "company_id",
    "fct_quarantined_companies": "company_id, test_name",
    "fct_monthly_revenue": "revenue_month",
    "fct_revenue_drivers": "comparison, driver_rank",
    "fct_product_changes": "comparison, change_amount, sku",
    "fct_product_margins": "revenue_month, net_revenue_amount desc, sku",
    "fct_channel_months": "revenue_month, net_revenue_amount desc, channel_id",
    "fct_country_months": "revenue_month, net_revenue_amount desc, country, state, city",
    "fct_payment_method_months": "payment_month, payment_count desc, payment_method",
    "fct_stock_cover": "coalesce(forecast_days_of_cover, days_of_cover), sku",
    "fct_reorder_list": "reorder_number",
    "fct_inventory_days": "inventory_date, sku, warehouse_id",
    "fct_operations_gaps": "gap_rank",
    "fct_sent_entities": "entity_rank",
}
# Marts of many rows a month: those that the report of one month shows.
_OF_MONTH = {
    "fct_revenue_drivers": "revenue_month = $month",
    "fct_product_changes": "revenue_month = $month",
    "fct_product_margins": "revenue_month between $month - interval 11 months and $month",
    "fct_country_months": "revenue_month in ($month, $month - interval 1 month)",
    "fct_inventory_days": "date_trunc('month', inventory_date) = $month and is_product_out",
}
# Marts that a release without forecasts lacks.
_WITH_FORECAST = {"fct_stock_cover", "fct_reorder_list"}


class Row(dict[str, Any]):
    """A row of a mart by column; a column that the release lacks is a PaidnetError."""

    def __missing__(self, column: str) -> NoReturn:
        """Name the missing column, and those that are there."""
        raise lacks(f"a column {column} where the reports read it, beside {', '.join(self)}")


def lacks(what: str) -> PaidnetError:
    """Return the error that says what a release of this version would have."""
    return PaidnetError(
        "the release lacks what the reports read",
        found=f"no {what}",
        expected="a release of this version of the models",
        fix="python -m warehouse build",
    )


@dataclass(frozen=True)
class Company:
    """All that a report shows of a company: its month, and its rows of each mart."""

    month: Row
    rows: dict[str, list[Row]]

    def one(self, mart: str) -> Row:
        """Return the company's row of a mart with one row per company."""
        return self.rows[mart][0]

    @property
    def name(self) -> str:
        """The company's name; its id where it has none."""
        return self.one("dim_companies")["company_name"] or self.month["company_id"]

    @property
    def currency(self) -> str | None:
        """ISO 4217 code of the company's amounts, where it is known."""
        return self.one("dim_companies")["currency"]

    def before(self, months: int) -> tuple[dt.date, Row | None, bool]:
        """Return the month N months before the report's: its day, its row, whether both are whole.

        The row is None where the log does not have the month.
        """
        number = self.month["revenue_month"].year * 12 + self.month["revenue_month"].month - 1
        day = dt.date((number - months) // 12, (number - months) % 12 + 1, 1)
        found = [row for row in self.rows["fct_monthly_revenue"] if row["revenue_month"] == day]
        partial = [row["is_partial_month"] for row in (self.month, *found)]
        return day, next(iter(found), None), bool(found) and not any(partial)


class Release:
    """An open release; every read of a run is of this one file."""

    def __init__(self, name: str, connection: duckdb.DuckDBPyConnection) -> None:
        self.name, self.connection = name, connection
        tables = "select table_name from duckdb_tables() where schema_name = 'marts'"
        self.has_forecasts = ("fct_forecast_runs",) in connection.sql(tables).fetchall()
        self.companies = {row["company_id"]: row for row in self._read("dim_companies")}
        self.quarantined = self._read("fct_quarantined_companies")
        self.built_at: dt.datetime = max(
            (row["built_at"] for row in self._read("fct_data_quality")), default=dt.datetime.min
        )

    def _read(
        self, mart: str, company_id: str | None = None, month: dt.date | None = None
    ) -> list[Row]:
        query, values = f"from marts.{mart}", {}
        if company_id:
            query, values = f"{query} where company_id = $company", {"company": company_id}
        if month and mart in _OF_MONTH:
            query, values = f"{query} and {_OF_MONTH[mart]}", values | {"month": month}
        orders = CORE | FORECAST | ADVANCE | MEMO | COMPARISON | OPERATIONS
        try:
            found = self.connection.execute(f"{query} order by {orders[mart]}", values)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise lacks(f"whole marts.{mart}: {str(error).splitlines()[0]}") from None
        columns = [column[0] for column in found.description]
        return [Row(zip(columns, values, strict=True)) for values in found.fetchall()]

    def advance(self, company_id: str) -> dict[str, list[Row]]:
        """Return a company's rows of the marts that an advance is computed from.

        Raises PaidnetError for a company that has no forecast to compute it from.
        """
        if company_id not in self.companies:
            raise unknown(self, [company_id])
        rows: dict[str, list[Row]] = {}
        if self.has_forecasts:
            rows = {mart: self._read(mart, company_id) for mart in ADVANCE}
        current = [row for row in rows.get("fct_forecast_runs", []) if row["is_current"]]
        if not current or current[0]["grade"] in {"failed", "insufficient"}:
            raise PaidnetError(
                f"there is no forecast of {company_id} to size an advance from",
                found=current[0]["grade_reason"] if current else "the release has none",
                expected="a forecast in the release, from enough history",
                fix="add a longer export"
                if current
                else "python -m warehouse build, without --no-forecast",
            )
        return rows | {"fct_forecast_runs": current}

    def memo(self, company_id: str) -> dict[str, list[Row]]:
        """Return a company's rows of the marts that its credit memo is written from."""
        return {mart: self._read(mart, company_id) for mart in MEMO}

    def watch_list(self) -> list[Row]:
        """Return all companies in the order in which a person should look at them.

        Raises PaidnetError for a release without forecasts: it has no findings.
        """
        if not self.has_forecasts:
            raise PaidnetError(
                "there are no findings to write a credit memo from",
                found="a release that was built without forecasts",
                expected="findings, a forecast and what it can repay",
                fix="python -m warehouse build, without --no-forecast",
            )
        return self._read("fct_watch_list")

    def left_out(self) -> dict[str, list[Row]]:
        """Return the companies in quarantine that the release holds nothing of, with their rows."""
        names = dict.fromkeys(row["company_id"] for row in self.quarantined if row["is_left_out"])
        return {n: [row for row in self.quarantined if row["company_id"] == n] for n in names}

    def month(self, company_id: str, wanted: dt.date | None) -> tuple[Row | None, str]:
        """Return the month to report: the one wanted, or the last that the log covers whole.

        When there is none, None and the reason, in words for a reader.
        """
        months, facts = self._read("fct_monthly_revenue", company_id), self.companies[company_id]
        if not months:
            return None, "it has no orders"
        if wanted:
            found, why = [row for row in months if row["revenue_month"] == wanted], "that month"
        else:
            found = [row for row in months if not row["is_partial_month"]]
            why = "a whole calendar month; --month reports a part of one"
        if not found:
            log = f"{facts['first_order_date']} to {facts['last_order_date']}"
            return None, f"its log covers {log}, not {why}"
        return found[-1], ""

    def company(self, month: Row) -> Company:
        """Return all that the report of a company and month shows."""
        marts = CORE | FORECAST if self.has_forecasts else CORE
        return Company(month, {mart: self._read(mart, month["company_id"]) for mart in marts})

    def operations(self, month: Row) -> Company:
        """Return all that the report of a company's operations in a month shows.

        A release that was built without forecasts has neither `fct_stock_cover` nor
        `fct_reorder_list`.
        """
        marts = set(OPERATIONS) - (set() if self.has_forecasts else _WITH_FORECAST)
        company_id, day = month["company_id"], month["revenue_month"]
        return Company(month, {mart: self._read(mart, company_id, day) for mart in sorted(marts)})


def unknown(release: Release, names: list[str]) -> PaidnetError:
    """Return the error that says which companies a release has, and not these."""
    return PaidnetError(
        "no such company in the release",
        found=", ".join(names),
        expected=f"one of {', '.join(sorted(release.companies))}",
        fix="correct --company, or add the company and build",
    )


@contextmanager
def release() -> Iterator[Release]:
    """Open the release that is current at this moment.

    Raises PaidnetError when there is none, or when it lacks what the reports read.
    """
    file = release_file()
    with open_release(file) as connection:
        yield Release(file.parent.name, connection)
