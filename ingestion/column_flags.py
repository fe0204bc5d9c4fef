"""Columns that hold yes and no, JSON, or words where the contract wants a time or an amount."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from ingestion import contract
from ingestion.column_names import compact, concepts
from ingestion.mapping import ColumnRule
from ingestion.reading.dialect import normal_name
from warehouse.errors import PaidnetError

YES = ["true", "t", "yes", "y", "1", "1.0", "x", "ja", "j", "oui", "si", "sí", "sim", "tak", "wahr",
       "evet", "ano", "kyllä"]  # fmt: skip
_NO = {"false", "f", "no", "n", "0", "0.0", "nein", "nee", "non", "não", "nao", "nie", "falsch",
       "nej", "nei", "hayır", "ne", "ei"}  # fmt: skip
_LIVE = {"live": "false", "production": "false", "prod": "false", "test": "true",
         "sandbox": "true", "testing": "true"}  # fmt: skip
_LIVE_NAMES = {"livemode", "live", "islive"}
_MONEY_BACK = {"refund", "return", "chargeback"}
#: What is told about a refund, or a total, beside its amount.
_NO_AMOUNT = {
    "number", "id", "date", "time", "reason", "status", "quantity", "reference", "type", "fee",
    "fees", "currency", "count", "note", "method", "tax", "shipping", "by",
}  # fmt: skip
#: A refund in a list counts where it says that it went through, or says nothing.
_SUCCESS = ["success", "succeeded", "successful", "completed", "complete", "refunded", "processed",
            "done", "settled", "paid", "approved", "closed"]  # fmt: skip
#: What else a status says of refunds that were made, or agreed to; and of those that were not.
_MADE = {*_SUCCESS, "accepted", "returned", "full", "fully", "partial", "partially"}
_NOT_MADE = {"not", "no", "none"}
_AMOUNT_KEYS = ("amount", "refund_amount", "amount_refunded", "total", "total_refunded", "value")

Values = Callable[[str], list[str]]


def is_flag(texts: list[str]) -> bool:
    """Whether texts say nothing but yes and no."""
    said = {text.strip().lower() for text in texts} - {""}
    return bool(said) and said <= {*YES, *_NO}


def is_nonzero(text: str) -> bool:
    """Whether a text is an amount other than zero."""
    number = r"[\d.,'’ ()−–-]*[1-9][\d.,'’ ()−–-]*"
    return bool(re.fullmatch(rf"\D{{0,4}}{number}\D{{0,4}}", text))


def refine(rules: dict[str, ColumnRule], values: Values) -> None:
    """Make rules of columns that hold yes and no say what the contract means by them."""
    created = rules.get("created_at")
    if (rule := rules.get("cancelled_at")) and rule.column and created:
        name = str(rule.column)
        texts = [text for text in values(name) if text.strip()]
        if is_flag(texts):
            rules["cancelled_at"] = created.model_copy(update={"where": {name: YES}})
        elif not all(re.search(r"\d{4}|\d\D\d", text) for text in texts):
            del rules["cancelled_at"]
    if (rule := rules.get("is_test")) and rule.column:
        name = str(rule.column)
        words = {text.strip().lower() for text in values(name)} - {""}
        if compact(name) in _LIVE_NAMES and is_flag(list(words)):
            turned = {word: "false" if word in YES else "true" for word in words}
            rules["is_test"] = rule.model_copy(update={"map": turned})
        elif words and words <= _LIVE.keys():
            rules["is_test"] = rule.model_copy(update={"map": _LIVE})
        elif words and not is_flag(list(words)):
            del rules["is_test"]


def refunds(
    rules: dict[str, ColumnRule], names: tuple[str, ...], where: str, values: Values
) -> str | None:
    """Find what was refunded of an order, and return the column that it took; PaidnetError.

    A column of refunds is never left out in silence. One that says yes and no refunds the whole
    order; one with a list of refunds adds up their amounts.
    """
    used = {rule.column for rule in rules.values()}
    given = rules.get("order_refunds")
    name = str(given.column) if given and given.column else None
    says_yes = name is not None and is_flag(values(name)) and not _is_amount_of_one(name, values)
    if says_yes:
        rules["order_refunds"] = rules["total_price"].model_copy(update={"where": {name: YES}})
        name = None
    found = [
        n
        for n in names
        if n not in used
        and _MONEY_BACK & concepts(n)
        and is_money(n)
        and any(is_nonzero(text) for text in values(n))
        and not any(re.search(r"[a-z]{4}", text.lower()) for text in values(n))
    ]
    has_own = name is not None and any(is_nonzero(text) for text in values(name))
    if len(found) + has_own > 1:
        raise PaidnetError(
            f"{where}: which column is what was refunded of the order?",
            column=found[0],
            found=f"amounts in {', '.join([*([name] if has_own and name else []), *found])}",
            expected="one column of refunds",
            fix="name it in a mapping: python -m ingestion guess FILE --write acme.yml;"
            f' `order_refunds: {{amount: "[{found[0]}] + […]"}}` adds several up',
        )
    if found:
        name = found[0]
        rules["order_refunds"] = ColumnRule(column=name)
    elif not has_own and not says_yes:
        _ask_of_words(rules, names, where, values)
    if name is not None:
        _ask_if_net(rules, name, names, where, values)
        texts = [text for text in values(name) if text.lstrip().startswith("[")]
        if texts:
            rules["order_refunds"] = _nested(name, texts, where)
    return name


def is_money(name: str) -> bool:
    """Whether a column of totals or refunds may hold amounts of the order.

    Of a tax it does not; including it, it does.
    """
    other = {"tax", "shipping"} if "incl" in concepts(name) else set()
    return not (_NO_AMOUNT - other) & concepts(name)


def _ask_of_words(
    rules: dict[str, ColumnRule], names: tuple[str, ...], where: str, values: Values
) -> None:
    """Ask for what was refunded where only a status of refunds says that something was."""
    status = rules["status"].column if "status" in rules else None
    known = {contract.canonical_status(text) for text in values(str(status))} if status else set()
    if {"refunded", "partially_refunded"} & known:
        return
    for name in names:
        if name == status or not (_MONEY_BACK & concepts(name) and "status" in concepts(name)):
            continue
        said = {text: set(normal_name(text).split()) for text in values(name)}
        made = [text for text, words in said.items() if words & _MADE and not words & _NOT_MADE]
        if made:
            raise PaidnetError(
                f"{where}: what was refunded of these orders?",
                column=name,
                found=f"{made[0]!r}, and no column of amounts that went back",
                expected="the amount that was refunded",
                fix="write a mapping: python -m ingestion guess FILE --write acme.yml;"
                f' `order_refunds: {{amount: "[Total]", where: {{{name}: {made[0]}}}}}` gives back'
                " the whole order",
            )


def _is_amount_of_one(name: str, values: Values) -> bool:
    """Whether 1 in a column is an amount: it has decimals, or other numbers beside it."""
    return any("." in text for text in values(name)) and "1" not in values(name)


def _ask_if_net(
    rules: dict[str, ColumnRule], name: str, names: tuple[str, ...], where: str, values: Values
) -> None:
    total = rules["total_price"].column
    is_report = any({"net", "sale"} <= concepts(other) for other in names)
    if total is None or ("net" not in concepts(str(total)) and not is_report):
        return
    if any(is_nonzero(text) for text in values(name)):
        raise PaidnetError(
            f"{where}: is the total before or after refunds?",
            column=str(total),
            found=f"columns {total} and {name}, and none that says",
            expected="the total of the order before refunds",
            fix="write a mapping: python -m ingestion guess FILE --write acme.yml;"
            f' if it is after them, `total_price: {{amount: "[{total}] + [{name}]"}}`',
        )


def _nested(column: str, texts: list[str], where: str) -> ColumnRule:
    """Return the rule that adds up a list of refunds, by the keys that its elements have."""
    element = next((e for text in texts for e in _elements(text) if isinstance(e, dict)), None)
    if element is None:
        return ColumnRule(column=column, map={"[]": ""})
    inner = element.get("transactions")
    if isinstance(inner, list):
        at, kinds = "$[*].transactions[*]", {"kind": "refund", "status": "success"}
        return _list_rule(column, at, "amount", kinds)
    key = next((k for k in _AMOUNT_KEYS if k in element and not isinstance(element[k], dict)), None)
    if key is None:
        raise PaidnetError(
            f"{where}: what is the amount of a refund in the list?",
            column=column,
            found=f"keys {', '.join(element)}",
            expected=f"one of {', '.join(_AMOUNT_KEYS)}",
            fix="say `order_refunds: {column: …, sum: {at: …, value: …}}` in a mapping",
        )
    return _list_rule(column, "$[*]", key, {"status": _SUCCESS})


def _elements(text: str) -> list[object]:
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _list_rule(column: str, at: str, key: str, where: dict) -> ColumnRule:
    return ColumnRule.model_validate(
        {"column": column, "sum": {"at": at, "value": f"$.{key}", "where": where}}
    )


def cancelled_elsewhere(
    rules: dict[str, ColumnRule], names: tuple[str, ...], values: Values
) -> None:
    """Take the status of an order too, where that of its payment was taken: it was cancelled."""
    status, created = rules.get("status"), rules.get("created_at")
    if status is None or created is None or "cancelled_at" in rules:
        return
    for name in names:
        if name == status.column or concepts(name) not in ({"status"}, {"order", "status"}):
            continue
        words = [t for t in values(name) if contract.canonical_status(t) == "cancelled"]
        if words:
            rules["cancelled_at"] = created.model_copy(update={"where": {name: words}})
            return


#: What is still to be paid of an invoice.
_DUE = ({"remaining", "amount"}, {"amount", "due"}, {"balance", "due"}, {"open", "balance"},
        {"open", "amount"}, {"outstanding"}, {"outstanding", "amount"}, {"due"})  # fmt: skip


def unpaid(
    names: tuple[str, ...], rules: dict[str, ColumnRule], values: Values
) -> dict[str, dict[str, list[str] | str]]:
    """Return, as a reason, the rows that a column says were not paid, or not in full."""
    used = {rule.column for rule in rules.values()}
    found: dict[str, dict[str, list[str] | str]] = {}
    for name in names:
        words = {"paid", "captured"} & concepts(name)
        if name in used or not words or concepts(name) - {"paid", "captured", "is", "order"}:
            continue
        no = [text for text in values(name) if text.strip().lower() in _NO]
        if no and is_flag(values(name)):
            found[f"not {min(words)}"] = {name: no}
    if found or rules["status"].column is not None:
        return found
    due = [n for n in names if n not in used and concepts(n) in _DUE]
    due = [n for n in due if any(is_nonzero(text) for text in values(n))]
    return {"not paid in full": {due[0]: "nonzero"}} if due else {}


def never_paid(
    rules: dict[str, ColumnRule], names: tuple[str, ...]
) -> dict[str, dict[str, list[str] | str]]:
    """Return, as a reason, the rows without a day of payment, of a file that has no status."""
    used = {rule.column for rule in rules.values()}
    days = ({"paid", "date"}, {"payment", "date"})
    found = [name for name in names if name not in used and concepts(name) in days]
    return {"not paid": {found[0]: "blank"}} if found and rules["status"].column is None else {}


_GIFT_CARDS = ["gift card*", "*gift card", "*gift certificate*", "*gift voucher*",
               "*geschenkgutschein*", "*carte cadeau*", "*tarjeta de regalo*", "*buono regalo*",
               "*cadeaubon*"]  # fmt: skip


def gift_cards(rules: dict[str, ColumnRule], item: str | None) -> None:
    """Take lines that sell a gift card for what they are: no revenue until it is used."""
    if item is not None and rules["total_price"].per == "line" and "gift_card_amount" not in rules:
        sold = rules["total_price"].model_copy(update={"where": {item: _GIFT_CARDS}})
        rules["gift_card_amount"] = sold


#: Words of a refund that did not go through, or has not yet.
FAILED_REFUNDS = ["failed", "failure", "canceled", "cancelled", "rejected", "declined", "denied",
                  "pending", "requires_action", "voided", "error", "expired"]  # fmt: skip


def failed_refunds(names: tuple[str, ...], values: Values) -> dict[str, list[str]] | None:
    """Return the condition of a refund that is none, by a column of statuses."""
    for name in names:
        if concepts(name) in ({"status"}, {"refund", "status"}, {"return", "status"}):
            words = [t for t in values(name) if normal_name(t).replace(" ", "_") in FAILED_REFUNDS]
            return {name: words} if words else None
    return None
