"""What does not fit is named by `python -m bi check`, from files alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from .assets import CHART, DASHBOARD, DATASET, Assets, Copy


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    return Assets(tmp_path)


def name_columns(*columns: dict) -> object:
    return lambda dataset: dataset.update(columns=list(columns))


def forget_exposed(dashboard: dict) -> None:
    cells = dashboard["position"]
    lost = next(name for name, cell in cells.items() if name == "CHART-score_parts")
    row = next(c for c in cells.values() if isinstance(c, dict) and lost in c.get("children", []))
    row["children"].remove(lost)
    del cells[lost]


def point_filter_nowhere(dashboard: dict) -> None:
    target = dashboard["metadata"]["native_filter_configuration"][0]["targets"][0]
    target["column"]["name"] = "no_such_column"


SPOILT = [
    (CHART, lambda c: c["params"].update(x_axis="no_such_column"), "column no_such_column"),
    (CHART, lambda c: c["params"].update(metrics=["No such"]), "metric 'No such'"),
    (CHART, lambda c: c.update(dataset_uuid="1" * 32), "is in no file"),
    (CHART, lambda c: c.update(description=""), "has no description"),
    (CHART, lambda c: c["params"].update(left_margin="auto"), "truncates labels"),
    (CHART, lambda c: c.update(query_context="{}"), "'query_context'"),
    (CHART, lambda c: c.update(id=7), "'id'"),
    (
        CHART,
        lambda c: c["params"].update(metrics=[{"sqlExpression": "sum(1)", "label": "own"}]),
        "computes 'sum(1)' itself",
    ),
    (CHART, lambda c: c.pop("uuid"), "has no uuid"),
    (CHART, lambda c: c.update(uuid="17ecaf39-0000-5000-8000-000000000000"), "is on no dashboard"),
    (
        DATASET,
        name_columns({"column_name": "no_such_column", "verbose_name": "Of nothing"}),
        "in the dataset, not in the mart",
    ),
    (
        DATASET,
        name_columns({"column_name": "revenue_month", "description": "Another."}),
        "column revenue_month has a description: write it in the mart's contract",
    ),
    (
        DATASET,
        name_columns({"column_name": "revenue_month", "is_dttm": True}),
        "repeats its mart's contract",
    ),
    (DATASET, lambda d: d.update(description="Another."), "has a description: write it in the"),
    (DATASET, lambda d: d["metrics"][0].update(expression="sum(nothing)"), "reads nothing"),
    (DATASET, lambda d: d["metrics"][0].pop("d3format"), "has no d3format"),
    (
        DATASET,
        lambda d: d["metrics"][0].update(expression="sum(guest_revenue_amount)"),
        "metric Guests crosses companies and currencies",
    ),
    (
        DATASET,
        lambda d: d["metrics"][2].update(
            expression="case when count(distinct currency) <= 1 then sum(refund_amount) end"
        ),
        "metric New-customer share crosses companies",
    ),
    (
        DATASET,
        lambda d: d["metrics"][1].update(expression="max(refund_value_rate)"),
        "metric New customers crosses companies",
    ),
    (DATASET, lambda d: d.update(table_name="fct_none"), "there is no mart marts.fct_none"),
    (DATASET, lambda d: d.update(sql="select 1"), "is a query"),
    (DASHBOARD, forget_exposed, "its exposure lacks [] and names ['fct_data_quality_parts']"),
    (DASHBOARD, point_filter_nowhere, "filter Company reads no_such_column"),
    ("databases/warehouse.yaml", lambda d: d.update({"password": "secret"}), "'password'"),
]


def test_the_assets_fit_the_marts(copy: Copy) -> None:
    done = copy.check()
    assert done.returncode == 0, done.stderr
    assert "fit the marts" in done.stdout


@pytest.mark.parametrize(("name", "change", "message"), SPOILT, ids=[case[-1] for case in SPOILT])
def test_what_does_not_fit_is_named(
    assets: Assets, name: str, change: object, message: str
) -> None:
    assets.edit(name, change)
    assert any(message in error for error in assets.errors())


def test_two_assets_of_one_uuid_and_a_removed_one_that_is_there_are_named(copy: Copy) -> None:
    taken = yaml.safe_load((copy.assets / CHART).read_text())["uuid"]
    copy.edit(DATASET, lambda dataset: dataset.update(uuid=taken))
    (copy.assets / "removed.yaml").write_text(
        f"removed:\n  - {{kind: chart, uuid: {taken}, was: {CHART}}}\n"
    )
    done = copy.check()
    assert done.returncode == 1
    assert "shares its uuid" in done.stderr
    assert "is in removed.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_yaml_is_reported_with_its_line(copy: Copy) -> None:
    (copy.assets / CHART).write_text("params: [\n")
    done = copy.check()
    assert done.returncode == 1
    assert "line 2" in done.stderr
    assert "Traceback" not in done.stderr
