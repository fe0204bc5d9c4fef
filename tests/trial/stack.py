"""The stack of a trial: a copy of the project, started with images made here."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import httpx
from rich.console import Console

from bi.api import Superset

OVERRIDE = """\
# Images are built on the host's network, which may be the only one with a way out.
services:
  build: {build: {network: host}}
  scheduler: {build: {network: host}}
  api: {build: {network: host}}
  puller: {build: {network: host}}
  superset: {build: {network: host}}
"""
SETTINGS = {
    "COMPOSE_PROJECT_NAME": "paidnet-trial",
    "PAIDNET_PYTHON_IMAGE": "paidnet-trial/python:3.11",
    "PAIDNET_POSTGRES_IMAGE": "paidnet-trial/postgres",
    "PAIDNET_REDIS_IMAGE": "paidnet-trial/redis",
    "PAIDNET_TAG": "trial",
    "PAIDNET_BI_PORT": "8099",
    "PAIDNET_API_PORT": "8098",
}
HEALTHY_SECONDS = 240
out = Console(highlight=False, soft_wrap=True)
_began = time.monotonic()


def say(text: str, *, heading: bool = False) -> None:
    """Print a line of what was seen, with the seconds since the start."""
    style = "bold" if heading else ""
    out.print(f"{time.monotonic() - _began:6.0f} s  {'' if heading else '  '}{text}", style=style)


def must(condition: object, what: str, found: object) -> None:
    """Print that something is as it should be; end the trial when it is not."""
    if not condition:
        say(f"NOT SO: {what}; found {found}")
        raise SystemExit(1)
    say(f"yes: {what}")


class Stack:
    """Services of a copy of the project, in a folder and under a name of their own."""

    def __init__(self, project: Path) -> None:
        """Copy the project, and remove what an earlier trial has left."""
        self.folder = Path(tempfile.mkdtemp(prefix="paidnet-trial-"))
        self.folder.chmod(0o755)
        self.pictures = self.folder / "pictures"
        self.pictures.mkdir()
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        names = subprocess.run(listed, cwd=project, check=True, capture_output=True, text=True)
        for name in filter(None, names.stdout.split("\0")):
            if (project / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(project / name, self.folder / name)
        (self.folder / "docker-compose.override.yml").write_text(OVERRIDE)
        self.settings = dict(SETTINGS)
        self._write()
        self.name = SETTINGS["COMPOSE_PROJECT_NAME"]
        self.url = f"http://127.0.0.1:{SETTINGS['PAIDNET_BI_PORT']}"
        self.api = f"http://127.0.0.1:{SETTINGS['PAIDNET_API_PORT']}"
        files = "infrastructure/docker-compose.yml:docker-compose.override.yml"
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("PAIDNET_")}
        self.environment["COMPOSE_FILE"] = files
        self.command = [str(self.folder / "infrastructure" / "compose")]
        self.log = self.folder / "trial.log"
        self.compose("down", "--volumes", check=False)

    def _write(self) -> None:
        lines = [f"{key}={value}\n" for key, value in self.settings.items()]
        (self.folder / ".env").write_text("".join(lines))

    def set(self, key: str, value: str) -> None:
        """Set a variable in the stack's `.env`."""
        self.settings[key] = value
        self._write()

    def _run(self, *command: str, check: bool = True, **more: str) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment | more, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        with self.log.open("a") as log:
            log.write(f"$ {' '.join(command)}\n{done.stdout}\n")
        if check and done.returncode:
            out.print(done.stdout[-4000:], markup=False)
            must(False, f"{' '.join(command)} works", f"exit code {done.returncode}")
        return done.stdout

    def make(self, *arguments: str, **more: str) -> str:
        """Run a target of the Makefile."""
        return self._run("make", *arguments, **more)

    def compose(self, *arguments: str, check: bool = True) -> str:
        """Run docker-compose on the stack."""
        return self._run(*self.command, *arguments, check=check)

    def docker(self, *arguments: str) -> str:
        """Run docker."""
        return self._run("docker", *arguments)

    def run_in(self, service: str, *command: str, check: bool = True) -> str:
        """Run a command in a running service."""
        return self.compose("exec", "-T", service, *command, check=check)

    def secret(self, name: str) -> str:
        """Return a secret of the stack."""
        return (self.folder / "secrets" / name).read_text().strip()

    def admin(self) -> Superset:
        """Return a client of the REST API, logged in as admin."""
        return Superset(self.url, "admin", self.secret("admin_password"))

    def release(self) -> str:
        """Return the name of the current release, as the scheduler's container sees it."""
        return (
            self.run_in("scheduler", "readlink", "/data/current").strip().removeprefix("releases/")
        )

    def number(self, sql: str) -> float:
        """Return the one number a query of the current release gives."""
        code = (
            "import duckdb; connection = duckdb.connect('/data/current/warehouse.duckdb',"
            f" read_only=True); print(connection.sql({sql!r}).fetchone()[0])"
        )
        return float(self.run_in("scheduler", "python", "-c", code))

    def _state(self, service: str) -> tuple[str, str, str]:
        number = self.compose("ps", "--quiet", service).split()[-1]
        form = "{{.State.Pid}} {{.State.StartedAt}} {{.State.Health.Status}}"
        pid, started, health = self.docker("inspect", number, "--format", form).split()
        return pid, started, health

    def kill(self, service: str) -> float:
        """Kill a service as a crash would, wait until it is healthy again; returns the seconds."""
        pid, started, _ = self._state(service)
        os.kill(int(pid), 9)
        began = time.monotonic()
        while time.monotonic() - began < HEALTHY_SECONDS:
            _, now, health = self._state(service)
            if now != started and health == "healthy":
                break
            time.sleep(1)
        else:
            must(False, f"{service} comes back", f"{health} after {HEALTHY_SECONDS} s")
        seconds = time.monotonic() - began
        self._answers()
        return seconds

    def _answers(self) -> None:
        for _ in range(60):
            try:
                if httpx.get(f"{self.url}/health").text == "OK":
                    return
            except httpx.HTTPError:
                pass
            time.sleep(1)
        must(False, "Superset answers", "nothing")
