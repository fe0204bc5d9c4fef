"""What earlier exports of a company and a new one have in common, and which of them is newer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb

from ingestion.profile import Orders
from ingestion.sql import quoted
from ingestion.staging_rules import normalised_status
from ingestion.values.amounts import decimal
from warehouse.errors import Answer, PaidnetError


class _Both(NamedTuple):
    """Orders that two exports have: how many, and what each of the exports knows of them.

    `new_more` and `old_more` count those with more refunds there, `new_customers` and
    `old_customers` those with a customer.
    """

    new_more: int
    old_more: int
    count: int
    old_total: Decimal
    new_total: Decimal
    old_customers: int
    new_customers: int


def _both(connection: duckdb.DuckDBPyConnection, path: Path) -> _Both:
    """Compare the view `orders` with a landed file."""
    paid = f"{normalised_status('status')} in ('refunded', 'partially_refunded')"
    row = connection.execute(
        f"""
        select
            count(*) filter (new.refund > old.refund or new.is_refunded > old.is_refunded),
            count(*) filter (new.refund < old.refund or new.is_refunded < old.is_refunded),
            count(*), coalesce(sum(old.total), 0), coalesce(sum(new.total), 0),
            count(old.customer_id), count(new.customer_id)
        from (
            select order_id, sum(refund) as refund, sum(total) as total,
                max(customer_id) as customer_id, max(({paid})::integer) as is_refunded
            from orders group by 1
        ) as new
        inner join (
            select order_id,
                sum(coalesce({decimal("order_refunds", 2)}, 0)) as refund,
                sum({decimal("total_price", 2)}) as total,
                max(customer_id) as customer_id, max(({paid})::integer) as is_refunded
            from read_parquet({quoted(path)}) group by 1
        ) as old using (order_id)
        """
    ).fetchone()
    return _Both(*(row or (0,) * 7))


def _check_customers(where: str, name: str, both: _Both, *, is_newer: bool) -> None:
    """Raise PaidnetError where orders without their customers would stand for those with them."""
    loses_its_own = both.new_customers and not both.old_customers and not is_newer
    if not loses_its_own and (both.new_customers or not both.old_customers):
        return
    lacking, known = (name, where) if loses_its_own else (where, name)
    what = f"does {name} hold" if loses_its_own else "are these"
    whose = "these orders" if loses_its_own else f"the orders of {name}"
    raise PaidnetError(
        f"{where}: {what} the payments or items of {whose}?",
        found=f"{both.count:,} orders in both, {max(both.old_customers, both.new_customers):,} with"
        f" a customer in {known} and none in {lacking}",
        expected="orders with their customers, or what else is known of them",
        fix=f"add {lacking} with --entity payments or order_items"
        + (f", once `remove {lacking}` has taken it out" if loses_its_own else "")
        + "; or name its column of customers in a mapping",
    )


def check_versions(
    orders: Orders, exported: datetime, earlier: Sequence[tuple[str, str, Path]], *, is_stated: bool
) -> list[str]:
    """Return a note for each earlier file of which orders are replaced, with their money.

    Raises PaidnetError when the rows show another order of exports than their dates do, or when
    orders would lose their customers. `earlier` are landed files of the company: name, when
    exported, path. Refunds only grow: the export with more of them is the newer one.
    """
    notes = []
    with orders.open() as connection:
        for name, before, path in earlier:
            both, is_newer = _both(connection, path), exported.isoformat(sep=" ") >= before
            _check_customers(orders.where, name, both, is_newer=is_newer)
            if both.count:
                totals = both.old_total, both.new_total
                gone, kept = totals if is_newer else totals[::-1]
                which = (
                    f"this replaces {both.count:,} orders of {name}"
                    if is_newer
                    else f"{both.count:,} orders are newer in {name}"
                )
                notes.append(f"{which}: {gone:,.2f} become {kept:,.2f}")
            if is_stated:
                continue
            if (both.old_more and not both.new_more and is_newer) or (
                both.new_more and not both.old_more and not is_newer
            ):
                known, shown = ("more", "newer") if both.new_more else ("fewer", "older")
                raise PaidnetError(
                    f"{orders.where}: is this export newer than {name}?",
                    found=f"{max(both.new_more, both.old_more):,} orders of both have {known}"
                    " refunds here,"
                    f" so this one is {shown}; by its last row ({exported:%Y-%m-%d}) it is"
                    f" {'newer' if is_newer else 'older'} ({before[:10]})",
                    expected="when it was exported",
                    fix="say --exported-at DATE",
                    answers=(Answer("exported_at", meaning="the day on which it was exported"),),
                )
    return notes
