"""What tests of the dashboards read off a page, and what the warehouse says it must be."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ...support import browser
from ..conftest import PROJECT
from .server import Server

KEY_FIGURES = {
    "Net revenue, 365 days": "trailing_365_day_net_revenue_amount",
    "90 days on a year before": "growth_90_days_year_on_year",
    "Active customers": "active_customer_growth",
    "Bought more than once": "repeat_customer_rate",
    "Refunds": "refund_value_rate",
    "Ten largest customers": "top_10_customer_share",
}


def figures(person: browser.Viewer, chart: str) -> dict[str, str]:
    """Return the large text of each figure of a row of figures, by the figure's name."""
    panel = person.chart(chart)
    names = [" ".join(name.split()) for name in panel.locator("th").all_inner_texts()]
    cells = panel.locator("td .figure b").all_text_contents()
    return dict(zip(filter(None, names), cells, strict=True))


def name_of(server: Server, company: str) -> str:
    """Return what people call a company, by which they choose it."""
    ((name,),) = server.query(f"select marts.company_label('{company}')")
    return name


def expected_figures(server: Server, company: str) -> dict[str, str]:
    """Return what the key figures of Company must say, as the release has it."""
    found = dict(
        server.query(f"""
            select measure_id, value_label from marts.fct_company_measures
            where company_id = '{company}'
        """)
    )
    return {name: found[measure] for name, measure in KEY_FIGURES.items()}


@contextmanager
def released(server: Server, *statements: str) -> Iterator[None]:
    """Have a release in which statements changed the current one."""
    current = server.data / "current"
    kept = current.readlink()
    # A name of its own, as releases have: a server keeps open the file that it read last.
    changed = Path(tempfile.mkdtemp(dir=server.data / "releases"))
    shutil.copytree(current, changed, dirs_exist_ok=True)
    with duckdb.connect(str(changed / "warehouse.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)
    current.unlink()
    current.symlink_to(Path("releases") / changed.name)
    try:
        yield
    finally:
        current.unlink()
        current.symlink_to(kept)
        shutil.rmtree(changed)


def picture(name: str, otherwise: Path) -> Path:
    """Return where a picture goes: docs/images for `make pictures`, a folder of the test else."""
    return PROJECT / Path(os.environ.get("PAIDNET_PICTURES") or otherwise) / name
