"""From the rows of a file to the rows of the raw contract, in SQL."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion import contract, file_rows, order_items, profile
from ingestion.contract import Entity
from ingestion.converted import Converted
from ingestion.entity_rows import EntityRows
from ingestion.mapping import ColumnRule, Mapping, TableRule
from ingestion.readers import Reader
from ingestion.reading.dialect import normal_name
from ingestion.sql import LINE_COLUMN, PACKED, REASON_COLUMN, TEXT_COLUMN, connect, quoted
from ingestion.staging_rules import normalised_status
from ingestion.stated import Stated
from ingestion.values import amounts
from ingestion.values.currencies import KNOWN
from ingestion.values.words import is_one_of
from warehouse.errors import PaidnetError


def _missing(where: str, missing: str, found: Iterable[str], mapping: Mapping) -> PaidnetError:
    names = list(found)
    near = difflib.get_close_matches(missing, names, n=3, cutoff=0.5)
    shown = ", ".join(near or names[:8])
    more = f" and {len(names) - 8} more" if not near and len(names) > 8 else ""
    return PaidnetError(
        f"{where}: the file is not what mapping {mapping.name!r} says",
        column=missing,
        found=f"{len(names)} columns{', near it ' if near else ', '}{shown}{more}",
        expected=f"a column {missing}",
        fix="name the file's own column in a mapping, or choose another --mapping",
    )


def _table_rules(
    mapping: Mapping, table: TableRule, entity: Entity, names: tuple[str, ...], where: str
) -> dict[str, ColumnRule]:
    """Return a rule for each contract column of a table; raises PaidnetError."""
    if table.columns == "contract":
        by_name = {normal_name(name): name for name in names}
        # Which of two columns of one name is meant only matters where one must be there.
        rules = {
            name: ColumnRule(column=by_name[normal_name(name)])
            for name in entity.columns
            if normal_name(name) in by_name
            and (name in entity.required or normal_name(f"{name} (2)") not in by_name)
        }
        missing = sorted(entity.required - rules.keys() - {"company_id"})
        if missing:
            raise _missing(where, missing[0], names, mapping)
        return rules
    unknown = sorted(set(table.columns) - set(entity.columns))
    absent = sorted(entity.required - set(table.columns) - {"company_id"})
    if unknown or absent:
        raise PaidnetError(
            f"{mapping.name}.yml: the mapping does not make {entity.name}",
            column=(unknown or absent)[0],
            found=f"columns {', '.join(table.columns)}",
            expected=f"required {', '.join(sorted(entity.required - {'company_id'}))}; "
            f"optional {', '.join(sorted(set(entity.columns) - entity.required))}",
            fix="correct the mapping's columns (a constant can be used instead)",
        )
    return dict(table.columns)


def _has_columns(
    rows: EntityRows, names: tuple[str, ...], mapping: Mapping, tables: list[EntityRows]
) -> bool:
    """Whether the file has the columns of an entity, as only items beside orders may lack them.

    Raises PaidnetError.
    """
    reader = rows.reader
    missing = [name for column, name in rows.missing() if column in rows.entity.required]
    if missing and (rows.entity.name != "order_items" or len(tables) == 1):
        raise _missing(reader.where, missing[0], names, mapping)
    if missing:
        reader.notes.append(f"items: none, as the file has no column {missing[0]}")
    return not missing


def _amount_columns(reader: Reader, tables: Iterable[EntityRows], mapping: Mapping) -> list[str]:
    """Return the file's own columns that hold amounts: in rules and in conditions."""
    found = [name for rows in tables for name in rows.amount_columns()]
    conditions = [t.rule.where for t in tables] + list(mapping.not_a_sale.values())
    for condition in conditions:
        for one in condition if isinstance(condition, list) else [condition or {}]:
            for spellings, wanted in one.items():
                is_amount = wanted in ("negative", "positive", "nonzero")
                if is_amount and (name := reader.find(spellings.split("|"))):
                    found.append(name)
    return list(dict.fromkeys(found))


#: Orders paid with a negative total are refunds: of the order they name, or of the customer's.
#: Their id is one that the same row has in the next export too.
_RETURNS = f"""
    select company_id,
        order_id || ' ' || created_at || ' ' || amount || ' ' || row_number() over (
            partition by order_id, created_at, amount order by {LINE_COLUMN}
        ) as refund_id, order_id,
        created_at as refunded_at, amount, customer_id,
        {LINE_COLUMN}, original_values
    from (
        select * replace (coalesce(order_id, 'line ' || {LINE_COLUMN}) as order_id),
            ltrim(total_price, '-') as amount
        from (%s)
    )
"""


def _is_return() -> str:
    """Return the SQL of an order that is money back: paid, and below zero."""
    is_paid = is_one_of(normalised_status("status"), contract.paid_statuses())
    return f"coalesce({amounts.decimal('total_price', 6)} < 0 and {is_paid}, false)"


def to_contract(
    source: file_rows.Source, out: Path, *, entity: str | None, mapping: Mapping, stated: Stated
) -> Converted:
    """Write the rows of each entity that the file gives into the folder `out`, as Parquet.

    Values are in normal form (ISO 8601 times, plain decimals and keys); a text that cannot be
    read stands as it is, for staging to reject. Lines that could not be split into columns
    are kept with their reason. Raises PaidnetError when the file is not what the mapping says,
    or when it leaves open what its values mean.
    """
    where = source.source_file
    with connect(is_small=source.is_small) as connection:
        names = file_rows.take(connection, source, mapping)
        reader = Reader(connection, "file_rows", names, where, stated, is_small=source.is_small)
        tables = []
        for name, rule in mapping.table_rules(entity).items():
            fields = contract.entities()[name]
            rules = _table_rules(mapping, rule, fields, names, where)
            tables.append(EntityRows(reader, fields, rule, rules, source.source_file))
        # What became of an order decides on its items.
        tables.sort(key=lambda rows: rows.entity.name != "orders")
        tables = [rows for rows in tables if _has_columns(rows, names, mapping, tables)]
        reader.currency_column = next((c for rows in tables if (c := rows.currency_column())), None)
        stated_mark = next((mark for rows in tables if (mark := rows.decimal_mark())), None)
        usual = reader.usual_mark(_amount_columns(reader, tables, mapping), stated_mark)
        _name_currency(reader, tables, source.read.preamble)
        conditions = [reader.condition(rows.rule.where, usual) for rows in tables]
        reasons = {
            reason: reader.condition(condition, usual)
            for reason, condition in mapping.not_a_sale.items()
        }
        reasons |= {"totals row": file_rows.totals(connection, names), **file_rows.no_rows(names)}
        converted = _count(connection, conditions, reasons, where, mapping)
        is_sale = "true"
        if converted.excluded:
            is_sale = f"not ({' or '.join(f'coalesce({sql}, false)' for sql in reasons.values())})"
        selects: dict[str, list[str]] = {}
        items, sold = [], "true"
        for rows, condition in zip(tables, conditions, strict=True):
            name = rows.entity.name
            taken = " and ".join(sql for sql in (condition, is_sale) if sql != "true") or "true"
            taken = rows.leave_out(taken, usual)
            merged = rows.prepare(taken, usual)
            converted.merged[name] = converted.merged.get(name, 0) + merged
            if name == "orders" and reader.has_negatives:
                rows.read_once("is_return", _is_return(), out / "every_order.parquet")
                returns = rows.select(source.company_id, "is_return")
                selects.setdefault("refunds", []).append(_RETURNS % returns)
                kept = rows.select(source.company_id, "not is_return")
                selects.setdefault(name, []).append(kept)
                sold = order_items.of_sales(rows)
            elif name == "order_items":
                items.append((rows, taken))
                kept = order_items.usable(rows) if mapping.prepare else "true"
                kept = rows.select(source.company_id, f"{sold} and {kept}")
                selects.setdefault(name, []).append(kept)
            else:
                selects.setdefault(name, []).append(rows.select(source.company_id))
            # Two tables of one entity may be read in two ways.
            known = converted.sound.get(name, rows.sound)
            converted.sound[name] = known & rows.sound
            converted.until = max(filter(None, [converted.until, rows.last_time()]), default=None)
        converted.exported_at = _exported_at(source, converted.until)
        # A line that could not be split is most likely an order.
        main = "orders" if "orders" in selects else next(iter(selects))
        converted.malformed = {main: source.read.malformed_count}
        for name, parts in selects.items():
            file = out / f"{name}.parquet"
            if converted.malformed.get(name):
                parts.append(
                    f"select {quoted(source.company_id)} as company_id, {LINE_COLUMN},"
                    f" {REASON_COLUMN}, {TEXT_COLUMN} from raw where {REASON_COLUMN} is not null"
                )
            _write(connection, source, parts, file, converted)
            converted.files[name] = file
        for rows, taken in items:
            reader.notes += order_items.notes(rows, taken, sold, converted.files["order_items"])
        used = {name for rows in tables for name in rows.used_columns()}
        converted.notes = reader.notes
    if not mapping.prepare:
        converted.unused_columns = tuple(name for name in names if name not in used)
    return converted


def _exported_at(source: file_rows.Source, until: datetime | None) -> datetime:
    """Return when a file was exported: as stated, else by its name, else by its last row.

    A name whose date is before the last row names the file's first day, or something else.
    """
    named = profile.date_in_name(Path(source.source_file).stem)
    if named and (until is None or named >= until):
        return source.exported_at or named
    return source.exported_at or until or source.landed_at or datetime.min


def _name_currency(reader: Reader, tables: Iterable[EntityRows], preamble: str) -> None:
    """Take the currency that stands beside the amounts, or above the header, for the orders'."""
    above = {code for code in re.findall(r"\b[A-Z]{3}\b", preamble) if code in KNOWN}
    for rows in tables:
        if "currency" not in rows.entity.columns or "currency" in rows.given():
            continue
        parts = rows.parts("total_price")
        if reader.codes and parts:
            rows.texts["currency"] = amounts.currency_of(
                rows.texts[parts[0]], {*reader.codes, *filter(None, [reader.stated.currency])}
            )
        elif len(above) == 1:
            rows.texts["currency"] = quoted(min(above))
        if "currency" in rows.texts:
            rows.rules["currency"] = ColumnRule(constant="")


def _moment(at: datetime | None) -> str:
    return f"cast({quoted(at.isoformat(sep=' ')) if at else 'null'} as timestamp)"


def _write(
    connection: duckdb.DuckDBPyConnection,
    source: file_rows.Source,
    parts: list[str],
    out: Path,
    converted: Converted,
) -> None:
    """Write rows of one entity as Parquet, with where they come from."""
    connection.execute(
        f"copy (select *, {quoted(source.source_file)} as source_file,"
        f" {_moment(source.landed_at and converted.exported_at)} as exported_at,"
        f" {_moment(source.landed_at)} as landed_at"
        f" from ({' union all by name '.join(f'({part})' for part in parts)}))"
        f" to {quoted(out)} ({PACKED})"
    )


def _count(
    connection: duckdb.DuckDBPyConnection,
    tables: list[str],
    reasons: dict[str, str],
    where: str,
    mapping: Mapping,
) -> Converted:
    """Count where every row goes; raises PaidnetError when one goes nowhere."""
    cases = " ".join(f"when {sql} then {quoted(reason)}" for reason, sql in reasons.items())
    left, is_left = "", ""
    if "true" in tables:
        # A table takes what no reason leaves out: only such rows are looked at.
        is_left = f" where {' or '.join(reasons.values())}"
    else:
        left = f"when {' or '.join(tables)} then ''"
    counted = connection.execute(
        f"select case {cases} {left} end as goes, count(*), min({LINE_COLUMN})"
        f" from file_rows{is_left} group by all order by 3"
    ).fetchall()
    (row_count,) = connection.execute("select count(*) from file_rows").fetchone() or (0,)
    converted = Converted(row_count=row_count)
    for goes, count, line in counted:
        if goes is None and mapping.otherwise:
            converted.excluded[mapping.otherwise] = count
        elif goes is None:
            row = connection.execute(f"from file_rows where {LINE_COLUMN} = {line}").fetchone()
            raise PaidnetError(
                f"{where}: {count:,} rows are neither a sale nor known to be none",
                line=line,
                found=", ".join(str(value) for value in (row or ()) if value)[:200],
                expected=f"what mapping {mapping.name!r} knows: "
                + ", ".join([*mapping.table_rules(None), *list(mapping.not_a_sale)]),
                fix="say in a mapping what such rows are: `where` of a table, or `not_a_sale`",
            )
        elif goes:
            converted.excluded[goes] = count
    return converted
