"""The assets as code: read with their contracts, pushed, pulled back, run."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from bi import access, bundle, contracts
from warehouse.errors import PaidnetError

from ..conftest import PROJECT
from .assets import CHART, Copy
from .server import Server


def test_the_contracts_are_read_as_dbt_reads_them(manifest: dict) -> None:
    nodes = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert {
        name: (
            mart.description,
            [
                (c["description"], c["type"])
                for column, c in mart.columns.items()
                if column != contracts.LABEL
            ],
        )
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


def test_companies_of_one_name_are_told_apart(server: Server) -> None:
    ((definition,),) = server.query("""
        select macro_definition from duckdb_functions()
        where function_name = 'company_label' and schema_name = 'marts'
    """)
    with duckdb.connect() as connection:
        connection.execute(f"""
            create schema marts;
            create table marts.dim_companies (company_id varchar, company_name varchar);
            insert into marts.dim_companies values ('a', 'Ash'), ('b', 'Oak'), ('c', 'Oak');
            create macro marts.company_label(company) as ({definition})
        """)
        labels = connection.sql("""
            select marts.company_label(company_id) from marts.dim_companies order by company_id
        """).fetchall()
    assert labels == [("Ash",), ("Oak (b)",), ("Oak (c)",)]


def test_git_keeps_of_a_dataset_what_its_contract_does_not_say() -> None:
    kept = bundle.read(
        PROJECT / "superset/assets/datasets/warehouse/fct_customer_spend_changes.yaml"
    )
    full = contracts.completed(kept)
    month = next(c for c in full["columns"] if c["column_name"] == "spend_month")
    assert (month["type"], month["is_dttm"]) == ("DATE", True)
    assert full["description"].startswith("One row per company, month, direction and rank")
    assert contracts.reduced(full) == kept
    month["groupby"] = False
    own = contracts.reduced(full)["columns"]
    assert {"column_name": "spend_month", "groupby": False, "verbose_name": "Month"} in own


def test_doc_blocks_are_put_into_descriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contracts, "_blocks", lambda: {"company_id": "\nThe\ncompany.\n"})
    assert contracts._text("{{ doc('company_id') }} Its id.") == "The company. Its id."
    with pytest.raises(KeyError, match="no_block"):
        contracts._text("{{ doc('no_block') }}")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[alder]", "['alder']"),
        ("risk_north: [alder", "line 1"),
        ("risk_north: 2024-02-30", "day is out of range"),
        ("risk: [alder]", "risk: ['alder']"),
        ("Admin: [alder]", "Admin: ['alder']"),
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


def test_what_is_edited_in_the_browser_comes_back_as_one_changed_line_and_a_push_takes_it_back(
    server: Server, copy: Copy
) -> None:
    """A push deletes what was removed, too, and leaves what users made."""
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
    (copy.assets / CHART).write_text((bundle.ASSETS / CHART).read_text())

    made = {"dashboard_title": "Of a user", "slug": "of-a-user"}
    own = admin.call("post", "/api/v1/dashboard/", json=made)["id"]
    spare = {
        "slice_name": "Spare",
        "viz_type": "table",
        "datasource_id": next(iter(admin.ids("dataset").values())),
        "datasource_type": "table",
        "params": "{}",
    }
    spare_number = admin.call("post", "/api/v1/chart/", json=spare)["id"]
    uuid = next(uuid for uuid, local in admin.ids("chart").items() if local == spare_number)
    (copy.assets / "removed.yaml").write_text(
        f"removed:\n  - {{kind: chart, uuid: {uuid}, was: charts/spare.yaml}}\n"
    )
    copy.script(server, "push")
    assert uuid not in admin.ids("chart")
    described = admin.call("get", f"/api/v1/chart/{number}")["result"]
    assert described["description"] == chart["description"]
    assert admin.call("get", f"/api/v1/dashboard/{own}")["result"]["slug"] == "of-a-user"
    admin.call("delete", f"/api/v1/dashboard/{own}")


def test_every_chart_answers_with_rows(server: Server) -> None:
    """Of cedar; a browser shows those of alder, and Superset on PostgreSQL is asked for birch."""
    printed = server.must("query", "--company", "cedar")
    for path in bundle.files("charts"):
        assert f"{path.parent.name}/{path.stem}" in printed


def test_run_names_a_chart_that_cannot_answer(server: Server) -> None:
    done = server.run("query", "--company", "nobody", "--dashboard", "advance")
    assert done.returncode == 1
    assert "advance/" in done.stdout
    assert "advance/case, nobody" in done.stderr


def test_a_dashboard_of_no_such_name_is_named(server: Server) -> None:
    done = server.run("query", "--dashboard", "compny")
    assert done.returncode == 1
    assert "compny" in done.stderr
    assert "company" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_does_not_answer_is_reported(server: Server) -> None:
    done = server.run("push", "--url", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert "Superset does not answer at http://127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
