"""Start and stop Superset: serve with gunicorn, users, assets, warm up."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from bi import access, keys, server, settings, sync
from bi.api import Superset

app = typer.Typer()
out = Console(highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def warm(superset: Superset) -> None:
    """Query every worker once: the first query of a new one is slow and can fail."""
    database = next(iter(superset.ids("database").values()))
    body = {"database_id": database, "sql": "select 1", "runAsync": False, "schema": "marts"}
    dashboards = [one["id"] for one in superset.pages("/api/v1/dashboard/", ("id",))]
    # A connection that is kept stays with one worker.
    fresh = {"Connection": "close"}
    for _ in range(settings.number("PAIDNET_BI_WORKERS", 2) * 2):
        superset.send("post", "/api/v1/sqllab/execute/", json=body, headers=fresh)
    for number in dashboards:
        superset.send("get", f"/api/v1/dashboard/{number}/datasets", headers=fresh)


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
    warm(superset)
    server.ready_file().touch()


def _print_logins() -> None:
    out.print(f"Superset: [bold]{settings.url()}[/bold]", soft_wrap=True)
    for name in ("risk", "analyst", "admin"):
        password = keys.shown(f"PAIDNET_{name.upper()}_PASSWORD")
        out.print(f"  {name:8} {password}", markup=False, soft_wrap=True)


@app.command()
def start(
    background: Annotated[
        bool, typer.Option(help="Return once it answers; `stop` ends it.")
    ] = False,
) -> None:
    """Start Superset and update users and dashboards; does so when it runs already, too."""
    settings.home().mkdir(parents=True, exist_ok=True)
    if server.running():
        with out.status("Superset is already running: updating its dashboards"):
            _fill()
        _print_logins()
        return
    server.check()
    server.ready_file().unlink(missing_ok=True)
    if not server.has_forecast():
        err.print(
            "this release was built without forecasts: panels that need them show errors until"
            " `python -m warehouse build` (`make build`) has run without --no-forecast"
        )
    process = server.launch()
    try:
        with out.status("Superset: metadata and start"):
            server.wait_until_healthy(process)
        with out.status("Superset: dashboards, roles, users"):
            _fill()
    except BaseException:
        server.end(process)
        raise
    _print_logins()
    if not background:
        if out.is_terminal:
            out.print("  stop it with Ctrl-C")
        try:
            raise SystemExit(process.wait())
        finally:
            server.end(process)


@app.command()
def stop() -> None:
    """Stop Superset, if it runs."""
    pid = server.running()
    if pid is None:
        out.print("Superset is not running")
        return
    server.stop(pid)
    out.print("Superset is stopped")


@app.command()
def status() -> None:
    """Show whether Superset runs, and where; exit 1 when it does not."""
    if server.running() is None:
        out.print("Superset is not running")
        raise SystemExit(1)
    _print_logins()
