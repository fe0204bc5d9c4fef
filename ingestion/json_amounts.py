"""Amounts that are objects of JSON: {"amount": "10.00", "currency": "EUR"} and the like."""

from __future__ import annotations

import json
import re
from typing import Any

from ingestion.column_flags import Values
from ingestion.mapping import ColumnRule
from warehouse.errors import Answer, PaidnetError

_CENTS = {"centamount", "cents", "amount_cents", "minor_units"}
_AMOUNTS = ("gross", "shop_money", "shopmoney", "centamount", "amount", "value", "cents")
_CURRENCIES = {"currency", "currencycode", "currency_code", "currency_id"}


def _path(found: dict[str, Any]) -> list[str]:
    """Return the keys that lead to the amount."""
    by_lower = {key.lower(): key for key in found}
    key = next((by_lower[name] for name in _AMOUNTS if name in by_lower), None)
    if key is None:
        return []
    inner = found[key]
    return [key, *_path(inner)] if isinstance(inner, dict) else [key]


def _at(found: object, path: list[str]) -> object:
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def amounts_in_objects(
    rules: dict[str, ColumnRule], where: str, values: Values, scale: str | None
) -> None:
    """Read amounts that are objects by their keys; raises PaidnetError where cents are possible."""
    for column in ("total_price", "order_refunds"):
        name = rules[column].column if column in rules else None
        if not isinstance(name, str):
            continue
        objects = [json.loads(t) for t in values(name) if re.fullmatch(r"\{.*\}", t.strip(), re.S)]
        path = _path(objects[0]) if objects else []
        if not path:
            continue
        is_cents = _is_cents(objects, path, name, where, scale)
        rules[column] = ColumnRule(
            column=name,
            json_path="$." + ".".join(path),
            scale="cents" if is_cents else None,
        )
        inner = _at(objects[0], path[:-1])
        keys = inner if isinstance(inner, dict) else {}
        code = next((key for key in keys if key.lower() in _CURRENCIES), None)
        if code and "currency" not in rules:
            rules["currency"] = ColumnRule(
                column=name, json_path="$." + ".".join([*path[:-1], code])
            )


def _is_cents(
    objects: list[Any], path: list[str], name: str, where: str, scale: str | None
) -> bool:
    if path[-1].lower() in _CENTS:
        digits = {str(_at(o, [*path[:-1], "fractionDigits"]) or 2) for o in objects}
        if digits == {"2"}:
            return True
    divisors = {str(_at(o, [*path[:-1], "divisor"])) for o in objects}
    if divisors in ({"100"}, {"1"}):
        return divisors == {"100"}
    texts = [str(_at(o, path)) for o in objects]
    is_whole = all(re.fullmatch(r"-?\d+", text) for text in texts)
    if scale is None and (is_whole or divisors != {"None"} or path[-1].lower() in _CENTS):
        raise PaidnetError(
            f"{where}: are the amounts in cents or in units?",
            column=name,
            found=f"whole numbers only, such as {', '.join(texts[:3])}",
            expected="cents (as a program's interface writes) or units",
            fix="say --scale cents or --scale units",
            answers=(
                Answer("scale", "cents", "hundredths"),
                Answer("scale", "units", "as they stand"),
            ),
        )
    return False
