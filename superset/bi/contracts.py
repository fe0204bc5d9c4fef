"""The marts as dbt's manifest tells them: columns, types, descriptions, exposures."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bi.settings import PROJECT, BiError


@dataclass(frozen=True)
class Mart:
    """A model's table and its columns: name to (type, description)."""

    name: str
    schema: str
    description: str
    columns: dict[str, tuple[str, str]]


@cache
def manifest() -> dict:
    """Return dbt's manifest; raises `BiError` when the project was not parsed."""
    file = Path(os.environ.get("DBT_TARGET_PATH") or PROJECT / "target") / "manifest.json"
    if not file.exists():
        raise BiError(
            "dbt's manifest is missing\n"
            f"  found:    no {file}\n"
            "  expected: the manifest of a parsed project\n"
            "  fix:      dbt parse (`make lint` does)"
        )
    return json.loads(file.read_text())


def marts() -> dict[str, Mart]:
    """Return the marts by `schema.table`."""
    found = {}
    for node in manifest()["nodes"].values():
        if node["resource_type"] == "model" and node["schema"] == "marts":
            columns = {
                name: (str(column["data_type"]), " ".join(column["description"].split()))
                for name, column in node["columns"].items()
            }
            found[f"{node['schema']}.{node['name']}"] = Mart(
                node["name"], node["schema"], " ".join(node["description"].split()), columns
            )
    return found


def exposures() -> dict[str, set[str]]:
    """Return the models each exposure depends on, by the exposure's name."""
    return {
        exposure["name"]: {
            unique_id.split(".")[-1] for unique_id in exposure["depends_on"]["nodes"]
        }
        for exposure in manifest()["exposures"].values()
    }


def with_columns(dataset: dict) -> dict:
    """Return a dataset with description and columns as its mart's contract has them.

    The names people read (`verbose_name`) are the dataset's own and stay.
    """
    mart = marts().get(f"{dataset['schema']}.{dataset['table_name']}")
    if mart is None:
        raise BiError(
            f"dataset {dataset['table_name']} has no mart\n"
            f"  found:    no model {dataset['table_name']} in schema {dataset['schema']}\n"
            "  expected: a model in models/marts\n"
            "  fix:      write the mart, run `dbt parse`, or delete the dataset"
        )
    shown = {
        column["column_name"]: column["verbose_name"]
        for column in dataset.get("columns", [])
        if column.get("verbose_name")
    }
    columns = []
    for name, (kind, description) in mart.columns.items():
        column = {
            "column_name": name,
            "description": description,
            "filterable": True,
            "groupby": True,
            "is_active": True,
            "is_dttm": kind in {"date", "timestamp"},
            "type": kind.upper(),
        }
        columns.append(column | ({"verbose_name": shown[name]} if name in shown else {}))
    return dataset | {"columns": columns, "description": mart.description}
