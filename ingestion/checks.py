"""What must hold before a file lands, and what is reported about its rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from ingestion import contract, staging_rules
from ingestion.contract import Entity, known_statuses
from ingestion.sql import LINE_COLUMN, REASON_COLUMN, connect
from warehouse.errors import PaidnetError


@dataclass(frozen=True)
class Finding:
    """Rows of a file that will be rejected for one reason, with the first of them."""

    column: str | None
    reason: str
    row_count: int
    line: int
    value: str | None


@dataclass(frozen=True)
class Report:
    """What a file holds: its rows, and what is wrong with some of them."""

    row_count: int
    bad_row_count: int
    findings: tuple[Finding, ...]
    bad_lines: tuple[int, ...] = ()


def _check_company(connection: duckdb.DuckDBPyConnection, company_id: str, where: str) -> None:
    named = connection.execute("select distinct company_id from landed").fetchall()
    if {name for (name,) in named} <= {company_id, None}:
        return
    other = connection.execute(
        f"select company_id, {LINE_COLUMN} from landed where company_id <> ?"
        f" order by {LINE_COLUMN} limit 1",
        [company_id],
    ).fetchone()
    if other:
        raise PaidnetError(
            f"{where}: the file names another company",
            line=other[1],
            column="company_id",
            found=repr(other[0]),
            expected=repr(company_id),
            fix="correct --company, or split the file by company",
        )


def _check_statuses(connection: duckdb.DuckDBPyConnection, where: str) -> None:
    statuses = connection.sql(
        f"select {staging_rules.normalised_status('status')} as status_key, count(*),"
        f" min({LINE_COLUMN}),"
        f" arg_min(status, {LINE_COLUMN}) from landed where trim(status) <> ''"
        " group by all order by 3"
    ).fetchall()
    unknown = [row for row in statuses if row[0] not in known_statuses()]
    if unknown:
        more = f" ({len(unknown)} of them)" if len(unknown) > 1 else ""
        raise PaidnetError(
            f"{where}: unknown order status{more}",
            line=unknown[0][2],
            column="status",
            found=", ".join(f"{row[3]!r} on {row[1]:,} rows" for row in unknown[:5]),
            expected="a word for paid, refunded, pending, cancelled or the like, of the"
            f" {len(known_statuses())} in seeds/reference/order_statuses.csv",
            fix="translate it with `map` in a mapping, or add a line to "
            "seeds/reference/order_statuses.csv that says whether it is paid",
        )


def _findings(connection: duckdb.DuckDBPyConnection, entity: Entity) -> list[Finding]:
    """Return why staging will reject the rows of the table `bad`, columns in order.

    Not predicted: what depends on the company's settings, other rows or other columns
    (its currency, duplicates, an end before its start).
    """
    findings = [
        Finding(None, *row)
        for row in connection.sql(
            f"select {REASON_COLUMN}, count(*), min({LINE_COLUMN}),"
            f" arg_min(malformed_text, {LINE_COLUMN}) from bad"
            f" where {REASON_COLUMN} is not null group by all order by 2 desc"
        ).fetchall()
    ]
    for column in entity.rules:
        findings += [
            Finding(column, *row)
            for row in connection.sql(
                f"select {column}_error, count(*), min({LINE_COLUMN}),"
                f" arg_min({column}, {LINE_COLUMN}) from bad"
                f" where {REASON_COLUMN} is null and {column}_error is not null"
                " group by all order by 2 desc"
            ).fetchall()
        ]
    return findings


def _filled_columns(path: Path) -> set[str]:
    """Return the columns of a Parquet file that have a value on every row, as it says itself."""
    found = pq.read_metadata(path)
    filled = set(found.schema.names)
    for group in range(found.num_row_groups):
        for place in range(found.num_columns):
            column = found.row_group(group).column(place)
            counted = column.statistics
            if counted is None or not counted.has_null_count or counted.null_count:
                filled.discard(column.path_in_schema)
    return filled


def check(
    landed: Path,
    entity: Entity,
    company_id: str,
    where: str,
    *,
    is_side: bool = False,
    sound: Collection[str] = (),
) -> Report:
    """Return what the rows of `landed` are like; raises PaidnetError if they may not land.

    They may not when they name another company, carry an unknown order status, or when
    not one of them can be used (`is_side`: they came beside orders, and may all be bad).
    Of columns known to be `sound` only blanks are looked at.
    """
    with connect() as connection:
        connection.execute(f"create view landed as from {contract.landed(landed, entity)}")
        _check_company(connection, company_id, where)
        if entity.name == "orders":
            _check_statuses(connection, where)
        errors, filled = {}, _filled_columns(landed)
        for column, rule in entity.rules.items():
            error = staging_rules.error(column, rule)
            if column in sound and column in filled:
                error = "null"
            elif column in sound:
                error = f"case when {column} is null then {error} end"
            errors[f"{column}_error"] = error
        # The good rows, nearly all, are not written down.
        is_bad = f"coalesce({', '.join([REASON_COLUMN, *errors.values()])}) is not null"
        connection.execute(
            "create table bad as select *, "
            + ", ".join(f"{sql} as {name}" for name, sql in errors.items())
            + f" from landed where {is_bad}"
        )
        (rows,) = connection.execute("select count(*) from landed").fetchone() or (0,)
        lines = connection.execute(f"select {LINE_COLUMN} from bad").fetchall()
        findings = _findings(connection, entity) if lines else []
    bad = len(lines)
    report = Report(rows, bad, tuple(findings), tuple(line for (line,) in lines))
    if rows and bad == rows and not is_side:
        first = findings[0]
        raise PaidnetError(
            f"{where}: not one row can be used",
            line=first.line,
            column=first.column,
            found=f"{first.reason}: {first.value!r} (on {first.row_count:,} of {rows:,} rows)",
            expected="at least one usable row",
            fix="is this the right --mapping? `format`, `decimal_comma` and `flip_sign` "
            "in a mapping fix dates and amounts",
        )
    return report
