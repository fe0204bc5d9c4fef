"""A release made while dashboards are open: no broken query, no mixture, new numbers at once."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import httpx
import pytest

from bi.api import Superset
from warehouse import ledger, paths
from warehouse import release as releases

from .server import Server, ask

METRIC = "Ten largest"
WAIT_SECONDS = 120


def share(answer: httpx.Response) -> float:
    assert answer.status_code == 200, answer.text
    return answer.json()["result"][0]["data"][0][METRIC]


def query(superset: object) -> httpx.Response:
    filters = [{"col": "company_id", "op": "==", "val": "alder"}]
    return ask(superset, "fct_watch_list", metrics=[METRIC], filters=filters)


@pytest.fixture
def release_with(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Make a release with a given share of alder's largest customers; the first comes back."""
    monkeypatch.setenv("PAIDNET_DATA", str(server.data))
    first = releases.current()
    made: list[Path] = []

    def make(amount: int) -> None:
        folder = paths.releases() / ledger.stamp(ledger.now())
        folder.mkdir()
        shutil.copyfile(paths.releases() / first / "warehouse.duckdb", folder / "warehouse.duckdb")
        with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
            connection.execute(
                "update marts.fct_watch_list set top_10_customer_share = ?"
                " where company_id = 'alder'",
                [amount],
            )
        made.append(folder)
        releases.rollback(folder.name)

    yield make
    releases.rollback(first)
    for folder in made:
        shutil.rmtree(folder)


def test_a_chart_shows_the_new_release_at_once_though_the_old_is_cached(
    server: Server, release_with: object
) -> None:
    risk = server.login("risk")
    old = share(query(risk))
    assert query(risk).json()["result"][0]["is_cached"]
    release_with(1234)
    assert share(query(risk)) == 1234
    release_with(4321)
    assert share(query(risk)) == 4321
    assert old not in (1234, 4321)


def test_no_query_fails_or_goes_back_while_releases_are_made(
    server: Server, release_with: object
) -> None:
    risk = [server.login("risk") for _ in range(3)]
    stop, answered = threading.Event(), threading.Condition()
    seen, errors = [[] for _ in risk], []

    def read(number: int) -> None:
        while not stop.is_set():
            answer = query(risk[number])
            with answered:
                if answer.status_code == 200:
                    seen[number].append(share(answer))
                else:
                    errors.append(answer.text)
                answered.notify_all()

    def wait_until(all_see: Callable[[list[float]], bool]) -> None:
        with answered:
            answered.wait_for(lambda: errors or all(map(all_see, seen)), WAIT_SECONDS)

    amounts = [1001, 1002, 1003]
    readers = [threading.Thread(target=read, args=(number,)) for number in range(len(risk))]
    for reader in readers:
        reader.start()
    try:
        wait_until(bool)
        for amount in amounts:
            release_with(amount)
            wait_until(lambda numbers, amount=amount: numbers[-1] == amount)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert not errors
    for numbers in seen:
        changes = [n for n, before in zip(numbers, [None, *numbers], strict=False) if n != before]
        assert changes[1:] == amounts, "each release follows the one before, none comes back"


def logged_in_by_form(server: Server) -> Superset:
    """Return a client with the cookies of a browser's login."""
    browser = server.login("risk")
    browser.http.headers.pop("Authorization")
    browser.http.cookies.clear()
    page = browser.send("get", "/login/").text
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    form = {"username": "risk", "password": server.password("risk"), "csrf_token": csrf}
    assert browser.send("post", "/login/", data=form).status_code == 302
    browser.http.headers["X-CSRFToken"] = csrf
    return browser


def test_a_page_keeps_the_release_it_began_with_while_it_draws(
    server: Server, release_with: object
) -> None:
    browser = logged_in_by_form(server)
    old = share(query(browser))
    assert browser.send("get", "/superset/dashboard/company/").status_code == 200
    release_with(777)
    assert share(query(browser)) == old, "the rest of the page shows what it began with"
    assert share(query(server.login("risk"))) == 777, "another reader sees the new one at once"
    assert browser.send("get", "/superset/dashboard/company/").status_code == 200
    assert share(query(browser)) == 777, "opened again, the page shows the new one"
