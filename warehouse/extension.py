"""Load an extension of DuckDB from its package, without the network."""

from __future__ import annotations

from importlib.resources import files

import duckdb


def load(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load an extension, such as `httpfs`; requirements/warehouse.in names its package."""
    folder = files(f"duckdb_extension_{name}") / "extensions" / f"v{duckdb.__version__}"
    file = str(folder / f"{name}.duckdb_extension").replace("'", "''")
    connection.execute(f"load '{file}'")
