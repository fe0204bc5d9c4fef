"""Give dbt the reader that ingestion uses (macros/materializations/seed.sql), and time zones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt_common.exceptions import DbtRuntimeError

from ingestion.time_zones import offset_changes
from warehouse import paths
from warehouse.errors import PaidnetError

#: Where a company kept in git says what `add` takes as options.
_IN_GIT = (
    "\n            of a company kept in git: a key of its line in dbt_project.yml, such as"
    " day_order: day-first"
)


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

        A file of orders, which has a `config["company"]`, gives refunds and counts beside it, and
        brings the other files of its company.
        Raises DbtRuntimeError, which dbt shows without a traceback, when it cannot be read.
        """
        # Runs that load no seed do not wait for the reader.
        from ingestion import seeds
        from ingestion.reading.dialect import Dialect
        from ingestion.reading.raw_file import csv_to_parquet

        config, out = target_config.config, Path(target_config.location.path)
        source, company = Path(config["source"]), config["company"]
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            if company is not None:
                seeds.write(source, seeds.line(company), config["source_file"], out.parents[1])
                return
            part = out.with_suffix(".part")
            csv_to_parquet(source, part, Dialect(",", 1))
            part.replace(out)
        except PaidnetError as error:
            raise DbtRuntimeError(f"{error}{_IN_GIT if '--' in str(error) else ''}") from None
