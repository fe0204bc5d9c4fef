"""Two releases are the same only when every row of every mart is."""

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
        (ROWS, "t", "the marts are the same"),
        (ROWS.replace("1.5", "1.6"), "t", "2 rows only in OLD"),
        (ROWS.replace("null", "0"), "t", "1 rows only in NEW"),
        (f"select distinct * from ({ROWS})", "t", "1 rows only in OLD"),
        (f"select a, b from ({ROWS})", "t", "t.c: only in OLD"),
        (ROWS, "u", "u: only in NEW"),
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
