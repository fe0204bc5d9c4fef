"""Superset's users log in to the upload page, and do there what their roles allow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bi.api import Superset
from tests.python.api.uploads.conftest import Page, Person, serving

from .server import Server

ORDERS = b"order_id,created_at,status,total_price\n1,2024-03-01 10:00:00,paid,5.00\n"


@pytest.fixture(scope="module")
def page(
    server: Server, release: Path, demo_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """An upload page that asks the demo's Superset."""
    own = {
        "PAIDNET_BI_PORT": str(server.port),
        "SUPERSET_HOME": str(server.data / "superset"),
        "PAIDNET_API_UPLOAD_ROLES": "Admin,analyst,only_birch",
    }
    with serving(tmp_path_factory.mktemp("logins"), release, demo_data, **own) as made:
        yield made


def _enter(page: Page, name: str, password: str) -> Person:
    person = Person(base_url=page.url, timeout=60)
    answer = person.enter(name=name, password=password)
    assert answer.status_code == 303, answer.text
    return person


def test_a_wrong_password_does_not_enter(page: Page, server: Server) -> None:
    somebody = Person(base_url=page.url)
    for name, password in (("risk", "wrong"), ("nobody", server.password("risk")), ("", "")):
        answer = somebody.enter(name=name, password=password)
        assert answer.status_code == 401
        assert "paidnet_session" not in somebody.cookies


def test_risk_looks_analysts_upload_and_a_limited_role_does_so_for_its_companies(
    page: Page, server: Server, limited: Superset
) -> None:
    analyst = _enter(page, "analyst", server.password("analyst"))
    assert "A new company" in analyst.get("/uploads").text
    address = analyst.upload("notes.csv", b"a,b\n1,2\n", "alder").headers["location"]
    analyst.wait(address, "refused")
    risk = _enter(page, "risk", server.password("risk"))
    assert "You may look at uploads" in risk.get("/uploads").text
    assert risk.get(address).status_code == 200
    assert risk.upload("orders.csv", ORDERS).status_code == 403
    for what in ("withdraw", "accept", "answer", "read", "take", "build"):
        assert risk.post(f"{address}/{what}").status_code == 403
    birch = _enter(page, "birch_only", "a-long-enough-one")
    shown = birch.get("/uploads").text
    assert "Birch Labs" in shown
    assert "Alder" not in shown
    assert birch.get(address).status_code == 404
    assert birch.post(f"{address}/withdraw").status_code == 404
    assert birch.upload("orders.csv", ORDERS, "alder").status_code == 403
    own = birch.upload("notes.csv", b"a,b\n1,2\n", "birch").headers["location"]
    birch.wait(own, "refused")
    assert _enter(page, "admin", server.password("admin")).get(own).status_code == 200
    limits = server.data / "superset" / "companies.yaml"
    before = limits.read_text()
    try:
        limits.write_text("only_birch: [cedar]\n")
        assert birch.get(own).status_code == 404
        limits.write_text("another: [birch]\n")
        assert birch.get("/uploads").headers["location"] == "/login"
    finally:
        limits.write_text(before)
