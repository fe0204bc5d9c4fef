"""Questions about an export that is guessed: what its columns leave open."""

from __future__ import annotations

import re

from ingestion import contract
from ingestion.column_flags import Values, is_flag, is_money, is_nonzero
from ingestion.column_names import CENTS, compact, concepts, synonyms
from ingestion.mapping import ColumnRule
from ingestion.reading.dialect import normal_name
from warehouse.errors import Answer, PaidnetError

#: What a merchant's own program calls a payment; its interface counts in minor units.
_PAYMENT_ID = r"(ch|pi|py|pay|txn|in|cs|re|pm|seti|sub)_\w+"
#: Columns whose statuses are of money or parcels on their way, not of the order.
OTHER_STATUS = {"payout", "settlement", "transfer", "deposit"}
_TOLD_FAILURES = {"cancelled", "failed", "voided", "refunded"}
#: Of more words a column is no list of statuses.
_MOST_WORDS = 12
_PROGRAM_ID = r"(order|ord|inv|invoice|sale|transaction|trx|checkout|tr|ordr)_\w+"
#: What a column of totals may be of, beside the order.
_NOT_OF_THE_ORDER = {
    "line", "item", "items", "row", "product", "products", "unit", "price", "weight", "discount",
    "refund", "return", "sub", "subtotal", "due",
}  # fmt: skip


def ask_for_other_total(
    names: tuple[str, ...], taken: set[str], where: str, values: Values
) -> None:
    """Raise PaidnetError where lines would be added up beside what may be the order's own total."""
    for name in names:
        words = concepts(name)
        is_total = "total" in words and not words & _NOT_OF_THE_ORDER and is_money(name)
        if is_total and name not in taken and any(is_nonzero(text) for text in values(name)):
            raise PaidnetError(
                f"{where}: what is the total of an order?",
                column=name,
                found=f"amounts in {name}, and amounts of lines",
                expected="the total of the order, or a mapping that says how to compute it",
                fix="write a mapping: python -m ingestion guess FILE --write acme.yml;"
                f" `total_price: {name}` if it is",
            )


def ask_for_total(rules: dict[str, ColumnRule], total: str, where: str, values: Values) -> None:
    """Raise PaidnetError where a price has amounts beside it that may or may not be in it."""
    beside = [str(rules[c].column) for c in ("shipping", "discount", "tax") if c in rules]
    beside = [name for name in beside if any(is_nonzero(text) for text in values(name))]
    if beside:
        raise PaidnetError(
            f"{where}: is {' and '.join(beside)} part of the price?",
            column=total,
            found=f"columns {', '.join([total, *beside])}, and no total",
            expected="the total of the order, or a mapping that says how to compute it",
            fix=f'write a mapping with `total_price: {{amount: "[{total}] + [{beside[0]}]"}}`,'
            f" or `total_price: {total}`",
        )


def ask_for_status(
    names: tuple[str, ...], rules: dict[str, ColumnRule], where: str, values: Values
) -> None:
    """Raise PaidnetError where a column tells orders that failed apart, in words not known."""
    taken = {rule.column for rule in rules.values()}
    for name in names:
        words = [text for text in values(name) if text.strip()]
        if name in taken or len(words) < 2 or OTHER_STATUS & concepts(name):
            continue
        is_told = any(contract.canonical_status(text) in _TOLD_FAILURES for text in words)
        is_named = bool({"status"} & concepts(name)) and not is_flag(words)
        if len(words) <= _MOST_WORDS and (is_named or is_told):
            raise PaidnetError(
                f"{where}: which rows were paid, by their status?",
                column=name,
                found=", ".join(repr(word) for word in words[:6]),
                expected="words for paid, refunded, pending, cancelled or the like",
                fix="translate them in a mapping: python -m ingestion guess FILE --write acme.yml;"
                f" `status: {{column: {name}, map: {{…: paid, …: cancelled}}}}`",
            )


def scale_of(
    rules: dict[str, ColumnRule], found: dict[str, str], where: str, values: Values
) -> str | None:
    """Return cents where the column's name says so; raises PaidnetError where nothing tells."""
    total = found.get("total_price")
    if total is None or rules["total_price"].column is None:
        return None
    if CENTS.search(normal_name(total)):
        return "cents"
    texts = [text for text in values(total) if text.strip()]
    ids = [text for text in values(found.get("order_id", total)) if text.strip()][:50]
    is_payment = ids and all(re.fullmatch(_PAYMENT_ID, text) for text in ids)
    is_whole = bool(texts) and all(re.fullmatch(r"-?\d+", text.strip()) for text in texts)
    # Cents of a real order have three digits at least.
    is_large = is_whole and all(len(text.strip("- ")) > 2 for text in texts if int(text))
    is_program = ids and all(re.fullmatch(_PROGRAM_ID, text) for text in ids)
    if is_whole and (is_payment or (is_program and is_large)):
        raise PaidnetError(
            f"{where}: are the amounts in cents or in units?",
            column=total,
            found=f"whole numbers only, such as {', '.join(texts[:3])}, with ids of a program",
            expected="cents (as a payment service's interface writes) or units",
            fix="say --scale cents or --scale units",
            answers=scale_answers(texts[0]),
        )
    return None


def scale_answers(example: str) -> tuple[Answer, ...]:
    """Return what a whole number may be."""
    return (
        Answer("scale", "cents", f"{example} is {int(example) / 100:,.2f}"),
        Answer("scale", "units", f"{example} is {int(example):,}.00"),
    )


def ask_for_companies(names: tuple[str, ...], where: str, values: Values) -> None:
    """Raise PaidnetError where a column names several companies."""
    for wanted in synonyms()["companies"]:
        column = next((n for n in names if compact(n) == compact(wanted)), None)
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
                answers=(Answer("company_column", column, f"each {column} is a company"),),
            )
