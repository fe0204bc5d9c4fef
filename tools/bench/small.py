"""A thousand small companies: dbt is started for all of them, not for each."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import duckdb

from tools.bench import process
from tools.bench.tables import Limit, Part, Table, gigabytes, seconds

COMPANIES = 1000
MAX_UNCHANGED_SECONDS = 3.0

#: Two years of a shop: `{place}` of 0, 1 … is its own.
_ROWS = """
    select 'O' || i as order_id, timestamp '2023-01-01'
        + to_seconds(cast(i * 63072000.0 / {count} as bigint)) as created_at,
        case hash(i, {place}) % 20 when 0 then 'refunded' when 1 then 'pending' else 'paid' end
            as status,
        (1000 + hash(i, {place}, 1) % 20000) / 100.0 as total_price,
        0 as order_refunds, 'C' || hash(i, {place}, 2) % {count} as customer_id
    from range({count}) as numbers (i)
"""


def part(workdir: Path, order_count: int) -> Part:
    """Land and build so many orders of them, then of one more, then with nothing changed."""
    folder = workdir / f"{order_count}-orders-{COMPANIES}-small-companies"
    shutil.rmtree(folder, ignore_errors=True)
    inbox, environment = folder / "inbox", os.environ | {
        "PAIDNET_DATA": str(folder / "data"), "PAIDNET_COMPANIES_IN_GIT": "0",
    }  # fmt: skip
    land = [sys.executable, "-m", "ingestion", "inbox", inbox]
    build = [sys.executable, "-m", "warehouse", "build", "--no-forecast"]
    runs = {}
    _send(inbox, range(COMPANIES), order_count // COMPANIES)
    runs[f"landing {COMPANIES:,} files"] = process.run(land, environment)
    runs["all companies, from nothing"] = process.run(build, environment)
    _send(inbox, range(COMPANIES, COMPANIES + 1), order_count // COMPANIES)
    process.run(land, environment)
    runs["one more company"] = process.run(build, environment)
    runs["nothing changed"] = unchanged = process.run(build, environment)
    rows = [
        (name, seconds(run.seconds), seconds(run.cpu_seconds), gigabytes(run.peak_bytes))
        for name, run in runs.items()
    ]
    title = f"{COMPANIES:,} companies of {order_count // COMPANIES:,} orders each, no forecast"
    return Part(
        (Table(title, ("", "time", "CPU time", "peak memory"), rows),),
        (
            Limit(f"nothing changed, {COMPANIES:,} companies", seconds(unchanged.seconds),
                  seconds(MAX_UNCHANGED_SECONDS), unchanged.seconds <= MAX_UNCHANGED_SECONDS),
        ),
    )  # fmt: skip


def _send(inbox: Path, places: range, row_count: int) -> None:
    """Write a file of each company into the inbox."""
    long_ago = time.time() - 3600
    with duckdb.connect() as connection:
        for place in places:
            file = inbox / f"c{place:04}" / "orders.csv"
            file.parent.mkdir(parents=True)
            rows = _ROWS.format(count=row_count, place=place)
            connection.execute(f"copy ({rows}) to '{file}' (format csv)")
            os.utime(file, (long_ago, long_ago))
            (file.parent / "company.yml").write_text("repeat_policy: latest\ncurrency: USD\n")
