"""Which tables an export holds, what their columns mean, and their rows, in streams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import pyarrow as pa

from reporting.reading import lacks

#: Rows that are written at a time, and customers whose rows are sorted at a time: together they
#: bound the memory.
BATCH_ROWS = 50_000
SLICE_CUSTOMERS = 100_000
#: What programs of tables take for the beginning of a formula; Excel in Japanese takes wide ones.
FORMULA = r"=+\-@＝＋－＠"
_APOSTROPHE = "'"
# A program that splits lines at another mark than the file's begins a cell after each of these.
_AFTER_MARK = rf"([;,|\t\r\n][ \"]*)([{FORMULA}{_APOSTROPHE}])"
_AT_BEGINNING = rf"^([ \"]*)([{FORMULA}{_APOSTROPHE}\t\r\n])"


@dataclass(frozen=True)
class Table:
    """A table of the export: the rows of a mart that are the company's, as they stand there.

    `columns` are all of the mart but those `left_out`, unless some are named; `only` says in words
    what `where` keeps.
    """

    name: str
    question: str
    mart: str
    order: str
    columns: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    where: str = "true"
    only: str = ""
    is_forecast: bool = False


TABLES = (
    Table(
        "average_per_customer",
        "What is a transaction of each customer worth on average, and what have they spent?",
        "dim_customers",
        "customer_id",
        # Named: names, addresses and birthdays stay in the warehouse.
        columns=(
            "company_id", "customer_id", "currency", "cohort_month", "first_paid_date",
            "last_paid_date", "paid_order_count", "gross_amount", "refund_amount",
            "net_revenue_amount", "average_order_amount", "is_repeat_customer", "has_older_orders",
        ),
        where="paid_order_count > 0",
        only="Here are those with a paid order.",
    ),
    Table(
        "spend_per_customer_month",
        "What did each customer spend in each month?",
        "fct_customer_months",
        "customer_id, spend_month",
    ),
    Table(
        "days_per_customer_week",
        "On how many days of each week did each customer buy?",
        "fct_customer_weeks",
        "customer_id, week_start_date",
    ),
    Table(
        "months",
        "What did each month bring, and which share of it came from new customers?",
        "fct_monthly_revenue",
        "revenue_month",
    ),
    Table(
        "cohorts",
        "What have the customers acquired in each month spent, then and since?",
        "fct_cohort_revenue",
        "cohort_month, month_number",
    ),
    Table(
        "forecast_quantiles",
        "What will the next 30 to 150 days bring, and how likely?",
        "fct_revenue_forecast_totals",
        "horizon_days, quantile",
        left_out=("run_id",),
        where="model_name = 'paidnet'",
        only="Here is the calibrated forecast.",
        is_forecast=True,
    ),
    Table(
        "forecast_by_source",
        "Who will bring it: customers of today, customers not yet won, guests?",
        "fct_revenue_forecast_by_source",
        "window_end_date, window_name, revenue_source",
        is_forecast=True,
    ),
    Table(
        "next_month_per_customer",
        "What will each customer spend next month?",
        "fct_customer_spend_forecast",
        "customer_id",
        where="window_name = 'next_month'",
        only="Here is the next calendar month after the log.",
        is_forecast=True,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column as the release has it: DuckDB's type, and what it means by its comment there."""

    name: str
    kind: str
    meaning: str

    @property
    def is_text(self) -> bool:
        """Whether its values are text, which alone can pass for a formula."""
        return self.kind == "VARCHAR"


@dataclass(frozen=True)
class Content:
    """A table of the release with its columns, what a row is, and how many the company has.

    `edges` are customers that part its rows into slices; a table of few rows has none.
    """

    table: Table
    columns: list[Column]
    meaning: str
    row_count: int
    edges: tuple[str, ...] = ()


def present(connection: duckdb.DuckDBPyConnection, table: Table) -> bool:
    """Return whether the release has the table's mart."""
    found = "select 1 from duckdb_tables() where schema_name = 'marts' and table_name = ?"
    return bool(connection.execute(found, [table.mart]).fetchall())


def edges(connection: duckdb.DuckDBPyConnection, company_id: str) -> tuple[str, ...]:
    """Return every SLICE_CUSTOMERS-th customer of a company, sorted."""
    found = connection.execute(
        "select customer_id from marts.dim_customers where company_id = ?"
        f" qualify row_number() over (order by customer_id) % {SLICE_CUSTOMERS} = 0"
        " order by customer_id",
        [company_id],
    )
    return tuple(customer_id for (customer_id,) in found.fetchall())


def content(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    company_id: str,
    edges: tuple[str, ...] = (),
) -> Content:
    """Return what the release has of a table; raises PaidnetError where a column is missing."""
    rows = connection.execute(
        "select column_name, data_type, coalesce(comment, '') from duckdb_columns()"
        " where schema_name = 'marts' and table_name = ? order by column_index",
        [table.mart],
    ).fetchall()
    found = {name: Column(name, kind, " ".join(text.split())) for name, kind, text in rows}
    names = table.columns or [name for name in found if name not in table.left_out]
    if missing := [name for name in names if name not in found]:
        raise lacks(f"column {', '.join(missing)} of marts.{table.mart}")
    said = connection.execute(
        "select coalesce(comment, '') from duckdb_tables()"
        " where schema_name = 'marts' and table_name = ?",
        [table.mart],
    ).fetchone()
    (row_count,) = connection.execute(
        f"select count(*) from marts.{table.mart} where company_id = ? and {table.where}",
        [company_id],
    ).fetchone()
    meaning = " ".join([*said[0].split(), *table.only.split()])
    is_cut = "customer_id" in names
    return Content(
        table, [found[name] for name in names], meaning, row_count, edges if is_cut else ()
    )


def stream(
    connection: duckdb.DuckDBPyConnection,
    content: Content,
    company_id: str,
    expressions: dict[str, str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Yield the company's rows in batches of at most BATCH_ROWS, in the table's order.

    `expressions` puts an expression of SQL in place of a column. The first batch may be empty, so
    that there is one to take the schema from.
    """
    shown = ", ".join(
        f"{(expressions or {}).get(column.name, column.name)} as {column.name}"
        for column in content.columns
    )
    # The order is that of the mart's values, not of what is shown in their place.
    order = ", ".join(f"mart.{name}" for name in content.table.order.split(", "))
    query = f"select {shown} from marts.{content.table.mart} as mart where company_id = $company"
    query += f" and {content.table.where}"
    has_schema = False
    for low, high in pairwise([None, *content.edges, None]):
        given, part = {"company": company_id}, query
        for name, sign, edge in (("low", ">", low), ("high", "<=", high)):
            if edge is not None:
                part += f" and mart.customer_id {sign} ${name}"
                given[name] = edge
        found = connection.execute(f"{part} order by {order}", given)
        reader = found.to_arrow_reader(BATCH_ROWS)
        if not has_schema:
            yield pa.RecordBatch.from_pylist([], schema=reader.schema)
            has_schema = True
        yield from reader


def harmless(column: str) -> str:
    """Return SQL of a text that no program takes for a formula: an apostrophe stands before it.

    One is put before a sign that begins a formula, and before an apostrophe, where either begins
    the text or follows a mark that may part cells: so it can be taken off again.
    """
    inner = f"regexp_replace({column}, {_quoted(_AFTER_MARK)}, '\\1''\\2', 'g')"
    return f"regexp_replace({inner}, {_quoted(_AT_BEGINNING)}, '\\1''\\2')"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
