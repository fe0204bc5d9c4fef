"""What gunicorn does around its processes: Superset is loaded once, and they begin from it.

A start loads it in eight seconds, which every process did for itself, and one more to prepare it.
"""

from __future__ import annotations

from typing import Any

from superset.extensions import db

from bi import prepare

preload_app = True


def when_ready(server: Any) -> None:
    """Bring the metadata up to date before the first process begins."""
    prepare.bring_up_to_date(server.app.wsgi())


def post_fork(server: Any, worker: Any) -> None:
    """Let a process make connections of its own: two on one connection read each other's rows."""
    from bi import engine  # loaded late: it needs the application

    with server.app.wsgi().app_context():
        db.engine.dispose(close=False)
    engine.keep_open()
