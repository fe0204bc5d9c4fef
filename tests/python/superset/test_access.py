"""Who may see and do what: by REST, as each of the users."""

from __future__ import annotations

import httpx
import pytest

from bi import bundle
from bi.api import Superset

from .server import Server, ask

REFUSED_SQL = [
    "select * from read_csv('/etc/passwd', header = false, auto_detect = true)",
    "select * from read_text('/etc/hostname')",
    "select * from '/etc/passwd'",
    "select * from glob('/etc/*')",
    "from read_parquet('{release}')",
    "copy (select 1) to '{folder}/written.csv'",
    "copy marts.fct_orders to '{folder}/written.parquet'",
    "export database '{folder}/exported'",
    "attach '{folder}/other.duckdb' as other",
    "attach '{release}' as again (read_only)",
    "install httpfs",
    "load httpfs",
    "load '{folder}/anything.duckdb_extension'",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "set memory_limit = '100GB'",
    "set global threads = 64",
    "reset lock_configuration",
    "pragma memory_limit = '100GB'",
    "create table marts.mine as select 1 as one",
    "create schema mine",
    "insert into marts.dim_companies (company_id) values ('mine')",
    "update marts.dim_companies set company_name = 'mine'",
    "delete from marts.dim_companies",
    "drop table marts.fct_orders",
    "alter table marts.fct_orders add column mine integer",
    "select getenv('PATH')",
]


def sql_lab(user: Superset, sql: str, **more: object) -> tuple[int, dict]:
    """Return the status and the answer of SQL Lab, asked in the schema `marts`."""
    asked = {"database_id": 1, "sql": sql, "runAsync": False, "schema": "marts"}
    answer = user.send("post", "/api/v1/sqllab/execute/", json=asked | more)
    return answer.status_code, answer.json() if answer.content else {}


def test_an_analyst_queries_the_warehouse_in_sql_lab(server: Server, analyst: Superset) -> None:
    sql = """
        select company_id, sum(net_revenue_amount) as net
        from marts.fct_daily_revenue group by all order by all
    """
    status, answer = sql_lab(analyst, sql)
    assert status == 200, answer
    expected = server.query(sql)
    assert [(row["company_id"], round(float(row["net"]), 2)) for row in answer["data"]] == [
        (company, float(net)) for company, net in expected
    ]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("select order_id from marts.fct_orders limit 5", 5),
        ("from fct_orders limit 2 + 3", 5),
        ("select order_id from fct_orders using sample 5 rows", 5),
        ("with orders as (from fct_orders) from orders order by order_id limit 5 offset 7", 5),
        ("from fct_orders", 10),
        ("from fct_orders limit 5000", 10),
        ("select 1 as one union all select 2 limit 1", 1),
    ],
)
def test_sql_lab_gives_as_many_rows_as_a_query_asks_for(
    analyst: Superset, sql: str, rows: int
) -> None:
    """Ten at most, where ten are chosen."""
    status, answer = sql_lab(analyst, sql, queryLimit=10)
    assert status == 200, answer
    assert len(answer["data"]) == rows


def test_sql_lab_shows_what_is_there_and_explains(server: Server, analyst: Superset) -> None:
    status, answer = sql_lab(analyst, "show tables")
    assert status == 200, answer
    tables = {row["name"] for row in answer["data"]}
    assert tables >= {"dim_companies", "fct_orders", "fct_portfolio"}
    for words, plan in (("explain", "physical_plan"), ("explain analyze", "analyzed_plan")):
        status, answer = sql_lab(analyst, f"{words} select count(*) from fct_orders")
        assert status == 200, answer
        assert [row["explain_key"] for row in answer["data"]] == [plan]
    status, answer = sql_lab(analyst, "explain analyze delete from marts.dim_companies")
    assert status >= 400, answer
    documented = """
        select count(*), count(comment) from duckdb_columns()
        where schema_name = 'marts' and table_name = 'fct_portfolio'
    """
    ((columns, comments),) = server.query(documented)
    assert columns == comments > 20


@pytest.mark.parametrize("sql", REFUSED_SQL)
def test_sql_lab_reaches_no_file_and_changes_nothing(
    server: Server, analyst: Superset, sql: str
) -> None:
    folder = server.data / "superset"
    before = sorted(path.name for path in folder.iterdir())
    release = (server.data / "current" / "warehouse.duckdb").resolve()
    status, answer = sql_lab(analyst, sql.format(folder=folder, release=release))
    assert status >= 400, answer
    assert sorted(path.name for path in folder.iterdir()) == before
    status, answer = sql_lab(analyst, "select count(*) as companies from marts.dim_companies")
    assert answer["data"] == [{"companies": 3}]


@pytest.mark.parametrize("user", ["risk", "limited"])
def test_who_only_reads_dashboards_has_no_sql_lab(
    user: str, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(user)
    status, _ = sql_lab(client, "select 1 as one")
    assert status == 403
    for path in ("/api/v1/query/", "/api/v1/saved_query/", "/api/v1/sqllab/"):
        assert client.send("get", path).status_code == 403, path


def test_risk_takes_the_csv_of_a_chart_and_nothing_more(risk: Superset) -> None:
    items = risk.pages("/api/v1/dataset/", ("id", "table_name"))
    dataset = next(item["id"] for item in items if item["table_name"] == "fct_portfolio")
    body = {
        "datasource": {"id": dataset, "type": "table"},
        "queries": [{"columns": ["company_id"], "metrics": ["Repeat rate"], "row_limit": 10}],
    }
    chart = body | {"result_format": "csv", "result_type": "full"}
    answer = risk.send("post", "/api/v1/chart/data", json=chart)
    assert answer.status_code == 200
    assert "alder" in answer.text
    for path in (
        "/api/v1/dashboard/export/?q=!(1)",
        "/api/v1/chart/export/?q=!(1)",
        "/api/v1/dataset/export/?q=!(1)",
        "/api/v1/database/export/?q=!(1)",
        "/api/v1/assets/export/",
        "/api/v1/database/",
        "/api/v1/security/users/",
        "/api/v1/security/roles/",
        "/api/v1/rowlevelsecurity/",
    ):
        assert risk.send("get", path).status_code in (403, 404), path
    samples = f"/datasource/samples?datasource_type=table&datasource_id={dataset}"
    assert risk.send("post", samples, json={}).status_code in (401, 403, 404)
    for kind in ("drill_detail", "samples", "query"):
        refused = body | {"result_format": "json", "result_type": kind}
        answer = risk.send("post", "/api/v1/chart/data", json=refused)
        assert answer.status_code in (401, 403), kind


@pytest.mark.parametrize("user", ["risk", "analyst", "limited"])
def test_only_an_admin_changes_what_is_shared(
    server: Server, user: str, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(user)
    for path, body in (
        ("/api/v1/dashboard/1", {"dashboard_title": "mine"}),
        ("/api/v1/chart/1", {"slice_name": "mine"}),
        ("/api/v1/dataset/1", {"description": "mine"}),
        ("/api/v1/database/1", {"expose_in_sqllab": False}),
    ):
        assert client.send("put", path, json=body).status_code in (403, 404), path
        assert client.send("delete", path).status_code in (403, 404), path
    zipped = {"bundle": ("assets.zip", bundle.bundle(), "application/zip")}
    answer = client.send("post", "/api/v1/assets/import/", files=zipped)
    assert answer.status_code in (403, 404)
    answer = client.send("post", "/api/v1/security/roles/", json={"name": "mine"})
    assert answer.status_code in (403, 404)


def test_an_analyst_keeps_charts_of_their_own_and_no_others(
    analyst: Superset, risk: Superset
) -> None:
    items = analyst.pages("/api/v1/dataset/", ("id", "table_name"))
    dataset = next(item["id"] for item in items if item["table_name"] == "fct_portfolio")
    chart = {
        "slice_name": "Mine",
        "viz_type": "table",
        "datasource_id": dataset,
        "datasource_type": "table",
        "params": '{"metrics": ["Repeat rate"], "groupby": ["horizon_days"]}',
    }
    made = analyst.send("post", "/api/v1/chart/", json=chart)
    assert made.status_code == 201, made.text
    path = f"/api/v1/chart/{made.json()['id']}"
    assert analyst.send("put", path, json={"slice_name": "Still mine"}).status_code == 200
    for method, where, body in (
        ("put", path, {"dashboards": [1]}),
        ("post", "/api/v1/chart/", chart | {"dashboards": [1]}),
    ):
        refused = analyst.send(method, where, json=body)
        assert refused.status_code == 403, refused.text
        assert "changed by an admin" in refused.text
    assert analyst.send("get", path).json()["result"]["dashboards"] == []
    # What an analyst keeps is no more of what readers may ask for.
    assert ask(analyst, "fct_portfolio", columns=["horizon_days"]).status_code == 200
    assert ask(risk, "fct_portfolio", columns=["horizon_days"]).status_code in (401, 403)
    answer = analyst.send("delete", "/api/v1/chart/?q=!(1,2)")
    assert answer.status_code in (403, 404), answer.text
    assert analyst.send("delete", path).status_code == 200


FORGED = [
    "(select max(content) from read_text('/etc/passwd'))",
    "(select count(*) from read_csv('/etc/passwd'))",
    "(select max(company_id) from marts.fct_orders)",
    "max(company_name)",
]


@pytest.mark.parametrize("expression", FORGED)
def test_a_reader_gets_only_what_some_dashboard_shows(risk: Superset, expression: str) -> None:
    forged = {"expressionType": "SQL", "sqlExpression": expression, "label": "mine"}
    axis = {"columnType": "BASE_AXIS", "sqlExpression": expression, "label": "mine"}
    shown = {"columns": ["company_id"], "metrics": ["Repeat rate"]}
    assert ask(risk, "fct_portfolio", **shown).status_code == 200
    for more in (
        {"metrics": [forged]},
        {"columns": [forged]},
        {"columns": [axis]},
        {"orderby": [[forged, True]]},
        {"filters": [{"col": forged, "op": "==", "val": "1"}]},
        {"extras": {"where": f"{expression} is not null"}},
        {"extras": {"having": f"{expression} is not null"}},
        {"columns": ["company_id", "as_of_date"]},
        {"granularity": "as_of_date", "is_timeseries": True},
    ):
        answer = ask(risk, "fct_portfolio", **shown | more)
        assert answer.status_code in (400, 401, 403), (more, answer.text)


def test_a_reader_searches_sorts_and_turns_the_pages_of_a_table(
    server: Server, risk: Superset
) -> None:
    """As the browser asks for a table that the server searches."""
    asked = {
        "columns": ["customer_label", "segment_label"],
        "metrics": None,
        "filters": [
            {"col": "company_label", "op": "IN", "val": ["Alder & Co"]},
            {"col": "customer_label", "op": "ILIKE", "val": "c14%"},
        ],
        "orderby": [["probability_alive", False], ["customer_label", True]],
    }
    page = ask(risk, "fct_customer_list", **asked, row_limit=20, row_offset=20)
    assert page.status_code == 200, page.text
    expected = server.query("""
        select customer_label from marts.fct_customer_list
        where company_id = 'alder' and customer_label ilike 'c14%'
        order by probability_alive desc, customer_label
    """)
    rows = page.json()["result"][0]["data"]
    assert [(row["customer_label"],) for row in rows] == expected[20:40]
    count = ask(risk, "fct_customer_list", **asked, row_limit=500_000, is_rowcount=True)
    assert count.json()["result"][0]["data"] == [{"rowcount": len(expected)}]


@pytest.mark.parametrize("column", ["email", "name", "birth_date"])
def test_a_reader_cannot_find_out_by_narrowing_what_no_dashboard_shows(
    risk: Superset, analyst: Superset, column: str
) -> None:
    narrowed = {
        "metrics": ["Customers"],
        "filters": [{"col": column, "op": "IS NOT NULL"}],
    }
    assert ask(analyst, "dim_customers", **narrowed).status_code == 200
    answer = ask(risk, "dim_customers", **narrowed)
    assert answer.status_code in (400, 401, 403), answer.text
    assert f"No dashboard shows this filter: {column}." in answer.text
    narrowed["filters"] = [{"col": "company_label", "op": "IN", "val": ["Alder & Co"]}]
    assert ask(risk, "dim_customers", **narrowed).status_code == 200


@pytest.mark.parametrize("expression", FORGED[:2])
def test_no_chart_can_be_made_to_read_files(analyst: Superset, expression: str) -> None:
    forged = {"expressionType": "SQL", "sqlExpression": expression, "label": "mine"}
    answer = ask(analyst, "fct_portfolio", metrics=[forged])
    assert answer.status_code >= 400, answer.text


def test_nobody_sees_anything_without_a_login(server: Server) -> None:
    for path in ("/api/v1/dashboard/", "/api/v1/chart/", "/api/v1/dataset/"):
        answer = httpx.get(server.url + path)
        assert answer.status_code in (401, 403) or answer.json()["count"] == 0, path
    page = httpx.get(f"{server.url}/superset/dashboard/company/")
    assert page.status_code in (302, 401)
    assert "login" in page.headers.get("location", "login")


def test_events_of_the_login_page_leave_the_session_alone(server: Server) -> None:
    """Their answer can come after that of the login, and its cookie would log the person out."""
    with httpx.Client(base_url=server.url) as visitor:
        visitor.get("/login/")
        answer = visitor.post("/superset/log/?explode=events", data={"events": "[]"})
    assert answer.status_code == 204
    assert "set-cookie" not in answer.headers
