"""Roles that see some companies only: `companies.yaml`, by REST."""

from __future__ import annotations

from bi import bundle, queries
from bi.api import Superset

from .server import COMPANIES, Server, ask

EMPTY = {"fct_quarantined_companies"}


def companies_of(user: Superset, chart: dict, local: dict[str, int]) -> set[str]:
    """Return the companies in what a chart answers, asked without any filter of the page."""
    asked = queries.queries(chart["params"] | {"viz_type": chart["viz_type"]})
    seen: set[str] = set()
    for query in asked:
        query["columns"] = list(dict.fromkeys([*query["columns"], "company_id"]))
        body = {
            "datasource": {"id": local[chart["dataset_uuid"]], "type": "table"},
            "queries": [query],
            "result_format": "json",
            "result_type": "full",
        }
        answer = user.send("post", "/api/v1/chart/data", json=body)
        assert answer.status_code == 200, answer.text
        seen |= {row["company_id"] for row in answer.json()["result"][0]["data"]}
    return seen


def test_a_limited_user_sees_only_those_companies_in_every_dataset(
    server: Server, risk: Superset, limited: Superset
) -> None:
    """By the first chart of each: a limit holds for a dataset. Who is not limited sees all."""
    local = server.login().ids("dataset")
    tables = {asset["uuid"]: asset for asset in bundle.datasets().values()}
    charts = [
        chart
        for chart in map(bundle.read, bundle.files("charts"))
        if any(c["column_name"] == "company_id" for c in tables[chart["dataset_uuid"]]["columns"])
    ]
    by_dataset = {chart["dataset_uuid"]: chart for chart in reversed(charts)}
    assert len(by_dataset) > 15
    for chart in by_dataset.values():
        assert companies_of(limited, chart, local) <= {"birch"}, chart["slice_name"]
    everybody: dict[str, set[str]] = {}
    for chart in charts:
        dataset = chart["dataset_uuid"]
        if not everybody.get(dataset, set()) >= set(COMPANIES):
            seen = companies_of(risk, chart, local)
            everybody[dataset] = everybody.get(dataset, set()) | seen
    # Nobody is in quarantine.
    empty = {uuid for uuid, one in tables.items() if one["table_name"] in EMPTY}
    assert all(seen >= set(COMPANIES) for uuid, seen in everybody.items() if uuid not in empty)


def test_a_limited_user_cannot_ask_around_the_limit(limited: Superset) -> None:
    for filters in (
        [{"col": "company_id", "op": "==", "val": "alder"}],
        [{"col": "company_id", "op": "!=", "val": "birch"}],
    ):
        answer = ask(limited, "fct_portfolio", columns=["company_id"], filters=filters)
        assert answer.json()["result"][0]["data"] == []
    extras = {"where": "1 = 1) or (1 = 1"}
    answer = ask(limited, "fct_portfolio", columns=["company_id"], extras=extras)
    if answer.status_code == 200:
        rows = answer.json()["result"][0]["data"]
        assert {row["company_id"] for row in rows} <= {"birch"}


def test_a_wrong_limit_is_refused_before_anything_changes(server: Server) -> None:
    """The other wrong limits are in test_assets."""
    file = server.data / "superset" / "companies.yaml"
    kept = file.read_text() if file.exists() else None
    file.write_text("risk: [alder]\n")
    try:
        done = server.run("push")
    finally:
        file.unlink()
        if kept is not None:
            file.write_text(kept)
    assert done.returncode == 1
    assert "companies.yaml cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
