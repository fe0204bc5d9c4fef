"""The assets as code: checked against the marts, pushed, pulled back, run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bi import access, bundle, check, contracts
from warehouse.errors import PaidnetError

from ...support.images import copied
from ..conftest import PROJECT
from .server import Server

CHART = "charts/underwriting/refund_rates.yaml"
DATASET = "datasets/warehouse/fct_monthly_revenue.yaml"
DASHBOARD = "dashboards/underwriting.yaml"


class Assets:
    """A copy of the assets, to be spoilt."""

    def __init__(self, folder: Path) -> None:
        self.assets = folder
        shutil.copytree(bundle.ASSETS, folder, dirs_exist_ok=True)

    def edit(self, name: str, change: object) -> None:
        """Change an asset by mistake."""
        file = self.assets / name
        asset = yaml.safe_load(file.read_text())
        change(asset)
        file.write_text(bundle.dumps(asset))

    def errors(self) -> list[str]:
        """Return what `python -m bi check` names of them, in this process."""
        with pytest.MonkeyPatch.context() as patch:
            for module in (access, bundle, check):
                patch.setattr(module, "ASSETS", self.assets)
            return [f"{file}: {error}" for file, error in check.errors()]


class Copy(Assets):
    """A copy of what the image of Superset holds, whose own commands run."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "superset" / "assets")
        self.folder = folder
        for name in copied(PROJECT / "infrastructure" / "superset.Dockerfile"):
            if (PROJECT / name).is_dir():
                shutil.copytree(PROJECT / name, folder / name, dirs_exist_ok=True)

    def script(self, server: Server, *arguments: str) -> str:
        """Run a command of this copy, which must work; returns what it printed."""
        return server.must(*arguments, folder=self.folder)

    def check(self) -> subprocess.CompletedProcess[str]:
        """Run this copy's `python -m bi check`; the caller looks at the exit code."""
        return subprocess.run(
            [sys.executable, "-m", "bi", "check"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    return Assets(tmp_path)


def name_columns(*columns: dict) -> object:
    return lambda dataset: dataset.update(columns=list(columns))


def forget_exposed(dashboard: dict) -> None:
    cells = dashboard["position"]
    lost = next(name for name, cell in cells.items() if "data_quality" in name)
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
    (DATASET, lambda d: d.update(table_name="fct_none"), "there is no mart marts.fct_none"),
    (DATASET, lambda d: d.update(sql="select 1"), "is a query"),
    (DASHBOARD, forget_exposed, "its exposure lacks [] and names ['fct_data_quality']"),
    (DASHBOARD, point_filter_nowhere, "filter Company reads no_such_column"),
    ("databases/warehouse.yaml", lambda d: d.update({"password": "secret"}), "'password'"),
]


def test_the_assets_fit_the_marts(copy: Copy) -> None:
    done = copy.check()
    assert done.returncode == 0, done.stderr
    assert "fit the marts" in done.stdout


def test_the_contracts_are_read_as_dbt_reads_them(manifest: dict) -> None:
    nodes = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert {
        name: (mart.description, [(c["description"], c["type"]) for c in mart.columns.values()])
        for name, mart in contracts.marts().items()
    } == {
        f"{node['schema']}.{node['name']}": (
            " ".join(node["description"].split()),
            [
                (" ".join(column["description"].split()), column["data_type"].upper())
                for column in node["columns"].values()
            ],
        )
        for node in nodes
        if node["schema"] == "marts"
    }
    assert contracts.exposures() == {
        exposure["name"]: {name.split(".")[-1] for name in exposure["depends_on"]["nodes"]}
        for exposure in manifest["exposures"].values()
    }


def test_git_keeps_of_a_dataset_what_its_contract_does_not_say() -> None:
    kept = bundle.read(PROJECT / "superset/assets/datasets/warehouse/fct_customer_months.yaml")
    full = contracts.completed(kept)
    month = next(c for c in full["columns"] if c["column_name"] == "spend_month")
    assert (month["type"], month["is_dttm"]) == ("DATE", True)
    assert full["description"].startswith("One row per company, customer and month")
    assert contracts.reduced(full) == kept
    month["groupby"] = False
    own = contracts.reduced(full)["columns"]
    assert own == [*kept["columns"], {"column_name": "spend_month", "groupby": False}]


def test_doc_blocks_are_put_into_descriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contracts, "_blocks", lambda: {"company_id": "\nThe\ncompany.\n"})
    assert contracts._text("{{ doc('company_id') }} Its id.") == "The company. Its id."
    with pytest.raises(KeyError, match="no_block"):
        contracts._text("{{ doc('no_block') }}")


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[alder]", "['alder']"),
        ("risk_north: [alder", "line 1"),
        ("risk: [alder]", "risk: ['alder']"),
        ("risk_north: []", "risk_north: []"),
        ("risk_north: alder", "risk_north: alder"),
    ],
)
def test_limits_of_roles_that_cannot_be_used_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, found: str
) -> None:
    file = tmp_path / "companies.yaml"
    file.write_text(text)
    monkeypatch.setenv("PAIDNET_BI_COMPANIES", str(file))
    with pytest.raises(PaidnetError, match=r"companies\.yaml cannot be used") as raised:
        access.companies_of_roles()
    assert found in raised.value.found


def test_what_is_edited_in_the_browser_comes_back_as_one_changed_line(
    server: Server, copy: Copy
) -> None:
    printed = copy.script(server, "pull")
    assert printed.startswith("0 files changed"), "a push comes back unchanged"
    admin = server.login()
    chart = bundle.read(copy.assets / CHART)
    number = admin.ids("chart")[chart["uuid"]]
    admin.call("put", f"/api/v1/chart/{number}", json={"description": "Edited in the browser."})
    printed = copy.script(server, "pull")
    assert CHART in printed
    assert "1 files changed" in printed
    changed = bundle.read(copy.assets / CHART)
    assert changed == chart | {"description": "Edited in the browser."}
    server.must("push")


def test_a_push_deletes_what_was_removed_and_leaves_what_users_made(
    server: Server, copy: Copy
) -> None:
    admin = server.login()
    made = {"dashboard_title": "Of a user", "slug": "of-a-user"}
    own = admin.call("post", "/api/v1/dashboard/", json=made)["id"]
    chart = next(iter(admin.pages("/api/v1/chart/", ("id", "datasource_id"))))
    spare = {
        "slice_name": "Spare",
        "viz_type": "table",
        "datasource_id": chart["datasource_id"],
        "datasource_type": "table",
        "params": "{}",
    }
    number = admin.call("post", "/api/v1/chart/", json=spare)["id"]
    uuid = next(uuid for uuid, local in admin.ids("chart").items() if local == number)
    (copy.assets / "removed.yaml").write_text(
        f"removed:\n  - {{kind: chart, uuid: {uuid}, was: charts/spare.yaml}}\n"
    )
    copy.script(server, "push")
    assert uuid not in admin.ids("chart")
    assert admin.call("get", f"/api/v1/dashboard/{own}")["result"]["slug"] == "of-a-user"
    admin.call("delete", f"/api/v1/dashboard/{own}")


def test_every_chart_answers_with_rows(server: Server) -> None:
    """Of cedar; a browser shows those of alder, and Superset on PostgreSQL is asked for birch."""
    printed = server.must("query", "--company", "cedar")
    for path in bundle.files("charts"):
        assert f"{path.parent.name}/{path.stem}" in printed


def test_run_names_a_chart_that_cannot_answer(server: Server) -> None:
    done = server.run("query", "--company", "nobody", "--dashboard", "underwriting")
    assert done.returncode == 1
    assert "underwriting/" in done.stdout
    assert "underwriting/net_revenue_12_months, nobody" in done.stderr


def test_a_dashboard_of_no_such_name_is_named(server: Server) -> None:
    done = server.run("query", "--dashboard", "underwritting")
    assert done.returncode == 1
    assert "underwritting" in done.stderr
    assert "underwriting" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_does_not_answer_is_reported(server: Server) -> None:
    done = server.run("push", "--url", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert "Superset does not answer at http://127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
