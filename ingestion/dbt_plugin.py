"""Give dbt's seeds the reader that ingestion uses (see macros/seed.sql)."""

from __future__ import annotations

from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt_common.exceptions import DbtRuntimeError

from ingestion.errors import InputError
from ingestion.raw_file import to_parquet


class Plugin(BasePlugin):
    """Writes the rows of a raw file as Parquet, on behalf of a materialization."""

    def store(self, target_config: TargetConfig) -> None:
        """Write the file `config["source"]` to the Parquet file `location`, whole or not at all.

        Raises DbtRuntimeError, which dbt shows without a traceback, when it cannot be read.
        """
        out = Path(target_config.location.path)
        out.parent.mkdir(parents=True, exist_ok=True)
        part = out.with_suffix(".part")
        try:
            to_parquet(Path(target_config.config["source"]), part)
        except InputError as error:
            raise DbtRuntimeError(str(error)) from None
        part.replace(out)
