"""The notebooks as a person sees them: their pages, and the editor, in Chromium."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from ...support.browser import FLAGS
from ..conftest import PROJECT
from .conftest import NOTEBOOKS, PYTHON, Page

_SECONDS = 120
_BROKEN = """() => [...document.images].filter(one => !(one.complete && one.naturalWidth > 400))
  .map(one => one.alt)"""
_WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.mark.parametrize("width", [1200, 480])
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_page_is_whole_and_loads_nothing(
    written: dict[str, Page], browser: Browser, name: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    address = written[name].file.as_uri()
    page.goto(address)
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert errors == []
    assert page.evaluate(_BROKEN) == []
    assert page.evaluate(_WIDE) <= 1
    page.close()


@pytest.fixture
def editor(demo_data: Path) -> Iterator[str]:
    """The address of the editor, as `make notebooks` starts it; it ends with the test."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ("-m", "marimo", "edit", "notebooks", "--skip-update-check", "--headless")
    process = subprocess.Popen(
        [PYTHON, *command, "--no-token", "--port", str(port)],
        cwd=PROJECT,
        env=os.environ | {"PAIDNET_DATA": str(demo_data), "PAIDNET_COMPANY": "birch"},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(_SECONDS):
            try:
                urllib.request.urlopen(address, timeout=5)
                break
            except OSError:
                time.sleep(1)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(_SECONDS)


def test_the_editor_shows_a_company_and_asks_no_other_server(editor: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{editor}/?file=company.py")
    page.get_by_role("heading", name="Birch Labs: the basic").wait_for(timeout=_SECONDS * 1000)
    page.locator("select").first.select_option(label="Cedar Garten (cedar)")
    page.get_by_role("heading", name="Cedar Garten: the basic").wait_for(timeout=_SECONDS * 1000)
    page.close()
    own = (editor, "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []
