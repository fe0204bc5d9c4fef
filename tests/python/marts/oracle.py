"""What the warehouse must hold for one company, from its raw files, in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from .oracle_acquisition import acquisition_quality
from .oracle_customers import (
    customer_activity,
    customer_spend_changes,
    purchase_intervals,
    purchase_spans,
    second_purchases,
)
from .oracle_marts import (
    Marts,
    cohort_revenue,
    customer_months,
    customer_weeks,
    daily_revenue,
    monthly_revenue,
    quotient,
)
from .oracle_orders import (
    Order,
    Refund,
    in_revenue,
    number_orders,
    refund_rows,
    refunds_without_order,
    resolve_repeats,
    with_refunds,
)
from .oracle_risk import company as company_row
from .oracle_risk import company_summary, customer_concentration, top_customers
from .oracle_rows import Company, Rejection, Row, filled, read_file, read_statuses, validate
from .oracle_scores import customers

#: Columns whose values ingestion brings into normal form; the text as it stood is kept.
NORMALISED = {"order_id", "created_at", "total_price", "order_refunds"}


@dataclass
class Expected:
    """The marts of one company, and how many raw rows became what."""

    marts: Marts = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def expect(
    company: Company,
    uploads: Sequence[Path],
    today: date | None = None,
    refunds: Sequence[Refund] = (),
) -> Expected:
    """Return what the warehouse must hold after `uploads` (oldest first) of one company."""
    if not uploads:
        company = replace(company, is_known=False)
    statuses = read_statuses()
    today = today or datetime.now(UTC).date()
    raw = [row for index, path in enumerate(uploads) for row in read_file(path, index)]
    validated = [validate(row, company, statuses, today) for row in raw]
    rows = [item for item in validated if isinstance(item, Row)]
    rejected = [item for item in validated if isinstance(item, Rejection)]
    kept = in_revenue(resolve_repeats(rows, company.repeat_policy), company)
    kept = with_refunds(kept, refunds)
    orders = number_orders(kept, rejected, company)
    alone = refunds_without_order(refunds, orders, company)
    counts = {
        "raw": len(raw),
        "accepted": len(orders),
        "rejected": len(rejected),
        "superseded": len(rows) - len(orders),
    }
    summary = company_summary(company, orders, alone)
    companies = company_row(company, orders, counts)
    marts = {
        "dim_companies": companies,
        "dim_customers": customers(orders),
        "fct_acquisition_quality": acquisition_quality(orders),
        "fct_company_summary": summary,
        "fct_portfolio": {key: summary[key] | _portfolio(row) for key, row in companies.items()},
        "fct_customer_concentration": customer_concentration(orders),
        "fct_refunds": refund_rows(refunds, orders, company),
        "fct_top_customers": top_customers(company, orders, alone),
        "fct_orders": {(o.row.order_id,): _order(o) for o in [*orders, *alone]},
        "fct_daily_revenue": daily_revenue(orders, alone),
        "fct_monthly_revenue": monthly_revenue(orders, alone),
        "fct_cohort_revenue": cohort_revenue(orders),
        "fct_customer_months": customer_months(orders),
        "fct_customer_weeks": customer_weeks(orders),
        "fct_customer_activity": customer_activity(orders),
        "fct_customer_spend_changes": customer_spend_changes(orders),
        "fct_purchase_spans": purchase_spans(orders),
        "fct_purchase_intervals": purchase_intervals(orders),
        "fct_second_purchases": second_purchases(orders),
        "fct_rejected_rows": {
            (r.raw.source_file, r.raw.source_line): _rejection(r, company.company_id)
            for r in rejected
        },
    }
    return Expected(marts, counts)


def _portfolio(company: dict[str, Any]) -> dict[str, Any]:
    """What the portfolio says beside the summary; nothing is forecast in these builds."""
    return {
        "rejected_row_share": quotient(company["rejected_row_count"], company["raw_row_count"]),
        "history_is_truncated": company["history_is_truncated"],
        "horizon_days": None,
        "forecast_grade": None,
        "forecast_p50_amount": None,
    }


def _order(order: Order) -> dict[str, Any]:
    row = order.row
    return {
        "customer_id": row.customer_id,
        "ordered_at": row.ordered_at.replace(tzinfo=None),
        "order_date": order.day,
        "status": row.status,
        "is_paid": row.is_paid,
        "gross_amount": row.gross,
        "refund_amount": order.refund,
        "net_revenue_amount": order.net,
        "paid_order_number": order.number,
        "is_new_customer_order": order.is_new,
    }


def _rejection(rejection: Rejection, company_id: str) -> dict[str, Any]:
    column, reason = rejection.reasons[0]
    raw = rejection.raw
    values = {"company_id": company_id} | raw.values
    # As it stood in the file, where it is brought into normal form at all.
    shown = values.get(column) or None if column in NORMALISED else filled(values.get(column))
    return {
        "entity": "orders",
        "column_name": column,
        "raw_value": shown if column else raw.malformed_text,
        "reason_code": reason,
        "all_reason_codes": ", ".join(code for _, code in rejection.reasons),
    }
