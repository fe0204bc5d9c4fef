"""Landing against DuckDB's own CSV to Parquet: time and memory; an inbox of small files."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from tools.bench import process
from tools.bench.tables import Limit, Part, Table, gigabytes, ratio, seconds

#: With fewer rows Python's start outweighs the work: no limit holds.
LIMITS_FROM = 10_000_000
MAX_RATIO, MAX_BYTES, MAX_FILE_SECONDS = 2.0, 2e9, 1.0
ROUNDS = 2
INBOX_COMPANIES, INBOX_FILES, INBOX_ROWS = 20, 10, 1500

_ROWS = """
    select i, timestamp '2022-01-01' + to_seconds((i * 94608000.0 / {count})::bigint) as placed,
        hash(i) % 50000 as customer, ((hash(i, 1) % 200000) / 100.0)::decimal(12, 2) as total,
        case hash(i, 2) % 20 when 0 then 'refunded' when 1 then 'pending' else 'paid' end as status
    from range({count}) as numbers (i)
"""
#: What each kind of file holds: the same orders, written plainly, oddly, and as lines of orders.
KINDS = {
    "plain": """
        select 'o' || (1000000 + i) as order_id,
            strftime(placed, '%Y-%m-%dT%H:%M:%SZ') as created_at,
            status, total as total_price, if(status = 'refunded', total, 0) as order_refunds,
            'c' || customer as customer_id, 'USD' as currency
        from rows order by i
    """,
    "odd dates and amounts": """
        select '#' || (1000 + i) as order_id, strftime(placed, '%m/%d/%Y %I:%M %p') as created_at,
            status, '$' || format('{:,.2f}', total::double) as total_price,
            '$' || format('{:,.2f}', if(status = 'refunded', total, 0)::double) as order_refunds,
            'user' || customer || '@Example.com' as customer_id, 'USD' as currency
        from rows order by i
    """,
    "lines of orders": """
        select 'L' || (100000 + i // 3) as "Order ID",
            strftime(date_trunc('hour', placed), '%Y-%m-%d %H:%M:%S') as "Order Date",
            'paid' as "Order Status", 'sku' || (hash(i, 3) % 500) as "Product",
            1 + hash(i, 4) % 4 as "Quantity", total as "Line Total", 'c' || (i // 3 % 30000)
            as "Customer ID"
        from rows order by i
    """,
}
_COPY = "copy (from read_csv($1)) to $2 (format parquet, compression zstd)"
_BARE = "import sys, duckdb; duckdb.execute(sys.argv[1], sys.argv[2:])"


def part(workdir: Path, row_count: int) -> Part:
    """Measure both on the same files, one after the other, and the inbox in one process."""
    folder = workdir / f"{row_count}-rows-to-land"
    folder.mkdir(parents=True, exist_ok=True)
    rows, limits = [], []
    for kind, query in KINDS.items():
        file = _made(folder, kind, query, row_count)
        bare, landing = _measure(file, folder)
        times = landing.seconds / bare.seconds
        cpu = landing.cpu_seconds / bare.cpu_seconds
        rows.append(
            (
                kind, seconds(bare.seconds), seconds(landing.seconds), ratio(times), ratio(cpu),
                gigabytes(bare.peak_bytes), gigabytes(landing.peak_bytes),
            )
        )  # fmt: skip
        if row_count >= LIMITS_FROM:
            peak = landing.peak_bytes
            limits += [
                Limit(f"landing to DuckDB, {kind}", ratio(times), ratio(MAX_RATIO),
                      times <= MAX_RATIO),
                Limit(f"peak memory of landing, {kind}", gigabytes(peak), gigabytes(MAX_BYTES),
                      peak <= MAX_BYTES),
            ]  # fmt: skip
    file_count, inbox = _inbox(folder)
    each = inbox.seconds / file_count
    limits.append(
        Limit("inbox, a file", seconds(each), seconds(MAX_FILE_SECONDS), each <= MAX_FILE_SECONDS)
    )
    headings = (
        "", "DuckDB", "landing", "ratio", "ratio of CPU time", "DuckDB, peak memory",
        "landing, peak memory",
    )  # fmt: skip
    small = (f"{file_count}", seconds(inbox.seconds), f"{each:.2f} s", gigabytes(inbox.peak_bytes))
    title = f"Landing and DuckDB's own CSV to Parquet, {row_count:,} rows"
    return Part(
        (
            Table(title, headings, rows),
            Table(
                f"An inbox of small files ({INBOX_ROWS:,} rows each), in one process",
                ("files", "time", "a file", "peak memory"), [small],
            ),
        ),
        limits,
    )  # fmt: skip


def _made(folder: Path, kind: str, query: str, row_count: int) -> Path:
    file = folder / f"{kind.replace(' ', '-')}.csv"
    if not file.exists():
        part = file.with_suffix(".part")
        rows = f"with rows as ({_ROWS.format(count=row_count)}) {query}"
        # Not in this process: the peak memory of what it starts would begin with its own.
        process.run(
            [sys.executable, "-c", _BARE, f"copy ({rows}) to '{part}' (format csv, header)"]
        )
        part.replace(file)
    return file


def _measure(file: Path, folder: Path) -> tuple[process.Run, process.Run]:
    """Return the fastest of several runs of each, taken in turns."""
    bare, landing = [], []
    for _ in range(ROUNDS):
        out, data = folder / "bare.parquet", folder / "data"
        bare.append(process.run([sys.executable, "-c", _BARE, _COPY, file, out]))
        out.unlink()
        shutil.rmtree(data, ignore_errors=True)
        command = [
            sys.executable, "-m", "ingestion", "add", file, "--company", "bench", "--currency",
            "USD", "--repeat-policy", "latest",
        ]  # fmt: skip
        landing.append(process.run(command, _environment(data)))
        shutil.rmtree(data)
    return _fastest(bare), _fastest(landing)


def _fastest(runs: Sequence[process.Run]) -> process.Run:
    return min(runs, key=lambda run: run.seconds)


def _environment(data: Path) -> dict[str, str]:
    return os.environ | {"PAIDNET_DATA": str(data)}


def _inbox(folder: Path) -> tuple[int, process.Run]:
    """Land small files, plain and odd in turns; return how many they are, and the run."""
    inbox, data = folder / "inbox", folder / "inbox-data"
    for gone in (inbox, data):
        shutil.rmtree(gone, ignore_errors=True)
    file_count = INBOX_COMPANIES * INBOX_FILES
    kinds = [query for name, query in KINDS.items() if name != "lines of orders"]
    long_ago = time.time() - 3600
    with duckdb.connect() as connection:
        every = _ROWS.format(count=file_count * INBOX_ROWS)
        connection.execute(f"create table every_row as {every}")
        for place in range(file_count):
            company, number = divmod(place, INBOX_FILES)
            file = inbox / f"c{company:02}" / f"{number}.csv"
            file.parent.mkdir(parents=True, exist_ok=True)
            # Rows of all days: those of one day need not say which number of its date is the day.
            own = f"create or replace view rows as from every_row where i % {file_count} = {place}"
            connection.execute(own)
            connection.execute(f"copy ({kinds[number % len(kinds)]}) to '{file}' (format csv)")
            os.utime(file, (long_ago, long_ago))
            (file.parent / "company.yml").write_text("repeat_policy: latest\n")
    run = process.run([sys.executable, "-m", "ingestion", "inbox", inbox], _environment(data))
    return file_count, run
