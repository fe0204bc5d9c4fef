"""The server as a process: launched, waited for, ended."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from filelock import FileLock, Timeout

from api import settings
from warehouse import paths, reading
from warehouse.errors import PaidnetError

START_SECONDS = 60
STOP_SECONDS = 30
LOCK_SECONDS = 3


def _pid_file() -> Path:
    return settings.home() / "server.pid"


def log_file() -> Path:
    """Return the log of a server in the background."""
    return settings.home() / "server.log"


@contextmanager
def serving(host: str, port: int) -> Iterator[None]:
    """Be the server of the data folder, at this address; raises PaidnetError when there is one."""
    try:
        with _lock().acquire(timeout=LOCK_SECONDS):
            part = _pid_file().with_suffix(".part")
            part.write_text(json.dumps({"pid": os.getpid(), "host": host, "port": port}))
            part.replace(_pid_file())
            try:
                yield
            finally:
                _pid_file().unlink(missing_ok=True)
    except Timeout:
        raise PaidnetError(
            "the API runs already",
            found=_pid_file().read_text() if _pid_file().exists() else "its lock is held",
            expected="one server of a data folder",
            fix="python -m api stop",
        ) from None


def _lock() -> FileLock:
    # Not the process id: after a crash another process, or the next one itself, may have it.
    return FileLock(settings.home() / "server.lock")


def running() -> tuple[int, str] | None:
    """Return the server's process id and address; None when none runs."""
    try:
        with _lock().acquire(timeout=0):
            _pid_file().unlink(missing_ok=True)
            return None
    except Timeout:
        pass
    try:
        found = json.loads(_pid_file().read_text())
    except (FileNotFoundError, ValueError):  # it has the lock, and will write or has removed it
        return None
    host = "127.0.0.1" if found["host"] == "0.0.0.0" else found["host"]  # noqa: S104
    return found["pid"], f"http://{host}:{found['port']}"


def answers(url: str) -> bool:
    """Say whether a server answers at an address."""
    try:
        return httpx.get(f"{url}/health", timeout=5).is_success
    except httpx.HTTPError:
        return False


def check(host: str, port: int) -> None:
    """Raise PaidnetError before anything slow: no release, a wrong limit, a taken address."""
    reading.release_file()
    settings.limits()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PaidnetError(
                f"the address {host}:{port} cannot be used",
                found=f"{error.strerror}; another program may be listening",
                expected="a free address",
                fix="stop that program, or choose another --port",
            ) from None


def launch(host: str, port: int) -> str:
    """Start a server that outlives this terminal; return its address once it answers."""
    command = [sys.executable, "-m", "api", "serve", "--host", host, "--port", str(port)]
    with log_file().open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=paths.PROJECT,
            env=os.environ | {"PAIDNET_DATA": str(paths.data())},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    for _ in range(START_SECONDS * 10):
        if process.poll() is not None:
            break
        found = running()
        if found and answers(found[1]):
            return found[1]
        time.sleep(0.1)
    process.terminate()
    lines = log_file().read_text(errors="replace").splitlines()[-6:]
    raise PaidnetError("the API did not start", found="\n".join(lines), fix=f"see {log_file()}")


def stop(pid: int) -> None:
    """End a server another process began; one that does not end in time is killed."""
    os.kill(pid, signal.SIGTERM)
    for _ in range(STOP_SECONDS * 10):
        if running() is None:
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
