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
            "  to mend:  dbt parse (`make lint` does)"
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
        exposure["name"]: {unique_id.split(".")[-1] for unique_id in exposure["depends_on"]["nodes"]}
        for exposure in manifest()["exposures"].values()
    }
