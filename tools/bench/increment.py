"""One new company among many: what its build costs beside a build of all, forecasts included."""

from __future__ import annotations

import dataclasses
import sys

from tools.bench import process
from tools.bench.data import Orders, add, environment, forget_builds, land
from tools.bench.tables import Limit, Part, Table, gigabytes, seconds

COMPANIES = 100
#: With fewer orders dbt's start-up outweighs the work: no limit holds.
LIMITS_FROM = 10_000_000
MAX_SHARE, MAX_UNCHANGED_SECONDS = 0.10, 3.0


def part(orders: Orders) -> Part:
    """Build all but the last company, then that one, then nothing; last all from nothing again."""
    *others, last = orders.shops
    known = dataclasses.replace(orders, folder=orders.folder / "all_but_one", shops=tuple(others))
    land(known)
    forget_builds(known)
    whole = _build(known)
    add(known, last)
    new = _build(known)
    unchanged = _build(known)
    again = _build(known, "--full")
    if "equal to release" not in again.output:
        raise process.CommandError("the build of all was not held against the one put together")
    runs = {
        f"all {len(others)} companies, from nothing": whole,
        "one more company": new,
        "nothing changed": unchanged,
        f"all {COMPANIES} again, their fits kept, and compared row for row": again,
    }
    rows = [
        (
            name, seconds(run.seconds), f"{run.seconds / whole.seconds:.1%}",
            seconds(run.cpu_seconds), f"{run.cpu_seconds / whole.cpu_seconds:.1%}",
            gigabytes(run.peak_bytes),
        )
        for name, run in runs.items()
    ]  # fmt: skip
    limits = ()
    if orders.order_count >= LIMITS_FROM:
        shares = {
            "wall time": new.seconds / whole.seconds,
            "CPU time": new.cpu_seconds / whole.cpu_seconds,
        }
        limits = (
            *(
                Limit(f"one more company, {what}", f"{share:.1%}", f"{MAX_SHARE:.0%}",
                      share <= MAX_SHARE)
                for what, share in shares.items()
            ),
            Limit("nothing changed", seconds(unchanged.seconds), seconds(MAX_UNCHANGED_SECONDS),
                  unchanged.seconds <= MAX_UNCHANGED_SECONDS),
        )  # fmt: skip
    title = f"One new company among {COMPANIES}, {orders.row_count:,} rows, forecasts included"
    headings = ("", "time", "of all", "CPU time", "of all", "peak memory")
    return Part((Table(title, headings, rows),), limits)


def _build(orders: Orders, *options: str) -> process.Run:
    command = [sys.executable, "-m", "warehouse", "build", *options]
    return process.run(command, environment(orders) | {"PAIDNET_COMPANIES_IN_GIT": "0"})
