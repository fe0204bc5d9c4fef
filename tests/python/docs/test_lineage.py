"""The picture of the lineage is the one that the models of today give."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.site import dag, lineage

from ..conftest import PROJECT


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parsed")
    places = {"DBT_PROFILES_DIR": ".", "DBT_TARGET_PATH": str(folder), "DBT_LOG_PATH": str(folder)}
    subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "parse", "--quiet", "--target", "lint"],
        cwd=PROJECT,
        env=os.environ | places,
        check=True,
    )
    return folder / "manifest.json"


def test_the_picture_in_git_is_that_of_the_models(manifest: Path) -> None:
    drawn = lineage.draw(dag.read(manifest))
    assert lineage.PICTURE.read_text() == drawn, (
        f"{lineage.PICTURE.relative_to(PROJECT)} is older than the models\n  to mend:  make lineage"
    )


def test_every_model_seed_source_and_edge_is_in_the_picture(manifest: Path) -> None:
    told = json.loads(manifest.read_text())
    picture = lineage.PICTURE.read_text()
    names = re.findall(r"<text x=[^>]*>([^<]*)</text>", picture)
    nodes = told["nodes"].values()
    expected = [n["name"] for n in nodes if n["resource_type"] in {"model", "seed", "snapshot"}]
    expected += [source["name"] for source in told["sources"].values()]
    expected += [exposure["label"] for exposure in told["exposures"].values()]
    assert sorted(names) == sorted([*expected, "python -m forecasting"])
    readers = [n for n in nodes if n["resource_type"] in {"model", "snapshot"}]
    edges = sum(len(n["depends_on"]["nodes"]) for n in (*readers, *told["exposures"].values()))
    tests = sum(n["resource_type"] == "test" for n in nodes) + len(told["unit_tests"])
    assert f"{edges} edges, {tests} tests" in picture
    counts = re.findall(r'class="count[^>]*>(\d+)<', picture) + re.findall(
        r"(\d+) edges? within", picture
    )
    assert sum(map(int, counts)) == edges
