"""What holds for each company as a whole, and who may change it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from ingestion.mapping import Settings
from ingestion.sql import write_rows
from warehouse import fingerprint, paths
from warehouse.errors import PaidnetError


def companies_in_git() -> dict[str, Settings]:
    """Return the settings of the companies whose orders are kept in git, where they are built."""
    fields = Settings.model_fields
    return {
        line["company_id"]: Settings(**{k: v for k, v in line.items() if k in fields})
        for line in fingerprint.in_git()
    }


def _landed_settings(company_id: str) -> Settings | None:
    path = _file(company_id)
    if not path.exists():
        return None
    row = pq.ParquetFile(path).read().to_pylist()[0]  # read_table would import pandas
    return Settings(**{name: row.get(name) for name in Settings.model_fields})


def landed() -> dict[str, Settings]:
    """Return the settings of the companies of which something has landed."""
    names = sorted(file.stem for file in _file("any").parent.glob("*.parquet"))
    return {name: found for name in names if (found := _landed_settings(name)) is not None}


def resolve(company_id: str, stated: Settings, *, change: bool) -> Settings:
    """Return the company's settings after this file states some; raises PaidnetError.

    What is not stated stays. What is stated otherwise than before is refused unless
    `change`, because it changes every past number of the company.
    """
    in_git = companies_in_git().get(company_id)
    before = in_git or _landed_settings(company_id) or Settings()
    for name, value in stated.model_dump(exclude_none=True).items():
        old = getattr(before, name)
        if old is None and not in_git:
            continue
        if old != value and (in_git or not change):
            raise PaidnetError(
                f"{company_id}: the company has another {name.replace('_', ' ')} already",
                column=name,
                found=str(value),
                expected=str(old),
                fix="change its line in dbt_project.yml (vars: companies_in_git)"
                if in_git
                else "leave it out, or say --change-settings: it changes past numbers",
            )
    return before.model_copy(update=stated.model_dump(exclude_none=True))


def _file(company_id: str) -> Path:
    return paths.landing() / "companies" / f"{company_id}.parquet"


def drop(company_id: str) -> None:
    """Delete the settings of a company of which nothing is left."""
    _file(company_id).unlink(missing_ok=True)


def write(
    company_id: str, settings: Settings, mapping: str, at: datetime, folder: Path | None = None
) -> None:
    """Write the company's settings where staging reads them, or into another folder."""
    row = {
        "company_id": company_id,
        # All that is landed is text.
        **{
            name: str(value).lower() if isinstance(value, bool | int) else value
            for name, value in settings.model_dump().items()
        },
        "mapping": mapping,
        "source_file": "manifest.jsonl",
        "source_line": 1,
        "landed_at": at,
    }
    types = dict.fromkeys(row, "varchar") | {"source_line": "bigint", "landed_at": "timestamp"}
    path = folder / f"{company_id}.parquet" if folder else _file(company_id)
    write_rows(path, types, [row])
