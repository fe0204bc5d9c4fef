"""The lineage in README is the one that the models of today give."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools.docs_site import lineage


@pytest.fixture(scope="module")
def manifest(target: Path) -> dict:
    return json.loads((target / "manifest.json").read_text())


def test_the_flowchart_in_readme_is_that_of_the_models(manifest: dict) -> None:
    assert lineage.current() == lineage.draw(manifest), (
        "README is older than the models: make lineage"
    )


def test_every_edge_between_folders_is_counted(manifest: dict) -> None:
    nodes = manifest["nodes"] | manifest["sources"] | manifest["exposures"]
    readers = [n for n in nodes.values() if n["resource_type"] in {"model", "exposure"}]
    expected = sum(
        lineage.folder_of(nodes[parent]) != lineage.folder_of(node)
        for node in readers
        for parent in node["depends_on"]["nodes"]
    )
    assert sum(map(int, re.findall(r"-->\|(\d+)\|", lineage.current()))) == expected
