"""Starting and stopping: twice is harmless, and a killed server comes back as it was."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import time
from pathlib import Path

import duckdb

from .server import Server


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
