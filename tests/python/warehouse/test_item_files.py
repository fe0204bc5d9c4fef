"""Items and refunds that are odd to tell apart: whose they are, and that none is lost."""

from __future__ import annotations

from decimal import Decimal

from tests.python.conftest import Warehouse


def test_two_unusable_refunds_of_one_line_hold_nothing_back_and_are_both_shown(
    uploads: Warehouse,
) -> None:
    rejected = uploads.query(
        "select source_line, line_row_number, raw_value, reason_code"
        " from marts.fct_rejected_rows where company_id = 'objects' order by all"
    )
    assert rejected == [
        (1, 1, "some day", "invalid_timestamp"),
        (1, 2, "yesterday", "invalid_timestamp"),
    ]
    assert uploads.query(
        "select accepted_row_count, rejected_row_count from marts.fct_uploads"
        " where company_id = 'objects' and entity = 'refunds'"
    ) == [(2, 2)]


def test_items_of_an_order_that_is_one_line_of_its_file_are_all_there(uploads: Warehouse) -> None:
    found = uploads.query(
        "select order_id, item_number, sku, quantity, net_revenue_amount"
        " from marts.fct_order_items where company_id = 'objects' order by all"
    )
    assert [(*row[:4], str(row[4])) for row in found] == [
        ("1", 1, "jar", 1, "9.33"),
        ("1", 2, "mug", 2, "18.67"),
        ("2", 1, "mug", 2, "18.00"),
    ]
    ((revenue,),) = uploads.query(
        "select sum(net_revenue_amount) from marts.fct_orders where company_id = 'objects'"
    )
    assert revenue == sum((row[4] for row in found), Decimal(0)) == Decimal("46.00")
