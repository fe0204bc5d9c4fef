"""The releases that are open: one DuckDB a release, shared by all who ask it, closed when unused.

A release is opened by the path that stays its own; deleted by a later build it can be read on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb

from api.problems import ProblemError
from api.settings import Limits
from warehouse import paths, reading, release

#: How long a release that is not current stays open without being asked.
IDLE_SECONDS = 60


@dataclass
class Opened:
    """An open release: its name, its companies with their currencies, and who asks it now."""

    name: str
    connection: duckdb.DuckDBPyConnection
    currencies: dict[str, str | None]
    users: int = 0
    used_at: float = field(default_factory=time.monotonic)


class Releases:
    """Opens releases by name; safe to use from several threads."""

    def __init__(self, limits: Limits) -> None:
        # Nothing is spilled: the release's folder is not the API's to write in.
        self._settings = {
            "memory_limit": f"{limits.memory_mb}MB",
            "threads": limits.threads,
            "temp_directory": "",
        }
        self._lock = threading.Lock()
        self._open: dict[str, Opened] = {}

    def current(self) -> str:
        """Return the name of the release that is current now; raises PaidnetError."""
        return reading.release_file().parent.name

    @contextmanager
    def use(self, name: str) -> Iterator[Opened]:
        """Give a release, which stays open meanwhile; raises ProblemError 410 when it is gone."""
        with self._lock:
            opened = self._open.get(name) or self._opened(name)
            opened.users += 1
        try:
            yield opened
        finally:
            with self._lock:
                opened.users -= 1
                opened.used_at = time.monotonic()

    def _opened(self, name: str) -> Opened:
        # Names come from cursors, which are signed, or from the link of the current release.
        file = paths.releases() / name / paths.DATABASE
        if name not in release.names() or not file.is_file():
            raise ProblemError(
                410,
                "release-gone",
                "The release that this page belongs to is not kept any more: ask from the first"
                " page again.",
            )
        connection = reading.open_release(file, limits=self._settings)
        rows = connection.execute("select company_id, currency from marts.dim_companies")
        self._open[name] = Opened(name, connection, dict(rows.fetchall()))
        return self._open[name]

    def tidy(self) -> None:
        """Close what is neither current nor asked."""
        current = release.current()
        with self._lock:
            for name, opened in list(self._open.items()):
                is_idle = time.monotonic() - opened.used_at > IDLE_SECONDS
                if name != current and not opened.users and is_idle:
                    del self._open[name]
                    opened.connection.close()

    def close(self) -> None:
        """Close all; whoever asks now gets an error."""
        with self._lock:
            for opened in self._open.values():
                opened.connection.close()
            self._open.clear()
