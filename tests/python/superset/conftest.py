"""A Superset for each worker, on the release of the demo companies that all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.errors import PaidnetError

from ...support import browser
from .server import Server


@pytest.fixture(scope="session")
def server(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running Superset with the three demo users."""
    started = Server(tmp_path_factory.mktemp("superset") / "data", release)
    started.must("start", "--background")
    yield started
    started.must("stop")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; continuous integration has it, elsewhere the browser tests say so."""
    try:
        return browser.chromium()
    except PaidnetError as error:
        if os.environ.get("PAIDNET_REQUIRE_BROWSER"):
            pytest.fail(f"{error}; .ci/run installs it")
        pytest.skip(str(error))
