"""One whole release an answer: named, tagged, kept for the pages that began on it."""

from __future__ import annotations

import csv
import shutil
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import httpx
import pytest

from api import releases as pool
from api.keys import Keys
from api.problems import ProblemError
from api.releases import Releases
from api.settings import Limits
from warehouse import paths

from .conftest import READING, Api, Server, data_folder

NEWER, LATER = "20300101T000000.000000Z", "20300102T000000.000000Z"


def relink(data: Path, name: str) -> None:
    """Make a release current as a build does."""
    part = data / ".part"
    part.symlink_to(Path("releases") / name)
    part.replace(data / "current")


def marked(data: Path, release: str, name: str) -> None:
    """Make a release of another, whose currency is its name's day."""
    folder = data / "releases" / name
    folder.mkdir()
    shutil.copy(data / "releases" / release / "warehouse.duckdb", folder)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        for mart in ("dim_companies", "fct_monthly_revenue"):
            connection.execute(f"update marts.{mart} set currency = ?", [name[6:8]])
        connection.execute("update marts.fct_orders set source_file = ?", [name[6:8]])


@pytest.fixture(scope="module")
def server(
    release: Path, demo_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server of its own over two releases that differ in a mark."""
    folder = tmp_path_factory.mktemp("two") / "data"
    data = data_folder(folder, release, demo_data / "forecasts")
    for name in (NEWER, LATER):
        marked(data, release.name, name)
    with Server(data) as server:
        yield server
    assert "Traceback" not in server.log()


@pytest.fixture
def two(server: Server, monkeypatch: pytest.MonkeyPatch) -> Api:
    """The server, its first release current, and a key that was not used yet."""
    monkeypatch.setenv("PAIDNET_DATA", str(server.data))
    relink(server.data, NEWER)
    key = Keys().add(uuid.uuid4().hex, READING, requests_per_minute=1_000_000)
    return Api(server.url, server.data, {"all": key})


def test_releases_that_change_under_load_are_never_mixed_and_break_nothing(two: Api) -> None:
    """Threads ask, in pages, streams and sums, while a build publishes every few answers."""
    is_over = threading.Event()
    seen: list[set[str]] = []

    def ask(number: int) -> None:
        with httpx.Client(base_url=two.url, headers={"X-API-Key": two.keys["all"]}) as client:
            turn = number
            while not is_over.is_set():
                turn += 1
                day = f"2025-{turn % 12 + 1:02}-{turn % 28 + 1:02}"
                path = (
                    f"/v1/transactions?from_date={day}&limit=50",
                    f"/v1/transactions/summary?group_by=month&from_date={day}",
                    f"/v1/transactions?company_id=birch&format=csv&from_date={day}",
                    "/v1/companies/alder/monthly-revenue",
                )[turn % 4]
                answer = client.get(path, timeout=60)
                assert answer.status_code == 200, answer.text
                release = answer.headers["paidnet-release"]
                if "format=csv" in path:
                    rows = csv.DictReader(answer.text.splitlines())
                    marks = {row["source_file"] for row in rows}
                else:
                    assert answer.json()["release"] == release
                    rows = answer.json()["rows"]
                    assert rows
                    marks = {row.get("source_file") or row["currency"] for row in rows}
                assert marks == {release[6:8]}, path
                seen.append(marks)

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(ask, number) for number in range(4)]
        for turn in range(8):
            done = len(seen)
            relink(two.data, (NEWER, LATER)[turn % 2])
            while len(seen) < done + 8 and not any(one.done() for one in asking):
                time.sleep(0.01)
        is_over.set()
        for one in asking:
            one.result()
    assert {mark for marks in seen for mark in marks} == {"01", "02"}


def test_pages_stay_on_the_release_of_the_first_until_it_is_not_kept(
    two: Api, server: Server
) -> None:
    own = two.data / "releases" / "20300101T120000.000000Z"
    own.mkdir()
    (own / "warehouse.duckdb").hardlink_to(two.data / "releases" / NEWER / "warehouse.duckdb")
    relink(two.data, own.name)
    first = two.get("/v1/transactions", limit=10)
    relink(two.data, LATER)
    cursor = {"limit": 10, "cursor": first.json()["next_cursor"]}
    second = two.get("/v1/transactions", **cursor)
    assert second.headers["paidnet-release"] == second.json()["release"] == own.name
    assert {row["source_file"] for row in second.json()["rows"]} == {"01"}
    assert two.get("/v1/transactions", limit=10).headers["paidnet-release"] == LATER
    # Deleted while it is open it is read on; a server that has not opened it cannot.
    shutil.rmtree(own)
    third = {"limit": 10, "cursor": second.json()["next_cursor"]}
    assert two.get("/v1/transactions", **third).status_code == 200
    server.restart()
    gone = two.get("/v1/transactions", **third)
    assert gone.status_code == 410
    assert gone.json()["type"] == "urn:paidnet:problem:release-gone"


def test_a_tag_is_of_release_query_form_and_companies(two: Api) -> None:
    first = two.get("/v1/companies")
    tag = first.headers["etag"]
    again = two.get("/v1/companies", headers={"If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["paidnet-release"] == NEWER
    birch = Keys().add("birch", READING, frozenset({"birch"}))
    for other in (
        two.get("/v1/companies", headers={"If-None-Match": tag}, format="csv"),
        two.get("/v1/companies", headers={"If-None-Match": tag}, key=birch),
        two.get("/v1/companies/birch/flags", headers={"If-None-Match": tag}),
    ):
        assert other.status_code == 200
    stream = two.get("/v1/transactions", format="csv", from_date="2026-10-01")
    kept = {"If-None-Match": stream.headers["etag"]}
    known = two.get("/v1/transactions", headers=kept, format="csv", from_date="2026-10-01")
    assert known.status_code == 304
    relink(two.data, LATER)
    assert two.get("/v1/companies", headers={"If-None-Match": tag}).status_code == 200


def test_without_a_release_the_answer_is_503_and_names_no_file(two: Api) -> None:
    (two.data / "current").unlink()
    answer = two.get("/v1/companies")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert str(two.data) not in answer.text
    assert httpx.get(f"{two.url}/health").status_code == 200


def test_a_release_that_nobody_asks_any_more_is_closed(
    two: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0)
    releases = Releases(Limits())
    with releases.use(NEWER) as old:
        relink(two.data, LATER)
        releases.tidy()
        assert old.connection.execute("select 1").fetchall() == [(1,)]
    with releases.use(releases.current()) as new:
        pass
    releases.tidy()
    with pytest.raises(duckdb.ConnectionException):
        old.connection.execute("select 1")
    assert new.connection.execute("select 1").fetchall() == [(1,)]
    for name in ("../current", "20200101T000000.000000Z", ".", paths.DATABASE):
        with pytest.raises(ProblemError) as caught, releases.use(name):
            pass
        assert caught.value.status == 410
    releases.close()
