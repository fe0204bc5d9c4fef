"""A Superset that tests start, ask and stop: a folder, a port, three users."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import httpx

from bi.api import Superset

from ..conftest import PROJECT

PYTHON = PROJECT / ".venv-superset" / "bin" / "python"
COMPANIES = ("alder", "birch", "cedar")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """Superset on the releases of a folder, at a port of 127.0.0.1."""

    def __init__(self, data: Path, port: int) -> None:
        self.data = data
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    @classmethod
    def on_copy(cls, data: Path, release: Path) -> Server:
        """Return one on a copy of a release, at a free port; it is not started."""
        folder = data / "releases" / release.name
        folder.mkdir(parents=True)
        shutil.copyfile(release / "warehouse.duckdb", folder / "warehouse.duckdb")
        (data / "current").symlink_to(Path("releases") / release.name)
        return cls(data, free_port())

    def run(
        self,
        *arguments: str,
        module: str = "bi",
        folder: Path = PROJECT,
        **more: str,
    ) -> subprocess.CompletedProcess[str]:
        """Run `python -m bi arguments` in a folder; the caller looks at the exit code."""
        environment = {
            "PAIDNET_DATA": str(self.data),
            "PAIDNET_BI_PORT": str(self.port),
            "COLUMNS": "200",
        }
        return subprocess.run(
            [str(PYTHON), "-m", module, *arguments],
            cwd=folder,
            env=os.environ | environment | more,
            capture_output=True,
            text=True,
            check=False,
        )

    def must(self, *arguments: str, **more: Any) -> str:
        """Run a command that must work; returns what it printed."""
        done = self.run(*arguments, **more)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def serve(self, **more: str) -> None:
        """Start it with the dashboards that it has already, which `bi start` brings anew."""
        self.must(module="tests.python.superset.serve", **more)

    def secrets(self) -> dict[str, str]:
        """Return the secrets generated at the first start."""
        return json.loads((self.data / "superset" / "secrets.json").read_text())

    def password(self, user: str) -> str:
        """Return the password of a demo user."""
        return self.secrets()[f"PAIDNET_{user.upper()}_PASSWORD"]

    def login(self, user: str = "admin", password: str | None = None) -> Superset:
        """Return a client of the REST API, logged in."""
        return Superset(self.url, user, password or self.password(user))

    def enter(self, user: str, password: str | None = None) -> Superset:
        """Return such a client that has a session too: Superset's older pages know no tokens."""
        client = self.login(user, password)
        page = client.send("get", "/login/").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', page)[1]
        known = {"username": user, "password": password or self.password(user)}
        client.send("post", "/login/", data=known | {"csrf_token": token})
        return client

    def query(self, sql: str) -> list[tuple]:
        """Return the rows of a query on the current release."""
        file = (self.data / "current" / "warehouse.duckdb").resolve()
        with duckdb.connect(str(file), read_only=True) as connection:
            return connection.sql(sql).fetchall()


def data_query(superset: Superset, table: str, **query: object) -> dict:
    """Return the body that asks a dataset by its table's name."""
    items = superset.pages("/api/v1/dataset/", ("id", "table_name"))
    number = next(item["id"] for item in items if item["table_name"] == table)
    return {
        "datasource": {"id": number, "type": "table"},
        "queries": [{"columns": [], "metrics": [], "filters": [], "row_limit": 1000} | query],
        "result_format": "json",
        "result_type": "full",
    }


def ask(superset: Superset, table: str, **query: object) -> httpx.Response:
    """Return the answer to a chart's query on a dataset."""
    return superset.send("post", "/api/v1/chart/data", json=data_query(superset, table, **query))
