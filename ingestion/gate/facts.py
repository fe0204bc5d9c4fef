"""What the throwaway warehouse says of a company: rows of its marts, by what they tell."""

from __future__ import annotations

from typing import Any

import duckdb

Row = dict[str, Any]
Facts = dict[str, list[Row]]

#: Rejected rows that a report lists; all are counted.
LISTED_ROWS = 100

_OWN = "where company_id = $company"
_QUERIES = {
    "company": f"from marts.dim_companies {_OWN}",
    "quality": f"from marts.fct_data_quality {_OWN}",
    "parts": f"from marts.fct_data_quality_parts {_OWN} order by part_number",
    "summary": f"from marts.fct_company_summary {_OWN}",
    "months": f"from marts.fct_monthly_revenue {_OWN} order by revenue_month",
    "uploads": f"from marts.fct_uploads {_OWN} order by source_file, entity",
    "reasons": f"from marts.fct_rejection_reasons {_OWN} order by row_count desc, entity",
    "rejected": f"from marts.fct_rejected_rows {_OWN}"
    f" order by source_file, source_line, entity limit {LISTED_ROWS}",
    "counters": f"from marts.fct_counter_reconciliation {_OWN} order by all",
    "totals": f"""
        select
            sum(net_revenue_amount) as net_revenue_amount,
            sum(refund_amount) as refund_amount,
            sum(refund_amount) / nullif(sum(refundable_amount), 0) as refund_value_rate,
            sum(refunded_order_count) / nullif(sum(paid_order_count), 0) as refund_order_rate,
            sum(net_revenue_amount) / nullif(sum(paid_order_count), 0) as average_order_amount
        from marts.fct_monthly_revenue {_OWN}""",
    # Lines of files that are rejected, whichever entities they were to give.
    "lines": f"""
        select count(distinct (source_file, source_line)) as rejected_line_count
        from marts.fct_rejected_rows {_OWN}""",
    "statuses": f"""
        select status, is_paid, coalesce(is_test, false) as is_test, count(*) as order_count,
            sum(gross_amount) as gross_amount
        from marts.fct_orders {_OWN} and is_refund_without_order is not true
        group by all order by is_paid desc, order_count desc""",
    "currencies": f"""
        select currency, count(*) as row_count, sum(gross_amount) as gross_amount,
            true as is_used
        from marts.fct_orders {_OWN} and is_refund_without_order is not true group by all
        union all
        select upper(trim(raw_value)), count(*), null, false
        from marts.fct_rejected_rows {_OWN} and column_name = 'currency' group by all
        order by is_used desc, row_count desc""",
    "refunds": f"""
        with of_orders as (
            select order_id, refund_amount as column_amount
            from staging.stg_shop__orders {_OWN}
        ),
        of_file as (
            select order_id, sum(refund_amount) as file_amount
            from marts.fct_refunds {_OWN} and has_order group by all
        )
        select
            (select sum(column_amount) from of_orders) as column_amount,
            (select count(*) from of_orders where column_amount > 0) as column_count,
            (select sum(refund_amount) from marts.fct_refunds {_OWN}) as file_amount,
            (select count(*) from marts.fct_refunds {_OWN}) as file_count,
            (select sum(refund_amount) from marts.fct_refunds {_OWN} and not has_order)
                as unmatched_amount,
            (select count(*) from marts.fct_refunds {_OWN} and not has_order)
                as unmatched_count,
            (select count(*) from of_orders join of_file using (order_id)
                where column_amount > 0 and column_amount <> file_amount) as differing_count,
            (select sum(abs(column_amount - file_amount)) from of_orders join of_file
                using (order_id) where column_amount > 0) as differing_amount,
            (select sum(refund_amount) from marts.fct_orders {_OWN}
                and (is_paid or is_refund_without_order)) as used_amount,
            (select count(*) from marts.fct_orders {_OWN} and is_paid
                and status = 'refunded' and refund_amount = gross_amount
                and order_id in (select order_id from of_orders where
                    coalesce(column_amount, 0) = 0)
                and order_id not in (select order_id from of_file)) as full_count
        """,
    "unmatched": f"""
        select refund_id, order_id, refund_date, refund_amount from marts.fct_refunds {_OWN}
        and not has_order order by refund_amount desc, refund_id limit 20""",
}


def read(connection: duckdb.DuckDBPyConnection, company_id: str) -> tuple[Facts, list[str]]:
    """Return what there is, and which facts are missing because a model could not be built."""
    facts: Facts = {}
    missing = []
    for name, sql in _QUERIES.items():
        try:
            found = connection.execute(sql, {"company": company_id})
        except duckdb.Error:
            missing.append(name)
            facts[name] = []
            continue
        columns = [column[0] for column in found.description]
        facts[name] = [dict(zip(columns, values, strict=True)) for values in found.fetchall()]
    return facts, missing
