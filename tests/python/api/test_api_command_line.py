"""The command line: keys, the server in the background, and errors without a traceback."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from tests.python.conftest import run_stage

from .conftest import data_folder, free_port


def test_keys_are_made_listed_and_revoked(tmp_path: Path) -> None:
    made = run_stage(
        tmp_path, "api", "keys", "add", "risk team", "--scope", "read:risk",
        "--company", "birch", "--days", "30",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    key = made.stdout.strip()
    assert key.startswith("paidnet_")
    assert "not shown again" in made.stderr
    listed = run_stage(tmp_path, "api", "keys", "list").stdout
    assert all(word in listed for word in ("risk team", "valid", "read:risk", "birch", "upload"))
    assert key not in listed
    again = run_stage(tmp_path, "api", "keys", "add", "risk team", "--scope", "read:risk")
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    wrong = run_stage(tmp_path, "api", "keys", "add", "other", "--scope", "write:all")
    assert (wrong.returncode, "read:transactions" in wrong.stderr) == (1, True)
    assert run_stage(tmp_path, "api", "keys", "revoke", "risk team").returncode == 0
    assert "revoked" in run_stage(tmp_path, "api", "keys", "list").stdout
    none = run_stage(tmp_path, "api", "keys", "revoke", "nobody")
    assert none.returncode == 1
    assert "Traceback" not in none.stderr + again.stderr + wrong.stderr


def test_the_server_starts_in_the_background_says_where_and_stops(
    release: Path, demo_data: Path, tmp_path: Path
) -> None:
    data, port = data_folder(tmp_path / "data", release, demo_data / "forecasts"), free_port()
    started = run_stage(data, "api", "serve", "--background", "--port", port)
    assert started.returncode == 0, started.stderr
    url = f"http://127.0.0.1:{port}"
    try:
        assert url in started.stdout
        assert httpx.get(f"{url}/health").json() == {"status": "ok"}
        again = run_stage(data, "api", "serve", "--background")
        assert (again.returncode, url in again.stdout) == (0, True)
        second = run_stage(data, "api", "serve", "--port", free_port())
        assert (second.returncode, "runs already" in second.stderr) == (1, True)
        assert url in run_stage(data, "api", "status").stdout
    finally:
        stopped = run_stage(data, "api", "stop")
    assert "is stopped" in stopped.stdout
    assert run_stage(data, "api", "status").returncode == 1
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health")


def test_what_keeps_it_from_starting_is_said(
    release: Path, demo_data: Path, tmp_path: Path
) -> None:
    empty = run_stage(tmp_path / "empty", "api", "serve")
    assert (empty.returncode, "there is no release yet" in empty.stderr) == (1, True)
    data = data_folder(tmp_path / "data", release, demo_data / "forecasts")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = run_stage(data, "api", "serve", "--port", other.getsockname()[1])
    assert (taken.returncode, "cannot be used" in taken.stderr) == (1, True)
    wrong = run_stage(data, "api", "serve", PAIDNET_API_PORT="http")
    assert (wrong.returncode, "PAIDNET_API_PORT" in wrong.stderr) == (1, True)
    assert "Traceback" not in empty.stderr + taken.stderr + wrong.stderr
