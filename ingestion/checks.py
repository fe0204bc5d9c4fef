"""What must hold before a file lands, and what is told about its rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.contract import Entity, known_statuses
from ingestion.errors import InputError
from ingestion.sql import LINE_COLUMN, REASON_COLUMN, connect, quoted

#: What staging needs of each entity's columns: kind of value; a ? lets it be blank.
_NEEDED: dict[str, dict[str, str]] = {
    "orders": {
        "order_id": "text", "created_at": "timestamp", "status": "text",
        "total_price": "amount", "order_refunds": "amount?",
    },
    "refunds": {
        "refund_id": "text", "order_id": "text", "refunded_at": "timestamp", "amount": "amount",
    },
    "order_items": {
        "order_id": "text", "sku": "text", "quantity": "quantity", "unit_price": "amount",
    },
    "products": {"sku": "text", "unit_cost": "amount?"},
    "customers": {"customer_id": "text", "signup_date": "date?", "birth_date": "date?"},
    "payments": {
        "payment_id": "text", "order_id": "text", "amount": "amount", "paid_at": "timestamp?",
        "status": "text",
    },
    "channels": {"channel_id": "text", "commission_rate": "rate?"},
    "inventory_snapshots": {
        "sku": "text", "warehouse_id": "text", "snapshot_date": "date",
        "quantity_on_hand": "quantity",
    },
    "subscriptions": {
        "subscription_id": "text", "customer_id": "text", "price": "amount",
        "started_at": "timestamp", "canceled_at": "timestamp?", "updated_at": "timestamp",
    },
}  # fmt: skip
_TYPES = {
    "timestamp": "timestamptz",
    "date": "date",
    "amount": "decimal(18, 2)",
    "quantity": "bigint",
    "rate": "double",
}


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


def _normalised(column: str) -> str:
    return f"replace(replace(lower(trim({column})), ' ', '_'), '-', '_')"


def _check_company(connection: duckdb.DuckDBPyConnection, company_id: str, where: str) -> None:
    other = connection.execute(
        f"select company_id, {LINE_COLUMN} from landed where company_id <> ?"
        f" order by {LINE_COLUMN} limit 1",
        [company_id],
    ).fetchone()
    if other:
        raise InputError(
            where,
            "the file names another company",
            line=other[1],
            column="company_id",
            found=repr(other[0]),
            expected=repr(company_id),
            remedy="correct --company, or split the file by company",
        )


def _check_statuses(connection: duckdb.DuckDBPyConnection, where: str) -> None:
    statuses = connection.sql(
        f"select {_normalised('status')} as status_key, count(*), min({LINE_COLUMN}),"
        f" arg_min(status, {LINE_COLUMN}) from landed where trim(status) <> ''"
        " group by all order by 3"
    ).fetchall()
    unknown = [row for row in statuses if row[0] not in known_statuses()]
    if unknown:
        raise InputError(
            where,
            "unknown order status" + (f" ({len(unknown)} of them)" if len(unknown) > 1 else ""),
            line=unknown[0][2],
            column="status",
            found=", ".join(f"{row[3]!r} on {row[1]:,} rows" for row in unknown[:5]),
            expected=", ".join(sorted(known_statuses())),
            remedy="translate it with `map` in a mapping, or add a line to "
            "seeds/reference/order_statuses.csv that says whether it is paid",
        )


def _problems(entity: Entity) -> list[tuple[str, str, str]]:
    """Return (column, reason, SQL condition) of what staging will reject a row for.

    What only staging can tell (dates out of range, a currency that is not the
    company's, repeats) is not foretold.
    """
    problems = []
    for column, needed in _NEEDED[entity.name].items():
        kind, may_be_blank = needed.rstrip("?"), needed.endswith("?")
        if not may_be_blank:
            problems.append((column, "missing_value", f"nullif(trim({column}), '') is null"))
        if kind == "text":
            continue
        value = f"try_cast({column} as {_TYPES[kind]})"
        problems.append((column, f"invalid_{kind}", f"trim({column}) <> '' and {value} is null"))
        if kind in {"amount", "quantity"}:
            problems.append((column, f"negative_{kind}", f"{value} < 0"))
    return problems


def check(landed: Path, entity: Entity, company_id: str, where: str) -> Report:
    """Return what the rows of `landed` are like; raises InputError if they may not land.

    They may not when they name another company, carry an unknown order status, or when
    not one of them can be used.
    """
    with connect() as connection:
        connection.execute(f"create view landed as select * from read_parquet({quoted(landed)})")
        _check_company(connection, company_id, where)
        if entity.name == "orders":
            _check_statuses(connection, where)
        problems = _problems(entity)
        any_problem = " or ".join(f"coalesce({condition}, false)" for *_, condition in problems)
        malformed = f"{REASON_COLUMN} is not null"
        rows, bad = connection.execute(
            f"select count(*), count(*) filter ({malformed} or {any_problem}) from landed"
        ).fetchone() or (0, 0)
        findings = [
            Finding(None, *row)
            for row in connection.sql(
                f"select {REASON_COLUMN}, count(*), min({LINE_COLUMN}),"
                f" arg_min(malformed_text, {LINE_COLUMN}) from landed where {malformed}"
                " group by all order by 2 desc"
            ).fetchall()
        ]
        for column, reason, condition in problems:
            count, line, value = connection.execute(
                f"select count(*), min({LINE_COLUMN}), arg_min({column}, {LINE_COLUMN})"
                f" from landed where {REASON_COLUMN} is null and {condition}"
            ).fetchone() or (0, 0, None)
            if count:
                findings.append(Finding(column, reason, count, line, value))
    report = Report(rows, bad, tuple(findings))
    if rows and bad == rows:
        first = findings[0]
        raise InputError(
            where,
            "not one row can be used",
            line=first.line,
            column=first.column,
            found=f"{first.reason}: {first.value!r} (on {first.row_count:,} of {rows:,} rows)",
            expected="at least one usable row",
            remedy="is this the right --mapping? `format`, `decimal_comma` and `flip_sign` "
            "in a mapping mend dates and amounts",
        )
    return report
