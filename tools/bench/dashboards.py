"""Dashboards: seconds until a page is drawn, and of every chart's query, small and large."""

from __future__ import annotations

import json
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bi import bundle, queries
from bi.api import Superset
from tests.support import browser
from tools.bench import data, process
from tools.bench.tables import Limit, Part, Table, ratio

DEMO = ("alder", "birch", "cedar")
PYTHON = process.PROJECT / ".venv-superset" / "bin" / "python"
PAGE_SECONDS, QUERY_SECONDS = 4.0, 0.3


def part(made: data.Orders) -> Part:
    """Measure the dashboards of the demo companies, and the charts on many orders."""
    with (
        tempfile.TemporaryDirectory() as small,
        served(Path(small) / "data") as (url, secrets),
    ):
        drawn = pages(url, secrets)
        demo = charts(url, secrets, DEMO)
    data.land(made)
    with served(made.data) as (url, secrets):
        many = charts(url, secrets, tuple(shop.company_id for shop in made.shops[:3]))
    label = f"{made.order_count / 1e6:g} million orders"
    rows = []
    for slug, took in drawn.items():
        few = max(seconds for chart, seconds in demo.items() if chart.startswith(f"{slug}/"))
        most = max(seconds for chart, seconds in many.items() if chart.startswith(f"{slug}/"))
        count = sum(chart.startswith(f"{slug}/") for chart in demo)
        rows.append(
            (slug, str(count), f"{took:.1f} s", _thousandths(few), _thousandths(most),
             ratio(most / few))
        )  # fmt: skip
    headings = (
        "dashboard", "charts", "drawn, slowest tab", "slowest query, demo",
        f"slowest query, {label}", "against demo",
    )  # fmt: skip
    slowest = max(many, key=many.__getitem__)
    limits = (
        Limit(
            "dashboards, slowest page, warm", f"{max(drawn.values()):.1f} s",
            f"{PAGE_SECONDS:g} s", max(drawn.values()) < PAGE_SECONDS,
        ),
        Limit(
            "dashboards, slowest query, demo", _thousandths(max(demo.values())),
            _thousandths(QUERY_SECONDS), max(demo.values()) < QUERY_SECONDS,
        ),
        Limit(
            f"dashboards, slowest query, {label}: {slowest}", _thousandths(many[slowest]),
            _thousandths(QUERY_SECONDS), many[slowest] < QUERY_SECONDS,
        ),
    )  # fmt: skip
    return Part((Table("Dashboards", headings, rows),), limits)


def _thousandths(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Build what is not built, serve it, and yield the address and the secrets."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"PAIDNET_DATA": str(folder), "PAIDNET_BI_PORT": str(port)}
    if not (folder / "current").exists():
        process.run([sys.executable, "-m", "warehouse", "build"], environment)
    process.run([PYTHON, "-m", "bi", "start", "--background"], environment)
    try:
        secrets = json.loads((folder / "superset" / "secrets.json").read_text())
        yield f"http://127.0.0.1:{port}", secrets
    finally:
        process.run([PYTHON, "-m", "bi", "stop"], environment)


def pages(url: str, secrets: dict[str, str]) -> dict[str, float]:
    """Return the seconds a dashboard takes the third time it is opened, its slowest tab: warm."""
    with browser.chromium_open() as enter:
        person = enter(url, "risk", secrets["PAIDNET_RISK_PASSWORD"])
        found = {}
        for path in bundle.files("dashboards"):
            found[path.stem] = max(
                [person.open(path.stem, tab=tab).seconds for _ in range(3)][-1]
                for tab in bundle.tabs(bundle.read(path))
            )
    return found


def charts(url: str, secrets: dict[str, str], companies: tuple[str, ...]) -> dict[str, float]:
    """Return the seconds of each chart's query, bypassing the cache, of the slowest company."""
    superset = Superset(url, "admin", secrets["PAIDNET_ADMIN_PASSWORD"])
    found: dict[str, float] = {}
    for chart, company, answer in queries.ask_all(superset, companies, bundle.charts()):
        if answer.error:
            raise process.CommandError(f"{chart}, {company}: {answer.error}")
        found[chart] = max(answer.seconds, found.get(chart, 0))
    return found
