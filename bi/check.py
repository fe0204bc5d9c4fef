"""Do the assets fit the marts? Answered from files alone, before any server runs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bi import access, bundle, contracts, fields
from bi.settings import ASSETS

_FORBIDDEN = {"id", "query_context", "password", "datasource_id", "slice_id", "encrypted_extra"}
_SQL_WORDS = {
    "and", "as", "avg", "bigint", "case", "cast", "coalesce", "count", "decimal", "distinct",
    "double", "else", "end", "false", "filter", "from", "greatest", "in", "is", "least", "max",
    "median", "min", "not", "null", "nullif", "over", "or", "round", "sum", "then", "true", "when",
    "where", "arg_max", "any_value", "array_to_string", "list", "list_sort", "concat_ws", "format",
    "marts", "replace", "strftime", "url_encode",
}  # fmt: skip
_ONE_COMPANY = "count(distinct company_id) <= 1"
#: A currency that is not known is no other company's.
_ONE_CURRENCY = "count(distinct coalesce(currency, company_id)) <= 1"
#: Of these the largest over all companies is meant, or any.
_OF_ALL = {
    "built_at", "counter_disagreement_share", "days_since_last_order", "days_since_last_upload",
    "example_row",
}  # fmt: skip


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            # A position is keyed by names of its own, and each cell repeats its name as id.
            if key not in {"position", "native_filter_configuration"}:
                yield from _keys(item)
    if isinstance(value, list):
        for item in value:
            yield from _keys(item)


def errors() -> Iterator[tuple[str, str]]:
    """Yield file and error of everything that does not fit."""
    assets = bundle.assets()
    by_kind: dict[str, dict[Path, dict]] = {kind: {} for kind in bundle.KINDS}
    for path, asset in assets.items():
        by_kind[bundle.kind_of(path)][path] = asset
    yield from _general(assets)
    datasets = {str(asset.get("uuid")): asset for asset in by_kind["datasets"].values()}
    charts = {str(asset.get("uuid")): asset for asset in by_kind["charts"].values()}
    for path, dataset in by_kind["datasets"].items():
        for error in _dataset(path, dataset):
            yield _name(path), error
    datasets = {uuid: contracts.completed(asset) for uuid, asset in datasets.items()}
    for path, chart in by_kind["charts"].items():
        for error in _chart(chart, datasets):
            yield _name(path), error
    used: set[str] = set()
    for path, dashboard in by_kind["dashboards"].items():
        shown = _charts_of(dashboard)
        used |= set(shown)
        for error in _dashboard(path, dashboard, shown, charts, datasets):
            yield _name(path), error
    for path, chart in by_kind["charts"].items():
        if str(chart.get("uuid")) not in used:
            yield _name(path), "is on no dashboard: delete it and list its uuid in removed.yaml"
    for error in access.errors():
        yield "access.yaml", error


def _name(path: Path) -> str:
    return path.relative_to(ASSETS).as_posix()


def _general(assets: dict[Path, dict]) -> Iterator[tuple[str, str]]:
    counts = Counter(str(asset.get("uuid")) for asset in assets.values())
    removed = {one["uuid"] for one in access.removed()}
    for path, asset in assets.items():
        found = str(asset.get("uuid"))
        if not asset.get("uuid"):
            yield _name(path), f"has no uuid: a new file takes uuid: {bundle.first_uuid(path)}"
        elif counts[found] > 1:
            yield _name(path), f"shares its uuid {found} with another file"
        if found in removed:
            yield _name(path), f"its uuid {found} is in removed.yaml: push would delete it"
        for key in sorted(_FORBIDDEN.intersection(_keys(asset))):
            yield _name(path), f"holds {key!r}, which belongs to one installation"
        if path.read_text() != bundle.dumps(asset):
            yield _name(path), "is not normalised: run `python -m bi format`"


def _dataset(path: Path, dataset: dict) -> Iterator[str]:
    name = f"{dataset.get('schema')}.{dataset.get('table_name')}"
    mart = contracts.mart_of(dataset)
    if dataset.get("sql"):
        yield "is a query: a dataset is one mart; write the mart"
    if mart is None:
        yield f"there is no mart {name}"
        return
    if path.stem != mart.name:
        yield f"is named {path.stem}, its mart {mart.name}"
    for column in dataset.get("columns", []):
        if column["column_name"] not in mart.columns:
            yield f"column {column['column_name']} is in the dataset, not in the mart"
        for key in sorted({"description", "type"} & column.keys()):
            yield f"column {column['column_name']} has a {key}: write it in the mart's contract"
    if "description" in dataset:
        yield "has a description: write it in the mart's contract"
    if contracts.reduced(dataset) != dataset:
        yield "repeats its mart's contract: run `python -m bi format`"
    for metric in dataset["metrics"]:
        expression = re.sub(r"'[^']*'", "", metric["expression"])
        for word in re.findall(r"[a-z_]\w*", expression):
            if word not in _SQL_WORDS and word not in mart.columns:
                yield f"metric {metric['metric_name']} reads {word}, which {name} has not"
        if "company_id" in mart.columns and _crosses_companies(expression):
            yield (
                f"metric {metric['metric_name']} crosses companies and currencies: begin it with"
                f" case when {_ONE_CURRENCY} then, or {_ONE_COMPANY}"
            )
        if not metric.get("d3format"):
            yield f"metric {metric['metric_name']} has no d3format"


def _crosses_companies(expression: str) -> bool:
    """Say whether a metric adds up amounts, or takes the largest of figures, of any companies."""
    if any(guard in " ".join(expression.split()) for guard in (_ONE_COMPANY, _ONE_CURRENCY)):
        return False
    words = set(re.findall(r"\w+", expression))
    has_amount = any(word.endswith("_amount") for word in words)
    has_largest = not words.isdisjoint({"max", "arg_max", "min"}) and words.isdisjoint(_OF_ALL)
    return has_amount or has_largest


def _chart(chart: dict, datasets: dict[str, dict]) -> Iterator[str]:
    dataset = datasets.get(str(chart.get("dataset_uuid")))
    if dataset is None:
        yield f"its dataset {chart.get('dataset_uuid')} is in no file"
        return
    columns = {column["column_name"] for column in dataset["columns"]}
    metrics = {metric["metric_name"] for metric in dataset["metrics"]}
    table = dataset["table_name"]
    for column in fields.columns(chart["params"]):
        if column not in columns:
            yield f"column {column} is not in {table}"
    for metric in fields.metrics(chart["params"]):
        if metric not in metrics:
            yield f"metric {metric!r} is not in {table}"
    for sql in fields.sql(chart["params"]):
        yield f"computes {sql!r} itself: define it once, in the dataset or the mart"
    if not chart.get("description"):
        yield "has no description"
    for margin in ("left_margin", "bottom_margin"):
        # ECharts works "auto" out once; drawn anew for another company, labels are truncated.
        if chart["params"].get(margin) == "auto":
            yield f"has {margin} auto, which truncates labels: give it a number such as 4"


def _charts_of(dashboard: dict) -> list[str]:
    cells = [cell for cell in dashboard["position"].values() if isinstance(cell, dict)]
    return [str(cell["meta"].get("uuid")) for cell in cells if cell.get("type") == "CHART"]


def _dashboard(
    path: Path, dashboard: dict, shown: list[str], charts: dict[str, dict], datasets: dict
) -> Iterator[str]:
    position = dashboard["position"]
    for name, cell in position.items():
        for child in cell.get("children", []) if isinstance(cell, dict) else []:
            if child not in position:
                yield f"{name} holds {child}, which has no place"
    for chart in shown:
        if chart not in charts:
            yield f"shows chart {chart}, which is in no file"
    read = {
        datasets[str(charts[chart]["dataset_uuid"])]["table_name"]
        for chart in shown
        if chart in charts and str(charts[chart]["dataset_uuid"]) in datasets
    }
    for one in dashboard["metadata"].get("native_filter_configuration", []):
        for target in one.get("targets", []):
            dataset = datasets.get(str(target.get("datasetUuid")))
            if target and dataset is None:
                yield f"filter {one['name']} reads a dataset that is in no file"
            elif target:
                read.add(dataset["table_name"])
                if target["column"]["name"] not in {c["column_name"] for c in dataset["columns"]}:
                    yield f"filter {one['name']} reads {target['column']['name']}, not in the mart"
    exposed = contracts.exposures().get(f"dashboard_{path.stem}")
    if exposed is None:
        yield f"has no exposure dashboard_{path.stem} in models/marts/exposures.yml"
    elif exposed != read:
        missing, extra = sorted(read - exposed), sorted(exposed - read)
        yield f"its exposure lacks {missing} and names {extra} too many"
