"""Write the lineage of the project's folders into README as a Mermaid flowchart.

`python -m tools.docs_site.lineage` reads dbt's manifest. An arrow stands for all edges between two
folders and says how many there are; each box says what its folder holds.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter, defaultdict
from pathlib import Path, PurePosixPath

PROJECT = Path(__file__).resolve().parents[2]
README = PROJECT / "README.md"
_BLOCK = re.compile(r"(?<=<!-- make lineage -->\n)```mermaid\n.*?```\n", re.DOTALL)
_DRAWN = {"model", "seed", "source", "exposure"}
#: What dbt does not know: `python -m forecasting` reads a mart and writes dbt's source.
_FORECASTING = ("fct_daily_revenue", "python -m forecasting", "data/forecasts")


def folder_of(node: dict) -> str:
    """Return the folder of a node of the manifest, or what reads the marts."""
    if node["resource_type"] == "source":
        return f"data/{node['source_name']}".replace("forecasting", "forecasts")
    if node["resource_type"] == "exposure":
        return "dashboards and reports"
    return str(PurePosixPath(node["original_file_path"]).parent)


def draw(manifest: dict) -> str:
    """Return the flowchart of a manifest, fenced for Markdown."""
    nodes = manifest["nodes"] | manifest["sources"] | manifest["exposures"]
    drawn = {key: node for key, node in nodes.items() if node["resource_type"] in _DRAWN}
    folders: dict[str, Counter[str]] = defaultdict(Counter)
    edges: Counter[tuple[str, str]] = Counter()
    for node in drawn.values():
        folders[folder_of(node)][node["resource_type"]] += 1
        for parent in node.get("depends_on", {}).get("nodes", []):
            edges[folder_of(drawn[parent]), folder_of(node)] += 1
    names = {folder: f"f{number}" for number, folder in enumerate(sorted(folders))}
    lines = ["```mermaid", "flowchart LR"]
    for folder, name in names.items():
        holds = ", ".join(f"{n} {kind}{'s' * (n > 1)}" for kind, n in folders[folder].items())
        lines.append(f'    {name}["<b>{folder}</b><br>{holds}"]')
    for (here, there), count in sorted(edges.items()):
        if here != there:
            lines.append(f"    {names[here]} -->|{count}| {names[there]}")
    mart, stage, source = _FORECASTING
    home = next(folder_of(node) for node in drawn.values() if node["name"] == mart)
    lines.append(f'    {names[home]} -.-> forecast(["{stage}"]) -.-> {names[source]}')
    return "\n".join([*lines, "```", ""])


def current() -> str:
    """Return the flowchart that README holds."""
    found = _BLOCK.search(README.read_text())
    return found.group() if found else ""


if __name__ == "__main__":
    target = PROJECT / (os.environ.get("DBT_TARGET_PATH") or "target")
    chart = draw(json.loads((target / "manifest.json").read_text()))
    README.write_text(_BLOCK.sub(lambda _: chart, README.read_text()))
    print(f"{README.relative_to(PROJECT)}: lineage written")
