"""The whole build against the bare script, and where its time goes."""

from __future__ import annotations

import itertools
import json
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tools.bench import process
from tools.bench.data import Orders, environment, land
from tools.bench.tables import Limit, Part, Table, gigabytes, ratio, seconds

#: With fewer orders dbt's start-up outweighs the work: no limit holds.
LIMITS_FROM = 10_000_000
MAX_RATIO, MAX_BYTES = 4.0, 6e9
SLOWEST = 12


@dataclass(frozen=True)
class Build:
    """A whole build, its wall seconds by phase, its slowest nodes, and the release's size.

    A node is its name, its seconds from beginning to end, and its share of the wall time.
    """

    run: process.Run
    phases: dict[str, float]
    nodes: Sequence[tuple[str, float, float]]
    released_bytes: int


def part(sizes: Sequence[Orders]) -> Part:
    """Measure both on the same files, one after the other, at each size; details of the last."""
    columns, limits = [], []
    for orders in sizes:
        landing = land(orders)
        database = orders.folder / "bare.duckdb"
        module = ("-m", "tools.bench.bare_duckdb", orders.pattern, database)
        bare = process.run([sys.executable, *module])
        build = measure(orders)
        database.unlink()
        times = build.run.seconds / bare.seconds
        columns.append(
            (
                f"{orders.row_count:,} rows", seconds(landing), seconds(bare.seconds),
                seconds(build.run.seconds), ratio(times),
                ratio(build.run.cpu_seconds / bare.cpu_seconds), gigabytes(bare.peak_bytes),
                gigabytes(build.run.peak_bytes), gigabytes(build.released_bytes),
            )
        )  # fmt: skip
        if orders.order_count >= LIMITS_FROM:
            what, peak = f"{orders.row_count:,} rows", build.run.peak_bytes
            limits += [
                Limit(
                    f"whole build to bare script, {what}", ratio(times),
                    f"{ratio(MAX_RATIO)}, aim 2.0 ×", times <= MAX_RATIO,
                ),
                Limit(
                    f"peak memory of the build, {what}", gigabytes(peak), gigabytes(MAX_BYTES),
                    peak <= MAX_BYTES,
                ),
            ]  # fmt: skip
    names = (
        "", "landing", "bare script", "whole build", "ratio", "ratio of CPU time",
        "bare script, peak memory", "whole build, peak memory", "release",
    )  # fmt: skip
    headings, *rows = zip(names, *columns, strict=True)
    phases = [
        (name, seconds(value), f"{value / build.run.seconds:.0%}")
        for name, value in build.phases.items()
    ]
    nodes = [(name, seconds(whole), seconds(share)) for name, whole, share in build.nodes]
    title = f"Whole build and bare script, {len(sizes[-1].shops)} companies"
    return Part(
        (
            Table(title, headings, rows),
            Table(f"Where the time goes, {columns[-1][0]}", ("", "time", "share"), phases),
            Table(
                "The slowest nodes; the share divides time among all that run at once",
                ("node", "time", "its share of it"), nodes,
            ),
        ),
        limits,
    )  # fmt: skip


def measure(orders: Orders) -> Build:
    """Build, test and release landed orders, from nothing but what `dbt parse` left."""
    for left in ("build", "releases"):
        shutil.rmtree(orders.data / left, ignore_errors=True)
    (orders.data / "current").unlink(missing_ok=True)
    command = [sys.executable, "-m", "warehouse", "build", "--no-forecast"]
    run = process.run(command, environment(orders))
    results = json.loads((orders.data / "build" / "target" / "run_results.json").read_text())
    spans = [_span(result) for result in results["results"] if result["timing"]]
    shares = _shares(spans)
    by_kind: Counter[str] = Counter()
    for (kind, _, _, _), share in zip(spans, shares, strict=True):
        by_kind[kind] += share
    first, end = min(begin for _, _, begin, _ in spans), _time(results["metadata"]["generated_at"])
    if first < run.began_at or end > run.ended_at:
        raise process.CommandError("the times in run_results.json are not of this build")
    phases = {"dbt's start-up": first - run.began_at}
    phases |= {f"{kind}s": by_kind[kind] for kind in ("seed", "model", "test")}
    phases["no node running, dbt's end"] = end - first - by_kind.total()
    phases["release: copy, check, relink"] = run.ended_at - end
    nodes = [
        (name, end - begin, share)
        for (_, name, begin, end), share in zip(spans, shares, strict=True)
    ]
    released = next((orders.data / "current").resolve().glob("*.duckdb"))
    slowest = sorted(nodes, key=lambda node: -node[2])[:SLOWEST]
    return Build(run, phases, slowest, released.stat().st_size)


def _time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _span(result: dict) -> tuple[str, str, float, float]:
    kind, _, name, *_ = result["unique_id"].split(".")
    begin = min(_time(step["started_at"]) for step in result["timing"])
    return kind, name, begin, max(_time(step["completed_at"]) for step in result["timing"])


def _shares(spans: list[tuple[str, str, float, float]]) -> list[float]:
    """Split every instant evenly among the nodes that run in it: seconds that add up."""
    moments = sorted({moment for _, _, begin, end in spans for moment in (begin, end)})
    shares = [0.0] * len(spans)
    for start, stop in itertools.pairwise(moments):
        running = [i for i, (_, _, begin, end) in enumerate(spans) if begin <= start < stop <= end]
        for i in running:
            shares[i] += (stop - start) / len(running)
    return shares
