"""The parts of the benchmark: each measures, and returns its tables and its limits."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import data, process, seed, whole_build
from bench.tables import Table, gigabytes, ratio, seconds

#: Below so many orders dbt's start-up outweighs the work: no limit is judged.
JUDGED_FROM = 10_000_000
SEED_JUDGED_FROM = 1_000_000
SLOWEST = 12


@dataclass(frozen=True)
class Limit:
    """A promise: what was measured, what is allowed, and whether it is kept."""

    what: str
    found: str
    allowed: str
    is_kept: bool
    is_judged: bool = True

    @property
    def verdict(self) -> str:
        """Say in a word or two whether the promise is kept."""
        if not self.is_judged:
            return "not judged: too few rows"
        return "kept" if self.is_kept else "MISSED"


@dataclass(frozen=True)
class Part:
    """What a part found: tables for screen and page, and limits."""

    tables: tuple[Table, ...]
    limits: tuple[Limit, ...] = ()


def _script(module: str, *arguments: str | Path) -> tuple[process.Run, dict]:
    run = process.run([sys.executable, "-m", f"bench.{module}", *arguments])
    return run, json.loads(run.output.splitlines()[-1])


def _same(bare: dict, pandas: dict) -> None:
    if bare["rows"] != pandas["rows"] or abs(bare["net"] - pandas["net"]) > 0.05:
        raise process.CommandError(f"the scripts disagree:\n  {bare}\n  {pandas}")


def build(orders: data.Orders, *, repeat: int, with_pandas: bool) -> Part:
    """Measure the whole build against the bare script, and pandas, in turn on the same files."""
    landing = data.land(orders)
    builds, bares, frames = [], [], []
    for _ in range(repeat):
        bare, found = _script("bare_duckdb", orders.pattern, orders.folder / "bare.duckdb")
        bares.append(bare)
        if with_pandas:
            frame, answer = _script("with_pandas", orders.pattern)
            frames.append(frame)
            _same(found, answer)
        builds.append(whole_build.measure(orders))
    middle = sorted(builds, key=lambda each: each.seconds)[len(builds) // 2]
    base = median(run.seconds for run in bares)
    rows = [_row("bare DuckDB script, no checks", bares, base)]
    if frames:
        rows.append(_row("the same in pandas", frames, base))
    rows.append(_row("whole build", [each.run for each in builds], base))
    rows.append(
        (
            "— without dbt's start-up",
            seconds(middle.seconds - middle.start_up_seconds),
            ratio((middle.seconds - middle.start_up_seconds) / base),
            "",
            "",
        )
    )
    size = f"{orders.row_count:,} rows, {gigabytes(orders.byte_count)} of CSV"
    title = f"{len(orders.shops)} companies, {size}; landing them took {seconds(landing.seconds)}"
    phases = [
        (name, seconds(value), f"{value / middle.seconds:.0%}")
        for name, value in middle.phases.items()
    ]
    slow = [
        (node.name, node.kind, seconds(node.seconds), seconds(node.wall_seconds))
        for node in middle.slowest(SLOWEST)
    ]
    times, peak = middle.seconds / base, max(each.run.peak_bytes for each in builds)
    judged = orders.order_count >= JUDGED_FROM
    return Part(
        (
            Table(title, ("", "time", "to the bare script", "CPU time", "peak memory"), rows),
            Table("Where the whole build's time goes", ("", "time", "share"), phases),
            Table(
                "Its slowest nodes; the share counts time with others running in parts",
                ("node", "kind", "time", "its share of it"),
                slow,
                (0, 1),
            ),
        ),
        (
            Limit("whole build to bare script", ratio(times), "4 ×, aim 2 ×", times <= 4, judged),
            Limit("peak memory of the build", gigabytes(peak), "6 GB", peak < 6e9, judged),
        ),
    )


def _row(name: str, runs: Sequence[process.Run], base: float) -> tuple[str, ...]:
    middle = median(run.seconds for run in runs)
    peak = gigabytes(max(run.peak_bytes for run in runs))
    cpu = median(run.cpu_seconds for run in runs)
    return name, seconds(middle), ratio(middle / base), seconds(cpu), peak


def seeds(workdir: Path, orders: data.Orders) -> Part:
    """Measure `dbt seed` of a single file, with this project's reader and with dbt's own."""
    file = orders.shops[0].file
    ours = seed.measure(workdir, file, with_agate=False)
    agate = seed.measure(workdir, file, with_agate=True)
    if ours.row_count != orders.row_count or agate.row_count != orders.row_count:
        raise process.CommandError(
            f"{ours.row_count:,} and {agate.row_count:,} rows of {orders.row_count:,} were seeded"
        )
    times = agate.node_seconds / ours.node_seconds
    rows = [
        (
            name,
            seconds(each.node_seconds),
            seconds(each.run.seconds),
            seconds(each.run.cpu_seconds),
            gigabytes(each.run.peak_bytes),
        )
        for name, each in (("this project's reader", ours), ("dbt's own (agate)", agate))
    ]
    whole = agate.run.seconds / ours.run.seconds
    rows.append(("times as fast", ratio(times), ratio(whole), "", ""))
    headings = ("", "the seed", "whole command", "its CPU time", "peak memory")
    judged = orders.order_count >= SEED_JUDGED_FROM
    return Part(
        (Table(f"`dbt seed` of a file of {ours.row_count:,} rows", headings, rows),),
        (
            Limit(
                "seed, times as fast as agate", ratio(times), "20 × at least", times >= 20, judged
            ),
        ),
    )


def growth(sizes: Sequence[data.Orders]) -> Part:
    """Measure the whole build at each size; a growth of 1.0 is linear."""
    rows, limits = [], []
    before: tuple[int, float] | None = None
    first: tuple[int, float] | None = None
    for orders in sizes:
        data.land(orders)
        found = whole_build.measure(orders)
        whole_build.clear(orders)
        work = found.seconds - found.start_up_seconds
        now = (orders.row_count, work)
        rows.append(
            (
                f"{orders.row_count:,}",
                seconds(found.seconds),
                seconds(work),
                f"{1e6 * work / orders.row_count:.2f} s",
                gigabytes(found.run.peak_bytes),
                gigabytes(found.released_bytes),
                f"{_exponent(before, now):.2f}" if before else "",
            )
        )
        before, first = now, first or now
    if first and before and first != before:
        exponent = _exponent(first, before)
        kept, judged = exponent <= 1.0, sizes[-1].order_count >= JUDGED_FROM
        what = f"growth from {first[0]:,} to {before[0]:,} rows"
        limits.append(Limit(what, f"rows ^ {exponent:.2f}", "rows ^ 1", kept, judged))
    headings = (
        "rows", "whole build", "without start-up", "per million", "peak memory", "release",
        "exponent",
    )  # fmt: skip
    return Part((Table("Growth of the whole build", headings, rows),), tuple(limits))


def _exponent(smaller: tuple[int, float], larger: tuple[int, float]) -> float:
    return math.log(larger[1] / smaller[1]) / math.log(larger[0] / smaller[0])
