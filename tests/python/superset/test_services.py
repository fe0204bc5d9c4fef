"""The same settings on PostgreSQL and Redis, as in containers: real servers, secrets from files."""

from __future__ import annotations

import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx
import pytest

from . import services
from .server import Server


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What containers give Superset: addresses, and files with passwords."""
    secret = tmp_path_factory.mktemp("secrets") / "password"
    secret.write_text(f"{services.PASSWORD}\n")
    with services.postgres() as metadata, services.redis() as caches:
        yield {
            "SUPERSET_METADATA_URI": metadata,
            "SUPERSET_METADATA_PASSWORD_FILE": str(secret),
            "SUPERSET_REDIS_URL": caches,
            "SUPERSET_REDIS_PASSWORD_FILE": str(secret),
            "PAIDNET_RISK_PASSWORD_FILE": str(secret),
            "PAIDNET_BI_WORKERS": "1",
        }


@pytest.fixture(scope="module")
def stack(
    release: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    server = Server.on_copy(tmp_path_factory.mktemp("stack") / "data", release)
    server.must("start", "--background", **environment)
    yield server
    assert server.must("stop") == "Superset is stopped\n"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/health")
    assert server.must("stop") == "Superset is not running\n"


def titles(server: Server) -> dict[str, str]:
    pages = server.login().pages("/api/v1/dashboard/", ("slug", "dashboard_title"))
    return {one["slug"]: one["dashboard_title"] for one in pages}


def test_charts_answer_and_results_are_kept_in_redis_not_in_files(
    stack: Server, environment: dict[str, str]
) -> None:
    import redis

    # All charts answer in test_assets and in a browser.
    stack.must("query", "--company", "birch", "--dashboard", "advance", **environment)
    home = stack.data / "superset"
    assert not list(home.glob("*.db"))
    assert not (home / "cache").exists()
    url = environment["SUPERSET_REDIS_URL"]
    with redis.Redis.from_url(url, password=services.PASSWORD) as client:
        assert list(client.scan_iter("paidnet_data_*"))
        with pytest.raises(redis.exceptions.AuthenticationError):
            redis.Redis.from_url(url).ping()


def test_a_password_that_was_given_is_used_and_never_printed(
    stack: Server, environment: dict[str, str]
) -> None:
    printed = stack.must("status", **environment)
    assert services.PASSWORD not in printed
    assert environment["PAIDNET_RISK_PASSWORD_FILE"] in printed
    assert stack.login("risk", services.PASSWORD)
    log = (stack.data / "superset" / "server.log").read_text()
    assert services.PASSWORD not in log


def test_a_killed_server_starts_again_with_its_users_secrets_and_dashboards(
    stack: Server, environment: dict[str, str]
) -> None:
    """On a release without forecasts, too, which the start says; it renews what is in git."""
    file = stack.data / "superset" / "secrets.json"
    secrets = stack.secrets()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    admin = stack.login()
    ids = {d["slug"]: d["id"] for d in admin.pages("/api/v1/dashboard/", ("id", "slug"))}
    admin.call("post", "/api/v1/dashboard/", json={"dashboard_title": "My own", "slug": "mine"})
    path = f"/api/v1/dashboard/{ids['portfolio']}"
    admin.call("put", path, json={"dashboard_title": "Spoilt"})
    os.killpg(int((stack.data / "superset" / "server.pid").read_text()), signal.SIGKILL)
    while stack.run("status", **environment).returncode == 0:
        time.sleep(0.1)
    with duckdb.connect(str(stack.data / "current" / "warehouse.duckdb")) as connection:
        connection.execute("drop table marts.fct_portfolio")
    done = stack.run("start", "--background", **environment)
    assert done.returncode == 0, done.stderr
    assert "built without forecasts" in done.stderr
    assert stack.secrets() == secrets
    assert stack.login("risk", services.PASSWORD)
    found = titles(stack)
    assert found["mine"] == "My own"
    assert found["portfolio"] == "Portfolio"


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"SUPERSET_METADATA_PASSWORD_FILE": "{wrong}"}, "password authentication failed"),
        ({"SUPERSET_METADATA_PASSWORD_FILE": "{weak}"}, "a default that everybody knows"),
        ({"SUPERSET_METADATA_PASSWORD_FILE": "{empty}"}, "0 characters"),
        ({"SUPERSET_METADATA_PASSWORD_FILE": "{none}"}, "No such file"),
        ({"SUPERSET_REDIS_PASSWORD_FILE": "{folder}"}, "Is a directory"),
        ({"SUPERSET_METADATA_URI": "no address"}, "SUPERSET_METADATA_URI is not an address"),
        (
            {
                "SUPERSET_METADATA_URI": "postgresql://superset:superset@127.0.0.1:1/x",
                "SUPERSET_METADATA_PASSWORD_FILE": "",
            },
            "a default that everybody knows",
        ),
    ],
)
def test_a_wrong_address_or_password_is_reported(
    release: Path,
    environment: dict[str, str],
    tmp_path: Path,
    changed: dict[str, str],
    found: str,
) -> None:
    (tmp_path / "wrong").write_text("not-the-password")
    (tmp_path / "weak").write_text("postgres")
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    places = {name: tmp_path / name for name in ("wrong", "weak", "empty", "none", "folder")}
    given = environment | {key: value.format(**places) for key, value in changed.items()}
    done = Server.on_copy(tmp_path / "data", release).run("start", "--background", **given)
    assert done.returncode == 1
    assert found in done.stderr
    assert "fix:" in done.stderr
    assert "Traceback" not in done.stderr
