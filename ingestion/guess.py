"""Guess what the columns of an export are, by what shops call them (synonyms.yml)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from ingestion import contract
from ingestion.mapping import ColumnRule, Mapping, TableRule
from ingestion.reading.dialect import normal_name
from warehouse.errors import PaidnetError

_CENTS = re.compile(r"\b(cents?|minor( units?)?|pence|subunits?)\b")
_ADDED = re.compile(r"\b(utc|gmt|in|local)\b")
_CODE = re.compile(
    r"\b(usd|eur|gbp|cad|aud|nzd|jpy|inr|chf|sek|nok|dkk|pln|czk|brl|mxn|zar|sgd|hkd)$"
)
#: What a merchant's own program calls a payment; its interface counts in minor units.
_PAYMENT_ID = r"(ch|pi|py|pay|txn|in|cs|re|pm|seti|sub)_\w+"

Values = Callable[[str], list[str]]


@dataclass(frozen=True)
class Match:
    """A mapping that fits a file, and how that is said."""

    mapping: Mapping
    said: str


@cache
def synonyms() -> dict[str, dict]:
    """Return what shops call things: see synonyms.yml."""
    return yaml.load((Path(__file__).parent / "synonyms.yml").read_text(), yaml.CSafeLoader)


def _compact(name: str) -> str:
    return normal_name(name).replace(" ", "")


def pick(entity: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return the file's column for each contract column, the likeliest names first."""
    left = {
        _compact(_ADDED.sub("", _CENTS.sub("", _CODE.sub("", normal_name(name))))): name
        for name in reversed(names)
    }
    left |= {_compact(name): name for name in reversed(names)}
    found: dict[str, str] = {}
    for column, listed in synonyms().get(entity, {}).items():
        for synonym in (column, *listed):
            name = left.get(_compact(synonym))
            if name is not None and name not in found.values():
                found[column] = name
                break
    return found


def guess(
    names: tuple[str, ...], entity: str, where: str, values: Values, scale: str | None = None
) -> Match:
    """Return a mapping made of what columns are usually called; raises PaidnetError.

    What it took for what is said, so that a wrong guess is seen.
    """
    found = pick(entity, names)
    if entity == "orders":
        return _guess_orders(names, found, where, values, scale)
    fields = contract.entities()[entity]
    needed = [c for c in fields.required if c not in {"company_id", *found}]
    rules = {column: ColumnRule(column=name) for column, name in found.items()}
    if entity == "refunds" and "refund_id" in needed:
        rules["refund_id"] = ColumnRule(key="line")
        needed.remove("refund_id")
    if needed:
        raise _unknown(names, found, needed, entity, where)
    return Match(
        Mapping(name="guessed", description="", entity=entity, columns=rules), _said(entity, found)
    )


def _guess_orders(
    names: tuple[str, ...],
    found: dict[str, str],
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
    day, clock = found.get("created_at"), next((n for n in names if _compact(n) == "time"), None)
    if day and clock and clock != day and _compact(day) in {"date", "orderdate", "transactiondate"}:
        zone = next((n for n in names if _compact(n) in {"timezone", "tz"}), None)
        rules["created_at"] = ColumnRule(columns=[day, clock, *([zone] if zone else [])])
    if "status" not in rules and (name := _status_column(names, rules, values)):
        found["status"] = name
        rules["status"] = ColumnRule(column=name)
    needed = [c for c in ("order_id", "created_at", "total_price") if c not in rules]
    if needed:
        raise _unknown(names, found, needed, "orders", where)
    _ask_for_companies(names, where, values)
    scale = None if stated_scale else _scale(rules, found, where, values)
    if scale:
        for column in ("total_price", "order_refunds"):
            if column in rules and rules[column].column:
                rules[column] = rules[column].model_copy(update={"scale": "cents"})
    notes = []
    for column, default, note in (
        ("status", "paid", "no status: every row counts as paid"),
        ("order_refunds", "", "no refunds: none but those of a refunds file"),
        ("customer_id", "", "no customer: every order counts as a guest's"),
    ):
        if column not in rules:
            rules[column] = ColumnRule(constant=default)
            notes.append(note)
    if (nested := rules.get("order_refunds")) and nested.column:
        texts = values(str(nested.column))
        if any(text.lstrip().startswith("[") for text in texts):
            rules["order_refunds"] = _nested_refunds(str(nested.column))
    if (customer := rules["customer_id"]).column and any(
        text.lstrip().startswith("{") for text in values(str(customer.column))
    ):
        rules["customer_id"] = customer.model_copy(update={"json_path": "$.id"})
    tables, not_a_sale = _row_types(names, rules, rows, where, values)
    guessed = Mapping(name="guessed", description="", tables=tables, not_a_sale=not_a_sale)
    return Match(guessed, "; ".join([_said("orders", found | lines), *notes]))


def _status_column(
    names: tuple[str, ...], rules: dict[str, ColumnRule], values: Values
) -> str | None:
    """Return a column that holds nothing but order statuses, whatever its name is."""
    taken = {rule.column for rule in rules.values()}
    for name in names:
        found = {normal_name(text).replace(" ", "_") for text in values(name)[:50]} - {""}
        if name not in taken and len(found) > 1 and found <= contract.known_statuses():
            return name
    return None


def _nested_refunds(column: str) -> ColumnRule:
    return ColumnRule.model_validate(
        {
            "column": column,
            "sum": {
                "at": "$[*].transactions[*]", "value": "$.amount",
                "where": {"kind": "refund", "status": "success"},
            },
        }
    )  # fmt: skip


def _scale(
    rules: dict[str, ColumnRule], found: dict[str, str], where: str, values: Values
) -> str | None:
    """Return cents where the column's name says so; raises PaidnetError where nothing tells."""
    total = found.get("total_price")
    if total is None or rules["total_price"].column is None:
        return None
    if _CENTS.search(normal_name(total)):
        return "cents"
    texts = [text for text in values(total) if text.strip()]
    ids = [text for text in values(found.get("order_id", total)) if text.strip()][:50]
    is_payment = ids and all(re.fullmatch(_PAYMENT_ID, text) for text in ids)
    if is_payment and texts and all(re.fullmatch(r"-?\d+", text.strip()) for text in texts):
        raise PaidnetError(
            f"{where}: are the amounts in cents or in units?",
            column=total,
            found=f"whole numbers only, such as {', '.join(texts[:3])}, in an export of payments",
            expected="cents (as a payment service's interface writes) or units",
            fix="say --scale cents or --scale units",
        )
    return None


def _ask_for_companies(names: tuple[str, ...], where: str, values: Values) -> None:
    for wanted in synonyms()["companies"]:
        column = next((n for n in names if _compact(n) == _compact(wanted)), None)
        if column is None:
            continue
        several = [text for text in values(column) if text.strip()]
        if len(several) > 1:
            raise PaidnetError(
                f"{where}: does the file hold the orders of {len(several)} companies?",
                column=column,
                found=f"{', '.join(several[:5])}{' …' if len(several) > 5 else ''}",
                expected="the orders of one company, or a column that tells them apart",
                fix=f"say --company-column {column!r} (a company each),"
                " or write a mapping if they are one company's",
            )


def _row_types(
    names: tuple[str, ...], rules: dict[str, ColumnRule], rows: str, where: str, values: Values
) -> tuple[dict[str, TableRule], dict]:
    """Return the tables by what a column of row types says; one table where there is none."""
    types = synonyms()["row_types"]
    column = next((n for w in types["columns"] for n in names if _compact(n) == _compact(w)), None)
    kinds = ("sale", "refund", "not_a_sale")
    if column is not None and column not in {r.column for r in rules.values()}:
        found = {text: normal_name(text) for text in values(column) if text.strip()}
        by_kind = {k: [t for t, n in found.items() if n in types[k]] for k in kinds}
        if by_kind["refund"] or by_kind["not_a_sale"]:
            return _tables_by_type(column, by_kind, rules, rows)
    return {"orders": TableRule(rows=rows, columns=rules)}, {}


def _tables_by_type(
    column: str, by_kind: dict[str, list[str]], rules: dict[str, ColumnRule], rows: str
) -> tuple[dict[str, TableRule], dict]:
    tables = {"orders": TableRule(where={column: by_kind["sale"]}, rows=rows, columns=rules)}
    if by_kind["refund"]:
        tables["refunds"] = TableRule(
            where={column: by_kind["refund"]},
            columns={
                "refund_id": ColumnRule(key="line"),
                "order_id": rules["order_id"],
                "refunded_at": rules["created_at"],
                "amount": rules["total_price"],
                "customer_id": rules["customer_id"],
            },
        )
    return tables, {text: {column: [text]} for text in by_kind["not_a_sale"]}


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
