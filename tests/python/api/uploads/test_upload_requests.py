"""What the upload page refuses: other sites, other companies, files made to do harm."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import httpx
import pytest

from .conftest import Page, Person

CSV = b"order_id,created_at,status,total_price\n1,2024-03-01 10:00:00,paid,5.00\n"


@pytest.fixture(scope="module")
def person(upload_page: Page) -> Person:
    return upload_page.person()


@pytest.fixture(scope="module")
def refused(person: Person) -> str:
    """The address of an upload of acme that was refused, which leaves a decision open."""
    address = person.upload("notes.csv", b"%PDF-1.7", "acme")
    assert address.status_code == 422
    address = person.upload("orders.csv", b"a,b\n1,2\n").headers["location"]
    person.wait(address, "refused")
    return address


def _kept(page: Page) -> list[Path]:
    folder = page.data / "api" / "incoming"
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_request_without_the_pages_own_token_changes_nothing(
    upload_page: Page, person: Person, refused: str
) -> None:
    forged = Person(base_url=upload_page.url, cookies=person.cookies)
    before = person.get("/uploads").text
    for token in ({}, {"X-CSRF-Token": "x" * 43}):
        forged.headers.update(token)
        assert forged.upload("orders.csv", CSV).status_code == 403
        for what in ("withdraw", "accept", "answer", "read", "take", "build"):
            found = forged.post(f"{refused}/{what}", data={"csrf": "x" * 43})
            assert found.status_code == 403, what
        assert forged.post("/logout").status_code == 403
    assert person.get("/uploads").text == before
    token = Person(base_url=upload_page.url)
    assert token.post("/login", data={"key": upload_page.keys["ann"]}).status_code == 403


def test_nobody_sees_anything_without_a_login(upload_page: Page, refused: str) -> None:
    for path in ("/uploads", refused, f"{refused}/state", "/uploads/none"):
        found = httpx.get(upload_page.url + path)
        assert (found.status_code, found.headers["location"]) == (303, "/login")
    for path in ("/uploads", f"{refused}/accept"):
        assert httpx.post(upload_page.url + path).status_code == 303


def test_who_has_one_company_neither_sees_nor_uploads_another(
    upload_page: Page, refused: str
) -> None:
    limited = upload_page.person("birch")
    page = limited.get("/uploads").text
    assert "Birch Labs" in page
    assert not {"Alder", "Cedar", "acme", "A new company"} & {
        word for word in ("Alder", "Cedar", "acme", "A new company") if word in page
    }
    for path in (refused, f"{refused}/state", "/uploads/ffff"):
        assert limited.get(path).status_code == 404
    for what in ("withdraw", "accept", "answer", "read", "take", "build"):
        assert limited.post(f"{refused}/{what}").status_code == 404
    assert limited.upload("orders.csv", CSV, "alder").status_code == 403
    assert limited.upload("orders.csv", CSV, "a_new_one").status_code == 403


def test_a_key_without_the_scope_and_a_revoked_one_do_not_enter(upload_page: Page) -> None:
    somebody = Person(base_url=upload_page.url)
    assert somebody.enter(key=upload_page.keys["reader"]).status_code == 401
    assert somebody.enter(key="paidnet_aaaaaaaa_" + "x" * 43).status_code == 401
    from api.keys import Keys

    with pytest.MonkeyPatch.context() as own:
        own.setenv("PAIDNET_DATA", str(upload_page.data))
        keys = Keys()
        key = keys.add("leaving", frozenset({"upload"}))
        leaving = Person(base_url=upload_page.url)
        assert leaving.enter(key=key).status_code == 303
        assert leaving.get("/uploads").status_code == 200
        keys.revoke("leaving")
    assert leaving.get("/uploads").headers["location"] == "/login"


def test_a_logout_ends_the_session_for_whoever_has_its_cookie(upload_page: Page) -> None:
    person = upload_page.person()
    cookies = dict(person.cookies)
    assert person.post("/logout").headers["location"] == "/login"
    assert httpx.get(f"{upload_page.url}/uploads", cookies=cookies).status_code == 303


def test_a_files_name_leads_nowhere(upload_page: Page, person: Person) -> None:
    sent = person.upload("../../../../../etc/cron.d/orders.csv", b"a,b\n1,2\n")
    address = sent.headers["location"]
    assert "<strong>The file is no export" in person.wait(address, "refused")
    folder = upload_page.data / "api" / "incoming" / address.rpartition("/")[2]
    assert [path.name for path in folder.rglob("*.csv")] == ["orders.csv"]
    person.post(f"{address}/withdraw")
    assert not list(folder.rglob("*.csv"))


def test_markup_in_a_file_is_text_on_its_page(upload_page: Page, person: Person) -> None:
    evil = "<img src=x onerror=alert(1)>"
    content = f"order_id,{evil}\n{evil},1\n".encode()
    address = person.upload(f"{evil}.csv", content).headers["location"]
    text = person.wait(address, "refused")
    assert "onerror=alert(1)" in text
    assert "<img src=x" not in text
    policy = person.get(address).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(
        r"\son\w+=|<style|style=|https?://(?!127\.0\.0\.1)", text.replace("onerror", "")
    )
    person.post(f"{address}/withdraw")


def test_a_file_made_to_fill_the_disk_is_refused(person: Person) -> None:
    bomb = gzip.compress(bytes(200 << 20), 1)
    address = person.upload("orders.csv.gz", gzip.compress(bomb)).headers["location"]
    assert "that unpacks to more than" in person.wait(address, "refused")
    person.post(f"{address}/withdraw")


def test_too_much_and_what_is_no_upload_is_refused_and_leaves_nothing(
    upload_page: Page, person: Person
) -> None:
    before = _kept(upload_page)
    assert person.upload("orders.csv", bytes(9 << 20)).status_code == 413

    def pieces() -> object:
        boundary = b"--b\r\nContent-Disposition: form-data; name="
        yield boundary + b'"company"\r\n\r\nacme\r\n'
        yield boundary + b'"files"; filename="a.csv"\r\n\r\n'
        for _ in range(9):
            yield bytes(1 << 20)

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    assert person.post("/uploads", content=pieces(), headers=kind).status_code == 413
    assert person.post("/uploads", content=b"--b\r\n", headers=kind).status_code == 400
    assert person.post("/uploads", content=b"x" * 99, headers=kind).status_code == 400
    assert person.post("/uploads", json={}).status_code == 415
    assert person.upload("orders.csv", CSV, "Not An Id").status_code == 422
    assert person.upload("orders.csv", CSV, "../acme").status_code == 422
    assert person.post("/uploads", files=[("files", ("a.csv", CSV))]).status_code == 422
    for program in (b"\x7fELF\x02\x01\x01\x00", b"MZ\x90\x00\x03\x00\x00\x00"):
        assert "a program" in person.upload("orders.csv", program).text
    assert _kept(upload_page) == before


def test_only_what_was_asked_can_be_answered(person: Person, refused: str) -> None:
    assert person.post(f"{refused}/answer", data={"answer": "0"}).status_code == 422
    assert person.post(f"{refused}/accept", data={"version": "3"}).status_code == 409
    assert person.post(f"{refused}/build").status_code == 409
    assert person.get(f"{refused}/state?version=x").status_code == 422
    assert person.get("/static/../sessions.py").status_code == 404
    for field, value in (
        ("day_order", "sideways"), ("mapping_name", "../../etc/passwd"), ("entity", "companies"),
        ("exported_at", "soon"), ("full_export", "perhaps"), ("sheet", "x" * 300),
    ):  # fmt: skip
        assert person.post(f"{refused}/read", data={field: value}).status_code == 422, field


def test_failed_logins_are_slowed_down(upload_page: Page) -> None:
    guesser = Person(base_url=upload_page.url)
    key = "paidnet_bbbbbbbb_" + "x" * 43
    answers = [guesser.enter(key=key).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    upload_page.person()


def test_the_cookie_is_kept_from_scripts_other_sites_and_open_lines(upload_page: Page) -> None:
    person = Person(base_url=upload_page.url)
    cookies = person.enter(key=upload_page.keys["ann"]).headers.get_list("set-cookie")
    session = next(one for one in cookies if one.startswith("paidnet_session="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(session.split("; "))
    kept = (upload_page.data / "api" / "sessions.sqlite").read_bytes()
    assert person.cookies["paidnet_session"].encode() not in kept
    audited = (upload_page.data / "api" / "audit.jsonl").read_text()
    assert not any(key in audited for key in upload_page.keys.values())
    assert json.loads(audited.splitlines()[-1])
