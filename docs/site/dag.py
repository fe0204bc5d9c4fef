"""The project's folders and what flows between them, read from dbt's manifest."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

# Where the files of each source lie, and what the Python stage in the middle is called.
SOURCES = {"landing": "data/landing", "forecasting": "data/forecasts"}
READERS = "readers"
FORECASTING = "forecasting"
# The one step that dbt does not know: `python -m forecasting` reads this mart, writes this source.
FORECAST_READS = "fct_daily_revenue"


@dataclass
class Folder:
    """A folder of the project: its path, what is in it, its tests, its edges within.

    Dashboards and reports (dbt's exposures) are together one such folder.
    """

    path: str
    kinds: Counter[str] = field(default_factory=Counter)
    names: list[str] = field(default_factory=list)
    tests: int = 0
    edges_inside: int = 0

    @property
    def facts(self) -> str:
        """How much is in it, in words."""
        told = [_counted(count, kind) for kind, count in self.kinds.items()]
        told += [_counted(self.tests, "test")] * bool(self.tests)
        told += [f"{_counted(self.edges_inside, 'edge')} within"] * bool(self.edges_inside)
        return " · ".join(told)


def _counted(count: int, what: str) -> str:
    many = what.removesuffix("is") + "es" if what.endswith("is") else f"{what}s"
    return f"{count} {what if count == 1 else many}"


@dataclass(frozen=True)
class Dag:
    """Folders by path, edges between them as counts, and the models that readers see."""

    folders: dict[str, Folder]
    edges: Counter[tuple[str, str]]
    shown: frozenset[str]


def read(manifest_file: Path) -> Dag:
    """Read a manifest; raises FileNotFoundError when the project was not parsed."""
    manifest = json.loads(manifest_file.read_text())
    nodes = manifest["nodes"] | manifest["sources"] | manifest["exposures"]
    drawn = {
        unique_id: node
        for unique_id, node in sorted(nodes.items())
        if node["resource_type"] in {"model", "seed", "snapshot", "source", "exposure"}
    }
    folders: dict[str, Folder] = {}
    home: dict[str, str] = {}
    for unique_id, node in drawn.items():
        home[unique_id] = path = _path(node)
        is_reader = node["resource_type"] == "exposure"
        folder = folders.setdefault(path, Folder(path))
        folder.kinds[node["type"] if is_reader else node["resource_type"]] += 1
        folder.names.append(node["label"] if is_reader else node["name"])
    edges: Counter[tuple[str, str]] = Counter()
    shown = set()
    for unique_id, node in drawn.items():
        for parent in node.get("depends_on", {}).get("nodes", []):
            here, there = home[parent], home[unique_id]
            if here == there:
                folders[here].edges_inside += 1
            else:
                edges[here, there] += 1
            if node["resource_type"] == "exposure":
                shown.add(drawn[parent]["name"])
    for path, count in _tests(manifest, home).items():
        folders[path].tests = count
    # What dbt does not know: nothing is counted, an arrow is drawn.
    folders[FORECASTING] = Folder(FORECASTING, Counter(step=1), ["python -m forecasting"])
    reads = next(path for path, folder in folders.items() if FORECAST_READS in folder.names)
    edges[reads, FORECASTING] = edges[FORECASTING, SOURCES[FORECASTING]] = 0
    return Dag(folders, edges, frozenset(shown))


def _path(node: dict) -> str:
    if node["resource_type"] == "source":
        return SOURCES.get(node["source_name"], f"source {node['source_name']}")
    if node["resource_type"] == "exposure":
        return READERS
    return str(PurePosixPath(node["original_file_path"]).parent)


def _tests(manifest: dict, home: dict[str, str]) -> Counter[str]:
    """Return the tests of each folder; one on several models counts where most of those are."""
    found: Counter[str] = Counter()
    for test in manifest["unit_tests"].values():
        found[home[test["depends_on"]["nodes"][0]]] += 1
    models = {unique_id.rpartition(".")[2]: unique_id for unique_id in home}
    for test in manifest["nodes"].values():
        if test["resource_type"] != "test":
            continue
        # A singular test is named after its model: fct_orders__…
        of_model = test.get("attached_node") or models.get(test["name"].split("__")[0])
        votes: dict[str, int] = defaultdict(int)
        for unique_id in [of_model] if of_model else test["depends_on"]["nodes"]:
            votes[home[unique_id]] += 1
        found[max(sorted(votes), key=votes.__getitem__)] += 1
    return found
