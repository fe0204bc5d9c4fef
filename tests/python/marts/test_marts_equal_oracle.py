"""Random order files, and odd rows → full build → every mart equals the plain Python computation.

One build holds many random companies, and the edges. `PAIDNET_HYPOTHESIS=deep` tries many more, new
ones each time; the default run is the same every time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .compare import Difference, differences, report
from .edge_rows import edge_files
from .full_build import build
from .order_files import OrderFiles, show
from .order_writer import Writer
from .shrink import smallest

IS_DEEP = os.environ.get("PAIDNET_HYPOTHESIS") == "deep"
#: Companies are independent, so a failing one is cut down by `shrink`, in few builds,
#: and not by hypothesis, in hundreds.
PROFILE = settings(
    max_examples=40 if IS_DEEP else 1,
    derandomize=not IS_DEEP,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    print_blob=IS_DEEP,
    suppress_health_check=list(HealthCheck),
)
SEEDS = st.lists(st.integers(0, 2**32 - 1), min_size=28, max_size=34)
#: Hypothesis can choose every cell of a few small files; large ones grow from a seed.
CHOOSERS = st.lists(st.randoms(use_true_random=False), max_size=4)
SMALL = (1, 2, 3)


@st.composite
def companies(draw: st.DrawFn) -> list[OrderFiles]:
    """Draw the files of 28 to 38 independent companies; those of the edges are always there."""
    grown = [Random(f"{seed}:{number}") for number, seed in enumerate(draw(SEEDS))]
    files = [Writer(random, number).write() for number, random in enumerate(grown)]
    chosen = enumerate(draw(CHOOSERS), start=len(grown))
    files += [Writer(random, number, SMALL).write() for number, random in chosen]
    return files + edge_files()


@dataclass
class Workspace:
    """Where builds go, and what was found already: hypothesis runs a failure again."""

    folder: Path
    verdicts: dict[str, str] = field(default_factory=dict)

    def build(self, files: Sequence[OrderFiles]) -> list[Difference]:
        """Return the differences after a build of its own."""
        data = Path(tempfile.mkdtemp(dir=self.folder))
        built = build(data, files)
        shutil.rmtree(data)
        found = list(differences(built))
        rows = sum(expected.counts["raw"] for expected, _ in built.values())
        print(f"{len(files)} companies, {rows} rows: {len(found)} differences")
        return found

    def failing(self, files: Sequence[OrderFiles]) -> set[str]:
        """Return the ids of the companies that differ."""
        return {difference.company_id for difference in self.build(files)}

    def verdict(self, files: Sequence[OrderFiles]) -> str:
        """Return what differs, with the few lines that are enough; nothing if nothing does."""
        found = self.build(files)
        if not found:
            return ""
        of_company = {item.company.company_id: item for item in files}
        short = smallest(of_company[found[0].company_id], self.failing)
        return f"{report(found)}\n\nenough to fail:\n{show(short)}"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("oracle"))


@given(files=companies())
@PROFILE
def test_marts_equal_the_plain_python_computation(
    workspace: Workspace, files: list[OrderFiles]
) -> None:
    key = hashlib.sha256("".join(map(show, files)).encode()).hexdigest()
    if key not in workspace.verdicts:
        workspace.verdicts[key] = workspace.verdict(files)
    if workspace.verdicts[key]:
        pytest.fail(workspace.verdicts[key], pytrace=False)
