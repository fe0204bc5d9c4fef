"""Many companies, and a very large one, on one machine: how time, memory and disk grow."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from tools.bench import dashboards, data, process
from tools.bench.tables import Limit, Part, Table, gigabytes, ratio, seconds
from warehouse import timing
from warehouse.ledger import Event

COMPANIES = 200
MEMORY = "8GB"
MAX_BYTES = 12e9
QUERY_SECONDS, PAGE_SECONDS = 1.0, 4.0
#: So many files are there at a time: those of all companies would not fit beside the rest.
_FILES = 20


def part(workdir: Path, sizes: Sequence[int], workers: int) -> Part:
    """Build 200 companies at each size, from nothing; the stages are those of the largest."""
    columns, growth = [], []
    for size in sizes:
        made, landing = landed(data.described(workdir, size, COMPANIES), workers)
        run, event = build(made, "--no-forecast")
        released = (made.data / "current" / "warehouse.duckdb").stat().st_size
        per_million = run.cpu_seconds / (made.row_count / 1e6)
        growth.append((made.row_count, run))
        columns.append(
            (
                f"{made.row_count:,} rows", landing, seconds(run.seconds),
                seconds(run.cpu_seconds), seconds(per_million), gigabytes(run.peak_bytes),
                gigabytes(run.disk_bytes), gigabytes(released), f"{event.row_count:,}",
            )
        )  # fmt: skip
    names = (
        "", "landing", "build, test, release", "its CPU time", "CPU time, a million rows",
        "peak memory", "disk it takes, at most", "release", "rows of the release",
    )  # fmt: skip
    headings, *rows = zip(names, *columns, strict=True)
    title = f"{COMPANIES} companies, PAIDNET_MEMORY={MEMORY}"
    return Part(
        (Table(title, headings, rows), stages(run, event, columns[-1][0])),
        _limits(growth),
    )


def largest(workdir: Path, order_count: int, workers: int) -> Part:
    """Build one company of so many orders, with its forecast, and ask every chart of it."""
    made, landing = landed(data.described(workdir, order_count, 1), workers)
    run, event = build(made)
    label = f"{made.row_count:,} rows"
    rows = [
        ("landing", landing), ("build with forecast, test, release", seconds(run.seconds)),
        ("its CPU time", seconds(run.cpu_seconds)), ("peak memory", gigabytes(run.peak_bytes)),
        ("disk it takes, at most", gigabytes(run.disk_bytes)),
    ]  # fmt: skip
    with dashboards.served(made.data) as (url, secrets):
        charts = dashboards.charts(url, secrets, tuple(shop.company_id for shop in made.shops))
        pages = dashboards.pages(url, secrets)
    slowest = sorted(charts.items(), key=lambda chart: -chart[1])
    (chart, query), page = slowest[0], max(pages, key=pages.__getitem__)
    tables = (
        Table(f"One company, {label}, PAIDNET_MEMORY={MEMORY}", ("", label), rows),
        stages(run, event, label),
        Table(
            "Its slowest charts", ("chart", "query, no cache"),
            [(name, seconds(took)) for name, took in slowest[:8]],
        ),
        Table(
            "Its pages, warm", ("dashboard", "drawn, slowest tab"),
            [(name, seconds(took)) for name, took in pages.items()],
        ),
    )  # fmt: skip
    limits = (
        Limit(f"slowest query of a dashboard, {label}: {chart}", seconds(query),
              seconds(QUERY_SECONDS), query < QUERY_SECONDS),
        Limit(f"slowest page, warm, {label}: {page}", seconds(pages[page]),
              seconds(PAGE_SECONDS), pages[page] < PAGE_SECONDS),
        Limit(f"peak memory, {label}", gigabytes(run.peak_bytes), gigabytes(MAX_BYTES),
              run.peak_bytes < MAX_BYTES),
    )  # fmt: skip
    return Part(tables, limits)


def landed(made: data.Orders, workers: int) -> tuple[data.Orders, str]:
    """Simulate and land a few companies at a time; return them and the time of landing."""
    note = made.folder / "landed.json"
    if not note.exists():
        shutil.rmtree(made.data, ignore_errors=True)
        rows, took, cpu = 0, 0.0, 0.0
        for first in range(0, len(made.shops), _FILES):
            some = replace(made, shops=made.shops[first : first + _FILES])
            data.simulate_missing(some, workers)
            rows += some.counted().row_count
            for shop in some.shops:
                run = data.add(some, shop)
                took, cpu = took + run.seconds, cpu + run.cpu_seconds
                shop.file.unlink()
        note.write_text(json.dumps({"rows": rows, "took": f"{took:,.0f} s ({cpu:,.0f} s of CPU)"}))
    found = json.loads(note.read_text())
    return replace(made, row_count=found["rows"]), found["took"]


def build(
    made: data.Orders, *options: str, more: Mapping[str, str] = MappingProxyType({})
) -> tuple[process.Run, Event]:
    """Build from nothing; return the run and the line of the ledger that ended it.

    `more` are variables of its environment, over those of a large machine.
    """
    data.forget_builds(made)
    own = {"PAIDNET_COMPANIES_IN_GIT": "0", "PAIDNET_MEMORY": MEMORY} | dict(more)
    command = [sys.executable, "-m", "warehouse", "build", *options]
    run = process.run(command, data.environment(made) | own, disk_of=made.folder)
    *_, last = (made.data / "ledger.jsonl").read_text().splitlines()
    return run, Event.of(json.loads(last))


def stages(run: process.Run, event: Event, label: str) -> Table:
    """Return the time of each stage and the peak of memory while it ran."""
    rows = [
        (stage, seconds(took), f"{took / run.seconds:.0%}", gigabytes(run.peak_within(spans)))
        for stage, took in timing.seconds(event.stages).items()
        for spans in [[span for span in event.stages if span.stage == stage]]
    ]
    return Table(f"Its stages, {label}", ("stage", "time", "share", "peak memory"), rows)


def _limits(growth: Sequence[tuple[int, process.Run]]) -> list[Limit]:
    (few, small), *_, (many, large) = growth
    if few == many:
        return []
    times = large.seconds / small.seconds
    return [
        Limit(f"growth of time, {few:,} to {many:,} rows", ratio(times), ratio(many / few),
              times <= many / few),
        Limit(f"peak memory, {many:,} rows", gigabytes(large.peak_bytes), gigabytes(MAX_BYTES),
              large.peak_bytes < MAX_BYTES),
    ]  # fmt: skip
