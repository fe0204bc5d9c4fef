"""Which release of the warehouse a request reads."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context, request, session

from warehouse import paths

# A page asks for its charts one by one. Were a release made in between, some would show the old
# one and some the new; so a page keeps, for as long as it takes to draw, the release it began with.
PAGE_SECONDS = 15


def current() -> Path:
    """Return the folder of the current release; `data/current` itself while there is none."""
    return paths.current().resolve()


def read() -> Path:
    """Return the folder of the release that this request reads."""
    if has_request_context() and "release" in session:
        name, opened_at = session["release"]
        kept = paths.releases() / name
        if time.time() - opened_at < PAGE_SECONDS and (kept / paths.DATABASE).exists():
            return kept.resolve()
    return current()


def pin_pages(app: Flask) -> None:
    """Have every dashboard page read one release while it draws."""

    @app.before_request
    def pin() -> None:
        if request.path.startswith("/superset/dashboard/"):
            session["release"] = (current().name, time.time())


def connect_to_release(uri: Any, params: dict, *_: object) -> tuple[Any, dict]:
    """Point a connection to the warehouse at its release (Superset's DB_CONNECTION_MUTATOR).

    The path is resolved: DuckDB keeps open files by path, and a path that changes its meaning
    would serve the old release to whoever comes while it is open. Large sorts spill into a folder
    of this process, and not beside the file, where all workers would meet.
    """
    if uri.drivername != "duckdb":
        return uri, params
    spill = Path(tempfile.gettempdir()) / f"paidnet-superset-{os.getuid()}" / str(os.getpid())
    settings = params.setdefault("connect_args", {}).setdefault("config", {})
    settings |= {
        "temp_directory": str(spill),
        "memory_limit": os.environ.get("PAIDNET_BI_MEMORY") or "1GB",
        "threads": os.environ.get("PAIDNET_BI_THREADS") or "2",
    }
    return uri.set(database=str(read() / paths.DATABASE)), params
