"""The server as a process: launched, waited for, ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx

from bi import keys, prepare, services, settings
from warehouse import paths, reading
from warehouse.errors import PaidnetError

START_SECONDS = 180
STOP_SECONDS = 30


def _pid_file() -> Path:
    return settings.home() / "server.pid"


def ready_file() -> Path:
    """Return the file that is there while the dashboards are in; see bi/healthy.py."""
    return settings.home() / "ready"


def _log_file() -> Path:
    return settings.home() / "server.log"


def _log() -> Any:
    """Open the log; with `PAIDNET_BI_LOG=-` it is this process's own output, as containers want."""
    if os.environ.get("PAIDNET_BI_LOG") == "-":
        return nullcontext()
    return _log_file().open("ab")


def running() -> int | None:
    """Return the process id of our gunicorn; a stale file of a killed one is removed."""
    try:
        pid = int(_pid_file().read_text())
        command = Path(f"/proc/{pid}/cmdline")
        os.kill(pid, 0)
        if command.exists() and b"gunicorn" not in command.read_bytes():
            raise ProcessLookupError
    except (FileNotFoundError, ValueError, ProcessLookupError):
        _pid_file().unlink(missing_ok=True)
        return None
    return pid


def _environment() -> dict[str, str]:
    # For `bi` and `superset_config`; Superset's own package is found all the same, because the
    # folder `superset` here is none.
    folders = [str(paths.PROJECT), str(paths.PROJECT / "superset")]
    path = os.pathsep.join(filter(None, [*folders, os.environ.get("PYTHONPATH")]))
    return os.environ | {
        "PYTHONPATH": path,
        "PAIDNET_DATA": str(paths.data()),
        "SUPERSET_HOME": str(settings.home()),
        "SCARF_ANALYTICS": "false",
        "FLASK_APP": "superset.app:create_app()",
    }


def check() -> None:
    """Raise PaidnetError before anything slow: no release, a weak secret, a taken port.

    And an address or a number that is none.
    """
    reading.release_file()
    for name in (*keys.KEYS, *keys.PASSWORDS):
        keys.secret(name)
    services.metadata_uri()
    services.redis_url()
    _workers()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host(), settings.port()))
        except OSError as error:
            raise PaidnetError(
                f"the address {settings.host()}:{settings.port()} cannot be used",
                found=f"{error.strerror}; another program may be listening",
                expected="a free address",
                fix="stop that program, or choose another port: PAIDNET_BI_PORT=8090",
            ) from None
    prepare.reach()


def has_forecast() -> bool:
    """Say whether the current release was built with forecasts."""
    with reading.open_release() as connection:
        found = connection.sql(
            "from duckdb_tables() where schema_name = 'marts' and table_name = 'fct_portfolio'"
        ).fetchall()
    return bool(found)


def _error_in_log(what: str) -> PaidnetError:
    if os.environ.get("PAIDNET_BI_LOG") == "-":
        return PaidnetError(what, found="the lines above")
    lines = _log_file().read_text(errors="replace").splitlines()[-6:]
    found = "\n            ".join(lines)
    return PaidnetError(what, found=found, expected="a clean start", fix=f"see {_log_file()}")


def _workers() -> tuple[int, int]:
    """Return gunicorn's processes, and the threads of each."""
    return (
        settings.number("PAIDNET_BI_WORKERS", 2),
        settings.number("PAIDNET_BI_WORKER_THREADS", 8),
    )


def launch() -> subprocess.Popen:
    """Start gunicorn in a session of its own, so that it outlives this terminal."""
    workers, threads = _workers()
    command = [
        sys.executable, "-m", "gunicorn", "superset.app:create_app()", "-c", "python:bi.workers",
        "--bind", f"{settings.host()}:{settings.port()}",
        "--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads),
        "--timeout", "120", "--graceful-timeout", "20", "--keep-alive", "5",
        "--pid", str(_pid_file()), "--log-level", "warning",
    ]  # fmt: skip
    with _log() as log:
        return subprocess.Popen(
            command, env=_environment(), cwd=settings.home(),
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip


def wait_until_healthy(server: subprocess.Popen) -> None:
    """Return when the server answers; raises PaidnetError when it stops or takes too long."""
    for _ in range(START_SECONDS * 4):
        if server.poll() is not None:
            raise _error_in_log("Superset stopped while starting")
        try:
            if httpx.get(f"http://{settings.host()}:{settings.port()}/health").text == "OK":
                return
        except httpx.HTTPError:
            time.sleep(0.25)
    server.terminate()
    raise _error_in_log(f"Superset did not answer within {START_SECONDS} s")


def end(server: subprocess.Popen) -> None:
    """End a server this process began; one that does not end in time is killed."""
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
    _pid_file().unlink(missing_ok=True)


def stop(pid: int) -> None:
    """End a server another process began; one that does not end in time is killed."""
    os.kill(pid, signal.SIGTERM)
    for _ in range(STOP_SECONDS * 10):
        if running() is None:
            return
        time.sleep(0.1)
    os.killpg(pid, signal.SIGKILL)
    _pid_file().unlink(missing_ok=True)
