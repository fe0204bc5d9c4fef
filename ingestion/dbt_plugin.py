"""Give dbt's seeds the reader that ingestion uses (see macros/seed.sql)."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from ingestion.errors import InputError
from ingestion.raw_file import to_parquet


def read_raw_file(path: str) -> str:
    """Return the path of a temporary Parquet file with the rows of `path`, or an error.

    An error is returned as text that starts with `error: `, so that the seed can name
    it without a traceback. The caller hands the path back to `drop_raw_file`.
    """
    out = Path(tempfile.mkdtemp(prefix="paidnet_seed_")) / f"{Path(path).stem}.parquet"
    try:
        to_parquet(Path(path), out)
    except InputError as error:
        return f"error: {error}"
    return str(out)


def drop_raw_file(path: str) -> bool:
    """Delete what `read_raw_file` made; True when it was there."""
    file = Path(path)
    if not file.exists():
        return False
    file.unlink()
    file.parent.rmdir()
    return True


class Plugin(BasePlugin):
    """Registers the reader as SQL functions on dbt's connection."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Add `read_raw_file(path)` and `drop_raw_file(path)` to the connection."""
        for function, returns in ((read_raw_file, "varchar"), (drop_raw_file, "boolean")):
            conn.create_function(
                function.__name__, function, ["varchar"], returns, side_effects=True
            )
