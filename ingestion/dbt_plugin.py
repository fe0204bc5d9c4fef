"""Give dbt the reader that ingestion uses (macros/materializations/seed.sql), and time zones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt_common.exceptions import DbtRuntimeError

from ingestion.reading.dialect import Dialect
from ingestion.reading.raw_file import csv_to_parquet
from ingestion.time_zones import offset_changes
from warehouse import paths
from warehouse.errors import PaidnetError


class Plugin(BasePlugin):
    """Places the build's file, adds offset_changes, writes raw files for a materialization."""

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Put the profile's file into the folder dbt builds in, and make that folder."""
        path = paths.build() / Path(creds.path).name
        path.parent.mkdir(parents=True, exist_ok=True)
        creds.path = str(path)

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Add offset_changes(time zone, since, until) to the connection."""
        conn.create_function(
            "offset_changes",
            offset_changes,
            ["varchar", "timestamp", "timestamp"],
            "struct(utc_from timestamp, offset_minutes bigint)[]",
        )

    def store(self, target_config: TargetConfig) -> None:
        """Write the file `config["source"]` to the Parquet file `location`, whole or not at all.

        Raises DbtRuntimeError, which dbt shows without a traceback, when it cannot be read.
        """
        out = Path(target_config.location.path)
        out.parent.mkdir(parents=True, exist_ok=True)
        part = out.with_suffix(".part")
        try:
            csv_to_parquet(Path(target_config.config["source"]), part, Dialect(",", 1))
        except PaidnetError as error:
            raise DbtRuntimeError(str(error)) from None
        part.replace(out)
