"""The whole build, measured, and where its time goes."""

from __future__ import annotations

import itertools
import json
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from bench import process
from bench.data import Orders, environment

DBT_START = "dbt's start-up"
RELEASE = "release: copy, check, relink"
_KINDS = {"seed": "seeds", "model": "models", "test": "data tests", "unit_test": "unit tests"}


@dataclass(frozen=True)
class Node:
    """A node of the build: when it ran, in seconds since the epoch, and its shares of time.

    `wall_seconds` splits every instant evenly among the nodes that run in it, so that
    they add up to the time in which any node ran.
    """

    kind: str
    name: str
    begin: float
    end: float
    wall_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """Seconds from its beginning to its end, however many others ran beside it."""
        return self.end - self.begin


@dataclass(frozen=True)
class Build:
    """A whole build: what it took, its seconds by phase, and its nodes."""

    run: process.Run
    phases: dict[str, float]
    nodes: tuple[Node, ...]
    released_bytes: int

    @property
    def seconds(self) -> float:
        """Wall seconds of the command, from its start to its exit."""
        return self.run.seconds

    @property
    def start_up_seconds(self) -> float:
        """Seconds before the first node begins: Python, dbt's imports, its parsing."""
        return self.phases[DBT_START]

    def slowest(self, count: int) -> list[Node]:
        """Return the nodes that took most of the wall time."""
        return sorted(self.nodes, key=lambda node: -node.wall_seconds)[:count]


def measure(orders: Orders) -> Build:
    """Build, test and release landed orders, from nothing: no parse cache, no release."""
    clear(orders)
    command = [sys.executable, "-m", "warehouse", "build", "--no-forecast"]
    run = process.run(command, environment(orders))
    results = json.loads((orders.data / "build" / "target" / "run_results.json").read_text())
    nodes = _nodes(results)
    dbt_end = _seconds(results["metadata"]["generated_at"])
    first, last = min(node.begin for node in nodes), max(node.end for node in nodes)
    phases = {DBT_START: first - run.began_at}
    by_kind: Counter[str] = Counter()
    for node in nodes:
        by_kind[node.kind] += node.wall_seconds
    phases |= {kind: by_kind[kind] for kind in _KINDS.values() if kind in by_kind}
    phases["no node running, dbt's end"] = dbt_end - first - by_kind.total()
    phases[RELEASE] = run.ended_at - dbt_end
    released = next((orders.data / "current").resolve().glob("*.duckdb"))
    if last > dbt_end or first < run.began_at:
        raise process.CommandError("the times in run_results.json are not of this build")
    return Build(run, phases, nodes, released.stat().st_size)


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _nodes(results: dict) -> tuple[Node, ...]:
    nodes = []
    for result in results["results"]:
        times = result["timing"]
        kind, _, name, *_ = result["unique_id"].split(".")
        if times and kind in _KINDS:
            begin = min(_seconds(step["started_at"]) for step in times)
            end = max(_seconds(step["completed_at"]) for step in times)
            nodes.append(Node(_KINDS[kind], name, begin, end))
    shares = _wall_seconds(nodes)
    return tuple(
        Node(node.kind, node.name, node.begin, node.end, share)
        for node, share in zip(nodes, shares, strict=True)
    )


def _wall_seconds(nodes: list[Node]) -> list[float]:
    moments = sorted({moment for node in nodes for moment in (node.begin, node.end)})
    shares = [0.0] * len(nodes)
    for begin, end in itertools.pairwise(moments):
        running = [i for i, node in enumerate(nodes) if node.begin <= begin and node.end >= end]
        for i in running:
            shares[i] += (end - begin) / len(running)
    return shares


def clear(orders: Orders) -> None:
    """Delete the build and its releases; the landed files stay."""
    for left in ("build", "releases"):
        shutil.rmtree(orders.data / left, ignore_errors=True)
    (orders.data / "current").unlink(missing_ok=True)
