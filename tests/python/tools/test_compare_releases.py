"""Two warehouses are the same only when every row of every stored table is."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from tools.compare_releases import app

ROWS = "select * from (values (1, 1.5, 'x'), (1, 1.5, 'x'), (2, null, 'y')) t(a, b, c)"


def release(path: Path, sql: str = ROWS, table: str = "t") -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.{table} as {sql}")
    return path


@pytest.mark.parametrize(
    ("sql", "table", "said"),
    [
        (ROWS, "t", "the warehouses are the same"),
        (ROWS.replace("1.5", "1.6"), "t", "2 rows only in OLD"),
        (ROWS.replace("null", "0"), "t", "1 rows only in NEW"),
        (f"select distinct * from ({ROWS})", "t", "1 rows only in OLD"),
        (f"select a, b from ({ROWS})", "t", "marts.t.c: only in OLD"),
        (f"select a::bigint as a, b, c from ({ROWS})", "t", "marts.t.a: INTEGER in OLD, BIGINT"),
        (ROWS, "u", "marts.u: only in NEW"),
    ],
)
def test_every_difference_is_found(tmp_path: Path, sql: str, table: str, said: str) -> None:
    old, new = release(tmp_path / "old.duckdb"), release(tmp_path / "new.duckdb", sql, table)
    done = CliRunner().invoke(app, [str(old), str(new)])
    assert said in done.output
    assert done.exit_code == (0 if "same" in said else 1)


def test_a_column_that_may_differ_is_left_out(tmp_path: Path) -> None:
    old = release(tmp_path / "old.duckdb")
    new = release(tmp_path / "new.duckdb", ROWS.replace("'x'", "'z'"))
    done = CliRunner().invoke(app, [str(old), str(new), "--ignore", "c"])
    assert done.exit_code == 0, done.output


def parquet(folder: Path, sql: str, schema: str = "marts") -> Path:
    """Write a table as Spark does: a folder of Parquet files, one a company."""
    for part, rows in enumerate(("a = 1", "a <> 1")):
        place = folder / f"{schema}.db" / "t" / f"company_id={part}"
        place.mkdir(parents=True)
        query = f"select * from ({sql}) where {rows}"
        duckdb.sql(f"copy ({query}) to '{place}/part-0.parquet' (format parquet)")
    return folder


BY_COMPANY = f"select *, if(a = 1, '0', '1') as company_id from ({ROWS})"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (ROWS, "the warehouses are the same"),
        (ROWS.replace("null", "7"), "marts.t: 1 rows only in NEW"),
    ],
)
def test_what_spark_wrote_is_compared_with_a_file(tmp_path: Path, sql: str, said: str) -> None:
    old = release(tmp_path / "old.duckdb", BY_COMPANY)
    done = CliRunner().invoke(app, [str(old), str(parquet(tmp_path / "spark", sql))])
    assert said in done.output
    assert done.exit_code == (0 if "same" in said else 1)


@pytest.mark.parametrize(("rows", "is_same"), [(0, True), (1, False)])
def test_a_table_without_rows_has_no_file_of_spark(
    tmp_path: Path, rows: int, *, is_same: bool
) -> None:
    old = release(tmp_path / "old.duckdb", BY_COMPANY)
    with duckdb.connect(str(old)) as connection:
        connection.execute(f"create table marts.none as select 1 as a from range({rows})")
    done = CliRunner().invoke(app, [str(old), str(parquet(tmp_path / "spark", ROWS))])
    assert ("marts.none: only in OLD" not in done.output) is is_same
    assert done.exit_code == (0 if is_same else 1)


def test_an_empty_folder_is_no_warehouse(tmp_path: Path) -> None:
    old = release(tmp_path / "old.duckdb")
    done = CliRunner().invoke(app, [str(old), str(tmp_path)])
    assert done.exit_code == 1
    assert "no warehouse" in done.output
    assert "marts.db" in done.output


def test_the_last_bits_of_a_double_do_not_count(tmp_path: Path) -> None:
    values = "select unnest([123456789.0, 0.1, 0.0, 'nan', 0.0001234565]::double[]) as x"
    values = values.replace("'nan'", "'nan'::double")
    sums = values.replace("789.0,", "789.00000003,").replace(" 0.0,", " -1e-17,")
    sums = sums.replace("0.1,", "0.30000000000000004 - 0.2,").replace("4565]", "45649999999999]")
    old, new = release(tmp_path / "old.duckdb", values), release(tmp_path / "new.duckdb", sums)
    done = CliRunner().invoke(app, [str(old), str(new)])
    assert done.exit_code == 0, done.output
    other = release(tmp_path / "other.duckdb", values.replace("456789.0", "456788.0"))
    assert CliRunner().invoke(app, [str(old), str(other)]).exit_code == 1


def test_one_schema_alone_is_compared(tmp_path: Path) -> None:
    old, new = release(tmp_path / "old.duckdb"), release(tmp_path / "new.duckdb")
    with duckdb.connect(str(new)) as connection:
        connection.execute("create schema staging; create table staging.s as select 1 as a")
    assert CliRunner().invoke(app, [str(old), str(new)]).exit_code == 1
    done = CliRunner().invoke(app, [str(old), str(new), "--schema", "marts"])
    assert done.exit_code == 0, done.output
