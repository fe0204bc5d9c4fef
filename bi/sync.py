"""Dashboards as code: `pull`, `push`, `check`, `query` the files of superset/assets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bi import access, bundle, check, keys, queries, settings
from bi.api import Superset
from bi.settings import ASSETS
from warehouse import paths
from warehouse.errors import PaidnetError

app = typer.Typer()
out = Console(highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)
DEMO = ("alder", "birch", "cedar")

Url = Annotated[str | None, typer.Option(help="Address of Superset; default: the local one.")]
User = Annotated[str, typer.Option(help="A user with the role Admin.")]


def _login(url: str | None, user: str) -> Superset:
    return Superset(url or settings.url(), user, keys.secret("PAIDNET_ADMIN_PASSWORD"))


def push_all(superset: Superset) -> int:
    """Import the bundle, then what is not in it; returns the number of assets.

    Raises PaidnetError before anything changes when `companies.yaml` cannot be used.
    """
    access.companies_of_roles()
    zipped = {"bundle": ("assets.zip", bundle.bundle(), "application/zip")}
    superset.call("post", "/api/v1/assets/import/", files=zipped)
    removed = list(access.removed())
    ids = {kind: superset.ids(kind) for kind in {one["kind"] for one in removed}}
    for one in removed:
        local = ids[one["kind"]].get(one["uuid"])
        if local is not None:
            superset.call("delete", f"/api/v1/{one['kind']}/{local}")
    access.push_roles(superset)
    access.push_limits(superset)
    tables = [bundle.read(path) for path in bundle.files("datasets")]
    names = [
        {
            "database_name": "Warehouse",
            "datasource_name": table["table_name"],
            "datasource_type": "table",
            "schema": table["schema"],
            "catalog": None,
        }
        for table in tables
    ]
    superset.call("post", "/api/v1/cachekey/invalidate", json={"datasources": names})
    return len(bundle.assets())


@app.command()
def push(url: Url = None, user: User = "admin") -> None:
    """Import the files into Superset: assets, roles, row limits, deletions; cached results go."""
    with out.status("pushing"):
        count = push_all(_login(url, user))
    out.print(f"pushed {count} assets to {url or settings.url()}")


@app.command()
def pull(
    url: Url = None,
    user: User = "admin",
    new: Annotated[list[str] | None, typer.Option(help="Slug of a new dashboard to add.")] = None,
) -> None:
    """Write what was edited in the browser to the files, as a diff to review."""
    superset = _login(url, user)
    known = {str(asset["uuid"]): path for path, asset in bundle.assets().items()}
    wanted = [
        item["id"]
        for item in superset.pages("/api/v1/dashboard/", ("id", "uuid", "slug"))
        if str(item["uuid"]) in known or item["slug"] in (new or [])
    ]
    query = f"!({','.join(map(str, wanted))})"
    answer = superset.send("get", "/api/v1/dashboard/export/", params={"q": query})
    changed = 0
    for kind, asset in bundle.unpack(answer.content):
        if kind == "databases":
            continue  # its address and its locks are not edited in a browser
        path = known.get(str(asset["uuid"])) or _new_path(kind, asset)
        text = bundle.dumps(asset)
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            out.print(f"  {path.relative_to(paths.PROJECT)}", soft_wrap=True)
            changed += 1
    out.print(f"{changed} files changed; look at `git diff`, then `python -m bi check`")


def _new_path(kind: str, asset: dict) -> Path:
    name = asset.get("slug") or asset.get("slice_name") or asset["table_name"]
    stem = "_".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
    folder = {"datasets": "datasets/warehouse"}.get(kind, kind)
    return ASSETS / folder / f"{stem}.yaml"


@app.command("check")
def check_files() -> None:
    """Resolve dashboard → chart → dataset → mart → column from files alone; exit 1 on an error."""
    found = list(check.errors())
    for file, error in found:
        err.print(f"superset/assets/{file}: {error}", markup=False)
    if found:
        raise PaidnetError(f"{len(found)} errors in the assets of Superset")
    out.print(f"{len(bundle.assets())} assets fit the marts")


@app.command("format")
def normalise_files() -> None:
    """Write every file as `pull` would: sorted, without what belongs to one installation."""
    for path, asset in bundle.assets().items():
        kind = bundle.kind_of(path)
        path.write_text(bundle.dumps(bundle.normalised(kind, asset)))


@app.command()
def query(
    url: Url = None,
    user: User = "admin",
    company: Annotated[
        list[str] | None, typer.Option(help="Companies to query; default: those in git.")
    ] = None,
    dashboard: Annotated[
        list[str] | None, typer.Option(help="Dashboards whose charts to run; default: all.")
    ] = None,
    slow: Annotated[float, typer.Option(help="Slower charts are marked, in seconds.")] = 0.3,
) -> None:
    """Run each chart's query per company, bypassing the cache; exit 1 on an error or no rows."""
    answers: dict[str, list[queries.Answer]] = {}
    errors = []
    charts = bundle.charts(dashboard)
    asked = queries.ask_all(_login(url, user), company or DEMO, charts)
    count = len(charts) * len(company or DEMO)
    for chart, one, answer in track(asked, "charts", count, console=err, transient=True):
        answers.setdefault(chart, []).append(answer)
        if answer.error or not answer.rows:
            errors.append(f"{chart}, {one}: {answer.error or 'no rows'}")
    shown = Table("chart", "rows", "seconds", title="Charts, the slowest company of each")
    for chart, given in answers.items():
        seconds = max(answer.seconds for answer in given)
        colour = "[red]" if seconds > slow else ""
        rows = min(answer.rows for answer in given)
        shown.add_row(chart, str(rows), f"{colour}{seconds:.3f}")
    out.print(shown)
    for error in errors:
        err.print(error, markup=False)
    if errors:
        raise PaidnetError(f"{len(errors)} queries failed or returned no rows")
