"""What keeps Superset from starting is reported with its fix, before anything slow begins."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from .server import Server


@pytest.fixture
def stopped(release: Path, tmp_path: Path) -> Server:
    return Server.on_copy(tmp_path / "data", release)


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


def test_a_taken_port_is_reported_with_its_fix(stopped: Server) -> None:
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


def test_a_number_that_is_none_is_reported(stopped: Server) -> None:
    done = stopped.run("start", "--background", PAIDNET_BI_WORKERS="many")
    assert done.returncode == 1
    assert "PAIDNET_BI_WORKERS is not a number" in done.stderr
    assert "Traceback" not in done.stderr
