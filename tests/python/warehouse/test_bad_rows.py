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
