"""What the rows of a file mean, before they land: questions that only a person can answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion import contract
from ingestion.mapping import Settings
from ingestion.sql import LINE_COLUMN, REASON_COLUMN, connect
from ingestion.values.amounts import decimal
from ingestion.values.keys import DESTROYED
from warehouse.errors import Answer, PaidnetError

#: More than this share of the money, and the default policy is a question.
MAX_DROPPED_SHARE = 0.01
#: More than this share of rows or of money rejected, or one of the largest amounts: a question.
MAX_REJECTED_SHARE = 0.05
LARGEST_AMOUNTS = 10
#: Files of fewer rows are looked at by eye: a single odd row in them is reported, not refused.
MIN_ROWS = 20
_DATE = re.compile(r"(?<!\d)(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True)
class Orders:
    """The orders that a file gives, as they would land."""

    path: Path
    where: str

    @contextmanager
    def open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a connection with the view `orders`, its amounts and times typed."""
        with connect() as connection:
            connection.execute(
                f"create view orders as select *, {decimal('total_price', 2)} as total,"
                f" coalesce({decimal('order_refunds', 2)}, 0) as refund,"
                " try_cast(left(created_at, 19) as timestamp) as placed_at"
                f" from {contract.landed(self.path, contract.entities()['orders'])}"
                f" where {REASON_COLUMN} is null"
            )
            yield connection


def date_in_name(file_name: str) -> datetime | None:
    """Return the end of the last day that a file's name has, None where it has none."""
    for year, month, day in reversed(_DATE.findall(file_name)):
        try:
            return datetime(int(year), int(month), int(day), 23, 59, 59)
        except ValueError:
            continue
    return None


def check_keys(orders: Orders) -> None:
    """Raise PaidnetError when a spreadsheet has destroyed the ids: 6.79848E+12, again and again."""
    columns = ("order_id", "customer_id")
    counts = ", ".join(
        f"count(*) filter ({destroyed}), count(distinct case when {destroyed} then {column} end),"
        f" min({LINE_COLUMN}) filter ({destroyed}), min({column}) filter ({destroyed})"
        for column in columns
        if (destroyed := f"regexp_full_match({column}, '{DESTROYED}')")
    )
    some = " or ".join(f"contains({column}, '+')" for column in columns)
    with orders.open() as connection:
        found = connection.execute(f"select {counts} from orders where {some}").fetchone()
        rows = found or (0,) * 8
        for column, row in zip(columns, (rows[:4], rows[4:]), strict=True):
            if row[0] > row[1]:
                raise PaidnetError(
                    f"{orders.where}: a spreadsheet has destroyed the ids",
                    line=row[2],
                    column=column,
                    found=f"{row[3]!r} and the like on {row[0]:,} rows,"
                    f" only {row[1]:,} of them different",
                    expected="ids with all their digits",
                    fix="export the file again, and do not save it from a spreadsheet",
                )


def currency(orders: Orders, settings: Settings) -> str | None:
    """Return the currency of the orders where they have one; raises PaidnetError for several.

    Where the company states its currency, rows in others are rejected later, and shown.
    """
    if settings.currency is not None:
        return None
    with orders.open() as connection:
        found = connection.execute(
            # Few texts are read as codes: those that differ.
            "select upper(trim(text)) as code, sum(n)::bigint, sum(total) from ("
            " select currency as text, count(*) as n, sum(total) as total from orders group by 1)"
            " where trim(text) <> '' group by 1 order by 2 desc, 1"
        ).fetchall()
    if len(found) > 1:
        rows = sum(count for _, count, _ in found)
        raise PaidnetError(
            f"{orders.where}: which currency is the company's?",
            column="currency",
            found=", ".join(
                f"{code} on {count:,} of {rows:,} rows ({total or 0:,.2f})"
                for code, count, total in found[:6]
            ),
            expected="one currency: amounts of several cannot be added up",
            fix=f"say --currency {found[0][0]}: rows in another are rejected, and shown;"
            f" or --convert-to {found[0][0]}: they are converted by exchange rates",
            answers=tuple(
                Answer(option, code, meaning)
                for code, *_ in found[:6]
                for option, meaning in (
                    ("currency", "rows in another are rejected, and shown"),
                    ("convert_to", "the others are converted by exchange rates"),
                )
            ),
        )
    return found[0][0] if found else None


def check_repeats(orders: Orders, policy: str | None) -> str | None:
    """Return a note on repeated ids; raises PaidnetError where the default would drop money.

    A repeated id whose rows have the same total is an order exported again; one whose rows
    differ may be lines, tenders or corrections, and only a person can tell.
    """
    with orders.open() as connection:
        # By hash: few rows are left to look at.
        connection.execute(
            "create temp table keys as"
            " select hash(order_id) as key from orders group by 1 having count(*) > 1"
        )
        if not connection.execute("from keys limit 1").fetchone():
            return None
        row = connection.execute(
            f"""
            with repeated as (
                select order_id, count(*) as n, sum(total) as total,
                    arg_max(total, (placed_at, {LINE_COLUMN})) as newest,
                    min({LINE_COLUMN}) as line, count(distinct total) > 1 as differs
                from orders where order_id is not null and total is not null
                    and hash(order_id) in (select key from keys)
                group by 1 having count(*) > 1
            )
            select count(*), sum(n), count(*) filter (differs),
                coalesce(sum(total - newest) filter (differs), 0),
                (select sum(total) from orders), min(line) filter (differs),
                arg_min(order_id, line) filter (differs)
            from repeated
            """
        ).fetchone()
    if not row or not row[0]:
        return None
    ids, rows, differing, dropped, total, line, example = row
    share = float(dropped / total) if total else 0.0
    if policy is None and differing and share > MAX_DROPPED_SHARE:
        raise PaidnetError(
            f"{orders.where}: what does a repeated order id mean?",
            line=line,
            column="order_id",
            found=f"{differing:,} ids stand on several rows with different totals,"
            f" such as {example!r}",
            expected="--repeat-policy sum: rows are lines or tenders of one order"
            f" ({total:,.2f} in all);"
            f" keep: each row is an order ({total:,.2f});"
            f" latest: the newest row is the order ({total - dropped:,.2f}, {share:.0%} dropped)",
            fix="say --repeat-policy sum, keep or latest",
            answers=(
                Answer(
                    "repeat_policy", "sum", f"its rows add up to one order ({total:,.2f} in all)"
                ),
                Answer("repeat_policy", "keep", f"each row is an order ({total:,.2f})"),
                Answer(
                    "repeat_policy",
                    "latest",
                    f"the newest row is the order ({total - dropped:,.2f}, {share:.0%} dropped)",
                ),
            ),
        )
    return f"{ids:,} order ids repeat, on {rows:,} rows; policy {policy or 'latest'}"


def check_rejects(
    orders: Orders, bad_lines: Sequence[int], row_count: int, *, accept: bool
) -> None:
    """Raise PaidnetError when too many rows, too much money or a large order would be rejected."""
    if accept or not bad_lines or row_count < MIN_ROWS:
        return
    with orders.open() as connection:
        connection.execute("create temp table bad as select unnest(?) as line", [list(bad_lines)])
        bad, total, largest = connection.execute(
            f"""
            select coalesce(sum(total) filter (is_bad), 0), coalesce(sum(total), 0),
                max(total) filter (is_bad and place <= {LARGEST_AMOUNTS})
            from (
                select total, row_number() over (order by total desc nulls last) as place,
                    {LINE_COLUMN} in (select line from bad) as is_bad
                from orders
            )
            """
        ).fetchone() or (0, 0, None)
    share = len(bad_lines) / row_count
    money = float(bad / total) if total else 0.0
    if share <= MAX_REJECTED_SHARE and money <= MAX_REJECTED_SHARE and largest is None:
        return
    reason = (
        f"an order of {largest:,.2f}, one of the {LARGEST_AMOUNTS} largest, would be rejected"
        if largest is not None and share <= MAX_REJECTED_SHARE and money <= MAX_REJECTED_SHARE
        else f"{len(bad_lines):,} of {row_count:,} rows ({share:.1%}) would be rejected"
    )
    raise PaidnetError(
        f"{orders.where}: too much of the file cannot be used",
        line=min(bad_lines),
        found=reason + (f", {money:.1%} of the money" if money else ""),
        expected=f"{MAX_REJECTED_SHARE:.0%} at most, and none of the largest orders",
        fix="correct the file or the mapping (`check` lists the reasons), or say --accept-rejects",
        answers=(Answer("accept_rejects", "yes", "land the file without these rows"),),
    )
