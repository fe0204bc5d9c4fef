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


def test_under_keep_the_items_of_a_line_are_those_of_its_order(uploads: Warehouse) -> None:
    found = uploads.query(
        "select order_id, sku, gross_amount, unmatched_reason from marts.fct_order_items"
        " where company_id = 'kept' order by all"
    )
    assert found == [
        ("A1#kept.csv:2", "mug", Decimal("10.00"), None),
        ("A1#kept.csv:3", "jar", Decimal("4.00"), None),
        ("A2#kept.csv:4", "jar", Decimal("4.00"), None),
    ]
    assert uploads.query(
        "select sku, net_revenue_amount from marts.fct_product_months where company_id = 'kept'"
        " order by all"
    ) == [("jar", Decimal("8.00")), ("mug", Decimal("10.00"))]


def test_under_keep_what_names_an_id_of_several_orders_is_nobodys_and_says_why(
    uploads: Warehouse,
) -> None:
    found = uploads.query(
        "select order_id, sku, gross_amount, unmatched_reason from marts.fct_order_items"
        " where company_id = 'keptapart' order by all"
    )
    assert found == [
        ("A1", "lid", None, "several orders"),
        ("A2#keptapart.csv:4", "pot", Decimal("4.00"), None),
        ("A9", "pot", None, "no order"),
    ]
    assert uploads.query(
        "select payment_id, order_id, has_order, unmatched_reason from marts.fct_payments"
        " where company_id = 'keptapart' order by all"
    ) == [("P1", "A1", False, "several orders"), ("P2", "A2#keptapart.csv:4", True, None)]
    assert uploads.query(
        "select gap_label, gap_count, gap_amount, example from marts.fct_operations_gaps"
        " where company_id = 'keptapart' and gap_id in ('items_of_several_orders',"
        " 'items_without_order', 'payments_of_several_orders') order by gap_rank"
    ) == [
        ("Items of orders that the log does not have", 1, Decimal("3.00"), "A9"),
        ("Items whose order id several orders have", 1, Decimal("4.00"), "A1"),
        ("Payments whose order id several orders have", 1, Decimal("10.00"), "P1"),
    ]
    # Of other companies no two orders have one id.
    assert uploads.query(
        "select company_id from marts.fct_operations_gaps join marts.dim_companies"
        " using (company_id) where gap_id like '%several_orders' and repeat_policy <> 'keep'"
    ) == []  # fmt: skip


def test_items_that_a_company_sends_stand_before_the_lines_of_a_later_export(
    uploads: Warehouse,
) -> None:
    assert uploads.query(
        "select order_id, sku, source_file from marts.fct_order_items where company_id = 'twice'"
        " order by all"
    ) == [
        ("A1", "MUG-1", "own_items.csv"),
        ("A2", "JAR-1", "own_items.csv"),
        ("A3", "jar", "own_lines.csv"),
    ]
    assert uploads.query(
        "select entity, source_file, set_aside_note from marts.fct_uploads"
        " where company_id = 'twice' and set_aside_note is not null"
    ) == [
        (
            "order_items",
            "own_lines.csv",
            "Set aside: 2 items of 2 orders in own_lines.csv, as the company also sends items of"
            " them (own_items.csv).",
        )
    ]
    # What does not add up is a gap too.
    assert uploads.query(
        "select gap_count, example from marts.fct_operations_gaps"
        " where company_id = 'twice' and gap_id = 'items_differ'"
    ) == [(1, "A2")]
