"""Try the stack for real: start it, look, build, kill, upgrade, back up, wipe, restore.

    .venv/bin/python -m tests.trial.trial [--keep]

Works on a copy of the project, with images made by images.sh; needs root, a Docker engine,
debootstrap and Chromium. Prints what it saw; exit 1 at the first thing that is not as it should be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx
import uvicorn
from playwright.sync_api import TimeoutError  # noqa: A004 - what a browser waited for

from simulation.third_party.faults import Faults
from simulation.third_party.limits import Limiter
from simulation.third_party.server import ThirdParty, app
from simulation.third_party.transactions import Transactions
from tests.support import browser
from tests.trial.stack import Stack, must, say

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]

SERVICES = ("postgres", "redis", "superset", "scheduler", "api")
COMPANY = "dune"
PULLED = 1500
SOURCE = """\
company: fir
settings: {{currency: EUR}}
base_url: {address}
auth: {{kind: bearer, secret: {{file: token}}}}
limits: {{requests: 1000, seconds: 60, page_size: 100}}
paging: {{kind: cursor, parameter: cursor, next: meta.next, total: meta.total}}
window: {{from: updated_from, to: updated_to, start: "2026-01-01", overlap_hours: 24}}
streams:
  orders: {{path: /transactions, records: data, id: order_id, updated: updated_at, mapping: raw}}
"""


def look(stack: Stack, name: str, company: str = "alder") -> str:
    """Open Company as a risk officer, save a picture; returns what the first tile says."""
    with browser.chromium_open() as enter:
        person = enter(stack.url, "risk", stack.secret("risk_password"))
        try:
            seen = person.open("company")
        except TimeoutError:
            person.picture(stack.pictures / f"{name}-failed.png")
            must(False, "Company opens", person.look.errors)
        seconds, charts = seen.seconds, len(person.charts())
        must(not seen.errors, f"Company draws its {charts} charts in {seconds:.1f} s", seen)
        if company != "alder":
            seen = person.choose("Company", company.capitalize())
        person.picture(stack.pictures / f"{name}.png")
        tile = person.chart("Key figures").locator(".figure b").first.inner_text()
        must(not seen.errors, f"{company}, net revenue of 12 months: {tile}", seen.errors)
        return tile


def shown_by(stack: Stack, link: str) -> tuple[str, str]:
    """Open Company by a link, or choose birch; returns the tile and a link to just that."""
    with browser.chromium_open() as enter:
        person = enter(stack.url, "risk", stack.secret("risk_password"))
        person.open("company", link)
        if not link:
            person.choose("Company", "Birch Labs")
        tile = person.chart("Key figures").locator(".figure b").first.inner_text()
        return tile, f"?{urlsplit(person.page.url).query}"


def upload(stack: Stack) -> None:
    """Put a new company's orders into the inbox, build, and find it on the dashboards."""
    before = stack.release()
    folder = stack.folder / "inbox" / COMPANY
    folder.mkdir()
    orders = folder / "orders.csv"
    shutil.copy(PROJECT / "seeds" / "orders" / "birch.csv", orders)
    orders.write_text(orders.read_text().replace("birch", COMPANY))
    (folder / "company.yml").write_text("company_name: Dune\ncurrency: USD\n")
    os.utime(orders, (time.time() - 3600,) * 2)
    stack.compose("run", "--rm", "build")
    after = stack.release()
    must(after != before, "a build releases while Superset runs", (before, after))
    link = stack.run_in("superset", "readlink", "/data/current").strip()
    must(link == f"releases/{after}", "`current` is relative, so both containers read it", link)
    shown = look(stack, "2-new-company", COMPANY)
    amount = stack.number(
        "select trailing_365_day_net_revenue_amount from marts.fct_watch_list"
        f" where company_id = '{COMPANY}'"
    )
    must(f"{amount:,.0f}" in shown, "the figure says what DuckDB says", amount)


def answer(stack: Stack) -> None:
    """Ask the API with a key, without one and for a company that is not the key's."""
    scopes = ("--scope", "read:companies", "--scope", "read:transactions")
    add = ("python", "-m", "api", "keys", "add", "trial", *scopes, "--company", COMPANY)
    printed = stack.run_in("api", *add).split()
    (key,) = (word for word in printed if word.startswith("paidnet_"))
    asked = f"{stack.api}/v1/transactions/summary?group_by=company"
    refused = httpx.get(asked)
    must(refused.status_code == 401, "the API answers nobody without a key", refused.text)
    said = httpx.get(asked, headers={"X-API-Key": key})
    rows = said.json()["rows"]
    must({row["company_id"] for row in rows} == {COMPANY}, "a key shows its company alone", rows)
    amount = stack.number(
        f"select sum(net_revenue_amount) from marts.fct_orders where company_id = '{COMPANY}'"
    )
    net = float(rows[0]["net_revenue_amount"])
    must(abs(net - amount) < 0.005, f"its net revenue is DuckDB's: {net:,.2f}", amount)
    release = said.headers["Paidnet-Release"]
    must(release == stack.release(), "of the current release", release)
    other = httpx.get(f"{stack.api}/v1/companies/alder/risk", headers={"X-API-Key": key})
    must(other.status_code in (403, 404), "and nothing of another", other.text)
    page = httpx.get(f"{stack.api}/uploads", follow_redirects=True)
    must(page.is_success and "password" in page.text, "the upload page asks who it is", page.url)


def pull(stack: Stack) -> None:
    """Pull a company from a third party on this machine, by the one service with a way out."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    third_party = ThirdParty(
        Transactions(PULLED, at, at + timedelta(days=90)), Limiter(1000, 60), Faults(), {"secret"}
    )
    config = uvicorn.Config(app(third_party), host="0.0.0.0", port=8097, log_level="error")  # noqa: S104
    server = uvicorn.Server(config)
    Thread(target=server.run, daemon=True).start()
    gateway = stack.docker(
        "network", "inspect", f"{stack.name}_out", "--format", "{{(index .IPAM.Config 0).Gateway}}"
    ).strip()
    folder = stack.folder / "sources"
    (folder / "token").write_text("secret")
    (folder / "fir.yml").write_text(SOURCE.format(address=f"http://{gateway}:8097"))
    stack.compose("--profile", "pull", "up", "--detach", "puller")
    said = stack.run_in("puller", "python", "-m", "warehouse", "run", "weekly-pull")
    server.should_exit = True
    must("weekly-pull: done" in said, "the puller pulls", said)
    stack.compose("run", "--rm", "build")
    rows = stack.number("select count(*) from marts.fct_orders where company_id = 'fir'")
    must(rows == PULLED, f"all {PULLED:,} transactions are orders", rows)


def own_dashboard(stack: Stack) -> None:
    """Make what a user would: a dashboard of their own; and spoil one that is kept as code."""
    admin = stack.admin()
    admin.call("post", "/api/v1/dashboard/", json={"dashboard_title": "My own", "slug": "mine"})
    ours = {d["slug"]: d["id"] for d in admin.pages("/api/v1/dashboard/", ("id", "slug"))}
    body = {"dashboard_title": "Spoilt"}
    admin.call("put", f"/api/v1/dashboard/{ours['portfolio']}", json=body)


def titles(stack: Stack) -> dict[str, str]:
    """Return the title of each dashboard."""
    pages = stack.admin().pages("/api/v1/dashboard/", ("slug", "dashboard_title"))
    return {d["slug"]: d["dashboard_title"] for d in pages}


def upgrade(stack: Stack) -> None:
    """Start a newer version on the metadata of the old one."""
    own_dashboard(stack)
    asset = stack.folder / "superset/assets/dashboards/portfolio.yaml"
    asset.write_text(asset.read_text().replace("title: Portfolio", "title: Portfolio, renewed"))
    stack.set("PAIDNET_TAG", "trial-next")
    stack.make("up")
    found = titles(stack)
    must(found.get("mine") == "My own", "an upgrade keeps a user's own dashboard", found)
    must(found["portfolio"] == "Portfolio, renewed", "and renews those kept as code", found)


def kill_each(stack: Stack) -> None:
    """Kill each service as a crash would, and see it come back with nothing lost."""
    tile, link = shown_by(stack, "")
    # Redis writes its log through once a second.
    time.sleep(2)
    for service in SERVICES:
        seconds = stack.kill(service)
        say(f"{service}: killed, back and healthy after {seconds:.0f} s")
    found = titles(stack)
    must(found.get("mine") == "My own", "users' dashboards are still there", found)
    kept, _ = shown_by(stack, link)
    must(kept == tile, f"so are the filters of a link: {tile} for birch", (kept, link))
    look(stack, "3-after-kills")


def kill_a_build(stack: Stack) -> None:
    """Kill a build half-way: readers keep the release there is, and the next build is whole."""
    before = stack.release()
    running = subprocess.Popen(
        [*stack.command, "run", "--rm", "build", "python", "-m", "warehouse", "build", "--full"],
        cwd=stack.folder, env=stack.environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(8)
    must(running.poll() is None, "a build is under way", running.returncode)
    names = stack.docker("ps", "--filter", "name=build_run", "--filter", "name=build-run", "-q")
    stack.docker("kill", *names.split())
    running.wait(60)
    must(stack.release() == before, "a killed build leaves the release as it was", before)
    stack.compose("run", "--rm", "build", "python", "-m", "warehouse", "build", "--full")
    must(stack.release() != before, "the next build is whole", stack.release())


def schedule(stack: Stack) -> None:
    """Have the scheduler build and report at the next minute."""
    before = stack.release()
    stack.set("PAIDNET_NIGHTLY", "* * * * *")
    stack.set("PAIDNET_MONTHLY", "* * * * *")
    stack.compose("up", "--detach", "scheduler")
    for _ in range(100):
        time.sleep(3)
        reports = stack.run_in("scheduler", "find", "/data/reports", "-name", "*.docx", check=False)
        if stack.release() != before and f"{COMPANY}.docx" in reports:
            break
    must(stack.release() != before, "the scheduler builds and releases", before)
    must(f"{COMPANY}.docx" in reports, "and writes the reports of the month", reports)
    stack.set("PAIDNET_NIGHTLY", "0 2 * * *")
    stack.set("PAIDNET_MONTHLY", "0 6 2 * *")
    stack.compose("up", "--detach", "scheduler")


def back_up_and_restore(stack: Stack) -> None:
    """Back up, wipe everything, restore, and find all as it was."""
    before = (stack.release(), titles(stack), stack.number("select count(*) from marts.fct_orders"))
    stack.make("backup", "TO=backups/trial")
    stack.compose("down", "--volumes")
    left = stack.docker("volume", "ls", "-q", "--filter", f"name={stack.name}")
    must(not left, "all is wiped", left)
    stack.make("restore", "FROM=backups/trial", YES="1")
    after = (stack.release(), titles(stack), stack.number("select count(*) from marts.fct_orders"))
    must(before == after, "release, dashboards and rows are restored", (before, after))
    look(stack, "4-restored", COMPANY)


def locks(stack: Stack) -> None:
    """Try what must be refused: root, writing where one only reads, networks, weak secrets."""
    for service in SERVICES:
        user = stack.run_in(service, "id", "-u").strip()
        must(user != "0", f"{service} does not run as root", user)
    output = stack.run_in("superset", "touch", "/data/x", check=False)
    must("Read-only" in output, "Superset cannot write releases", output)
    output = stack.run_in("scheduler", "touch", "/paidnet/x", check=False)
    must("Read-only" in output, "nothing can write the program", output)
    networks = stack.run_in("scheduler", "ls", "/sys/class/net").split()
    must(networks == ["lo"], "builds have no network", networks)
    secret = stack.folder / "secrets" / "risk_password"
    kept = secret.read_text()
    secret.chmod(0o644)
    secret.write_text("superset")
    output = stack.compose(
        "run", "--rm", "--no-deps", "superset", "python", "-m", "bi", "start", check=False
    )
    secret.write_text(kept)
    secret.chmod(0o444)
    must("a default that everybody knows" in output, "a default password is refused", output)
    answer = httpx.get(f"{stack.url}/health")
    must(answer.text == "OK", "meanwhile Superset answers", answer.text)


STEPS = (
    locks, upload, answer, pull, upgrade, kill_each, kill_a_build, schedule, back_up_and_restore,
)  # fmt: skip


def main() -> None:
    """Run the whole trial."""
    subprocess.run([str(HERE / "images.sh")], check=True, stdout=subprocess.DEVNULL)
    stack = Stack(PROJECT)
    try:
        say("the stack starts from nothing", heading=True)
        stack.make("up")
        look(stack, "1-started")
        for step in STEPS:
            say((step.__doc__ or "").split(".")[0], heading=True)
            step(stack)
        say(f"all as it should be; pictures in {stack.pictures}", heading=True)
    finally:
        if "--keep" not in sys.argv:
            stack.compose("down", "--volumes", check=False)


if __name__ == "__main__":
    main()
