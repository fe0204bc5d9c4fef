"""Builds of a release test: small databases made without dbt."""

from __future__ import annotations

from pathlib import Path

import duckdb


def make_build(data: Path, version: int, rows: int = 1000) -> None:
    """Make `data/build/warehouse.duckdb` with one table that says which version it is."""
    file = data / "build/warehouse.duckdb"
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"create table marts.t as select {version} as version from range({rows})"
        )


def versions(path: Path) -> list[tuple[int, int]]:
    """Return the versions in a release's file with their rows: one of 1,000 when it is whole."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.sql("select version, count(*) from marts.t group by all").fetchall()
