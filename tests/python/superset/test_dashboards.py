"""Every dashboard, as the user `risk` sees it in a real browser."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bi import bundle

from ...support import browser
from .seen import expected_figures, figures, name_of, picture, released
from .server import COMPANIES, Server, free_port

PAGES = [
    (path.stem, tab)
    for path in bundle.files("dashboards")
    for tab in bundle.tabs(bundle.read(path))
]
FIRST_SCREEN = (
    "Who this is", "Key figures", "Findings", "What the next 150 days may bring",
    "Weekly net revenue and its forecast",
)  # fmt: skip
WIDE, NARROW = 1440, 1100
SHOWN_CUSTOMERS = 20
#: A chart of each table, and of why it has no rows.
WHY_EMPTY = {
    "fct_revenue_forecast_by_source": ("Who brings the revenue ahead?", "No forecast"),
    "fct_customer_values": ("How is predicted value spread?", "No forecast"),
    "fct_customer_segments": (
        "Which segments carry the revenue, and what is at risk?", "No customer is known",
    ),
    "fct_customer_forecast_deciles": ("Did 90 days come as predicted?", "the log is too short"),
    "fct_customer_forecast_quality": ("How good are such predictions?", "the log is too short"),
    "fct_cohort_lifetime_value": ("What is a customer worth, by month won?", "No forecast"),
}  # fmt: skip
SHOWN_RANGE = (date(2026, 1, 1), date(2026, 7, 1))


@pytest.fixture(scope="module")
def server(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Superset that nobody else changes, with what the demo brought into it."""
    data = tmp_path_factory.mktemp("dashboards") / "data"
    shutil.copytree(demo_data, data, symlinks=True)
    server = Server(data, free_port())
    server.serve(PAIDNET_BI_WORKERS="1")
    yield server
    server.must("stop")


@pytest.fixture(scope="module")
def enter(chromium: str) -> Iterator[Callable[..., browser.Viewer]]:
    with browser.chromium_open() as log_in:
        yield log_in


@pytest.fixture(scope="module")
def person(server: Server, enter: Callable[..., browser.Viewer]) -> browser.Viewer:
    return enter(server.url, "risk", server.password("risk"), WIDE)


@pytest.mark.parametrize(("slug", "tab"), PAGES)
def test_every_chart_of_a_page_draws_without_an_error(
    person: browser.Viewer, slug: str, tab: str | None, tmp_path: Path
) -> None:
    """In a wide window, and as it opens in a narrow one; tabs one after the other, as one turns."""
    person.width = WIDE
    dashboard = bundle.read(bundle.ASSETS / "dashboards" / f"{slug}.yaml")
    is_open = tab and urlsplit(person.page.url).path == f"/superset/dashboard/{slug}/"
    if is_open:
        look = person.turn(dashboard["position"][tab]["meta"]["text"])
    else:
        look = person.open(slug, tab=tab)
    assert look.errors == []
    expected = sorted(cell["meta"]["sliceName"] for cell in bundle.tabs(dashboard)[tab])
    assert sorted(person.charts()) == expected
    assert len(look.answers) >= len(expected)
    assert all(answer["rowcount"] for answer in look.answers)
    assert person.blank() == []
    name = f"{slug}_{tab.removeprefix('TAB-')}" if tab else slug
    assert person.picture(picture(f"{name}.png", tmp_path)) < browser.LARGEST_PICTURE
    if not is_open:
        assert person.narrow(NARROW).errors == []


def look_at_first_screen(person: browser.Viewer, scheme: str, file: Path) -> None:
    """Open Company, which answers without scrolling, in a scheme of colours."""
    person.width = WIDE
    person.prefer(scheme)
    assert person.open("company").errors == []
    person.page.set_viewport_size({"width": WIDE, "height": 900})
    person.page.wait_for_timeout(1000)
    for name in FIRST_SCREEN:
        box = person.chart(name).bounding_box()
        assert box["y"] + box["height"] <= 900, name
    colour = person.page.evaluate("getComputedStyle(document.body).backgroundColor")
    is_dark = sum(int(part) for part in re.findall(r"\d+", colour)[:3]) < 200
    assert is_dark == (scheme == "dark"), colour
    assert person.picture(file) < browser.LARGEST_PICTURE


def test_the_first_screen_of_a_company_is_dark_for_who_prefers_it(
    person: browser.Viewer, tmp_path: Path
) -> None:
    look_at_first_screen(person, "dark", picture("company_dark.png", tmp_path))
    person.prefer("light")


def test_the_first_screen_says_what_the_warehouse_says_of_the_company_which_stays_from_tab_to_tab(
    server: Server, person: browser.Viewer, tmp_path: Path
) -> None:
    look_at_first_screen(person, "light", picture("company.png", tmp_path))
    first = expected_figures(server, COMPANIES[0])
    assert figures(person, "Key figures") == first, "the first company is chosen by itself"
    for company in COMPANIES[1:]:
        look = person.choose("company", name_of(server, company))
        assert look.errors == []
        expected = expected_figures(server, company)
        assert figures(person, "Key figures") == expected
        assert expected != first
    person.look = browser.Look()
    person.page.get_by_role("tab", name="Customers").click()
    person.settle()
    look = person.finish()
    assert look.errors == []
    assert look.answers
    chosen = f"'{name_of(server, COMPANIES[-1])}'"
    assert all(chosen in answer["query"] for answer in look.answers)


def test_a_name_of_the_watch_list_opens_that_company(
    server: Server, person: browser.Viewer
) -> None:
    name = name_of(server, COMPANIES[1])
    person.open("portfolio")
    rows = person.chart("Watch list").locator("tbody tr")
    assert rows.first.locator("td").first.inner_text() == "1"
    person.look = browser.Look()
    rows.get_by_role("link", name=name).click()
    person.page.wait_for_url("**/superset/dashboard/company/**")
    person.page.wait_for_selector("[data-test=chart-grid-component]")
    person.settle()
    assert person.finish().errors == []
    assert figures(person, "Key figures") == expected_figures(server, COMPANIES[1])


def test_dates_narrow_the_charts_over_time_and_a_link_keeps_filters_whoever_looks_meanwhile(
    server: Server, person: browser.Viewer, enter: Callable[..., browser.Viewer]
) -> None:
    def asked_for(look: browser.Look, company: str) -> bool:
        name = name_of(server, company)
        return any(f"'{name}'" in answer["query"] for answer in look.answers)

    person.open("company")
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

    assert asked_for(person.choose("Company", name_of(server, "birch")), "birch")
    link = f"?{urlsplit(person.page.url).query}"
    # Another person at the same address, with the same browser, looks at the first company.
    second = enter(server.url, "analyst", server.password("analyst"))
    assert not asked_for(second.open("company"), "birch")
    look = second.open("company", link)
    assert asked_for(look, "birch")
    assert not asked_for(look, "alder")
    second.close()


def test_a_company_whose_forecasts_were_never_tested_opens(
    server: Server, person: browser.Viewer
) -> None:
    """A page waits for a horizon to choose, for ever where there is none."""
    of_first = f"where company_id = '{COMPANIES[0]}'"
    with released(
        server,
        f"delete from marts.fct_forecast_backtests {of_first}",
        f"delete from marts.fct_forecast_horizons {of_first}",
        f"insert into marts.fct_forecast_horizons values ('{COMPANIES[0]}', 0, true)",
    ):
        person.open("company")
        assert figures(person, "Key figures") == expected_figures(server, COMPANIES[0])


def test_a_map_shows_the_chosen_company_and_says_when_it_knows_no_country(
    server: Server, person: browser.Viewer
) -> None:
    def seen() -> tuple[set[str], str]:
        drawn = person.chart("Net revenue by country").locator(".superset-legacy-chart-world-map")
        countries = drawn.locator("path[data-info]").all()
        words = drawn.evaluate("map => getComputedStyle(map, '::after').content")
        return {json.loads(one.get_attribute("data-info"))["code"] for one in countries}, words

    person.open("shop")
    assert seen() == ({"GB", "IE"}, "none")
    assert person.choose("company", name_of(server, "birch")).errors == []
    assert seen() == ({"US", "CA"}, "none")
    with released(server, "update marts.fct_country_months set country_code = null"):
        assert person.open("shop").errors == []
        assert seen() == (set(), '"No country is known of these orders, so the map is empty."')


def test_customers_are_found_by_their_id_and_a_panel_without_rows_says_why(
    server: Server, person: browser.Viewer
) -> None:
    ((customer,),) = server.query("""
        select customer_label from marts.fct_customer_list where company_id = 'alder'
        order by predicted_12_month_value_amount, customer_label limit 1
    """)
    assert person.open("customer_value").errors == []
    rows = person.chart("Which customer is worth what?").locator("tbody tr")
    assert rows.count() == SHOWN_CUSTOMERS
    person.look = browser.Look()
    person.chart("Which customer is worth what?").get_by_placeholder("records").fill(customer)
    rows.filter(has_text=customer).first.wait_for()
    person.settle()
    assert person.finish().errors == []
    assert [row.split()[0] for row in rows.all_inner_texts()] == [customer]
    deleted = [f"delete from marts.{table} where company_id = 'alder'" for table in WHY_EMPTY]
    with released(server, *deleted):
        look = person.open("customer_value")
        assert {error.split(":")[0] for error in look.errors} == {"empty panel"}
        for chart, reason in WHY_EMPTY.values():
            words = person.chart(chart).locator("p:has(+ .ant-empty-description)")
            said = words.evaluate("words => getComputedStyle(words, '::after').content")
            assert reason in said, chart


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


def test_a_page_of_another_role_is_refused_in_words(server: Server, person: browser.Viewer) -> None:
    ask = person.page.request
    for path in ("/explore/", "/sqllab/", "/users/list/"):
        page = ask.get(server.url + path, headers={"Accept": "text/html,*/*;q=0.8"})
        assert page.status == 403, path
        assert "not part of your role" in page.text(), path
    program = ask.get(f"{server.url}/sqllab/", headers={"Accept": "application/json"})
    assert (program.status, "errors" in program.json()) == (403, True)
    welcome = ask.get(f"{server.url}/superset/welcome/", max_redirects=0)
    assert (welcome.status, welcome.headers["location"]) == (302, "/")
