"""The file of a company kept in git, read as an upload is, for dbt to build from."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pydantic import ValidationError

from ingestion import contract, manifest, mapping, profile, transform
from ingestion.converted import Converted
from ingestion.file_rows import Source
from ingestion.mapping import Settings
from ingestion.reading import raw_file
from ingestion.reading.dialect import normal_name
from ingestion.sql import write_rows
from ingestion.stated import DayOrder, DecimalMark, Scale, Stated
from warehouse.errors import PaidnetError

#: What a file of orders gives, a folder each; the last is what was counted of it.
FOLDERS = ("orders", "refunds", "uploads")


class Line(Settings):
    """The line of a company in dbt_project.yml, with the answers that `add` takes as options."""

    company_id: str
    decimal: DecimalMark | None = None
    day_order: DayOrder | None = None
    scale: Scale | None = None


def line(company: dict[str, Any]) -> Line:
    """Return a company's line, checked; raises PaidnetError."""
    try:
        return Line(**company)
    except ValidationError as error:
        first = error.errors()[0]
        raise PaidnetError(
            f"dbt_project.yml: the line of {company.get('company_id')} cannot be used",
            column=".".join(map(str, first["loc"])),
            found=str(first["input"]),
            expected=first["msg"].removeprefix("Value error, "),
            fix="correct the line, under vars: companies_in_git",
        ) from error


def write(file: Path, company: Line, source_file: str, folder: Path) -> None:
    """Write what a file of orders gives into `folder`, as <entity>/<company_id>.parquet.

    Raises PaidnetError when the file cannot be read, or leaves open what its values mean.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        made = Path(name)
        raw = made / "raw.parquet"
        columns = contract.entities()["orders"].columns
        read = raw_file.to_parquet(file, raw, known={normal_name(column) for column in columns})
        source = Source(raw, read, company.company_id, source_file, landed_at=None)
        converted = transform.to_contract(
            source,
            made,
            entity="orders",
            mapping=mapping.load("raw"),
            stated=Stated.of(company, company),
        )
        orders = profile.Orders(converted.files["orders"], source_file)
        profile.check_keys(orders)
        profile.currency(orders, company)
        profile.check_repeats(orders, company.repeat_policy)
        _write_counts(converted, source, made / "uploads.parquet")
        for entity in FOLDERS:
            target = folder / entity / f"{company.company_id}.parquet"
            target.parent.mkdir(exist_ok=True)
            if (made / f"{entity}.parquet").exists():
                (made / f"{entity}.parquet").replace(target)
            else:
                target.unlink(missing_ok=True)


def _write_counts(converted: Converted, source: Source, out: Path) -> None:
    """Write what ingestion counts of an upload: rows read, those that are no sale, and the rest."""
    counts = []
    for name, path in converted.files.items():
        landed = pq.read_metadata(path).num_rows
        counts.append(
            manifest.counts(
                source.company_id, name, source.source_file, converted.read_count(name),
                converted.excluded, converted.merged.get(name, 0),
                converted.other_count(name, landed),
            )
        )  # fmt: skip
    write_rows(out, manifest.COUNTS, counts)
