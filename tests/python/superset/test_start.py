"""A second start brings what has changed, and health is told; test_services kills a server."""

from __future__ import annotations

import pytest

from .server import Server


def roles(server: Server) -> set[str]:
    """Return the roles of Superset's users."""
    return {role["name"] for role in server.login().pages("/api/v1/security/roles/")}


@pytest.mark.usefixtures("limited")
def test_a_second_start_finds_the_first_and_takes_the_role_of_a_limit_taken_back(
    server: Server,
) -> None:
    pid_file = server.data / "superset" / "server.pid"
    pid = pid_file.read_text()
    assert roles(server) >= {"only_birch", "only_cedar"}
    file = server.data / "superset" / "companies.yaml"
    file.write_text(file.read_text().replace("only_cedar: [cedar]\n", ""))
    printed = server.must("start", "--background")
    assert pid_file.read_text() == pid
    assert "only_cedar" not in roles(server)
    assert "only_birch" in roles(server)
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
