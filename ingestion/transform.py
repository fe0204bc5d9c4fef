"""From the rows of a file to the rows of the raw contract, in SQL."""

from __future__ import annotations

import difflib
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion import raw_file
from ingestion.contract import Entity
from ingestion.mapping import ColumnRule, Mapping
from ingestion.sql import (
    LINE_COLUMN,
    REASON_COLUMN,
    TEXT_COLUMN,
    connect,
    identifier,
    quoted,
)
from warehouse.errors import PaidnetError


def _expression(rule: ColumnRule, source_file: str) -> str:
    """Return the SQL that makes a contract column's text."""
    if rule.constant is not None:
        return quoted(rule.constant)
    if rule.key is not None:
        return f"{quoted(source_file + ':')} || {LINE_COLUMN}"
    text = f"cast({identifier(rule.column or '')} as varchar)"
    if rule.json_path is not None:
        path = quoted(rule.json_path)
        # Text that is not JSON stays as it is, so that staging can show it.
        text = f"case when json_valid({text}) then {text} ->> {path} else {text} end"
    if rule.map is not None:
        cases = " ".join(
            f"when lower(trim({text})) = {quoted(old.strip().lower())} then {quoted(new)}"
            for old, new in rule.map.items()
        )
        text = f"case {cases} else {text} end"
    if rule.decimal_comma:
        text = f"replace(replace({text}, '.', ''), ',', '.')"
    if rule.flip_sign:
        text = (
            f"case when try_cast({text} as double) is null then {text}"
            f" when trim({text}) like '-%' then substr(trim({text}), 2)"
            f" else '-' || ltrim(trim({text}), '+') end"
        )
    if rule.format is not None:
        parsed = f"try_strptime({text}, {quoted(rule.format)})"
        # An offset that was read is kept: DuckDB gives the UTC clock then.
        zone = "Z" if "%z" in rule.format.lower() else ""
        text = f"coalesce(strftime({parsed}, '%Y-%m-%dT%H:%M:%S{zone}'), {text})"
    return text


def _missing(where: str, missing: list[str], found: list[str], mapping: Mapping) -> PaidnetError:
    near = difflib.get_close_matches(missing[0], found, n=1)
    hint = f" ({near[0]!r} looks like {missing[0]!r})" if near else ""
    return PaidnetError(
        f"{where}: the file is not what mapping {mapping.name!r} says",
        column=missing[0],
        found=f"columns {', '.join(found)}",
        expected=f"also {', '.join(missing)}",
        fix=f"name the file's own column in a mapping{hint}, or choose another --mapping",
    )


def _rules(
    entity: Entity, mapping: Mapping, columns: list[str], where: str
) -> dict[str, ColumnRule]:
    """Return a rule for each contract column that the file supplies."""
    by_name = {name.strip().lower(): name for name in columns}
    if mapping.columns == "contract":
        rules = {
            name: ColumnRule(column=by_name[name]) for name in entity.columns if name in by_name
        }
        missing = sorted(entity.required - rules.keys() - {"company_id"})
        if missing:
            raise _missing(where, missing, columns, mapping)
        return rules
    unknown = sorted(set(mapping.columns) - set(entity.columns))
    absent = sorted(entity.required - set(mapping.columns) - {"company_id"})
    if unknown or absent:
        raise PaidnetError(
            f"{mapping.name}.yml: the mapping does not make {entity.name}",
            column=(unknown or absent)[0],
            found=f"columns {', '.join(mapping.columns)}",
            expected=f"required {', '.join(sorted(entity.required - {'company_id'}))}; "
            f"optional {', '.join(sorted(set(entity.columns) - entity.required))}",
            fix="correct the mapping's columns (a constant can be used instead)",
        )
    rules, missing = {}, []
    for name, rule in mapping.columns.items():
        if rule.column is None:
            rules[name] = rule
        elif rule.column.strip().lower() in by_name:
            actual = by_name[rule.column.strip().lower()]
            rules[name] = rule.model_copy(update={"column": actual})
        elif name in entity.required:
            missing.append(rule.column)
    if missing:
        raise _missing(where, missing, columns, mapping)
    return rules


def _prepared(raw: Path, mapping: Mapping, columns: list[str], where: str) -> pa.Table:
    """Return what the mapping's `prepare` makes of the file's well-formed rows."""
    with connect() as connection:
        connection.execute(
            f"create table file as select * exclude ({REASON_COLUMN}, {TEXT_COLUMN})"
            f" from {raw_file.rows(raw)} where {REASON_COLUMN} is null"
        )
        # A mapping is not trusted with the machine: it may read the file's rows only.
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        try:
            prepared = connection.sql(mapping.prepare or "from file").to_arrow_table()
        except duckdb.BinderException as error:
            raise PaidnetError(
                f"{where}: the file is not what mapping {mapping.name!r} says",
                found=f"columns {', '.join(columns)}",
                expected=str(error).splitlines()[0],
                fix="choose another --mapping, or correct `prepare` in the mapping",
            ) from error
        except duckdb.Error as error:
            raise PaidnetError(
                f"{mapping.name}.yml: `prepare` failed",
                found=str(error).splitlines()[0],
                expected="a select over the table `file`",
                fix="correct `prepare` in the mapping",
            ) from error
    if LINE_COLUMN not in prepared.column_names:
        raise PaidnetError(
            f"{mapping.name}.yml: `prepare` loses the lines",
            found=f"columns {', '.join(prepared.column_names)}",
            expected=LINE_COLUMN,
            fix=f"select {LINE_COLUMN} too",
        )
    return prepared


def to_contract(
    raw: Path,
    columns: tuple[str, ...],
    out: Path,
    *,
    entity: Entity,
    mapping: Mapping,
    company_id: str,
    source_file: str,
    landed_at: datetime,
) -> tuple[str, ...]:
    """Write the contract's columns as text, then file and line, to the Parquet `out`.

    `raw` is what `raw_file.to_parquet` wrote; lines that could not be split are in it
    with their reason, and are kept. Returns the file's columns that nothing used. Raises
    PaidnetError when the file is not what the mapping says.
    """
    with connect() as connection:
        connection.execute(f"create view raw as select * from {raw_file.rows(raw)}")
        available = list(columns)
        if mapping.prepare is None:
            connection.execute(
                f"create view prepared as select * from raw where {REASON_COLUMN} is null"
            )
        else:
            prepared = _prepared(raw, mapping, available, source_file)
            connection.register("prepared", prepared)
            available = [name for name in prepared.column_names if name != LINE_COLUMN]
        rules = _rules(entity, mapping, available, source_file)
        values = {
            name: f"cast({_expression(rules[name], source_file)} as varchar)"
            if name in rules
            else "cast(null as varchar)"
            for name in entity.columns
        }
        values["company_id"] = (
            f"coalesce(nullif(trim({values['company_id']}), ''), {quoted(company_id)})"
        )
        listed = ", ".join(f"{value} as {name}" for name, value in values.items())
        nulls = ", ".join(
            quoted(company_id) if name == "company_id" else "null" for name in entity.columns
        )
        stamp = f"cast({quoted(landed_at.isoformat(sep=' '))} as timestamp) as landed_at"
        connection.execute(
            f"copy (select {listed}, {quoted(source_file)} as source_file, {LINE_COLUMN},"
            f" cast(null as varchar) as {REASON_COLUMN},"
            f" cast(null as varchar) as {TEXT_COLUMN}, {stamp} from prepared"
            f" union all select {nulls}, {quoted(source_file)}, {LINE_COLUMN},"
            f" {REASON_COLUMN}, {TEXT_COLUMN}, {stamp} from raw"
            f" where {REASON_COLUMN} is not null)"
            f" to {quoted(out)} (format parquet, compression zstd)"
        )
    used = {rule.column for rule in rules.values()}
    return () if mapping.prepare else tuple(c for c in columns if c not in used)
