"""Lines of an order with statuses of their own: one delivered, one cancelled, one returned.

An order of lines has one status, that of its first line. Where some of its lines were not paid or
went back and others not, those lines are left out, or are its refund.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ingestion import contract
from ingestion.column_names import pick
from ingestion.guess import Match
from ingestion.mapping import ColumnRule
from ingestion.reading import raw_file
from ingestion.reading.raw_file import RawFile
from ingestion.sql import REASON_COLUMN, connect, identifier, quoted
from ingestion.values.words import is_one_of
from warehouse.errors import PaidnetError

_PAID = "paid"
_BACK = {"refunded"}
_UNKNOWN = "not known"


def _kinds(raw: Path, read: RawFile, order: str, status: str) -> dict[str, list[str]] | None:
    """Return the words of each kind of status; None where the lines of no order differ in it."""
    with connect() as connection:
        rows = raw_file.rows(raw, read.first_line)
        words = [
            str(word)
            for (word,) in connection.execute(
                f"select distinct {identifier(status)} from {rows}"
                f" where {REASON_COLUMN} is null and trim({identifier(status)}) <> ''"
            ).fetchall()
        ]
        kinds: dict[str, list[str]] = {}
        for word in sorted(words):
            known = contract.canonical_status(word)
            kind = known if known in {_PAID, *_BACK, "partially_refunded"} else "unpaid"
            kind = kind if known else _UNKNOWN
            kinds.setdefault(kind, []).append(word)
        cases = " ".join(
            f"when {is_one_of(identifier(status), listed)} then {quoted(kind)}"
            for kind, listed in kinds.items()
        )
        if len(kinds) < 2:
            return None
        mixed = connection.execute(
            f"select 1 from {rows} where {REASON_COLUMN} is null"
            f" and trim({identifier(order)}) <> '' group by trim({identifier(order)})"
            f" having count(distinct case {cases} end) > 1 limit 1"
        ).fetchone()
    return kinds if mixed else None


def split(match: Match, raw: Path, read: RawFile, where: str) -> Match:
    """Return a guessed mapping that reads each line by its own status; raises PaidnetError."""
    table = match.mapping.tables.get("orders")
    if match.mapping.name != "guessed" or table is None or not isinstance(table.columns, dict):
        return match
    rules = dict(table.columns)
    order, status, total = (rules[c] for c in ("order_id", "status", "total_price"))
    if (
        match.mapping.prepare
        or not isinstance(order.column, str)
        or not isinstance(status.column, str)
    ):
        return match
    if table.rows != "lines" and not {"item", "quantity"} & pick("lines", read.columns).keys():
        return match
    kinds = _kinds(raw, read, order.column, status.column)
    if kinds is None:
        return match
    if unknown := kinds.get(_UNKNOWN):
        raise PaidnetError(
            f"{where}: unknown order status of a line",
            column=status.column,
            found=", ".join(repr(word) for word in unknown[:6]),
            expected="a word for paid, refunded, pending, cancelled or the like",
            fix="translate it with `map` in a mapping: python -m ingestion guess FILE"
            " --write acme.yml",
        )
    has_refunds = rules["order_refunds"].constant is None
    if table.rows != "lines" or total.per != "line" or has_refunds or "partially_refunded" in kinds:
        raise PaidnetError(
            f"{where}: which lines of an order count?",
            column=status.column,
            found="lines of one order with several statuses, such as "
            + ", ".join(repr(listed[0]) for listed in kinds.values()),
            expected="the amounts of the lines that were paid, and of those that went back",
            fix="write a mapping: python -m ingestion guess FILE --write acme.yml; `where` of a"
            " column and `not_a_sale` say which lines count",
        )
    mapping = match.mapping
    if back := kinds.get("refunded"):
        rules["order_refunds"] = total.model_copy(update={"where": {status.column: back}})
        words = dict.fromkeys(back, "partially_refunded")
        rules["status"] = ColumnRule(column=status.column, map=words)
    not_a_sale = dict(mapping.not_a_sale)
    if unpaid := kinds.get("unpaid"):
        not_a_sale["line that was not paid"] = {status.column: unpaid}
    tables = mapping.tables | {"orders": table.model_copy(update={"columns": rules})}
    changed = mapping.model_copy(update={"tables": tables, "not_a_sale": not_a_sale})
    said = f"{match.said}; {status.column} is each line's own"
    return replace(match, mapping=changed, said=said)
