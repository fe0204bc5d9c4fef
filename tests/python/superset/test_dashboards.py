"""Every dashboard, as the user `risk` sees it in a real browser."""

from __future__ import annotations

import math
import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bi import bundle

from ...support import browser
from ..conftest import PROJECT
from .server import COMPANIES, Server, free_port

DASHBOARDS = [path.stem for path in bundle.files("dashboards")]
SYMBOLS = {"GBP": "£", "USD": "$", "EUR": "€"}
WIDE, NARROW = 1440, 1100
SHOWN_RANGE = (date(2026, 1, 1), date(2026, 7, 1))


@pytest.fixture(scope="module")
def server(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Superset that nobody else changes, with what the demo brought into it."""
    data = tmp_path_factory.mktemp("dashboards") / "data"
    shutil.copytree(demo_data, data, symlinks=True)
    server = Server(data, free_port())
    server.must("start", "--background", PAIDNET_BI_WORKERS="1")
    yield server
    server.must("stop")


@pytest.fixture(scope="module")
def enter(chromium: str) -> Iterator[Callable[..., browser.Viewer]]:
    with browser.chromium_open() as log_in:
        yield log_in


@pytest.fixture(scope="module")
def person(server: Server, enter: Callable[..., browser.Viewer]) -> browser.Viewer:
    return enter(server.url, "risk", server.password("risk"), WIDE)


def si(value: float, digits: int = 3) -> str:
    """Return a number as d3's format `.3s` does: three digits and a prefix."""
    prefix = {0: "", 3: "k", 6: "M"}
    power = 0 if value == 0 else min(6, max(0, int(math.log10(abs(value)) // 3) * 3))
    scaled = value / 10**power
    decimals = digits - 1 - (int(math.log10(abs(scaled))) if abs(scaled) >= 1 else 0)
    return f"{scaled:.{decimals}f}{prefix[power]}"


def expected_tiles(server: Server, company: str) -> dict[str, str]:
    """Return what the tiles of Underwriting must say, computed from the release by DuckDB."""
    (row,) = server.query(f"""
        select
            currency, last_12_months_net_revenue_amount, last_30_days_annualised_amount,
            growth_year_on_year, growth_quarter_year_on_year, average_order_amount,
            repeat_customer_rate, refund_value_rate, top_10_customer_revenue_share,
            forecast_p10_amount, forecast_p50_amount, forecast_p90_amount
        from marts.fct_portfolio where company_id = '{company}'
    """)
    symbol, numbers = SYMBOLS[row[0]], [None if v is None else float(v) for v in row[1:]]
    money = [f"{symbol} {si(value)}" for value in (*numbers[:2], *numbers[8:])]
    # Nothing is no loss: -0.04 % is shown as +0.0 %.
    growth = [f"{round(value, 3) + 0:+.1%}".replace("-", "−") for value in numbers[2:4]]
    return {
        "Net revenue": money[0],
        "Run rate": money[1],
        "Growth, YoY": growth[0],
        "Quarter, YoY": growth[1],
        "Average order": f"{symbol} {numbers[4]:,.2f}",
        "Repeat rate": f"{numbers[5]:.1%}",
        "Refund rate": f"{numbers[6]:.1%}",
        "Top 10 share": f"{numbers[7]:.1%}",
        "Forecast, P10": money[2],
        "Forecast, P50": money[3],
        "Forecast, P90": money[4],
    }


def shown_tiles(person: browser.Viewer, names: list[str]) -> dict[str, str]:
    lines = {name: person.chart(name).locator(".header-line").inner_text() for name in names}
    return {name: line.replace("-", "−") for name, line in lines.items()}


@pytest.mark.parametrize("slug", DASHBOARDS)
def test_every_chart_of_a_dashboard_draws_without_an_error(
    person: browser.Viewer, slug: str, tmp_path: Path
) -> None:
    """In a wide window, and made narrow."""
    person.width = WIDE
    look = person.open(slug)
    assert look.errors == []
    dashboard = bundle.read(bundle.ASSETS / "dashboards" / f"{slug}.yaml")
    cells = [cell for cell in dashboard["position"].values() if isinstance(cell, dict)]
    expected = sorted(c["meta"]["sliceName"] for c in cells if c.get("type") == "CHART")
    assert sorted(person.charts()) == expected
    assert len(look.answers) >= len(expected)
    assert all(answer["rowcount"] for answer in look.answers)
    assert person.blank() == []
    folder = Path(os.environ.get("PAIDNET_PICTURES") or tmp_path)
    assert person.picture(PROJECT / folder / f"{slug}.png") < browser.LARGEST_PICTURE
    assert person.narrow(NARROW).errors == []


def test_a_dark_room_gets_the_dark_theme(person: browser.Viewer) -> None:
    person.width = WIDE
    person.prefer("dark")
    assert person.open("underwriting").errors == []
    colour = person.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in re.findall(r"\d+", colour)[:3]) < 200, colour
    if folder := os.environ.get("PAIDNET_PICTURES"):
        person.picture(PROJECT / folder / "underwriting_dark.png")
    person.prefer("light")


def test_the_tiles_say_what_the_warehouse_says_for_each_company(
    server: Server, person: browser.Viewer
) -> None:
    person.open("underwriting")
    first = expected_tiles(server, COMPANIES[0])
    assert shown_tiles(person, list(first)) == first, "the first company is chosen by itself"
    for company in COMPANIES[1:]:
        look = person.choose("company", company)
        assert look.errors == []
        expected = expected_tiles(server, company)
        assert shown_tiles(person, list(expected)) == expected
        assert expected != first


def test_narrowed_dates_narrow_the_charts_over_time(server: Server, person: browser.Viewer) -> None:
    person.open("underwriting")
    first, last = SHOWN_RANGE
    look = person.choose_dates(first.isoformat(), last.isoformat())
    assert look.errors == []
    answers = {
        tuple(answer["colnames"]): answer["data"]
        for answer in look.answers
        if "revenue_month" in answer["colnames"] and "Returning customers" in answer["colnames"]
    }
    (rows,) = answers.values()
    shown = {
        datetime.fromtimestamp(row["revenue_month"] / 1000, UTC).date(): round(
            row["New customers"] + row["Returning customers"] + row["Guests"], 2
        )
        for row in rows
    }
    expected = server.query(f"""
        select revenue_month, net_revenue_amount from marts.fct_monthly_revenue
        where company_id = 'alder' and revenue_month >= '{first}' and revenue_month < '{last}'
    """)
    assert shown == {month: float(amount) for month, amount in expected}
    assert len(shown) == 6


def test_a_click_in_a_chart_filters_the_others(person: browser.Viewer) -> None:
    person.open("portfolio")
    person.look = browser.Look()
    cell = person.chart("Companies side by side").locator("td", has_text="birch").first
    cell.click()
    person.page.wait_for_timeout(500)
    person.settle()
    look = person.finish()
    assert look.errors == []
    filtered = [answer for answer in look.answers if "'birch'" in answer["query"]]
    assert len(filtered) > 3


def test_a_link_keeps_its_filters_whoever_opens_dashboards_meanwhile(
    server: Server, person: browser.Viewer, enter: Callable[..., browser.Viewer]
) -> None:
    def asked_for(look: browser.Look, company: str) -> bool:
        return any(f"'{company}'" in answer["query"] for answer in look.answers)

    person.open("forecast_quality")
    assert asked_for(person.choose("Company", "birch"), "birch")
    link = f"?{urlsplit(person.page.url).query}"
    # Another person at the same address, with the same browser, looks at the first company.
    second = enter(server.url, "analyst", server.password("analyst"))
    assert not asked_for(second.open("forecast_quality"), "birch")
    look = second.open("forecast_quality", link)
    assert asked_for(look, "birch")
    assert not asked_for(look, "alder")
    second.close()


def test_a_chart_with_nothing_drawn_is_found(person: browser.Viewer) -> None:
    person.page.goto("about:blank")
    cell = (
        "<div data-test=chart-grid-component data-test-chart-name={} style='height: 200px'>{}</div>"
    )
    drawn = "<div class=dashboard-chart style='height: 200px'>{}</div>"
    gradient = "<div style='height: 100%; background: linear-gradient(red, blue)'></div>"
    person.page.set_content(
        cell.format("full", drawn.format(gradient)) + cell.format("empty", drawn.format(""))
    )
    assert person.blank() == ["empty"]
