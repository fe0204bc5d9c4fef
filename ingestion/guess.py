"""Guess what the columns of an export are, by what shops call them (synonyms.yml)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from ingestion import contract
from ingestion.column_flags import (
    cancelled_elsewhere,
    failed_refunds,
    gift_cards,
    never_paid,
    refine,
    refunds,
    unpaid,
)
from ingestion.column_names import compact, concepts, pick
from ingestion.guess_questions import (
    OTHER_STATUS,
    ask_for_companies,
    ask_for_other_total,
    ask_for_status,
    ask_for_total,
    scale_of,
)
from ingestion.json_amounts import amounts_in_objects
from ingestion.mapping import ColumnRule, Mapping
from ingestion.reading.dialect import normal_name
from ingestion.row_types import tables
from ingestion.sql import LINE_COLUMN, identifier
from warehouse.errors import PaidnetError

_REFUND_ID = r"(re|pyr|rfnd|refund|rma|cn)[_-]\w+"

#: Entities whose columns tell them; an id and a day may be those of anything.
_OTHERS = ("order_items", "products", "inventory_snapshots", "channels")
#: What the key of a row without an id is called.
_KEY = "key of the row"
_DAYS = (
    {"date"},
    {"order", "date"},
    {"transaction", "date"},
    {"purchase", "date"},
    {"sale", "date"},
)

Values = Callable[[str], list[str]]


@dataclass(frozen=True)
class Match:
    """A mapping that fits a file, and how that is said.

    `unit_price` or `line_price` is the column of prices, where totals show what they are of.
    """

    mapping: Mapping
    said: str
    unit_price: str | None = None
    line_price: str | None = None


def guess(
    names: tuple[str, ...],
    entity: str | None,
    where: str,
    values: Values,
    scale: str | None = None,
) -> Match:
    """Return a mapping made of what columns are usually called; raises PaidnetError.

    What it took for what is said, so that a wrong guess is seen. A file whose entity is not stated
    is one of orders, or of what its columns tell if they are none of orders.
    """
    others = [] if entity else _other_entities(names)
    entity = entity or "orders"
    found = pick(entity, names)
    if entity == "orders" and _is_refunds(names, found, values):
        return guess(names, "refunds", where, values, scale)
    if entity == "orders":
        return _guess_orders(names, found, others, where, values, scale)
    fields = contract.entities()[entity]
    needed = [c for c in fields.required if c not in {"company_id", *found}]
    rules = {column: ColumnRule(column=name) for column, name in found.items()}
    not_a_sale = {}
    if entity == "refunds":
        if "refund_id" in needed:
            rules["refund_id"] = ColumnRule(key="line")
            needed.remove("refund_id")
        if failed := failed_refunds(names, values):
            not_a_sale = {"refund that failed": failed}
    if needed:
        raise _unknown(names, found, needed, entity, where)
    guessed = Mapping(
        name="guessed", description="", entity=entity, columns=rules, not_a_sale=not_a_sale
    )
    return Match(guessed, _said(entity, found))


def _is_refunds(names: tuple[str, ...], found: dict[str, str], values: Values) -> bool:
    """Whether a file lists refunds and no orders: its ids say so, or the names of its columns."""
    own = next((name for name in names if compact(name) in {"id", "refundid"}), None)
    ids = [text for text in values(own) if text.strip()][:50] if own else []
    if ids and all(re.fullmatch(_REFUND_ID, text) for text in ids):
        return True
    key = next((n for n in names if concepts(n) in ({"refund", "id"}, {"refund", "number"})), None)
    total, order = found.get("total_price"), found.get("order_id")
    if key is None or (total and compact(total) not in {"amount", "total", "value"}):
        return False
    # Orders of which some were refunded have more ids of their own than of refunds.
    return order in {None, key} or len(values(key)) >= len(values(order))


def _other_entities(names: tuple[str, ...]) -> list[str]:
    """Return the entities beside orders of which a file names all columns that they need."""
    return [
        name
        for name in _OTHERS
        if contract.entities()[name].required - {"company_id"} <= pick(name, names).keys()
    ]


def _guess_orders(
    names: tuple[str, ...],
    found: dict[str, str],
    others: list[str],
    where: str,
    values: Values,
    stated_scale: str | None,
) -> Match:
    lines = pick("lines", names)
    rules = {column: ColumnRule(column=name) for column, name in found.items()}
    rows = "orders"
    total = found.get("total_price")
    if total and normal_name(total) in {"date", "time"}:
        del rules["total_price"]
    if "line_total" in lines and total in {None, lines["line_total"]}:
        rules["total_price"] = ColumnRule(amount=f"[{lines['line_total']}]", per="line")
        rows = "lines"
    elif {"quantity", "unit_price"} <= set(lines) and total is None:
        product = f"[{lines['quantity']}] * [{lines['unit_price']}]"
        rules["total_price"] = ColumnRule(amount=product, per="line")
        rows = "lines"
    elif total and normal_name(total) == "price" and "quantity" in lines:
        raise PaidnetError(
            f"{where}: is the price that of one unit or of the whole line?",
            column=total,
            found=f"columns {total} and {lines['quantity']}, and no total",
            expected="the total of the order, or a mapping that says how to compute it",
            fix="write a mapping with `total_price:"
            f' {{amount: "[{lines["quantity"]}] * [{total}]", per: line}}`',
        )
    elif total and concepts(total) == {"price"}:
        ask_for_total(rules, total, where, values)
    if rows == "lines":
        ask_for_other_total(names, {*lines.values(), *found.values()}, where, values)
    day, clock = found.get("created_at"), next((n for n in names if concepts(n) == {"time"}), None)
    if day and clock and clock != day and concepts(day) in _DAYS:
        zone = next((n for n in names if compact(n) in {"timezone", "tz"}), None)
        rules["created_at"] = ColumnRule(columns=[day, clock, *([zone] if zone else [])])
    if "status" not in rules and (name := _status_column(names, rules, values)):
        found["status"] = name
        rules["status"] = ColumnRule(column=name)
    notes = []
    # Shops begin to process an order when it is paid; a payment in process may still fail.
    state = rules.get("status")
    is_of_order = state is not None and concepts(str(state.column)) == {"order", "status"}
    if is_of_order and "processing" in map(normal_name, values(str(state.column))):
        rules["status"] = state.model_copy(update={"map": {"processing": "paid"}})
        notes.append("processing is paid, as shops have it")
    if "order_id" not in rules and (name := _id_column(names, rules, values)):
        found["order_id"] = name
        rules["order_id"] = ColumnRule(column=name)
    prepare = None
    if "order_id" not in rules:
        if name := _number_column(names, values):
            found["order_id"] = name
            rules["order_id"] = ColumnRule(column=name)
        elif prepare := _row_key(names, rules, values):
            rules["order_id"] = ColumnRule(column=_KEY)
    needed = [c for c in ("order_id", "created_at", "total_price") if c not in rules]
    if needed and len(others) == 1:
        return guess(names, others[0], where, values, stated_scale)
    if needed:
        raise _unknown(names, found, needed, "orders", where)
    ask_for_companies(names, where, values)
    if taken := refunds(rules, names, where, values):
        found["order_refunds"] = taken
    cancelled_elsewhere(rules, names, values)
    refine(rules, values)
    gift_cards(rules, lines.get("item"))
    scale = None if stated_scale else scale_of(rules, found, where, values)
    if scale:
        for column in ("total_price", "order_refunds"):
            if column in rules and rules[column].column:
                rules[column] = rules[column].model_copy(update={"scale": "cents"})
    amounts_in_objects(rules, where, values, stated_scale)
    notes += ["no ids: each row is an order"] if prepare else []
    for column, default, note in (
        ("status", "paid", "no status: every row counts as paid"),
        ("order_refunds", "", "no column of refunds: only rows below zero or a refunds file"),
        ("customer_id", "", "no customer: every order counts as a guest's"),
    ):
        if column not in rules:
            rules[column] = ColumnRule(constant=default)
            notes.append(note)
    if (customer := rules["customer_id"]).column and any(
        text.lstrip().startswith("{") for text in values(str(customer.column))
    ):
        rules["customer_id"] = customer.model_copy(update={"json_path": "$.id"})
    by_type, not_a_sale = tables(names, rules, rows, values)
    not_a_sale |= unpaid(names, rules, values) or never_paid(rules, names)
    if rules["status"].column is None and len(by_type) == 1:
        ask_for_status(names, rules, where, values)
    guessed = Mapping(
        name="guessed", description="", prepare=prepare, tables=by_type, not_a_sale=not_a_sale
    )
    return Match(
        guessed,
        "; ".join(
            [_said("orders", found | {k: v for k, v in lines.items() if k != "item"}), *notes]
        ),
    )


def _status_column(
    names: tuple[str, ...], rules: dict[str, ColumnRule], values: Values
) -> str | None:
    """Return a column that holds nothing but order statuses, whatever its name is."""
    taken = {rule.column for rule in rules.values()}
    for name in names:
        found = {normal_name(text).replace(" ", "_") for text in values(name)[:50]} - {""}
        is_known = len(found) > 1 and found <= contract.known_statuses()
        if is_known and name not in taken and not OTHER_STATUS & concepts(name):
            return name
    return None


def _id_column(names: tuple[str, ...], rules: dict[str, ColumnRule], values: Values) -> str | None:
    """Return a column of ids as shops show them, #1001, whatever its name is."""
    taken = {rule.column for rule in rules.values()}
    for name in names:
        ids = [text for text in values(name)[:50] if text.strip()]
        if name not in taken and ids and all(re.fullmatch(r"#[A-Z]{0,4}-?\d+", i) for i in ids):
            return name
    return None


def _number_column(names: tuple[str, ...], values: Values) -> str | None:
    """Return a column of numbers that are not just those of the rows: 1, 2, 3."""
    for name in names:
        texts = [text.strip() for text in values(name) if text.strip()]
        is_counted = {str(n) for n in range(1, len(texts) + 1)} == {t.rstrip(".") for t in texts}
        if concepts(name) == {"number"} and texts and not is_counted:
            return name
    return None


def _row_key(names: tuple[str, ...], rules: dict[str, ColumnRule], values: Values) -> str | None:
    """Return the SQL of a key that a row without an id has in the next export too.

    Only of a list of what customers bought: with a day, a customer, an amount and no balance.
    """
    listed = [rules[c].column for c in ("created_at", "customer_id", "total_price") if c in rules]
    texts = [name for name in listed if isinstance(name, str)]
    customer = set(concepts(texts[1])) if len(texts) == 3 else set()
    if not {"customer", "email", "client", "buyer"} & customer or any(
        {"balance", "saldo", "solde"} & concepts(name) for name in names
    ):
        return None
    # A report counts its customers: 15, 22.
    if not all(re.search(r"[^\W\d_]", text) for text in values(texts[1]) if text.strip()):
        return None
    parts = ", ".join(identifier(name) for name in texts)
    place = f"row_number() over (partition by {parts} order by {LINE_COLUMN})"
    return f"select *, concat_ws(' ', {parts}, nullif({place}, 1)) as {identifier(_KEY)} from file"


def _said(entity: str, found: dict[str, str]) -> str:
    pairs = ", ".join(f"{column} ← {name}" for column, name in found.items())
    return f"{entity}, by the names of columns: {pairs}"


def _unknown(
    names: tuple[str, ...], found: dict[str, str], needed: list[str], entity: str, where: str
) -> PaidnetError:
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    near = difflib.get_close_matches(needed[0], [n for n in names if n not in found.values()], n=1)
    hint = f"; {near[0]!r} looks like {needed[0]!r}" if near else ""
    return PaidnetError(
        f"{where}: the file is no export that is known, and its columns do not say all",
        column=needed[0],
        found=f"{_said(entity, found)}; of the columns {shown}" if found else f"columns {shown}",
        expected=f"also a column for {', '.join(needed)}{hint}",
        fix="name the columns in a mapping: python -m ingestion guess FILE --write acme.yml",
    )
