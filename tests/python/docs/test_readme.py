"""What README shows of the end of `make demo` is what the demo's release prints."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from warehouse import summary

from ..conftest import PROJECT
from . import blocks

#: By how much a machine may forecast something else than another, as a share.
FORECAST = 0.02
NUMBER = re.compile(r"\d[\d,.]*")


def shown() -> list[str]:
    """Return the lines that README shows of the end of `make demo`, a company's and the rest."""
    (block,) = (b for b in blocks.blocks(PROJECT / "README.md") if "Superset: http" in b.text)
    return block.text.splitlines()


def test_the_figures_of_a_company_are_those_of_the_demos_release(release: Path) -> None:
    console = Console(file=io.StringIO(), width=80)
    console.print(summary.table(release / "warehouse.duckdb"))
    printed = [" ".join(line.split()) for line in console.file.getvalue().splitlines()]
    lines = [" ".join(line.split()) for line in shown()]
    company = lines[: lines.index("…")]
    assert company[0].startswith("Alder & Co")
    for line, other in zip(company, printed[: len(company)], strict=True):
        if not line.startswith("next 150 days"):
            assert line == other
            continue
        said, found = (
            [float(n.replace(",", "")) for n in NUMBER.findall(x)] for x in (line, other)
        )
        assert said == pytest.approx(found, rel=FORECAST)
        assert NUMBER.sub("", line) == NUMBER.sub("", other)


def test_what_differs_each_time_has_no_figure() -> None:
    (released,) = (line for line in shown() if line.startswith("released"))
    assert released == "released … rows in … s:"
