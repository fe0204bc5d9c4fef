"""The demo's exports hold the marts' rows, and say what each of their columns means."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as parquet
import pytest

from reporting.export.tables import TABLES
from warehouse.reading import open_release

from ..conftest import run_stage


@pytest.fixture(scope="module")
def folder(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of cedar as Parquet."""
    out = tmp_path_factory.mktemp("exports")
    options = ("--company", "cedar", "--format", "parquet", "--out", out)
    done = run_stage(demo_data, "reporting", "export", *options)
    assert done.returncode == 0, done.stderr
    return out / "cedar_parquet"


def test_every_table_is_there_and_not_empty(folder: Path) -> None:
    found = {file.stem for file in folder.glob("*.parquet")}
    assert found == {table.name for table in TABLES}
    assert all(parquet.read_metadata(file).num_rows for file in folder.glob("*.parquet"))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_rows_and_order_are_those_of_the_mart(folder: Path, release: Path, table: object) -> None:
    found = parquet.read_table(folder / f"{table.name}.parquet")
    columns = ", ".join(found.column_names)
    with open_release(release / "warehouse.duckdb") as connection:
        there = connection.execute(
            f"select {columns} from marts.{table.mart}"
            f" where company_id = 'cedar' and {table.where} order by {table.order}"
        ).fetchall()
    assert duckdb.from_arrow(found).fetchall() == there


def test_readme_says_what_each_column_means(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    for table in TABLES:
        for column in parquet.read_schema(folder / f"{table.name}.parquet"):
            (line, *_) = [
                part for part in text.splitlines() if part.startswith(f"| {column.name} ")
            ]
            assert len(line.split("|")[3].strip()) > 10, line
            assert column.metadata[b"description"]
