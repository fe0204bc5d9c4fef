"""A log with some bad rows: the good ones count, the bad ones are shown with their reasons."""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import Decimal

from tests.python.conftest import PROJECT, Warehouse
from tests.python.warehouse.conftest import BAD


def test_a_log_with_five_percent_bad_rows_counts_the_good_and_shows_the_bad(
    uploads: Warehouse,
) -> None:
    reasons = Counter(number // 20 % len(BAD) for number in range(20, 2001, 20))
    ((net, orders),) = uploads.query(
        "select sum(net_revenue_amount), sum(paid_order_count) from marts.fct_monthly_revenue"
        " where company_id = 'messy'"
    )
    assert (net, orders) == (Decimal("7.50") * 1900, 1900)
    found = uploads.query(
        "select reason_code, column_name, count(*), min(source_line), any_value(source_file)"
        " from marts.fct_rejected_rows where company_id = 'messy' group by all order by 4"
    )
    assert found == [
        ("invalid_amount", "total_price", reasons[1], 21, "messy.csv"),
        ("invalid_amount", "order_refunds", reasons[2], 41, "messy.csv"),
        ("too_few_columns", None, reasons[3], 61, "messy.csv"),
        ("broken_quotes", None, reasons[4], 81, "messy.csv"),
        ("invalid_timestamp", "created_at", reasons[0], 101, "messy.csv"),
    ]


def test_every_reason_that_the_code_can_give_has_its_line_in_words() -> None:
    validators = [
        *(PROJECT / "models/staging/shop/base").glob("*_validated.sql"),
        *(PROJECT / "macros/values").glob("*.sql"),
    ]
    given = {
        code
        for file in validators
        for code in re.findall(r"(?:then|else) '([a-z_]+)'", file.read_text())
    }
    for name in ("records", "json_file"):
        readers = (PROJECT / f"ingestion/reading/{name}.py").read_text()
        given |= set(re.findall(r"[\"']((?:bad|broken|too)_[a-z_]+)[\"']", readers))
    with (PROJECT / "seeds/reference/rejection_reasons.csv").open() as file:
        documented = {row["reason_code"] for row in csv.DictReader(file)}
    assert documented == given


def test_tax_is_left_out_and_a_currency_without_a_rate_is_rejected_by_name(
    uploads: Warehouse,
) -> None:
    orders = uploads.query(
        "select order_id, gross_amount, refund_amount, net_revenue_amount, order_gross_amount"
        " from marts.fct_orders where company_id = 'money' order by order_id"
    )
    assert [tuple(map(str, row)) for row in orders] == [
        ("E1", "100.00", "50.00", "50.00", "120.00"),
        ("E2", "50.00", "50.00", "0.00", "60.00"),
        ("E3", "50.00", "0.00", "50.00", "50.00"),
    ]
    assert uploads.query(
        "select reason_code, raw_value from marts.fct_rejected_rows where company_id = 'money'"
        " order by source_line"
    ) == [("no_exchange_rate", "USD"), ("no_exchange_rate", "JPY")]
    assert uploads.query(
        "select currency, convert_currencies, revenue_includes_tax, revenue_includes_shipping,"
        " order_without_tax_count, raw_row_count, order_count, rejected_row_count"
        " from marts.dim_companies where company_id = 'money'"
    ) == [("EUR", True, False, True, 1, 5, 3, 2)]


def test_rows_that_are_no_orders_are_counted_where_they_went(uploads: Warehouse) -> None:
    assert uploads.query(
        "select company_id, entity, read_row_count, accepted_row_count, not_a_sale_row_count,"
        " not_a_sale_reasons, merged_row_count, other_row_count from marts.fct_uploads"
        " where company_id in ('balance', 'lines') order by company_id, entity"
    ) == [
        ("balance", "orders", 5, 2, 2, "1 payout, 1 fee", 0, 1),
        ("balance", "refunds", 5, 1, 2, "1 payout, 1 fee", 0, 2),
        ("lines", "order_items", 10, 10, 0, None, 0, 0),
        ("lines", "orders", 10, 9, 0, None, 1, 0),
    ]
    assert uploads.query(
        "select unmatched_refund_count, unmatched_refund_amount from marts.fct_data_quality"
        " where company_id = 'balance'"
    ) == [(1, Decimal("20.00"))]
