"""Who may ask what: keys, scopes, companies, limits, and a log that tells no secret."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from pathlib import Path

import httpx
import pytest

from api.auth import Principal
from api.keys import SCOPES, Keys
from api.problems import ProblemError
from api.rates import Rates
from warehouse.errors import PaidnetError

from .conftest import READING, Api

PATHS = {
    "/v1/transactions": "read:transactions",
    "/v1/transactions/summary?group_by=month": "read:transactions",
    "/v1/companies": "read:companies",
    "/v1/companies/birch/monthly-revenue": "read:companies",
    "/v1/companies/birch/cohorts": "read:companies",
    "/v1/companies/birch/forecast": "read:forecast",
    "/v1/companies/birch/risk": "read:risk",
    "/v1/companies/birch/flags": "read:risk",
    "/v1/companies/birch/advance?amount=1000": "read:risk",
}


@pytest.fixture
def keys(api: Api, monkeypatch: pytest.MonkeyPatch) -> Keys:
    """The keys of the running server."""
    monkeypatch.setenv("PAIDNET_DATA", str(api.data))
    return Keys()


def test_every_address_is_tried(api: Api) -> None:
    known = api.get("/openapi.json").json()["paths"]
    own = {path for path in known if path.startswith("/v1/")}
    tried = {path.partition("?")[0].replace("birch", "{company_id}") for path in PATHS}
    assert tried == own


@pytest.mark.parametrize("path", PATHS)
def test_without_a_key_nothing_is_told(api: Api, path: str) -> None:
    for headers in (
        {},
        {"X-API-Key": ""},
        {"X-API-Key": "paidnet_aaaaaaaa_" + "A" * 43},
        {"X-API-Key": api.keys["all"][:17] + "A" * 43},
        {"Authorization": "Basic YTpi", "X-API-Key": api.keys["all"]},
        {"Authorization": f"Bearer {api.keys['all']}x"},
    ):
        answer = httpx.get(f"{api.url}{path}", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"
        assert "paidnet-release" not in answer.headers
    good = httpx.get(f"{api.url}{path}", headers={"Authorization": f"Bearer {api.keys['all']}"})
    assert good.status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_key_does_what_its_scopes_say(api: Api, keys: Keys, path: str) -> None:
    name = f"others {path}"
    key = keys.add(name, frozenset(SCOPES) - {PATHS[path]})
    answer = api.get(path, key=key)
    assert answer.status_code == 403
    assert PATHS[path] in answer.headers["www-authenticate"]
    assert api.get(path, key=keys.add(f"only {path}", frozenset({PATHS[path]}))).status_code == 200


@pytest.mark.parametrize("path", [path for path in PATHS if "birch" in path])
def test_a_company_of_others_is_like_one_that_is_not_there(api: Api, path: str) -> None:
    others = api.get(path.replace("birch", "alder"), key="birch")
    unknown = api.get(path.replace("birch", "elder"), key="birch")
    assert (others.status_code, unknown.status_code) == (404, 404)
    assert others.text.replace("alder", "elder") == unknown.text
    assert api.get(path, key="birch").status_code == 200


def test_a_key_of_a_company_sees_that_company_alone(api: Api) -> None:
    def companies(path: str, **parameters: object) -> set[str]:
        return {row["company_id"] for row in api.rows(path, key="birch", **parameters)}

    assert companies("/v1/companies") == {"birch"}
    assert companies("/v1/transactions", limit=10_000) == {"birch"}
    assert companies("/v1/transactions/summary", group_by="company") == {"birch"}
    both = api.get("/v1/transactions", key="birch", company_id=["birch", "alder"])
    assert both.status_code == 404
    alder = api.sql("from marts.fct_orders where company_id = 'alder' limit 1")[0]["customer_id"]
    rows = api.rows("/v1/transactions", key="birch", customer_id=alder)
    assert not [row for row in rows if row["company_id"] != "birch"]
    # The same question by who sees more is another answer, kept apart.
    assert len(api.rows("/v1/companies")) == 3
    csv = api.get("/v1/transactions", key="birch", format="csv").text
    assert '"alder"' not in csv


def test_a_key_ends_at_once_when_it_is_revoked_and_on_its_day(
    api: Api, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = keys.add("leaver", READING)
    assert api.get("/v1/companies", key=key).status_code == 200
    keys.revoke("leaver")
    assert api.get("/v1/companies", key=key).status_code == 401
    over = keys.add("visitor", READING, days=1)
    assert api.get("/v1/companies", key=over).status_code == 200
    with sqlite3.connect(api.data / "api" / "keys.sqlite") as connection:
        connection.execute(
            "update keys set expires_at = '2026-01-01T00:00:00+00:00' where name = 'visitor'"
        )
    assert api.get("/v1/companies", key=over).status_code == 401
    assert {key.name: key.last_used_at is not None for key in keys.all()}["leaver"]
    for name in ("leaver", "nobody"):
        with pytest.raises(PaidnetError, match="no such key"):
            keys.revoke(name)


def test_keys_are_kept_as_hashes_for_their_owner_alone(api: Api) -> None:
    folder = api.data / "api"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "keys.sqlite").stat().st_mode & 0o777 == 0o600
    assert (folder / "cursor_secret").stat().st_mode & 0o777 == 0o600
    everything = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
    for key in api.keys.values():
        assert len(key.rpartition("_")[2]) >= 40 or len(key) >= 56
        assert key.encode() not in everything
        assert key[17:].encode() not in everything


def test_too_many_requests_of_a_key_are_refused_and_of_no_other(api: Api, keys: Keys) -> None:
    eager = keys.add("eager", READING, requests_per_minute=3)
    answers = [api.get("/v1/companies", key=eager) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].json()["type"] == "urn:paidnet:problem:rate"
    assert api.get("/v1/companies").status_code == 200


def test_the_rate_is_of_any_minute_not_of_the_clocks() -> None:
    rates, now = Rates(2), [0]

    def at(milliseconds: int) -> bool:
        now[0] = milliseconds
        try:
            rates.count(principal)
        except ProblemError:
            return False
        return True

    principal = Principal("eager", frozenset(), None)
    rates.clock = lambda: now[0]
    assert [at(ms) for ms in (0, 50_000, 59_000, 61_000, 62_000)] == [
        True,
        True,
        False,
        True,
        False,
    ]


def logged(api: Api, name: str) -> tuple[str, list[dict]]:
    """Return the log, once a request with this parameter is in it: it follows the answer."""
    for _ in range(100):
        text = (api.data / "api" / "audit.jsonl").read_text()
        lines = [json.loads(line) for line in text.splitlines()]
        if any(name in line["query"] for line in lines):
            break
        time.sleep(0.05)
    return text, lines


def test_the_log_tells_who_asked_what_and_no_secret(api: Api) -> None:
    customer = api.sql("from marts.fct_orders where customer_id is not null limit 1")[0]
    asked = {"customer_id": [customer["customer_id"], "private@example.com"], "status": "paid"}
    api.get("/v1/transactions", **asked)
    api.get("/v1/transactions", key=None)
    api.get(f"/v1/{api.keys['all']}", **{"api_key": api.keys["birch"], api.keys["orders"]: "1"})
    text, lines = logged(api, "api_key")
    mine = next(line for line in lines if line["query"] == asked | {"customer_id": "2 given"})
    assert (mine["who"], mine["what"], mine["status"]) == ("all", "GET /v1/transactions", 200)
    assert mine["rows"] >= 1
    assert mine["ms"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", mine["at"])
    assert [line["who"] for line in lines if line["status"] == 401][-1] is None
    assert customer["customer_id"] not in text
    assert "private@example.com" not in text
    assert not [key for key in api.keys.values() if key[17:] in text]


def test_a_log_is_turned_over_before_it_fills_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api import audit

    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    monkeypatch.setattr(audit, "FILE_BYTES", 1000)
    monkeypatch.setattr(audit, "FILES", 3)
    log = audit.writer()
    for number in range(100):
        audit.write(log, "me", 0, {"what": f"number {number}"})
    files = list((tmp_path / "api").glob("audit.jsonl*"))
    assert len(files) == 3
    assert max(file.stat().st_size for file in files) <= 1000
    assert "number 99" in (tmp_path / "api" / "audit.jsonl").read_text()
