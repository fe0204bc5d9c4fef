"""Whoever uploads sees what a file is, answers, accepts, and ends on the dashboard."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect
from playwright.sync_api import Page as Tab

from tests.support import browser

from .conftest import WAIT_SECONDS, Page, serving

#: Counts what a person does with the mouse: a click on a label makes the browser click its input.
_COUNT = """addEventListener('pointerdown', () => {
  sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1 }, true)"""
_DROP = """([selector, name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: 'text/csv' }));
  for (const kind of ['dragenter', 'dragover', 'drop'])
    document.querySelector(selector).dispatchEvent(
      new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def page(
    release: Path, demo_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    with serving(tmp_path_factory.mktemp("accepted"), release, demo_data) as made:
        yield made


@pytest.fixture
def tab(page: Page, window: BrowserContext) -> Iterator[Tab]:
    """A page of somebody logged in, on which nothing may go wrong."""
    window.set_default_timeout(WAIT_SECONDS * 1000)
    window.add_init_script(_COUNT)
    made, errors = window.new_page(), []
    made.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    made.on("pageerror", lambda error: errors.append(str(error)))
    made.goto(f"{page.url}/uploads")
    made.get_by_text("Log in with an API key").click()
    made.get_by_label("API key").fill(page.keys["ann"])
    made.get_by_role("button", name="Log in with the key").click()
    expect(made.get_by_role("heading", name="Uploads", exact=True)).to_be_visible()
    yield made
    assert not errors


def _orders(month: int, first: int) -> str:
    """Return an export whose dates read both ways, and whose days say nothing of their order."""
    days = [(7 * n) % 12 + 1 for n in range(1, 25)]
    return "Order No;Date;Total;State;Customer\n" + "".join(
        f"{first + n};{day:02}/{month:02}/2024;{n + 1},50;paid;c{n % 9}\n"
        for n, day in enumerate(days)
    )


def test_a_new_companys_file_is_asked_about_accepted_and_ends_on_its_dashboard(
    page: Page, tab: Tab, tmp_path: Path
) -> None:
    file = tmp_path / "orders of March.csv"
    file.write_text(_orders(3, 1000))
    form = tab.locator("form.fields")
    form.get_by_label("Id").fill("acme")
    form.get_by_label("Name").fill("Jörg & Söhne")
    form.locator("input[type=file]").set_input_files(file)
    form.get_by_role("button", name="Upload").click()
    expect(tab.get_by_role("heading", name="Jörg & Söhne")).to_be_visible()
    expect(tab.get_by_role("heading", name="One question")).to_be_focused()
    expect(tab.locator(".asked")).to_have_text("Which number is the day?")
    expect(tab.get_by_role("row", name="Date created at 08/03/2024")).to_be_visible()
    tab.get_by_label("day-first: 08/03/2024 is 8 March").check()
    tab.get_by_role("button", name="Answer").click()
    expect(tab.get_by_text("Building a trial warehouse and testing it")).to_be_visible()
    expect(tab.get_by_role("heading", name="Look at the report, then accept")).to_be_visible()
    expect(tab.get_by_role("row", name="1000 2024-03-08 paid 1.50")).to_be_visible()
    expect(tab.get_by_role("heading", name="Revenue and coverage by month")).to_be_visible()
    expect(tab.locator(".figures").get_by_text("312", exact=True).first).to_be_visible()
    if folder := os.environ.get("PAIDNET_PICTURES"):
        browser.Viewer(tab, page.url, 1280).picture(Path(folder) / "upload.png")
    before = (page.data / "current").resolve()
    tab.get_by_role("button", name="Accept").click()
    expect(tab.get_by_role("heading", name="Building the warehouse")).to_be_visible()
    expect(tab.locator("progress[value]")).to_have_js_property("max", 100)
    expect(tab.get_by_text("Building and testing all tables")).to_be_visible()
    link = tab.get_by_role("link", name="Open the dashboard of Jörg & Söhne")
    expect(link).to_have_attribute("href", re.compile("dashboard/company/.*%27J%C3%B6rg%20%26"))
    assert (page.data / "current").resolve() != before
    assert not list((page.data / "api" / "incoming").glob("*/0"))
    assert tab.get_by_text("landed for acme: 24 orders").is_visible()


def test_the_monthly_upload_of_a_known_company_is_two_clicks(
    page: Page, tab: Tab, tmp_path: Path
) -> None:
    file = tmp_path / "april.csv"
    file.write_text(_orders(4, 2000))
    tab.evaluate("delete sessionStorage.clicks")
    with tab.expect_file_chooser() as chooser:
        tab.get_by_text("Upload a file of Jörg & Söhne").click()
    chooser.value.set_files(file)
    expect(tab.get_by_text("Read as before: day order as of")).to_be_visible()
    expect(tab.get_by_role("row", name="2000 2024-04-08 paid 1.50")).to_be_visible()
    tab.get_by_role("button", name="Accept").click()
    expect(tab.get_by_role("heading", name="Building the warehouse")).to_be_visible()
    assert tab.evaluate("sessionStorage.clicks") == "2"
    address = tab.url
    tab.goto("about:blank")
    page.server.restart()
    tab.goto(address)
    expect(tab.locator(".verdict:is(.landed, .building)")).to_be_visible()


def test_a_dropped_file_that_cannot_be_taken_is_refused_in_words(page: Page, tab: Tab) -> None:
    landed = (page.data / "landing" / "manifest.jsonl").read_text()
    web_page = "<!doctype html><html><body>Log in</body></html>"
    tab.evaluate(_DROP, ["form:has([value=acme])", "orders.csv", web_page])
    expect(tab.get_by_role("heading", name="This file cannot be taken")).to_be_visible()
    expect(tab.get_by_text("a web page, perhaps that of a login or an error")).to_be_visible()
    expect(tab.get_by_role("button", name="Accept")).to_have_count(0)
    tab.get_by_role("button", name="Withdraw it, and delete its files").click()
    expect(tab.get_by_role("heading", name="Withdrawn")).to_be_visible()
    assert (page.data / "landing" / "manifest.jsonl").read_text() == landed
