"""Start and stop Superset: migrate, users, assets, warm up, serve with gunicorn.

Run in Superset's environment: `.venv-superset/bin/python superset/serve.py start`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

import sync
from bi import access, keys, settings
from bi.api import Superset
from bi.settings import BiError

app = typer.Typer(
    help="Start, stop and look at Superset.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

FOLDER = Path(__file__).resolve().parent
START_SECONDS = 180


def _pid_file() -> Path:
    return settings.home() / "server.pid"


def _log_file() -> Path:
    return settings.home() / "server.log"


def _running() -> int | None:
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
    path = os.pathsep.join(filter(None, [str(FOLDER), os.environ.get("PYTHONPATH")]))
    return os.environ | {
        "PYTHONPATH": path,
        "PAIDNET_DATA": str(settings.data()),
        "SUPERSET_HOME": str(settings.home()),
        "SCARF_ANALYTICS": "false",
        "FLASK_APP": "superset.app:create_app()",
    }


def _check() -> None:
    """Raise `BiError` before anything slow: no release, a weak secret, a taken port."""
    if not (settings.data() / "current" / settings.DATABASE).exists():
        raise BiError(
            "there is no release to show\n"
            f"  found:    no {settings.data() / 'current' / settings.DATABASE}\n"
            "  expected: a released warehouse\n"
            "  to mend:  python -m warehouse build (`make build`)"
        )
    for name in (*keys.KEYS, *keys.PASSWORDS):
        keys.secret(name)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host(), settings.port()))
        except OSError as error:
            raise BiError(
                f"the address {settings.host()}:{settings.port()} cannot be used\n"
                f"  found:    {error.strerror}; another program may be listening\n"
                "  expected: a free address\n"
                "  to mend:  stop that program, or choose another port: PAIDNET_BI_PORT=8090"
            ) from None


def _prepare() -> None:
    with _log_file().open("ab") as log:
        done = subprocess.run(
            [sys.executable, str(FOLDER / "prepare.py")],
            env=_environment(), cwd=settings.home(), stdout=log, stderr=log, check=False,
        )  # fmt: skip
    if done.returncode:
        raise _told_in_log("Superset's metadata could not be brought up to date")


def _told_in_log(what: str) -> BiError:
    lines = _log_file().read_text(errors="replace").splitlines()[-6:]
    found = "\n            ".join(lines)
    return BiError(
        f"{what}\n"
        f"  found:    {found}\n"
        "  expected: a clean start\n"
        f"  to mend:  see {_log_file()}"
    )


def _launch() -> subprocess.Popen:
    """Start gunicorn in a session of its own, so that it outlives this terminal."""
    workers = settings.number("PAIDNET_BI_WORKERS", 2)
    threads = settings.number("PAIDNET_BI_WORKER_THREADS", 8)
    command = [
        sys.executable, "-m", "gunicorn", "superset.app:create_app()",
        "--bind", f"{settings.host()}:{settings.port()}",
        "--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads),
        "--timeout", "120", "--graceful-timeout", "20", "--keep-alive", "5",
        "--pid", str(_pid_file()), "--log-level", "warning",
    ]  # fmt: skip
    with _log_file().open("ab") as log:
        return subprocess.Popen(
            command, env=_environment(), cwd=settings.home(),
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip


def _wait_until_healthy(server: subprocess.Popen) -> None:
    for _ in range(START_SECONDS * 4):
        if server.poll() is not None:
            raise _told_in_log("Superset stopped while starting")
        try:
            if httpx.get(f"http://{settings.host()}:{settings.port()}/health").text == "OK":
                return
        except httpx.HTTPError:
            time.sleep(0.25)
    server.terminate()
    raise _told_in_log(f"Superset did not answer within {START_SECONDS} s")


def _warm(superset: Superset) -> None:
    """Ask every worker once: the first question to a fresh one can fail, and is slow."""
    database = next(iter(superset.ids("database").values()))
    body = {"database_id": database, "sql": "select 1", "runAsync": False, "schema": "marts"}
    for _ in range(settings.number("PAIDNET_BI_WORKERS", 2) * 2):
        superset.send("post", "/api/v1/sqllab/execute/", json=body)
        for dashboard in superset.pages("/api/v1/dashboard/", ("id",)):
            superset.send("get", f"/api/v1/dashboard/{dashboard['id']}/datasets")


def _fill() -> None:
    """Bring assets, roles and the demo users into the running Superset."""
    superset = Superset(
        f"http://{settings.host()}:{settings.port()}",
        "admin",
        keys.secret("PAIDNET_ADMIN_PASSWORD"),
    )
    sync.push_all(superset)
    access.push_user(superset, "analyst", "analyst", keys.secret("PAIDNET_ANALYST_PASSWORD"))
    access.push_user(superset, "risk", "risk", keys.secret("PAIDNET_RISK_PASSWORD"))
    _warm(superset)


def _tell() -> None:
    out.print(f"Superset: [bold]{settings.url()}[/bold]", soft_wrap=True)
    for name in ("risk", "analyst", "admin"):
        password = keys.secret(f"PAIDNET_{name.upper()}_PASSWORD")
        out.print(f"  {name:8} {password}", markup=False)


def _stop(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    for _ in range(300):
        if _running() is None:
            return
        time.sleep(0.1)
    os.killpg(os.getpgid(pid), signal.SIGKILL)
    _pid_file().unlink(missing_ok=True)


@app.command()
def start(
    background: Annotated[
        bool, typer.Option(help="Return once it answers; `stop` ends it.")
    ] = False,
) -> None:
    """Start Superset and bring users and dashboards up to date; harmless when it runs already."""
    settings.home().mkdir(parents=True, exist_ok=True)
    if _running():
        with out.status("Superset runs already: bringing its dashboards up to date"):
            _fill()
        _tell()
        return
    _check()
    with out.status("Superset: metadata"):
        _prepare()
    server = _launch()
    try:
        with out.status("Superset: starting"):
            _wait_until_healthy(server)
        with out.status("Superset: dashboards, roles, users"):
            _fill()
        _tell()
        if not background:
            out.print("  stop it with Ctrl-C")
            raise SystemExit(server.wait())
    except BaseException:
        if not background or server.poll() is None:
            server.terminate()
            server.wait(30)
        raise


@app.command()
def stop() -> None:
    """Stop Superset; says so when it does not run."""
    pid = _running()
    if pid is None:
        out.print("Superset does not run")
        return
    _stop(pid)
    out.print("Superset is stopped")


@app.command()
def status() -> None:
    """Say whether Superset runs and where; exit 1 when it does not."""
    if _running() is None:
        out.print("Superset does not run")
        raise SystemExit(1)
    _tell()


def main() -> None:
    """Run a command; a fault is a message and exit code 1."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        app(prog_name="superset/serve.py")
    except BiError as error:
        err.print(str(error), markup=False)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
