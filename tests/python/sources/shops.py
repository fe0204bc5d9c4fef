"""What tests of the shipped sources share: a stand-in that serves, a pull of it, what landed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import uvicorn
import yaml
from fastapi import FastAPI

from warehouse.errors import PaidnetError

from ..conftest import run_stage

#: The newest export of an order counts, and of a refund; the larger of what they say went back.
_FIGURES = """
with orders as (
    select * from (
        select null::varchar as is_test where false union all by name
        select * from read_parquet('{landing}/orders/acme/*.parquet', union_by_name = true)
    )
    qualify row_number() over (
        partition by order_id order by exported_at desc, landed_at desc, source_file desc
    ) = 1
),
refunds as (
    select order_id, sum(amount::decimal(18, 2)) as amount
    from (
        select order_id, refund_id, amount, exported_at, landed_at from ({refunds})
        qualify row_number() over (
            partition by refund_id order by exported_at desc, landed_at desc
        ) = 1
    )
    group by order_id
)
select
    orders.order_id, orders.created_at::timestamptz as at, lower(orders.status),
    orders.total_price::decimal(18, 2),
    greatest(coalesce(orders.order_refunds::decimal(18, 2), 0), coalesce(refunds.amount, 0)),
    orders.is_test = 'true', orders.currency
from orders left join refunds using (order_id)
order by 1
"""
_NO_REFUNDS = (
    "select null::varchar as order_id, null::varchar as refund_id, null::varchar as amount,"
    " null::timestamp as exported_at, null::timestamp as landed_at where false"
)
PAID = {"paid", "partially_refunded", "refunded"}


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an app on a free port of this machine; yield its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    is_up = threading.Event()
    start = server.startup

    async def started(sockets: Any = None) -> None:
        await start(sockets)
        is_up.set()

    server.startup = started
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert is_up.wait(30)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@dataclass
class Puller:
    """Pulls a shipped source of the company acme into a data folder of its own."""

    data: Path
    source: Path
    secrets: dict[str, str]

    @classmethod
    def of(
        cls, folder: Path, name: str, base_url: str, secrets: dict[str, str], **own: Any
    ) -> Puller:
        """Write a source that extends a shipped one, for a server."""
        source = folder / f"{name}.yml"
        said = {"extends": name, "company": "acme", "base_url": base_url} | own
        source.write_text(yaml.safe_dump(said))
        return cls(folder / "data", source, secrets)

    def pull(self, *arguments: str) -> str:
        """Pull; return what was printed. Raises PaidnetError's text as AssertionError."""
        done = run_stage(self.data, "ingestion", "pull", self.source, *arguments, **self.secrets)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *arguments: str) -> PaidnetError | str:
        """Pull, which must fail; return what was said."""
        try:
            done = run_stage(
                self.data, "ingestion", "pull", self.source, *arguments, **self.secrets
            )
        except PaidnetError as error:
            return error
        assert done.returncode != 0, done.stdout
        return done.stdout + done.stderr

    def runs(self) -> list[dict[str, Any]]:
        """Return the lines of the runs, as the warehouse reads them."""
        files = self.data / "pulls" / "*" / "runs.jsonl"
        found = duckdb.sql(f"from read_json('{files}', format = 'newline_delimited')")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def orders(self) -> dict[str, tuple[Any, ...]]:
        """Return by order: time, status, total, what went back, whether a test, currency."""
        landing = self.data / "landing"
        files = landing / "refunds/acme/*.parquet"
        has_refunds = any((landing / "refunds").rglob("*.parquet"))
        landed = f"from read_parquet('{files}', union_by_name = true)"
        refunds = landed if has_refunds else _NO_REFUNDS
        rows = duckdb.sql(_FIGURES.format(landing=landing, refunds=refunds)).fetchall()
        return {row[0]: row[1:] for row in rows}

    def revenue(self, currency: str = "USD") -> tuple[int, Decimal, Decimal, Decimal]:
        """Return the paid orders that are no test: how many, gross, refunds and net revenue."""
        paid = [
            (total, back)
            for _, status, total, back, is_test, code in self.orders().values()
            if status in PAID and not is_test and code.upper() == currency
        ]
        gross, back = (sum((row[n] for row in paid), Decimal(0)) for n in (0, 1))
        return len(paid), gross, back, gross - back

    def items(self) -> list[tuple[Any, ...]]:
        """Return the items of each order, of its newest export: order, sku, quantity, price."""
        files = self.data / "landing/order_items/acme/*.parquet"
        return duckdb.sql(
            f"select order_id, sku, quantity::integer, unit_price::decimal(18, 2)"
            f" from read_parquet('{files}', union_by_name = true) qualify dense_rank() over ("
            " partition by order_id order by exported_at desc, landed_at desc, source_file desc)"
            " = 1 order by all"
        ).fetchall()
