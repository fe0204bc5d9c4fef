"""The assets as files: read, written, normalised, zipped for Superset's import."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from bi import contracts
from bi.settings import ASSETS
from warehouse import paths
from warehouse.errors import PaidnetError

STYLE = paths.PROJECT / "superset" / "theme" / "dashboard.css"
KINDS = ("databases", "datasets", "charts", "dashboards")
HEAD = {"version": "1.0.0", "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"}

# What an export adds and an import does not need: ids of one installation, what the browser works
# out anew, and defaults.
_DROPPED = {
    "databases": {
        "allow_ctas", "allow_cvas", "allow_dml", "allow_run_async", "cache_timeout",
        "configuration_method", "encrypted_extra", "external_url", "impersonate_user",
        "is_managed_externally", "password", "server_cert", "allow_csv_upload",
    },
    "datasets": {
        "cache_timeout", "catalog", "data", "default_endpoint", "external_url", "extra",
        "fetch_values_predicate", "filter_select_enabled", "folders", "is_managed_externally",
        "normalize_columns", "offset", "params", "source_db_engine", "sql", "template_params",
        "always_filter_main_dttm",
    },
    "charts": {
        "cache_timeout", "certification_details", "certified_by", "external_url",
        "is_managed_externally", "query_context", "tags",
    },
    "dashboards": {
        "certification_details", "certified_by", "css", "external_url", "is_managed_externally",
        "tags", "theme_id", "theme_uuid",
    },
}  # fmt: skip
_DROPPED_COLUMN = {
    "advanced_data_type", "datetime_format", "expression", "extra", "python_date_format",
}  # fmt: skip
_DROPPED_METRIC = {"currency", "extra", "metric_type", "warning_text"}
_DROPPED_PARAMS = {
    "dashboardId", "dashboards", "datasource", "slice_id", "slice_name",
    "url_params", "viz_type",
}  # fmt: skip
_DROPPED_METADATA = {
    "chart_configuration", "color_namespace", "default_filters", "expanded_slices",
    "filter_scopes", "global_chart_configuration", "import_time", "map_label_colors",
    "positions", "refresh_frequency", "shared_label_colors", "timed_refresh_immune_slices",
}  # fmt: skip
_DROPPED_FILTER = {"chartsInScope", "tabsInScope"}


class _Dumper(yaml.SafeDumper):
    """Lists indented, long texts as blocks: a change of a word is a change of a line."""

    def increase_indent(self, flow: bool = False, *_: object, **__: object) -> None:  # noqa: FBT001
        """Indent lists below their key, as the linter wants it."""
        return super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def dumps(asset: dict) -> str:
    """Return an asset as YAML: sorted keys, stable to the byte."""
    text = yaml.dump(asset, Dumper=_Dumper, sort_keys=True, allow_unicode=True, width=90, indent=2)
    return f"---\n{text}"


def kind_of(path: Path) -> str:
    """Return the kind of an asset's file: its first folder."""
    return path.relative_to(ASSETS).parts[0]


def files(kind: str) -> list[Path]:
    """Return the files of a kind, sorted."""
    return sorted((ASSETS / kind).rglob("*.yaml"))


def charts(dashboards: Sequence[str] | None = None) -> list[Path]:
    """Return the charts' files of some dashboards, or of all; raises PaidnetError."""
    known = [path.stem for path in files("dashboards")]
    unknown = [name for name in dashboards or () if name not in known]
    if unknown:
        raise PaidnetError(
            "there is no such dashboard",
            found=", ".join(unknown),
            expected=f"one of {', '.join(known)}",
            fix="correct the name",
        )
    return [path for path in files("charts") if path.parent.name in (dashboards or known)]


def tabs(dashboard: dict) -> dict[str | None, list[dict]]:
    """Return the charts' cells of each tab, by its id; of a dashboard without tabs under None."""
    cells = [cell for cell in dashboard["position"].values() if isinstance(cell, dict)]
    charts = [cell for cell in cells if cell.get("type") == "CHART"]
    names: list[str | None] = []
    for cell in cells:
        names += cell["children"] if cell.get("type") == "TABS" else []
    if not names:
        return {None: charts}
    return {name: [cell for cell in charts if name in cell["parents"]] for name in names}


def read(path: Path) -> dict:
    """Return one asset; raises PaidnetError with the line when it is not YAML."""
    try:
        asset = yaml.load(path.read_text(), yaml.CSafeLoader)
    except yaml.YAMLError as error:
        asset = str(error)
    if not isinstance(asset, dict):
        raise PaidnetError(
            f"{path} cannot be read",
            found=repr(asset),
            expected="a YAML mapping",
            fix="correct the line, or `git checkout` the file",
        )
    return asset


def assets() -> dict[Path, dict]:
    """Return every asset by its file."""
    return {path: read(path) for kind in KINDS for path in files(kind)}


def datasets() -> dict[Path, dict]:
    """Return every dataset by its file, with the columns of its mart."""
    return {path: contracts.completed(read(path)) for path in files("datasets")}


def first_uuid(path: Path) -> str:
    """Return the uuid a new asset gets: made from its path once, then kept through renames."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"paidnet/{path.relative_to(ASSETS).as_posix()}"))


def bundle() -> bytes:
    """Return the zip that Superset imports; raises PaidnetError when a file cannot be read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("assets/metadata.yaml", yaml.safe_dump(HEAD))
        for path, asset in assets().items():
            name = f"assets/{path.relative_to(ASSETS).as_posix()}"
            content = _importable(kind_of(path), asset)
            archive.writestr(name, yaml.dump(content, Dumper=yaml.CSafeDumper))
    return packed.getvalue()


def _importable(kind: str, asset: dict) -> dict:
    """Return an asset with what the import insists on."""
    if kind == "charts":
        return asset | {
            "params": asset["params"] | {"viz_type": asset["viz_type"]},
            "query_context": None,
        }
    if kind == "dashboards":
        return asset | {"css": STYLE.read_text()}
    if kind == "datasets":
        return contracts.completed(asset)
    return asset


def unpack(zipped: bytes) -> list[tuple[str, dict]]:
    """Return kind and normalised content of every asset of an export."""
    found = []
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        for name in archive.namelist():
            parts = Path(name).parts
            if len(parts) > 2 and parts[1] in KINDS:
                content = yaml.load(archive.read(name), yaml.CSafeLoader)
                found.append((parts[1], normalised(parts[1], content)))
    return found


def _pruned(value: Any) -> Any:
    """Return a value without empty members: an export writes them, an import does not need them."""
    if isinstance(value, dict):
        return {key: _pruned(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_pruned(item) for item in value]
    return value


def normalised(kind: str, asset: dict) -> dict:
    """Return an asset as git keeps it; the same for every installation it is exported from."""
    kept = {key: value for key, value in asset.items() if key not in _DROPPED[kind]}
    if kind == "datasets":
        kept["columns"] = sorted(
            (_without(column, _DROPPED_COLUMN) for column in kept.get("columns", [])),
            key=lambda column: column["column_name"],
        )
        kept["metrics"] = sorted(
            (_without(metric, _DROPPED_METRIC) for metric in kept["metrics"]),
            key=lambda metric: metric["metric_name"],
        )
    if kind == "charts":
        kept["params"] = _without(kept["params"], _DROPPED_PARAMS)
        if not kept["params"].get("annotation_layers"):
            kept["params"].pop("annotation_layers", None)
    if kind == "dashboards":
        kept = _dashboard(kept)
    kept = _pruned(kept)
    return contracts.reduced(kept) if kind == "datasets" else kept


def _without(mapping: dict, keys: set[str]) -> dict:
    return {key: value for key, value in mapping.items() if key not in keys}


def _dashboard(asset: dict) -> dict:
    """Return a dashboard with its charts numbered by their uuids, not as one installation does."""
    position = asset["position"]
    cells = [cell for cell in position.values() if isinstance(cell, dict)]
    charts = sorted(
        (cell["meta"] for cell in cells if cell.get("type") == "CHART"), key=lambda m: m["uuid"]
    )
    numbers = {meta["chartId"]: number for number, meta in enumerate(charts, start=1)}
    for meta in charts:
        meta["chartId"] = numbers[meta["chartId"]]
    metadata = _without(asset.get("metadata") or {}, _DROPPED_METADATA)
    filters = []
    for one in metadata.get("native_filter_configuration", []):
        scope = one.get("scope") or {}
        excluded = [numbers[old] for old in scope.get("excluded", []) if old in numbers]
        filters.append(
            _without(one, _DROPPED_FILTER) | {"scope": scope | {"excluded": sorted(excluded)}}
        )
    metadata["native_filter_configuration"] = filters
    return asset | {"metadata": metadata, "position": position}
