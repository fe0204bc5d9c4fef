"""A server with an upload page of its own, people who upload, and a browser."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect, sync_playwright

from api.keys import Keys
from tests.python.api.conftest import Server, data_folder
from tests.support import browser

WAIT_SECONDS = 120
expect.set_options(timeout=WAIT_SECONDS * 1000)
STATE = re.compile(r'class="card verdict (\w+)"')


class Person(httpx.Client):
    """Somebody logged in, who sends the token of their pages."""

    def enter(self, **said: str) -> httpx.Response:
        """Log in by the form."""
        token = re.search(r'name="token" value="([^"]+)"', self.get("/login").text)
        answer = self.post("/login", data=said | {"token": token[1]})
        if answer.status_code == 303:
            found = re.search(r'"X-CSRF-Token": "([^"]+)"', self.get("/uploads").text)
            self.headers["X-CSRF-Token"] = found[1]
        return answer

    def upload(self, name: str, content: bytes, company: str = "acme") -> httpx.Response:
        """Upload a file."""
        files = [("company", (None, company)), ("files", (name, content))]
        return self.post("/uploads", files=files)

    def wait(self, address: str, *states: str) -> str:
        """Return an upload's page once it is in one of some states."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            text = self.get(address).text
            if STATE.search(text)[1] in states:
                return text
            time.sleep(0.1)
        raise AssertionError(text)


class Page:
    """An upload page: its server, a key for each kind of person, and who uses it."""

    def __init__(self, server: Server) -> None:
        self.server, self.url, self.data = server, server.url, server.data
        with pytest.MonkeyPatch.context() as own:
            own.setenv("PAIDNET_DATA", str(server.data))
            keys = Keys()
            self.keys = {
                "ann": keys.add("ann", frozenset({"upload"})),
                "birch": keys.add("birch", frozenset({"upload"}), frozenset({"birch"})),
                "reader": keys.add("reader", frozenset({"read:companies"})),
            }

    def person(self, key: str = "ann") -> Person:
        """Return somebody logged in with a key."""
        made = Person(base_url=self.url, timeout=60)
        assert made.enter(key=self.keys[key]).status_code == 303
        return made


@contextmanager
def serving(data: Path, release: Path, demo_data: Path, **settings: str) -> Iterator[Page]:
    """Yield an upload page on a copy of a release."""
    folder = data_folder(data, release, demo_data / "forecasts")
    own = {"PAIDNET_API_BUILD_ARGUMENTS": "--no-forecast", "PAIDNET_COMPANIES_IN_GIT": "0"}
    with Server(folder, **own | settings) as server:
        yield Page(server)


@pytest.fixture(scope="session")
def upload_page(
    release: Path, demo_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """The page that tests share which accept nothing; it takes 8 MB."""
    folder = tmp_path_factory.mktemp("uploads")
    with serving(folder, release, demo_data, PAIDNET_API_UPLOAD_MB="8") as page:
        yield page


@pytest.fixture
def window() -> Iterator[BrowserContext]:
    """A window of Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser.chromium(), args=list(browser.FLAGS)
        )
        yield chromium.new_context(
            viewport={"width": 1280, "height": 900}, locale="en-GB", color_scheme="light"
        )
        chromium.close()
