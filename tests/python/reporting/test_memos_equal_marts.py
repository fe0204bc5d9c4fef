"""The demo companies' memos: figures and sources are the warehouse's, and they fit their pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from . import made
from .made_memo import footnotes, text


@pytest.fixture(scope="module")
def memos(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the demo companies' memos, and birch's with an amount asked for in asked."""
    folder = tmp_path_factory.mktemp("memos")
    for arguments in (
        ("--all", "--out", folder),
        ("--company", "birch", "--amount", 40_000, "--out", folder / "asked"),
    ):
        done = made.run(release.parents[1], "memo", *arguments)
        assert done.exit_code == 0, done.output
    return folder


def test_each_source_is_a_mart_and_its_columns(memos: Path, release: Path) -> None:
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        columns: dict[str, set[str]] = {}
        for table, column in connection.sql(
            "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
        ).fetchall():
            columns.setdefault(table, set()).add(column)
    noted = [
        one for name in ("alder", "birch", "cedar") for one in footnotes(memos / f"{name}.docx")
    ]
    assert len(noted) > 60
    for one in noted:
        mart, named = re.fullmatch(r"(fct_\w+): ([\w, ]+?)(?: \(.*\))?", one).groups()
        own = [column for column in named.split(", ") if " of " not in column]
        assert set(own) <= columns[mart], one
        for column, other in re.findall(r"(\w+) of (fct_\w+)", one):
            assert column in columns[other], one
        for other, column in re.findall(r"(fct_\w+)\.(\w+)", one):
            assert column in columns[other], one


@pytest.mark.parametrize("name", ["alder", "birch", "cedar"])
def test_figures_are_those_of_the_marts(memos: Path, release: Path, name: str) -> None:
    said = text(memos / f"{name}.docx")
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        (amounts,) = connection.execute(
            "select capacity_90_amount, capacity_95_amount, forecast_p10_amount,"
            " forecast_p50_amount, forecast_p90_amount, year_before_amount"
            " from marts.fct_advance_capacity join marts.fct_forecast_outlook using (company_id)"
            " where company_id = ? and is_standard_terms and stress_id = 'none'",
            [name],
        ).fetchall()
        sentences = connection.execute(
            "select replace(sentence, '-', '−') from marts.fct_company_flags"
            " where company_id = ? and kind <> 'strength' order by finding_rank limit 4",
            [name],
        ).fetchall()
    assert all(f"{amount:,.0f} " in said for amount in amounts)
    assert all(sentence in said for (sentence,) in sentences)


def test_different_companies_have_different_findings(memos: Path) -> None:
    findings = [made.tables(memos / f"{n}.docx")[0] for n in ("alder", "birch", "cedar")]
    assert all(one != other for one, other in pairwise(findings))


def test_a_memo_has_two_pages_and_the_comparison_one(memos: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        message = "there is no LibreOffice here to count pages with; .ci/run installs it"
        if os.environ.get("PAIDNET_REQUIRE_SERVICES"):
            pytest.fail(message)
        pytest.skip(message)
    shutil.copy(memos / "asked/birch.docx", tmp_path / "asked.docx")
    files = [*memos.glob("*.docx"), tmp_path / "asked.docx"]
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "pdf", *map(str, files), "--outdir", str(tmp_path)],
        check=True, capture_output=True,
    )  # fmt: skip
    counts = {
        file.stem: len(re.findall(rb"/Type\s*/Page\b", file.read_bytes()))
        for file in tmp_path.glob("*.pdf")
    }
    assert counts == {"alder": 2, "asked": 2, "birch": 2, "cedar": 2, "comparison": 1}
