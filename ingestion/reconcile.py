"""Lines and totals: what a file's total is of, by what its lines add up to.

A file with the lines of orders and a total may repeat the order's total on every line, leave it
blank on further lines, or give each line's own. Prices may be those of a unit or of the line. On
the orders with several lines, one reading makes both sides tie: it is taken, and said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import duckdb

from ingestion.guess import Match, pick
from ingestion.guess_items import PRICES
from ingestion.mapping import ColumnRule, Settings
from ingestion.profile import Orders
from ingestion.reading import raw_file
from ingestion.reading.dialect import normal_name
from ingestion.reading.raw_file import RawFile
from ingestion.sql import LINE_COLUMN, REASON_COLUMN, connect, identifier, quoted
from ingestion.values import amounts
from warehouse.errors import Answer, PaidnetError

#: A reading is taken when it holds for so many of the orders with several lines.
MIN_SHARE = 0.8
_ADDED = {"shipping": "+", "tax": "+", "discount": "-"}


@dataclass(frozen=True)
class Reading:
    """How lines and total go together.

    `total` says whether it stands once for an order or on each line, `amount` what the lines add up
    to; `added` has of shipping, tax and discount those that count, and how.
    """

    total: str
    amount: str
    added: tuple[tuple[str, str], ...]

    def tie(self) -> str:
        """Return the SQL of whether an order's lines give its total, within a cent."""
        parts = "".join(f" {_ADDED[c]} coalesce(abs({c}_{how}), 0)" for c, how in self.added)
        is_one = "total_kinds = 1 and " if self.total == "once" else "total_count = line_count and "
        return f"coalesce({is_one}abs(total_{self.total} - ({self.amount}{parts})) <= 0.01, false)"

    def said(self, names: dict[str, str]) -> str:
        """Return the equation in the file's own words."""
        words = {"units": f"{names.get('price')} × {names.get('quantity')}"}
        words |= {"prices": str(names.get("price")), "lines": str(names.get("line_total"))}
        added = "".join(f" {_ADDED[column]} {names[column]}" for column, _ in self.added)
        return f"{words[self.amount]}{added}"


def _names(match: Match, columns: tuple[str, ...]) -> dict[str, str] | None:
    """Return the file's columns by what they are; None where there is nothing to reconcile."""
    table = match.mapping.tables.get("orders")
    mapping = match.mapping
    if mapping.name != "guessed" or mapping.prepare or table is None or len(mapping.tables) > 1:
        return None
    rules, found = dict(table.columns), pick("lines", columns)
    if table.rows == "lines" or not all(rules[c].column for c in ("order_id", "total_price")):
        return None
    names = {c: str(rules[c].column) for c in ("order_id", "total_price", *_ADDED) if c in rules}
    price = found.get("unit_price") or next((n for n in columns if normal_name(n) in PRICES), None)
    taken = set(names.values())
    if price and "quantity" in found and price not in taken:
        names |= {"price": price, "quantity": found["quantity"]}
    if (line_total := found.get("line_total")) and line_total not in taken:
        names["line_total"] = line_total
    return names if {"price", "line_total"} & names.keys() else None


def _readings(names: dict[str, str]) -> Iterator[Reading]:
    """Yield the readings that are possible, the simplest first."""
    bases = ["lines"] if "line_total" in names else []
    bases += ["units", "prices"] if "price" in names else []
    given = [column for column in _ADDED if column in names]
    ways = sorted(product((None, "once", "each"), repeat=len(given)), key=lambda w: w.count(None))
    for base in bases:
        for way in reversed(ways):
            added = tuple((c, how) for c, how in zip(given, way, strict=True) if how)
            yield Reading("once", base, added)
            if not any(how == "once" for _, how in added):
                yield Reading("each", base, added)


def _make_orders(
    connection: duckdb.DuckDBPyConnection,
    raw: Path,
    read: RawFile,
    names: dict[str, str],
    mark: str,
) -> None:
    """Make the table `orders`: those with several lines, their sums."""
    amounts.create_macros(connection)

    def number(column: str) -> str:
        text = f"cast({identifier(names[column])} as varchar)"
        return f"cast(read_amount({text}, {quoted(mark)}) as decimal(38, 6))"

    found = {c: number(c) if c in names else "null::decimal(38, 6)" for c in
             ("total_price", "price", "quantity", "line_total", *_ADDED)}  # fmt: skip
    listed = ", ".join(f"{sql} as {column}" for column, sql in found.items())
    sums = ", ".join(
        f"arg_min({c}, line) filter ({c} is not null) as {n}_once, sum({c}) as {n}_each"
        for c, n in (("total_price", "total"), *((c, c) for c in _ADDED))
    )
    connection.execute(
        f"create table orders as select key, count(*) as line_count, min(line) as first_line,"
        f" count(total_price) as total_count, count(distinct total_price) as total_kinds,"
        f" count(distinct coalesce(line_total, price * quantity, price)) as line_kinds,"
        f" sum(line_total) as lines, sum(price * quantity) as units, sum(price) as prices, {sums}"
        f" from (select trim(cast({identifier(names['order_id'])} as varchar)) as key,"
        f" {LINE_COLUMN} as line, {listed} from {raw_file.rows(raw, read.first_line)}"
        f" where {REASON_COLUMN} is null) where key <> '' group by 1 having count(*) > 1"
    )


def lines(match: Match, raw: Path, read: RawFile, where: str) -> Match:
    """Return a guessed mapping that reads total and lines as they tie; raises PaidnetError.

    Unchanged where the file has no orders of several lines, or no total beside its lines.
    """
    names = _names(match, read.columns)
    if names is None:
        return match
    readings = list(_readings(names))
    best, share, count, same_on_all = readings[0], 0.0, 0, False
    for mark in (".", ","):
        with connect() as connection:
            _make_orders(connection, raw, read, names, mark)
            ties = ", ".join(f"count(*) filter ({one.tie()})" for one in readings)
            count, *tied = connection.execute(
                f"select count(*), {ties} from orders"
            ).fetchone() or [0]
            if count == 0:
                return match
            most = max(tied)
            if most / count > share:
                best, share = readings[tied.index(most)], most / count
            # Lines that differ under one total: it is no line's own.
            same_on_all, *_ = connection.execute(
                "select count(*) > 0 and bool_and(total_kinds = 1 and total_count = line_count)"
                " from orders where line_kinds > 1"
            ).fetchone() or (False,)
            example = connection.execute(
                "select first_line, key, line_count, total_once, total_each, lines, units, prices"
                f" from orders order by ({best.tie()}), first_line limit 1"
            ).fetchone()
    if share < MIN_SHARE and same_on_all:
        return _taken(match, names, Reading("once", best.amount, ()), "")
    if share < MIN_SHARE:
        raise _question(names, best, share, count, example, where)
    return _taken(match, names, best, f"{round(share * count):,} of {count:,} orders")


def _question(
    names: dict[str, str], best: Reading, share: float, count: int, example: tuple, where: str
) -> PaidnetError:
    line, key, count_of_lines, once, each, *sums = example
    shown = ", ".join(
        f"{name} {value:,.2f}"
        for name, value in zip(("lines", "price × quantity", "prices"), sums, strict=True)
        if value is not None
    )
    return PaidnetError(
        f"{where}: is the total that of the order or of its line?",
        line=line,
        column=names["total_price"],
        found=f"order {key!r} has {count_of_lines} lines; they add up to {shown}; "
        f"{best.said(names)} gives the total of {share:.0%} of {count:,} orders only",
        expected=f"the order's total ({once or 0:,.2f} there)"
        f" or the line's ({each or 0:,.2f} in all)",
        fix="say --repeat-policy latest (the order's) or sum (the line's)",
        answers=(
            Answer("repeat_policy", "latest", f"the order's: {once or 0:,.2f} there"),
            Answer("repeat_policy", "sum", f"the line's: {each or 0:,.2f} in all there"),
        ),
    )


def _taken(match: Match, names: dict[str, str], best: Reading, tied: str) -> Match:
    table = match.mapping.tables["orders"]
    rules = dict(table.columns)
    each = [column for column, how in best.added if how == "each"]
    if best.total == "each":
        each.append("total_price")
    for column in each:
        scale = rules[column].scale
        rules[column] = ColumnRule(amount=f"[{names[column]}]", per="line", scale=scale)
    mapping = match.mapping.model_copy(
        update={"tables": {"orders": table.model_copy(update={"rows": "lines", "columns": rules})}}
    )
    whose = "the order's" if best.total == "once" else "the line's"
    how = f"{best.said(names)} gives it in {tied}" if tied else "it is one on lines that differ"
    said = f"{names['total_price']} is {whose}: {how}"
    of_line = names.get("line_total" if best.amount == "lines" else "price")
    prices = {"unit_price": names["price"]} if best.amount == "units" else {"line_price": of_line}
    return replace(match, mapping=mapping, said=f"{match.said}; {said}", **prices if tied else {})


def left_out(orders: Orders, company: Settings) -> list[str]:
    """Return a note for tax and for shipping where the company says that it is no revenue."""
    notes = []
    with orders.open() as connection:
        for column in ("tax", "shipping"):
            if getattr(company, f"revenue_includes_{column}") is not False:
                continue
            rows, blank, amount = connection.execute(
                f"select count(*), count(*) filter (coalesce(trim({column}), '') = ''),"
                f" coalesce(sum(try_cast({column} as decimal(38, 2))), 0) from orders"
            ).fetchone() or (0, 0, 0)
            notes.append(
                f"{column} is no revenue: {amount:,.2f} of it is left out;"
                f" {blank:,} of {rows:,} rows name none"
            )
    return notes
