"""The demo that tests share, how they are spread, and the documentation's commands as tests.

`pytest README.md` runs the commands of a page.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from sybil import Sybil
from xdist.scheduler import LoadScopeScheduling

from tests.python.docs.blocks import blocks, pages, parse
from tests.python.docs.place import Place

ROOT = Path(__file__).parents[1]
README = blocks(ROOT / "README.md")
# Commands of README that are run once, in one copy of the project, for all tests.
DEMO, DOCS = "make demo", "make docs"
# What one worker runs, because it shares a build or changes a server. Whoever asks for one of
# these fixtures is in its group: otherwise another worker would make it too.
SHARED = {"limited": "superset", "uploads": "uploads"}
TOGETHER = {
    "superset": (
        "tests/python/superset/test_access",
        "tests/python/superset/test_limits",
        "tests/python/superset/test_maps",
        "tests/python/superset/test_assets",
        "tests/python/superset/test_published",
        "tests/python/superset/test_releases",
        "tests/python/superset/test_start",
        "tests/python/superset/test_upload_login",
        "docs/dashboards.md",
    ),
    "notebooks": (
        "tests/python/notebooks/test_notebooks",
        "tests/python/notebooks/test_seen",
    ),
    "uploads": (
        "tests/python/warehouse/test_bad_rows",
        "tests/python/warehouse/test_cases",
        "tests/python/warehouse/test_customers_oracle",
        "tests/python/warehouse/test_item_files",
        "tests/python/warehouse/test_operations",
        "tests/python/warehouse/test_planted_problems",
        "tests/python/warehouse/test_real_logs",
        "tests/python/warehouse/test_relatives",
        "tests/python/warehouse/test_versions",
    ),
}
# One worker makes the demo; the others begin with what does not need it. Then what takes longest
# comes first, so that workers end together.
LONGEST_FIRST = (
    *TOGETHER["superset"],
    "tests/python/marts/test_marts_equal_oracle",
    "tests/python/forecasting/test_coverage",
    *TOGETHER["uploads"],
    "tests/python/superset/test_dashboards",
    "tests/python/warehouse/test_forecast_flow",
    "README.md",
    "tests/python/superset/test_services",
    "tests/python/warehouse/",
    "docs/how-to/",
    "tests/python/forecasting/",
)

# How fast a busy machine draws examples says nothing about the code.
settings.register_profile("paidnet", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("paidnet")

pytest_collect_file = Sybil(
    parsers=[parse], path=str(ROOT), pattern="*.md", fixtures=["place"]
).pytest()


class Scheduling(LoadScopeScheduling):
    """Give each worker whole files, or what `TOGETHER` names."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        return next((name for name, some in TOGETHER.items() if file.startswith(some)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling:
    """Return how tests are spread over workers (`--dist loadscope`)."""
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what `LONGEST_FIRST` names; refuse a test that is in no group but needs it."""
    for item in items:
        for fixture in SHARED.keys() & set(getattr(item, "fixturenames", ())):
            if not item.nodeid.startswith(TOGETHER[SHARED[fixture]]):
                raise pytest.UsageError(f"{item.nodeid} uses {fixture}: name it in TOGETHER")

    def rank(item: pytest.Item) -> int:
        found = (n for n, start in enumerate(LONGEST_FIRST) if item.nodeid.startswith(start))
        return next(found, len(LONGEST_FIRST))

    items.sort(key=rank)


def demo_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the demo, the same for all workers of a run."""
    base = factory.getbasetemp()
    return (base.parent if base.name.startswith("popen-") else base) / "demo" / "paidnet"


def run_once(place: Place, command: str) -> None:
    """Run README's block that begins with a command, once for all workers."""
    with FileLock(place.root.with_name(f"{command}.lock")):
        done = place.root.with_name(f"{command}.done")
        if not done.exists():
            failed = place.shell(next(b for b in README if b.text.startswith(command)))
            assert failed is None, failed
            if command == DEMO:
                without = shutil.ignore_patterns("server.pid", "ready", "cache")
                kept = place.root.with_name("data")
                shutil.copytree(place.data, kept, symlinks=True, ignore=without)
            done.touch()


def move_views(build: Path, old: Path, new: Path) -> None:
    """Have the views of a copied build read the files that were copied with it."""
    with duckdb.connect(str(build)) as connection:
        views = connection.execute(
            "select sql from duckdb_views() where contains(sql, ?)", [str(old)]
        )
        for (sql,) in views.fetchall():
            moved = sql.replace(str(old), str(new))
            connection.execute(moved.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A copy of the project in which `make demo` ran: a release, a running Superset."""
    folder = demo_folder(tmp_path_factory)
    folder.parent.mkdir(exist_ok=True)
    with FileLock(folder.with_name("copy.lock")):
        place = Place(folder)
    run_once(place, DEMO)
    return place


@pytest.fixture(scope="session")
def documented(demo: Place) -> Place:
    """The copy of the project of the demo, in which `make docs` ran too."""
    run_once(demo, DOCS)
    return demo


@pytest.fixture(scope="session")
def demo_data(demo: Place) -> Path:
    """The data of the demo as it was made; to be copied, not changed."""
    return demo.root.with_name("data")


@pytest.fixture(scope="session")
def release(demo_data: Path) -> Path:
    """The folder of the demo's release, not to be changed."""
    return (demo_data / "current").resolve()


@pytest.fixture(scope="module")
def place(
    request: pytest.FixtureRequest,
    demo: Place,
    demo_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Place]:
    """A copy of the project for a page, with the demo's data; with its Superset where shared."""
    if request.node.nodeid.startswith(TOGETHER["superset"]):
        yield demo
        return
    made = Place(tmp_path_factory.mktemp(request.path.stem) / "paidnet")
    shutil.copytree(demo_data, made.data, symlinks=True, dirs_exist_ok=True)
    move_views(made.data / "build" / "warehouse.duckdb", demo.data, made.data)
    if request.path == ROOT / "README.md":
        request.getfixturevalue("documented")
        made.has_run = {block for block in README if block.text.startswith((DEMO, DOCS))}
    yield made
    made.close()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End the demo's Superset when all workers are done."""
    factory = getattr(session.config, "_tmp_path_factory", None)
    if factory and not hasattr(session.config, "workerinput"):
        folder = demo_folder(factory)
        if folder.exists():
            Place(folder).end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the blocks that are not run, with their reasons."""
    reports = [report for some in terminalreporter.stats.values() for report in some]
    if any(".md::" in getattr(report, "nodeid", "") for report in reports):
        terminalreporter.section("commands of the documentation that are not run")
        for block in (block for page in pages() for block in blocks(page)):
            if block.mark:
                terminalreporter.line(f"{block.place}: {block.mark}")
