"""Dashboards as a person sees them: opened in Chromium, waited for, looked at."""

from __future__ import annotations

import io
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, Response, sync_playwright

from warehouse.errors import PaidnetError

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WAIT_SECONDS = 300
NARROW_SECONDS = 60
POLL_SECONDS = 0.25
QUIET_POLLS = 3
LARGEST_PICTURE = 300_000  # bytes
SEVERITIES = ("#e5484d", "#d97706", "#2f9e63")  # as in superset/theme/dashboard.css
# Superset's pages ask its makers' server for a pixel; ours forbid it (superset_config.py), which
# Chromium reports as an error.
_FORBIDDEN_PIXEL = "apachesuperset.gateway.scarf.sh"
_IS_BUSY = """() => document.querySelector('[data-test=loading-indicator], .loading') !== null
  || /waiting on|loading filter values/i.test(document.body.innerText)"""
_CHART = "[data-test=chart-grid-component]"
_ANSWERS = re.compile(r"/api/v1/chart/data|/superset/explore_json/")
_ERRORS = "[data-test=error-alert], .ant-alert-error, .missing-chart-container"

# Where the lowest chart ends: the grid itself grows with the window.
_BOTTOM = """() => Math.ceil(Math.max(0, ...[...document.querySelectorAll(
  '.dashboard-component-chart-holder')].map(e => e.getBoundingClientRect().bottom + scrollY)))"""

_FITS = "document.documentElement.scrollWidth <= window.innerWidth + 1"

# What a person would call broken: text cut off or lying over other text, a page to be scrolled
# sideways. Runs in the page.
_LAYOUT_ERRORS = """() => {
  const errors = [];
  if (!(FITS)) errors.push('page too wide');
  for (const chart of document.querySelectorAll('[data-test=chart-grid-component]')) {
    const name = chart.dataset.testChartName;
    const title = chart.querySelector('[data-test=editable-title], .header-title');
    if (!title) { errors.push(`${name}: no title`); continue; }
    const box = title.getBoundingClientRect();
    if (title.scrollWidth > title.clientWidth + 1) errors.push(`${name}: title truncated`);
    if (box.height > 30) errors.push(`${name}: title on two lines`);
    const number = chart.querySelector('.header-line');
    if (number) {
      const inner = number.getBoundingClientRect();
      const outer = chart.getBoundingClientRect();
      if (inner.top < box.bottom - 4) errors.push(`${name}: number over its title`);
      if (inner.bottom > outer.bottom || inner.right > outer.right)
        errors.push(`${name}: number truncated`);
    }
    const described = chart.querySelector('.dashboard-chart');
    if (!described || !described.getAttribute('aria-label')) errors.push(`${name}: no description`);
  }
  return errors;
}""".replace("FITS", _FITS)


def chromium() -> str:
    """Return Chromium's path; raises PaidnetError when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise PaidnetError(
        "there is no Chromium",
        found="neither chromium nor google-chrome in PATH",
        expected="a browser to look with",
        fix="install it (Debian: apt-get install chromium)",
    )


@dataclass
class Look:
    """What was seen of a dashboard: seconds until all was drawn, errors, answers of its charts."""

    seconds: float = 0
    errors: list[str] = field(default_factory=list)
    answers: list[dict] = field(default_factory=list)


class Viewer:
    """A logged-in person at a browser."""

    def __init__(self, page: Page, url: str, width: int) -> None:
        self.page = page
        self.url = url
        self.width = width
        self.look = Look()
        page.on("console", self._console)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, message: object) -> None:
        if message.type == "error" and _FORBIDDEN_PIXEL not in message.text:
            self.look.errors.append(f"console: {message.text[:300]}")

    def _failed(self, request: object) -> None:
        # Aborted is what the page dropped itself: charts asked anew with filters, and what it sent
        # when it was left. A server that fails is refused, reset or empty instead.
        is_dropped = "net::ERR_ABORTED" in str(request.failure)
        if _FORBIDDEN_PIXEL not in request.url and not is_dropped:
            self.look.errors.append(f"request failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.look.errors.append(f"{response.status} {response.url}")
        elif _ANSWERS.search(response.url):
            # Read later: inside the event, Playwright cannot wait for the body.
            self.look.answers.append({"response": response})

    def log_in(self, user: str, password: str) -> None:
        """Log in by the form, and wait for the address it leads to, not for its charts."""
        self.page.goto(f"{self.url}/login/")
        self.page.fill("input#username, input[name=username]", user)
        self.page.fill("input[type=password]", password)
        self.page.keyboard.press("Enter")
        first = f"{self.url}/superset/dashboard/company/**"
        self.page.wait_for_url(first, timeout=WAIT_SECONDS * 1000, wait_until="commit")

    def prefer(self, scheme: str) -> None:
        """Prefer the light or the dark theme from the next page on."""
        self.page.emulate_media(color_scheme=scheme)

    def open(self, slug: str, query: str = "", tab: str | None = None) -> Look:
        """Open a dashboard or one of its tabs, wait until it is drawn, and say what was seen."""
        # What the page before still asks for is aborted here, and is no error of the next.
        self.page.goto("about:blank")
        self.look = Look()
        began = time.perf_counter()
        place = f"#{tab}" if tab else ""
        self.page.goto(f"{self.url}/superset/dashboard/{slug}/{query}{place}")
        self.page.wait_for_selector(_CHART, timeout=WAIT_SECONDS * 1000)
        self.look.seconds = self.settle() - began
        return self.finish()

    def turn(self, tab: str) -> Look:
        """Turn to a tab of the dashboard that is open, wait until it is drawn, and look."""
        self.look = Look()
        self.page.get_by_role("tab", name=tab).click()
        self.settle()
        return self.finish()

    def finish(self) -> Look:
        """Return the look with what the charts answered and what the page shows broken."""
        read = []
        for answer in self.look.answers:
            try:
                body = answer["response"].json()
            except PlaywrightError:
                continue  # asked by the page before: its body went with it
            is_map = "result" not in body
            asked = body if is_map else answer["response"].request.post_data_json or {}
            for result in [body] if is_map else body["result"]:
                read.append(result | {"form_data": asked.get("form_data") or {}})
        self.look.answers = read
        for box in self.page.locator(_ERRORS).all_inner_texts():
            self.look.errors.append(f"error panel: {' '.join(box.split())[:300]}")
        for box in self.page.get_by_text("No results were returned").all_inner_texts():
            self.look.errors.append(f"empty panel: {box}")
        self.look.errors += self.page.evaluate(_LAYOUT_ERRORS)
        return self.look

    def narrow(self, width: int) -> Look:
        """Make the window narrower, wait until all of it is drawn anew, and look again."""
        self.look, self.width = Look(), width
        self.page.set_viewport_size({"width": width, "height": 900})
        # A busy machine shows the wide page a while longer. One that stays so is found below.
        for _ in range(int(NARROW_SECONDS / POLL_SECONDS)):
            if self.page.evaluate(_FITS):
                break
            self.page.wait_for_timeout(POLL_SECONDS * 1000)
        self.settle()
        return self.finish()

    def close(self) -> None:
        """Close the browser's window."""
        self.page.context.close()

    def settle(self) -> float:
        """Wait until nothing loads and every chart has drawn; the window grows to the page.

        Returns when that was, on the clock of `time.perf_counter`.
        """
        quiet, height, quiet_since = 0, 0, 0.0
        for _ in range(int(WAIT_SECONDS / POLL_SECONDS)):
            wanted = self.page.evaluate(_BOTTOM)
            if wanted and abs(wanted - height) > 4:
                height = wanted
                self.page.set_viewport_size({"width": self.width, "height": height + 24})
                quiet = 0
            quiet = 0 if self.page.evaluate(_IS_BUSY) else quiet + 1
            if quiet == 1:
                quiet_since = time.perf_counter()
            if quiet >= QUIET_POLLS and height:
                return quiet_since
            self.page.wait_for_timeout(POLL_SECONDS * 1000)
        self.look.errors.append(f"still loading after {WAIT_SECONDS} s")
        return time.perf_counter()

    def choose(self, name: str, value: str) -> Look:
        """Choose a value in a filter of the bar, apply it, and look again."""
        self.look = Look()
        box = self.page.get_by_role("combobox", name=f"NATIVE_FILTER-{name}")
        box.click(force=True)  # the chosen value lies over the box
        box.fill(value)
        self.page.locator(f".ant-select-item-option[title='{value}']").click()
        self._apply()
        return self.finish()

    def choose_dates(self, first: str, last: str) -> Look:
        """Set the Dates filter to a range of ISO dates, apply it, and look again."""
        self.look = Look()
        self.page.get_by_text("No filter").last.click()
        self.page.locator(".ant-popover .ant-select:visible").first.click()
        self.page.locator(".ant-select-item-option[title='Advanced']").click()
        inputs = self.page.locator(".ant-popover input[type=text], .ant-popover .ant-input")
        inputs.nth(0).fill(first)
        inputs.nth(1).fill(last)
        self.page.locator("[data-test=date-filter-control__apply-button]").click()
        self._apply()
        return self.finish()

    def _apply(self) -> None:
        self.page.locator("[data-test=filter-bar__apply-button]").click()
        self.page.wait_for_timeout(500)
        self.settle()

    def chart(self, name: str) -> Locator:
        """Return the panel of a chart, by its title."""
        return self.page.locator(f"{_CHART}[data-test-chart-name='{name}']")

    def _shown(self) -> list[Locator]:
        """Return the panels of the charts on the page; a tab once open stays, hidden."""
        return self.page.locator(_CHART).filter(visible=True).all()

    def charts(self) -> list[str]:
        """Return the titles of the charts on the page."""
        return [chart.get_attribute("data-test-chart-name") for chart in self._shown()]

    def blank(self) -> list[str]:
        """Return the titles of charts that have nothing drawn: no text of a number, no ink."""
        whole = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        found = []
        for chart in self._shown():
            inside = chart.locator("[data-test=slice-container], .dashboard-chart").first
            box = inside.bounding_box()
            part = whole.crop(
                (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])
            )
            if len(part.getcolors(maxcolors=1 << 24) or []) < 12:
                found.append(chart.get_attribute("data-test-chart-name"))
        return found

    def picture(self, file: Path) -> int:
        """Save the page as a PNG of at most 300 kB; returns its size in bytes."""
        whole = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        # Few words are red, amber or green: beside the picture, so that the palette has them.
        swatched = Image.new("RGB", (whole.width, whole.height + 60 * len(SEVERITIES)))
        swatched.paste(whole)
        for place, colour in enumerate(SEVERITIES):
            swatched.paste(colour, (0, whole.height + 60 * place, whole.width, swatched.height))
        for colours in (256, 128, 64, 32):
            palette = swatched.quantize(colours)
            reduced = whole.quantize(palette=palette, dither=Image.Dither.NONE)
            reduced.save(file, optimize=True)
            if file.stat().st_size < LARGEST_PICTURE:
                break
        return file.stat().st_size


@contextmanager
def chromium_open() -> Iterator[Callable[..., Viewer]]:
    """Yield what logs a person in: `(url, user, password, width=1440)`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))

        def enter(url: str, user: str, password: str, width: int = 1440) -> Viewer:
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme="light", locale="en-GB"
            )
            person = Viewer(context.new_page(), url, width)
            person.log_in(user, password)
            return person

        yield enter
        browser.close()
