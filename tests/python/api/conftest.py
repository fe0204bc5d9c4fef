"""One API for all tests: a real server over a copy of the demo's release, and its keys."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from api.keys import SCOPES, Keys
from tests.python.conftest import PROJECT

READING = frozenset(SCOPES) - {"upload"}
START_SECONDS = 60


@dataclass(frozen=True)
class Api:
    """A running server: its address, its data, and a key for each kind of user."""

    url: str
    data: Path
    keys: dict[str, str]

    def get(
        self, path: str, *, key: str | None = "all", headers: dict[str, str] | None = None,
        **parameters: Any,
    ) -> httpx.Response:  # fmt: skip
        """Ask as the holder of a key; None for nobody."""
        own = {} if key is None else {"X-API-Key": self.keys.get(key, key)}
        return httpx.get(
            f"{self.url}{path}",
            params=parameters or None,
            headers=own | (headers or {}),
            timeout=60,
        )

    def rows(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        """Return the rows of an answer, which must be one."""
        found = self.get(path, **parameters)
        assert found.status_code == 200, found.text
        return found.json()["rows"]

    @property
    def release(self) -> str:
        """The name of the current release."""
        return (self.data / "current").resolve().name

    def sql(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Return the rows of a query on the current release, in the words of the API."""
        file = self.data / "current" / "warehouse.duckdb"
        with duckdb.connect(str(file.resolve()), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            found = connection.execute(query, values)
            names = [column[0] for column in found.description]
            return [
                {name: said(name, value) for name, value in zip(names, row, strict=True)}
                for row in found.fetchall()
            ]


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def said(name: str, value: object) -> object:
    """Return a value of a mart as JSON must have it."""
    if isinstance(value, bool | int | float | str | None):
        return value
    if isinstance(value, datetime):
        zone = "" if name.endswith("_local_at") else "Z"
        return value.isoformat(timespec="microseconds") + zone
    return str(value)


def data_folder(folder: Path, release: Path, forecasts: Path) -> Path:
    """Return a data folder with a copy of a release, which is current."""
    kept = folder / "releases" / release.name
    kept.mkdir(parents=True)
    shutil.copy(release / "warehouse.duckdb", kept)
    (folder / "current").symlink_to(Path("releases") / release.name)
    (folder / "forecasts").symlink_to(forecasts)
    return folder


class Server:
    """`python -m api serve` on a data folder and a free port; a context."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data, port = data, free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._environment = os.environ | {"PAIDNET_DATA": str(data)} | settings
        self._command = [sys.executable, "-m", "api", "serve", "--port", str(port)]

    def __enter__(self) -> Server:
        """Return once it answers."""
        log = (self.data / "serve.log").open("ab")
        self.process = subprocess.Popen(
            self._command, cwd=PROJECT, env=self._environment, stdout=log, stderr=log
        )
        for _ in range(START_SECONDS * 20):
            assert self.process.poll() is None, self.log()
            try:
                if httpx.get(f"{self.url}/health").is_success:
                    return self
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError(self.log())

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(30)

    def restart(self) -> None:
        """End it and start it anew, at the same address."""
        self.__exit__()
        self.__enter__()

    def log(self) -> str:
        """Return what the server said."""
        return (self.data / "serve.log").read_text()


@pytest.fixture(scope="session")
def api(release: Path, demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    data = data_folder(tmp_path_factory.mktemp("api") / "data", release, demo_data / "forecasts")
    with pytest.MonkeyPatch.context() as own:
        own.setenv("PAIDNET_DATA", str(data))
        keys = Keys()
        made = {
            "all": keys.add("all", READING, requests_per_minute=1_000_000),
            "birch": keys.add("birch", READING, frozenset({"birch"})),
            "orders": keys.add("orders", frozenset({"read:transactions"})),
        }
    with Server(data) as server:
        yield Api(server.url, data, made)
    assert "Traceback" not in server.log()
