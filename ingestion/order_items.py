"""The lines of orders that a file gives as items: which of them count, and what is said of them."""

from __future__ import annotations

from pathlib import Path

from ingestion import staging_rules
from ingestion.entity_rows import EntityRows
from ingestion.mapping import ColumnRule
from ingestion.mapping_language import NAMED
from ingestion.readers import Reader
from ingestion.sql import LINE_COLUMN, identifier, quoted
from ingestion.values.words import is_nothing


def of_sales(orders: EntityRows) -> str:
    """Return the SQL of whether an item is none of a return: its line's, or its whole order's.

    A row below zero is a refund, so what it lists was not sold. `orders` has the flag is_return.
    """
    view = f"(from {orders.view})"
    if not orders.reader.connection.execute(f"select 1 from {view} where is_return").fetchone():
        return "true"
    return (
        f"{LINE_COLUMN} not in (select {LINE_COLUMN} from {view} where is_return)"
        f" and coalesce(order_id not in (select order_id from {view} where order_id is not null"
        " group by 1 having bool_and(is_return)), true)"
    )


def usable(items: EntityRows) -> str:
    """Return the SQL of the items that may land where one line of the file gives several; say why.

    Staging rejects rows by their line. Of the items in one cell, or one object, those that it would
    reject are left out here by its own rules, and counted.
    """
    connection, given = items.reader.connection, items.given()
    shared = f"select 1 from {items.view} group by {LINE_COLUMN} having count(*) > 1 limit 1"
    if not connection.execute(shared).fetchone():
        return "true"
    reasons = [
        f"{quoted(column + ': ')} || ({staging_rules.error(column, rule)})"
        for column, rule in items.entity.rules.items()
        if column in given
    ]
    reason = f"coalesce({', '.join(reasons)})"
    counted = connection.execute(
        f"select {reason} as reason, count(*), min({LINE_COLUMN}) from {items.view}"
        " group by 1 having reason is not null order by 1"
    ).fetchall()
    items.reader.notes += [
        f"items: {count:,} lines left out, as {why.replace('_', ' ')} (first on line {line:,})"
        for why, count, line in counted
    ]
    return f"{reason} is null"


def notes(items: EntityRows, taken: str, sold: str, file: Path) -> list[str]:
    """Return what is said of the items in `file`: where they come from, how many, what is odd.

    `taken` is the SQL of the file's rows that give one, `sold` of the items that are no returns.
    """
    connection = items.reader.connection
    count, units, rounded, free, change = connection.execute(
        f"""
        select count(*), coalesce(sum(q) filter (q > 0), 0),
            count(*) filter (p <> round(p, 2)), count(*) filter (p > 0 and round(p, 2) = 0),
            coalesce(sum(abs(p - round(p, 2)) * q) filter (q > 0), 0)
        from (
            select try_cast(quantity as decimal(18, 6)) as q,
                try_cast(unit_price as decimal(18, 6)) as p
            from read_parquet({quoted(file)})
        )
        """
    ).fetchone() or (0, 0, 0, 0, 0)
    said = []
    if count:
        origins = "; ".join(
            f"{column} ← {_origin(items.reader, items.rules[column])}"
            for column in ("sku", "quantity", "unit_price")
        )
        said.append(f"items: {count:,} lines, {units:,.0f} units; {origins}")
        said += _without_sku(items, taken)
    if sold != "true":
        row = connection.execute(f"select count(*) from {items.view} where not ({sold})").fetchone()
        if row and row[0]:
            said.append(f"items: {row[0]:,} lines of what came back, which were not sold")
    if rounded:
        said.append(
            f"items: on {rounded:,} lines the price of a unit is rounded to the cent, which changes"
            f" what they come to by {change:,.2f} in all"
            + (f"; on {free:,} of them it is 0.00" if free else "")
        )
    return said


def _origin(reader: Reader, rule: ColumnRule) -> str:
    """Return where a column of the items comes from, in the file's own names."""
    found = {tuple(s): name for s in rule.names() if (name := reader.find(s))}
    if rule.amount is None:
        return ", else ".join(dict.fromkeys(found.values())) or repr(rule.constant or rule.default)
    return NAMED.sub(lambda named: found.get(tuple(named[1].split("|")), "0"), rule.amount).strip()


def _without_sku(items: EntityRows, taken: str) -> list[str]:
    """Return a note for each column that is the key of the lines without a better one."""
    found = [n for s in items.rules["sku"].names() if (n := items.reader.find(s))]
    names = list(dict.fromkeys(found))
    blank = [is_nothing(f"coalesce(cast({identifier(n)} as varchar), '')") for n in names]
    counts = [
        f"count(*) filter ({' and '.join([*blank[:place], f'not {blank[place]}'])})"
        for place in range(1, len(names))
    ]
    if not counts:
        return []
    found = items.reader.connection.execute(
        f"select {', '.join(counts)} from file_rows where {taken}"
    ).fetchone()
    return [
        f"items: {count:,} lines have no {names[0]}: {name} is their key"
        for name, count in zip(names[1:], found or (), strict=True)
        if count
    ]
