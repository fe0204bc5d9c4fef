"""A connection that reads values."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from ingestion.sql import connect
from ingestion.values import amounts, times


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the macros of the reader of values."""
    with connect(is_small=True) as made:
        amounts.create_macros(made)
        times.create_macros(made)
        yield made
