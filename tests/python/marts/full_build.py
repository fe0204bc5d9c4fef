"""Land order files and build a warehouse of them, as an operator would."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
from typer.testing import CliRunner

from ingestion.__main__ import app
from tests.python.conftest import Warehouse

from .oracle import Expected, expect
from .oracle_acquisition import ACQUISITION
from .oracle_marts import CELL, Marts
from .oracle_orders import Refund
from .oracle_risk import COUNTS, SUMMARY, WHOLE
from .oracle_rows import Company, read_file
from .oracle_scores import CUSTOMER
from .order_files import OrderFiles

ORDERS = ("customer_id", "ordered_at", "order_date", "status", "is_paid", "gross_amount")
ORDERS += ("refund_amount", "net_revenue_amount", "paid_order_number", "is_new_customer_order")
SUMS = ("net_revenue_amount", "gross_amount", "refund_amount", "paid_order_count")
SPLIT = ("new_customer_revenue_amount", "guest_revenue_amount")
SPLIT += ("returning_customer_revenue_amount", "new_customer_revenue_share")
RATES = ("refund_value_rate", "refund_order_rate", "customer_count", "new_customer_count")
ACTIVITY = ("is_partial_period", "customer_count", "new_customer_count", "active_customer_count")
ACTIVITY += ("active_customer_change_rate", "lapsed_customer_count", "lapsed_share")
ACTIVITY += ("paid_order_count", "net_revenue_amount", "average_order_amount_per_customer")
ACTIVITY += ("average_customer_spend_amount", "average_active_day_count")
CHANGES = ("customer_id", "previous_month_net_revenue_amount", "net_revenue_amount")
CHANGES += ("change_amount", "is_new_customer", "is_latest_month")
SECONDS = ("at_risk_customer_count", "second_purchase_count", "censored_customer_count")
SECONDS += ("second_purchase_share",)
REASONS = ("entity", "column_name", "raw_value", "reason_code", "all_reason_codes")
COMPANY = ("first_order_date", "last_order_date", "order_count", "paid_order_count")
COMPANY += ("guest_order_count", "customer_count", "older_customer_count", "history_is_truncated")
COMPANY += ("revenue_includes_tax", "revenue_includes_shipping")
COMPANY += ("order_without_tax_count", "order_without_shipping_count")
COMPANY += ("raw_row_count", "rejected_row_count", "superseded_row_count")
PORTFOLIO = ("rejected_row_share", "history_is_truncated", "horizon_days", "forecast_grade")
PORTFOLIO += ("forecast_p50_amount",)
REFUNDS = ("order_id", "customer_id", "order_date", "refund_date", "lag_day_count")
REFUNDS += ("refund_amount", "has_order", "is_paid")
#: Mart → (columns of its key beside company_id, columns compared).
COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "dim_companies": ((), COMPANY),
    "dim_customers": (("customer_id",), CUSTOMER),
    "fct_acquisition_quality": (("age_days", "cohort_type", "cohort_start_date"), ACQUISITION),
    "fct_company_summary": ((), (*SUMMARY, *COUNTS, WHOLE)),
    "fct_portfolio": ((), (*SUMMARY, *COUNTS, WHOLE, *PORTFOLIO)),
    "fct_customer_concentration": (
        ("customer_percent",),
        ("customer_count", "cumulative_net_revenue_amount", "cumulative_revenue_share"),
    ),
    "fct_top_customers": (
        ("top_customer_count",),
        ("has_that_many", "net_revenue_amount", "revenue_share"),
    ),
    "fct_orders": (("order_id",), ORDERS),
    "fct_daily_revenue": (("revenue_date",), (*SUMS, "active_customer_count")),
    "fct_monthly_revenue": (
        ("revenue_month",),
        (*SUMS, *SPLIT, *RATES, "average_order_amount", "is_partial_month"),
    ),
    "fct_cohort_revenue": (("cohort_month", "month_number"), ("cohort_customer_count", *CELL)),
    "fct_customer_months": (
        ("customer_id", "spend_month"),
        ("net_revenue_amount", "paid_order_count", "average_order_amount", "active_day_count"),
    ),
    "fct_customer_weeks": (
        ("customer_id", "iso_year", "iso_week"),
        ("week_start_date", "active_day_count", "paid_order_count", "net_revenue_amount"),
    ),
    "fct_customer_activity": (("period_type", "period_start_date"), ACTIVITY),
    "fct_customer_spend_changes": (("spend_month", "direction", "change_rank"), CHANGES),
    "fct_purchase_spans": (
        ("span_week_count",),
        ("customer_count", "repeat_customer_count", "older_customer_count"),
    ),
    "fct_purchase_intervals": (
        ("weeks_since_previous",),
        ("paid_order_count", "order_share", "average_order_amount"),
    ),
    "fct_second_purchases": (
        ("week_number",),
        SECONDS,
    ),
    "fct_refunds": (("refund_id",), REFUNDS),
    "fct_rejected_rows": (("source_file", "source_line"), REASONS),
}
COUNTED = {
    "raw": "staging.base_shop__orders_raw",
    "accepted": "staging.stg_shop__orders",
    "rejected": "marts.fct_rejected_rows",
    "superseded": "staging.stg_shop__orders__superseded",
}


def build(
    data: Path, files: Iterable[OrderFiles], *, is_tested: bool = True
) -> dict[str, tuple[Expected, Expected]]:
    """Return company id → (what must be, what is) after a full build in the folder `data`.

    With `is_tested` dbt's data tests run too, and must pass: random orders are good data.
    """
    expected = {f.company.company_id: land(data, f) for f in files}
    run_build(data, is_tested=is_tested)
    found = read(data / "build" / "warehouse.duckdb", expected)
    return {company_id: (expected[company_id], found[company_id]) for company_id in expected}


def land(data: Path, files: OrderFiles) -> Expected:
    """Land a company's files with the command line; return what must come of them.

    A file without one usable row is refused as a whole, and then is none of the uploads.
    """
    company, uploads = files.company, []
    options = ["--time-zone", company.time_zone, "--repeat-policy", company.repeat_policy]
    options += ["--currency", company.currency] if company.currency else []
    options += [] if company.revenue_includes_tax else ["--tax-is-no-revenue"]
    options += [] if company.revenue_includes_shipping else ["--shipping-is-no-revenue"]
    # What a person says where a file may leave it open; uploads are in the order of exports.
    said = ["--decimal", "point", "--day-order", "day-first", "--accept-rejects"]
    for number, (name, content) in enumerate(files.contents().items()):
        path = _file(data, name, content)
        at = ["--exported-at", f"2025-01-{number + 1:02}"]
        if _add(data, path, "--company", company.company_id, *options, *said, *at):
            uploads.append(path)
    refunds = _refunds(company, uploads)
    if refunds:
        rows = [
            f"{r.refund_id},{r.order_id},{r.refunded_at.isoformat()},{r.amount}" for r in refunds
        ]
        text = "\n".join(["refund_id,order_id,refunded_at,amount", *rows])
        path = _file(data, f"{company.company_id}-refunds.csv", text.encode())
        assert _add(data, path, "--company", company.company_id, "--entity", "refunds", *options)
    if not company.is_known:
        (data / "landing/companies" / f"{company.company_id}.parquet").unlink(missing_ok=True)
    return expect(company, uploads, refunds=refunds)


def _file(data: Path, name: str, content: bytes) -> Path:
    path = data / "files" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _add(data: Path, path: Path, *options: str) -> bool:
    """Land a file; False when not one row of it can be used."""
    result = CliRunner().invoke(app, ["add", str(path), *options], env={"PAIDNET_DATA": str(data)})
    if result.exit_code and "not one row can be used" not in result.output:
        raise AssertionError(f"{path.name} was refused:\n{result.output}\n{result.exception!r}")
    return result.exit_code == 0


def _refunds(company: Company, uploads: Sequence[Path]) -> list[Refund]:
    """Return random refunds of some of the orders, and of one that is in no file."""
    random = Random(company.company_id)
    if not uploads or not company.is_known or random.random() < 0.5:
        return []
    rows = [row.values.get("order_id") for path in uploads for row in read_file(path, 0)]
    known = sorted({name.strip() for name in rows if name and name.strip().isalnum()})
    chosen = [*random.sample(known, min(len(known), 8)), "nowhere"]
    start = datetime(2024, 1, 1, tzinfo=UTC)
    return [
        Refund(
            refund_id=f"R{number}",
            order_id=random.choice(chosen),
            refunded_at=start + timedelta(minutes=random.randrange(500_000)),
            amount=Decimal(random.randrange(1, 5_000)) / 100,
        )
        for number in range(random.randint(1, 12))
    ]


def run_build(data: Path, *, is_tested: bool = True) -> None:
    """Build the warehouse of the data folder; raises AssertionError with dbt's own words."""
    # What the compared marts are made from; a test only when all it reads is built.
    models = [*COLUMNS, *(relation.rpartition(".")[2] for relation in COUNTED.values())]
    command = ["build", "--quiet", "--indirect-selection", "buildable"]
    command += ["--select", *(f"+{name}" for name in models)]
    command += ["--exclude", "test_type:unit", *([] if is_tested else ["test_type:data"])]
    result = Warehouse(data).dbt(*command)
    assert result.returncode == 0, f"the build failed:\n{(result.stdout + result.stderr)[-6000:]}"


def read(path: Path, companies: Iterable[str]) -> dict[str, Expected]:
    """Return the marts and row counts of each company in the warehouse file."""
    none = dict.fromkeys(COUNTED, 0)
    found = {company_id: Expected(_no_rows(), none.copy()) for company_id in companies}
    with duckdb.connect(str(path), read_only=True) as connection:
        for mart, (keys, columns) in COLUMNS.items():
            listed = ", ".join(("company_id", *keys, *columns))
            rows = connection.execute(f"select {listed} from marts.{mart}").fetchall()
            for company_id, *values in rows:
                if company_id not in found:  # One of the companies kept in git.
                    continue
                key, rest = tuple(values[: len(keys)]), values[len(keys) :]
                into = found[company_id].marts[mart]
                assert key not in into, f"{mart} has {company_id} {key} twice"
                into[key] = dict(zip(columns, rest, strict=True))
        for name, relation in COUNTED.items():
            query = f"select company_id, count(*) from {relation} group by all"
            for company_id, count in connection.execute(query).fetchall():
                if company_id in found:
                    found[company_id].counts[name] = count
    return found


def _no_rows() -> Marts:
    return {mart: {} for mart in COLUMNS}
