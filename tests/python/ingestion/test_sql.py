"""Databases in memory within the one DuckDB of a process."""

from __future__ import annotations

import duckdb
import pytest

from ingestion.sql import connect

SCRATCH = "select count(*) from duckdb_databases() where starts_with(database_name, 'scratch_')"


def test_a_step_has_a_database_of_its_own_which_goes_with_it_even_when_it_fails() -> None:
    with connect() as other:
        (before,) = other.execute(SCRATCH).fetchone() or (0,)

    def fail() -> None:
        with connect() as connection:
            connection.execute("create table held as select 1 as one")
            connection.execute("select no_such_column from held")

    with pytest.raises(duckdb.BinderException):
        fail()
    with connect() as later:
        assert later.execute(SCRATCH).fetchone() == (before,)
        with pytest.raises(duckdb.CatalogException):
            later.execute("from held")
