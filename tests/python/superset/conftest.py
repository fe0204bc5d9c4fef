"""The Superset of the demo, which all tests of this folder share."""

from __future__ import annotations

import os

import pytest

from tests.python.docs.place import Place
from warehouse.errors import PaidnetError

from ...support import browser
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
