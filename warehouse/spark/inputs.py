"""What Spark reads that Python makes: the seeds come from DuckDB's dbt, the rest from here."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from ingestion import contract, settings
from ingestion.time_zones import offset_changes
from warehouse import paths

_SCHEMA = pa.schema(
    [("time_zone", pa.string()), ("utc_from", pa.timestamp("us")), ("offset_minutes", pa.int64())]
)


def write(landing: Path) -> None:
    """Write the offsets of the companies' time zones and the raw contract beside the seeds.

    `landing` is the folder of the landed files that the build reads.
    """
    folder = paths.build() / "seeds" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    _write_offsets(folder / "offset_changes.parquet", _time_zones(landing / "companies"))
    # Spark takes files whose names begin with _ for hidden ones.
    shutil.copyfile(contract.SOURCES, folder / contract.SOURCES.name.lstrip("_"))


def _write_offsets(file: Path, zones: set[str]) -> None:
    variables = yaml.load((paths.PROJECT / "dbt_project.yml").read_text(), yaml.CSafeLoader)["vars"]
    # As base_shop__time_zone_offsets asks for them.
    since = datetime.fromisoformat(variables["earliest_order_date"]) - timedelta(days=2)
    until = datetime.fromisoformat(variables["last_offset_date"]) + timedelta(days=2)
    rows = [
        {"time_zone": zone, **change}
        for zone in sorted(zones)
        for change in offset_changes(zone, since, until)
    ]
    pq.write_table(pa.Table.from_pylist(rows, _SCHEMA), file)


def _time_zones(companies: Path) -> set[str]:
    """Return the zones of all companies, landed or in git, and the default."""
    zones = {company.time_zone for company in settings.companies_in_git().values()}
    for file in companies.glob("*.parquet"):
        zones.update(pq.ParquetFile(file).read(["time_zone"]).column(0).to_pylist())
    return {zone for zone in zones if zone} | {"UTC"}
