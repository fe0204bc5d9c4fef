"""The Superset of the demo, its users, a browser, and a copy of the assets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bi.api import Superset
from tests.python.docs.place import Place
from warehouse.errors import PaidnetError

from ...support import browser
from .assets import Copy
from .server import Server


@pytest.fixture(scope="session")
def server(demo: Place) -> Server:
    """The running Superset of the demo, with its three users."""
    return Server(demo.data, int(demo.environment["PAIDNET_BI_PORT"]))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; continuous integration has it, elsewhere the browser tests say so."""
    try:
        return browser.chromium()
    except PaidnetError as error:
        if os.environ.get("PAIDNET_REQUIRE_BROWSER"):
            pytest.fail(f"{error}; .ci/run installs it")
        pytest.skip(str(error))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


@pytest.fixture(scope="session")
def risk(server: Server) -> Superset:
    return server.login("risk")


@pytest.fixture(scope="session")
def analyst(server: Server) -> Superset:
    return server.login("analyst")


@pytest.fixture(scope="session")
def limited(server: Server) -> Superset:
    """A user of role `only_birch`, made as an operator makes one; nobody has `only_cedar`."""
    file = server.data / "superset" / "companies.yaml"
    file.write_text("only_birch: [birch]\nonly_cedar: [cedar]\n")
    server.must("push")
    admin = server.login()
    roles = {role["name"]: role["id"] for role in admin.pages("/api/v1/security/roles/")}
    admin.call(
        "post",
        "/api/v1/security/users/",
        json={
            "username": "birch_only",
            "first_name": "Birch",
            "last_name": "Only",
            "email": "birch_only@paidnet.invalid",
            "active": True,
            "password": "a-long-enough-one",
            "roles": [roles["only_birch"]],
        },
    )
    return server.enter("birch_only", "a-long-enough-one")
