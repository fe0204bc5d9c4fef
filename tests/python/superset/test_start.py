"""Starting and stopping: twice is harmless, defaults are refused, faults are told in a message."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import time
from pathlib import Path

import duckdb
import pytest

from .server import Server


@pytest.fixture
def stopped(release: Path, tmp_path: Path) -> Server:
    return Server.on_copy(tmp_path / "data", release)


def test_a_second_start_finds_the_first_and_stop_ends_it(server: Server) -> None:
    pid_file = server.data / "superset" / "server.pid"
    pid = pid_file.read_text()
    printed = server.must("start", "--background")
    assert pid_file.read_text() == pid
    for user in ("risk", "analyst", "admin"):
        assert f"{user:8} {server.password(user)}" in printed
        assert server.login(user)
    assert server.url in printed
    assert server.must("status") == printed


def test_the_health_check_tells_ready_from_starting_and_from_stopped(server: Server) -> None:
    home = server.data / "superset"
    assert server.run(module="bi.healthy", SUPERSET_HOME=str(home)).returncode == 0
    (home / "ready").unlink()
    starting = server.run(module="bi.healthy", SUPERSET_HOME=str(home))
    (home / "ready").touch()
    assert starting.returncode == 1
    assert "not in yet" in starting.stderr
    stopped = server.run(module="bi.healthy", SUPERSET_HOME=str(home), PAIDNET_BI_PORT="1")
    assert stopped.returncode == 1
    assert "does not answer" in stopped.stderr
    assert "Traceback" not in stopped.stderr


def test_a_killed_server_starts_again_with_its_users_and_secrets(
    server: Server, release: Path
) -> None:
    """On a release without forecasts, too, which the start says."""
    file = server.data / "superset" / "secrets.json"
    secrets = server.secrets()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    current = server.data / "current"
    kept = current.readlink()
    without = server.data / "releases" / "without-forecast"
    shutil.copytree(release, without)
    with duckdb.connect(str(without / "warehouse.duckdb")) as connection:
        connection.execute("drop table marts.fct_portfolio")
    os.killpg(int((server.data / "superset" / "server.pid").read_text()), signal.SIGKILL)
    while server.run("status").returncode == 0:
        time.sleep(0.1)
    point(current, Path("releases") / without.name)
    try:
        done = server.run("start", "--background")
    finally:
        point(current, kept)
    assert done.returncode == 0, done.stderr
    assert "built without forecasts" in done.stderr
    assert server.secrets() == secrets
    assert server.login("risk")


def point(link: Path, target: Path) -> None:
    """Make a link point elsewhere."""
    link.unlink()
    link.symlink_to(target)


@pytest.mark.parametrize(
    ("variable", "value", "found"),
    [
        ("SUPERSET_SECRET_KEY", "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET", "a default"),
        ("SUPERSET_SECRET_KEY", "thisISaSECRET_1234", "a default"),
        ("SUPERSET_SECRET_KEY", "short", "5 characters"),
        ("SUPERSET_GUEST_TOKEN_SECRET", "test-guest-secret-change-me", "a default"),
        ("SUPERSET_ASYNC_SECRET", "test-secret-change-me", "a default"),
        ("PAIDNET_ADMIN_PASSWORD", "admin", "a default"),
        ("PAIDNET_RISK_PASSWORD", "abc", "3 characters"),
    ],
)
def test_superset_does_not_start_on_a_secret_everybody_knows(
    stopped: Server, variable: str, value: str, found: str
) -> None:
    done = stopped.run("start", "--background", **{variable: value})
    assert done.returncode == 1
    assert f"{variable} is not secret enough to start on" in done.stderr
    assert f"found:    {found}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (stopped.data / "superset" / "superset.db").exists()


def test_superset_itself_refuses_a_default_in_the_file_of_secrets(stopped: Server) -> None:
    home = stopped.data / "superset"
    home.mkdir()
    (home / "secrets.json").write_text(
        json.dumps({"SUPERSET_GUEST_TOKEN_SECRET": "test-guest-secret-change-me"})
    )
    done = stopped.run("start", "--background")
    assert done.returncode == 1
    assert "secrets.json" in done.stderr


def test_a_taken_port_is_told_with_its_remedy(stopped: Server) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", stopped.port))
        other.listen()
        done = stopped.run("start", "--background")
    assert done.returncode == 1
    assert f"127.0.0.1:{stopped.port} cannot be used" in done.stderr
    assert "PAIDNET_BI_PORT" in done.stderr


def test_without_a_release_nothing_starts(stopped: Server) -> None:
    (stopped.data / "current").unlink()
    done = stopped.run("start", "--background")
    assert done.returncode == 1
    assert "there is no release yet" in done.stderr
    assert "python -m warehouse build" in done.stderr


def test_a_number_that_is_none_is_told(stopped: Server) -> None:
    done = stopped.run("start", "--background", PAIDNET_BI_WORKERS="many")
    assert done.returncode == 1
    assert "PAIDNET_BI_WORKERS is not a number" in done.stderr
    assert "Traceback" not in done.stderr
