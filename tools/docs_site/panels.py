"""Which panels of which dashboards read a table: from superset/assets."""

from __future__ import annotations

from collections import defaultdict

import yaml

from tools.docs_site.manifest import PROJECT

ASSETS = PROJECT / "superset" / "assets"


def _read(kind: str) -> dict[str, dict]:
    found = {}
    for path in sorted((ASSETS / kind).rglob("*.yaml")):
        asset = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        found[str(asset["uuid"])] = asset
    return found


def by_table() -> dict[str, dict[str, list[str]]]:
    """Return table → title of a dashboard → titles of its panels that read the table.

    A dashboard that only filters by a table has no panels.
    """
    tables = {uuid: asset["table_name"] for uuid, asset in _read("datasets").items()}
    charts = _read("charts")
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for dashboard in _read("dashboards").values():
        title = dashboard["dashboard_title"]
        for cell in dashboard["position"].values():
            if isinstance(cell, dict) and cell.get("type") == "CHART":
                chart = charts[str(cell["meta"]["uuid"])]
                found[tables[str(chart["dataset_uuid"])]][title].append(chart["slice_name"])
        for one in dashboard["metadata"].get("native_filter_configuration", []):
            for target in one.get("targets", []):
                if target:
                    found[tables[str(target["datasetUuid"])]].setdefault(title, [])
    return found
