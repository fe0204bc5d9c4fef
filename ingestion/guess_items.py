"""Items of a file whose columns are guessed: of lines with a product, pieces and a price."""

from __future__ import annotations

from dataclasses import replace

from ingestion.column_names import CENTS, pick
from ingestion.guess import Match
from ingestion.mapping import ColumnRule, Condition, TableRule
from ingestion.reading.dialect import normal_name

#: Prices of a line, or of a unit: only what the orders add up to can tell.
PRICES = {"price", "item price", "lineitem price", "line item price", "product price"}
_CENTS = "cents"


def with_items(match: Match, names: tuple[str, ...]) -> Match:
    """Return a guessed mapping of orders that gives their items too, where the lines have them.

    Unchanged where a row names no product, no quantity or no price; where it is open what the
    price is of, that is said.
    """
    mapping = match.mapping
    orders = mapping.table_rules("orders").get("orders")
    if mapping.name not in {"guessed", "raw"} or orders is None:
        return match
    rules, lines, own = dict(orders.columns), pick("lines", names), pick("order_items", names)
    products = [n for n in (own.get("sku"), lines.get("item")) if n]
    quantity = lines.get("quantity") or own.get("quantity")
    if not products or quantity is None or not isinstance(orders.columns, dict):
        return match
    unit = match.unit_price or lines.get("unit_price")
    line = match.line_price or lines.get("line_total")
    if match.line_price or unit is None:
        if line is None:
            open_price = next((n for n in names if normal_name(n) in PRICES), None)
            what = f"; no items: is {open_price} that of a unit or of the line?"
            return replace(match, said=match.said + what) if open_price else match
        price, rule = line, ColumnRule(amount=f"[{line}] / [{quantity}]")
    else:
        price, rule = unit, ColumnRule(column=unit)
    total = rules["total_price"]
    is_cents = CENTS.search(normal_name(price)) is not None
    if total.json_path or (total.scale == _CENTS and not is_cents):
        return replace(match, said=f"{match.said}; no items: what is {price} counted in?")
    products = list(dict.fromkeys(products))
    items = TableRule(
        where=_where(orders.where, [quantity, *products]),
        columns={
            "order_id": rules["order_id"],
            "sku": ColumnRule(first_of=products),
            "quantity": ColumnRule(column=quantity),
            "unit_price": rule.model_copy(update={"scale": _CENTS if is_cents else None}),
        },
    )
    tables = {**mapping.table_rules("orders"), "order_items": items}
    changed = mapping.model_copy(update={"tables": tables, "columns": None, "entity": None})
    return replace(match, mapping=changed)


def _where(orders: Condition | list[Condition] | None, columns: list[str]) -> list[Condition]:
    """Return the condition of a line of an order: one of the columns is filled."""
    each = orders if isinstance(orders, list) else [orders or {}]
    return [one | {name: "filled"} for one in each for name in dict.fromkeys(columns)]
