"""The build with the items of all orders, against the build of the orders alone."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sys
from pathlib import Path

import duckdb

from tools.bench import process, whole_build
from tools.bench.data import Orders, environment, land
from tools.bench.tables import Limit, Part, Table, gigabytes, ratio, seconds

#: With fewer orders dbt's start-up outweighs the work: no limit holds.
LIMITS_FROM = 10_000_000
MAX_RATIO, MAX_BYTES = 2.0, 8e9
PRODUCTS = 2_000
LINES = "1 + (hash(order_id) % 4)::bigint"  # of an order: two and a half on average


def part(orders: Orders) -> Part:
    """Measure both builds, one after the other."""
    land(orders)
    alone = whole_build.measure(orders)
    with_items, item_count, landing = _landed(orders)
    both = whole_build.measure(with_items)
    times = both.run.seconds / alone.run.seconds
    what = f"{orders.row_count:,} rows of orders"
    rows = [
        (name, seconds(build.run.seconds), gigabytes(build.run.peak_bytes),
         gigabytes(build.released_bytes))
        for name, build in (("orders alone", alone), (f"with {item_count:,} items", both))
    ]  # fmt: skip
    slowest = [(name, seconds(whole), seconds(share)) for name, whole, share in both.nodes]
    limits = ()
    if orders.order_count >= LIMITS_FROM:
        limits = (
            Limit(f"build with items to orders alone, {what}", ratio(times), ratio(MAX_RATIO),
                  times <= MAX_RATIO),
            Limit(f"peak memory with items, {what}", gigabytes(both.run.peak_bytes),
                  gigabytes(MAX_BYTES), both.run.peak_bytes <= MAX_BYTES),
        )  # fmt: skip
    return Part(
        (
            Table(
                f"Whole build, {what}; with items {ratio(times)}, landed in {seconds(landing)}",
                ("", "whole build", "peak memory", "release"), rows,
            ),
            Table("The slowest nodes with items", ("node", "time", "its share of it"), slowest),
        ),
        limits,
    )  # fmt: skip


def _landed(orders: Orders) -> tuple[Orders, int, float]:
    """Return the same orders with their items landed, these items, and the seconds that took."""
    folder = orders.folder / "with_items"
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("landing", "uploads", "manifest"):
        if (orders.data / name).exists():
            shutil.copytree(orders.data / name, folder / "data" / name, copy_function=os.link)
    for path in orders.data.iterdir():
        if path.is_file():
            shutil.copy(path, folder / "data" / path.name)
    with_items = dataclasses.replace(orders, folder=folder)
    count, took = 0, 0.0
    for shop in orders.shops:
        file = folder / f"{shop.company_id}_items.csv"
        count += _write_items(shop.file, file)
        command = [
            sys.executable, "-m", "ingestion", "add", file, "--company", shop.company_id,
            "--entity", "order_items", "--accept-rejects",
        ]  # fmt: skip
        took += process.run(command, environment(with_items)).seconds
        file.unlink()
    return with_items, count, took


def _write_items(orders: Path, file: Path) -> int:
    """Write the lines of a file of orders; return how many."""
    with duckdb.connect() as connection:
        (count,) = connection.execute(
            f"""
            copy (
                select
                    order_id,
                    'SKU' || hash(order_id, line) % {PRODUCTS} as sku,
                    1 as quantity,
                    round(coalesce(try_cast(total_price as decimal(18, 2)), 0) / ({LINES}), 2)
                        as unit_price
                from (
                    select distinct on (order_id) order_id, total_price
                    from read_csv($1, all_varchar = true)
                    where order_id <> ''
                )
                cross join lateral (select unnest(range({LINES})) as line)
            ) to '{file}' (header)
            """,
            [str(orders)],
        ).fetchone()
    return int(count)
