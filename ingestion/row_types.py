"""Tables of a file that a column of row types tells apart: sales, refunds, what is none."""

from __future__ import annotations

from ingestion.column_flags import Values, failed_refunds
from ingestion.column_names import compact, synonyms
from ingestion.mapping import ColumnRule, TableRule
from ingestion.reading.dialect import normal_name


def tables(
    names: tuple[str, ...], rules: dict[str, ColumnRule], rows: str, values: Values
) -> tuple[dict[str, TableRule], dict]:
    """Return the tables by what a column of row types says; one table where there is none.

    Types that are not known beside known ones are asked about later: no table takes them.
    """
    types = synonyms()["row_types"]
    taken = {rule.column for rule in rules.values()}
    for wanted in types["columns"]:
        column = next((n for n in names if compact(n) == compact(wanted)), None)
        if column is None or column in taken:
            continue
        found = {text: normal_name(text) for text in values(column) if text.strip()}
        by_kind = _kinds(found, types)
        is_mixed = bool(by_kind["sale"]) and len(by_kind["sale"]) < len(found)
        if by_kind["refund"] or by_kind["not_a_sale"] or is_mixed:
            return _by_type(column, by_kind, names, rules, rows, values)
    return {"orders": TableRule(rows=rows, columns=rules)}, {}


def _kinds(found: dict[str, str], types: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the texts of each kind; some words are one only where others are beside them."""

    def of(kind: str) -> list[str]:
        return [text for text, name in found.items() if name in types[kind]]

    sales = of("sale") or of("perhaps_sale")
    refunds = of("refund") + (of("perhaps_refund") if sales else [])
    return {"sale": sales, "refund": refunds, "not_a_sale": of("not_a_sale")}


def _by_type(
    column: str,
    by_kind: dict[str, list[str]],
    names: tuple[str, ...],
    rules: dict[str, ColumnRule],
    rows: str,
    values: Values,
) -> tuple[dict[str, TableRule], dict]:
    found = {"orders": TableRule(where={column: by_kind["sale"]}, rows=rows, columns=rules)}
    not_a_sale: dict = {text: {column: [text]} for text in by_kind["not_a_sale"]}
    if by_kind["refund"]:
        found["refunds"] = TableRule(
            where={column: by_kind["refund"]},
            columns={
                "refund_id": ColumnRule(key="line"),
                "order_id": _order_of_refund(names, rules, values),
                "refunded_at": rules["created_at"],
                "amount": rules["total_price"],
                "customer_id": rules["customer_id"],
            },
        )
        if failed := failed_refunds(names, values):
            not_a_sale["refund that failed"] = {column: by_kind["refund"], **failed}
    return found, not_a_sale


def _order_of_refund(
    names: tuple[str, ...], rules: dict[str, ColumnRule], values: Values
) -> ColumnRule:
    """Return what names the order of a refund: the column that names another row, its own id.

    A refund that names none has the customer's name or its day for it: it is a refund of the
    customer's order, or of none.
    """
    own = str(rules["order_id"].column)
    ids = set(values(own)) if rules["order_id"].column else set()
    listed = [
        name
        for wanted in synonyms()["refunds"]["of_row"]
        for name in names
        if compact(name) == compact(wanted) and ids & set(values(name)) and name != own
    ]
    if rules["order_id"].column is None:
        return rules["order_id"]
    customer, created = rules["customer_id"].column, rules["created_at"].names()[0][0]
    return ColumnRule(first_of=[*listed, own, *([str(customer)] if customer else []), created])
