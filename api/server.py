"""The server as a process: launched, waited for, ended."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from api import settings
from warehouse import paths, reading
from warehouse.errors import PaidnetError

START_SECONDS = 60
STOP_SECONDS = 30


def _pid_file() -> Path:
    return settings.home() / "server.pid"


def log_file() -> Path:
    """Return the log of a server in the background."""
    return settings.home() / "server.log"


def note(host: str, port: int) -> None:
    """Write down that this process serves, and where."""
    part = _pid_file().with_suffix(".part")
    part.write_text(json.dumps({"pid": os.getpid(), "host": host, "port": port}))
    part.replace(_pid_file())


def forget() -> None:
    """Take back what `note` wrote, unless another process has written since."""
    if (found := running()) and found[0] == os.getpid():
        _pid_file().unlink(missing_ok=True)


def running() -> tuple[int, str] | None:
    """Return the server's process id and address; a stale file of a killed one is removed."""
    try:
        found = json.loads(_pid_file().read_text())
        pid, host, port = int(found["pid"]), found["host"], found["port"]
        command = Path(f"/proc/{pid}/cmdline")
        os.kill(pid, 0)
        if command.exists() and b"serve" not in command.read_bytes():
            raise ProcessLookupError
    except (FileNotFoundError, ValueError, KeyError, TypeError, ProcessLookupError):
        _pid_file().unlink(missing_ok=True)
        return None
    return pid, f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104


def check(host: str, port: int) -> None:
    """Raise PaidnetError before anything slow: no release, a wrong limit, a taken address."""
    reading.release_file()
    settings.limits()
    if found := running():
        raise PaidnetError(
            "the API runs already",
            found=found[1],
            expected="one server of a data folder",
            fix="python -m api stop",
        )
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
        try:
            if found and httpx.get(f"{found[1]}/health").is_success:
                return found[1]
        except httpx.HTTPError:
            pass
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
    _pid_file().unlink(missing_ok=True)
