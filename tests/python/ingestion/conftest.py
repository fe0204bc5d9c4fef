"""A connection that reads values."""

from __future__ import annotations

import duckdb
import pytest

from ingestion.sql import connect
from ingestion.values import amounts, times


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    """A connection with the macros of the reader of values."""
    made = connect(is_small=True)
    amounts.create_macros(made)
    times.create_macros(made)
    return made
