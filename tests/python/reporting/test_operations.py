"""The report of operations of releases made by hand: what it says, to do, and refuses."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import duckdb
import pytest
import yaml

from reporting import reading
from reporting.operations import content, reports
from warehouse import schedule, tasks
from warehouse.errors import PaidnetError

from ..conftest import PROJECT
from . import made
from .made_operations import MARTS, everything, orders_only, page


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A release of elm, which sends all, and oak, which sends orders only."""
    made.write(tmp_path, made.together(everything(), orders_only("oak", [90, 100, 125])), MARTS)
    return tmp_path


def write(data: Path, *arguments: object) -> Path:
    done = made.run(data, "operations", *arguments)
    assert done.exit_code == 0, done.output
    return data / "reports" / "2025-12"


def test_a_report_by_hand(data: Path) -> None:
    shown = page(write(data) / "operations_elm.html")
    for sentence in (
        "Elm: operations in December 2025",
        "Elm had paid-net revenue of 12,500 EUR in December 2025, from 20 paid orders. That is "
        "25.0 % more than in November 2025. December 2024 is not in the log.",
        "Since November 2025 (+2,500 EUR): volume 3,000 EUR added; price 400 EUR and refunds "
        "100 EUR took away.",
        "Not compared, as the log does not cover it whole: December 2024.",
        "those of December 2025 may still rise",
        "Channels keep 350 EUR of December 2025's revenue as commission, 10.0 % of what they "
        "brought (10.0 % in November 2025). The rate of some is not known.",
        "2 products sold; their margin after tax and cost is 4,500 EUR, 50.0 % of revenue of those "
        "whose cost is known: 28.0 % of revenue is of others.",
        "In the whole log: 3 paid orders without a successful payment (99 EUR); no paid order that "
        "their payments do not add up to.",
        "On 31 December 2025, of 2 products that were counted, 1 last less than 14 days as "
        "forecast and 0 are out.",
        "Out of stock on days of December 2025: Mug $a$; that has probably cost 200 EUR.",
        "Compared, and fits: paid orders that their payments do not add up to.",
    ):
        assert sentence in shown.text, sentence
    for row in (
        ["Price", "−400.50", "−4.0 %"],
        ["All", "+2,500.00", "+25.0 %"],
        ["Web <shop>", "3,500 EUR", "28.0 %", "−50.0 %", "–", "12.5 %", "10.0 %", "350 EUR"],
        ["Mug $a$", "90", "9,000 EUR", "10.0 %", "4,500 EUR", "50.0 %"],
        ["Jar", "10", "3,500 EUR", "2.0 %", "–", "–"],
        ["Jar", "10", "16", "3,500 EUR", "5,500 EUR", "−2,000", "−36.4 %"],
        # Of both states, and beside the month before.
        ["Ulm, DE", "8,000 EUR", "64.0 %", "+100.0 %", "14"],
        ["Not named", "4,500 EUR", "36.0 %", "–", "6"],
        ["card", "100", "10", "10.0 %", "–", "9,000 EUR", "100.0 %"],
        ["Mug $a$", "20", "3.0", "6.7", "5.9", "18,000 EUR"],
        ["Mug $a$", "4", "12", "600 EUR", "20"],
        ["Paid orders without a successful payment", "3 of 300", "99 EUR", "A7"],
    ):
        assert row in shown.rows, row
    assert "What is not sent" not in shown.text


def test_what_to_do_is_that_of_most_money_first_and_for_somebody(data: Path) -> None:
    shown = page(write(data) / "operations_elm.html")
    told = [row for row in shown.rows if row[0] in ("Vice president", "Finance", "Marketing")]
    assert [(reader, text.partition(":")[0]) for reader, text, *_ in told] == [
        ("Vice president", "Reorder Mug $a$ (5 days)"),
        ("Marketing", "Win back Web <shop>"),
        ("Marketing", "Look at Jar"),
        ("Finance", "Check card"),
        ("Vice president", "Order earlier"),
    ]
    for sentence in (
        "It leaves 18,000 EUR of the next 60 days’ sales uncovered.",
        "it lost 50.0 % since November 2025 (3,500 EUR), while all revenue rose by 25.0 %.",
        "36.4 % less than in November 2025 (2,000 EUR), the largest fall of a product, and it was "
        "not out of stock.",
        "10.0 % of its payments failed in December 2025, 10 of 100.",
        "Mug $a$ ran out in December 2025, at a probable cost of 200 EUR.",
    ):
        assert sentence in shown.text, sentence
    assert "To do first: Reorder Mug" in shown.text
    assert "All 5 are at the end." in shown.text


def test_a_company_that_sends_orders_only_is_told_what_is_missing(data: Path) -> None:
    shown = page(write(data) / "operations_oak.html")
    for sentence in (
        "Since November 2025 (+25 EUR): number of orders 20 EUR and average order 10 EUR added; "
        "refunds 5 EUR took away.",
        "price and mix cannot be told apart. Not sent: order items. Missing without them: "
        "products, baskets and margins.",
        "Number of orders: at the mean value of an order in both months.",
        "Not sent: channels. Missing without them: names and commission of channels.",
        "Not sent: payments. Missing without them: ways to pay, failures and what was not paid.",
        "Not sent: inventory snapshots. Missing without them: what lasts how long, and what ran",
        "The orders name no places.",
        "Not sent, not compared: paid orders without items.",
        "What is not sent Order items: products, baskets and margins.",
        "Send order items, products, channels, payments and inventory snapshots: without them",
    ):
        assert sentence in shown.text, sentence
    assert ["Average order", "+10.00", "+10.0 %"] in shown.rows


def test_a_partial_month_is_compared_with_nothing(tmp_path: Path) -> None:
    rows = made.company("elm", [80, 100, 40], last=dt.date(2025, 12, 4))
    made.write(tmp_path, rows, MARTS)
    shown = page(write(tmp_path, "--month", "2025-12") / "operations_elm.html")
    assert "The log covers only part of December 2025: no month is compared with it." in shown.text
    assert "Part of the change" not in shown.text


def test_a_release_without_forecasts_says_so(tmp_path: Path) -> None:
    with_forecast = {"fct_stock_cover", "fct_reorder_list"}
    made.write(tmp_path, everything(), set(reading.CORE | reading.OPERATIONS) - with_forecast)
    shown = page(write(tmp_path) / "operations_elm.html")
    assert "How long stock lasts is not known: the release has no forecast." in shown.text
    assert "Out of stock on days of December 2025: Mug $a$" in shown.text


def test_a_page_needs_no_other_file_and_is_well_formed(data: Path) -> None:
    for name in ("elm", "oak"):
        file = write(data) / f"operations_{name}.html"
        shown = page(file)
        assert shown.addresses
        assert all(one.startswith("data:image/png;base64,") for one in shown.addresses)
        assert re.findall(r"https?://|url\(|@import", file.read_text()) == []
        assert not shown.tags & {"script", "link", "iframe", "svg", "style"}
        assert file.stat().st_size < 1_000_000


def test_twice_is_the_same_bytes_and_nothing_is_left_behind(data: Path) -> None:
    folder = write(data)
    first = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert sorted(first) == ["operations_elm.html", "operations_oak.html"]
    for file in folder.iterdir():
        file.unlink()
    assert {file.name: file.read_bytes() for file in write(data).iterdir()} == first


def test_one_company_and_another_folder(data: Path) -> None:
    done = made.run(data, "operations", "--company", "oak", "--out", data / "elsewhere")
    assert done.exit_code == 0, done.output
    assert [one.name for one in (data / "elsewhere/2025-12").iterdir()] == ["operations_oak.html"]
    assert not (data / "reports").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--company", "fir"], 1, "no such company"),
        (["--month", "2031-01"], 1, "nothing to report of 2031-01"),
        (["--month", "2025-13"], 2, "--month"),
        (["--send"], 1, "mail.yaml"),
    ],
)
def test_what_cannot_be_done_is_an_error(
    data: Path, arguments: list[str], code: int, words: str
) -> None:
    done = made.run(data, "operations", *arguments)
    assert done.exit_code == code
    assert words in done.output
    assert "Traceback" not in done.output


def test_a_company_whose_report_cannot_be_made_keeps_no_other(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_of = content.report

    def broken(company: reading.Company, release: reading.Release) -> object:
        if company.name == "Elm":
            raise PaidnetError("elm is odd", found="a fault")
        return made_of(company, release)

    monkeypatch.setattr(reports.content, "report", broken)
    done = made.run(data, "operations")
    assert done.exit_code == 0
    assert "none: elm is odd (a fault)" in done.output
    assert [one.name for one in (data / "reports/2025-12").iterdir()] == ["operations_oak.html"]
    assert made.run(data, "operations", "--company", "elm").exit_code == 1


def test_a_release_of_older_models_is_refused(data: Path) -> None:
    with duckdb.connect(str(data / "current/warehouse.duckdb")) as connection:
        connection.execute("drop table marts.fct_revenue_drivers")
    done = made.run(data, "operations")
    assert done.exit_code == 1
    assert "no whole marts.fct_revenue_drivers" in done.output


def test_the_schedule_writes_it_every_month_beside_the_monthly_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    scheduled: list[schedule.Task] = []
    monkeypatch.setattr(schedule, "_serve", lambda some, _: scheduled.extend(some))
    never = {"weekly": "", "nightly": "", "check": ""}
    schedule.command(**never, monthly="0 6 2 * *", time_zone="UTC", inbox="")
    assert {one.name: tasks.commands(one.name) for one in scheduled} == {
        "monthly-report": [("reporting",)],
        "operations-report": [("reporting", "operations", "--send-if-set")],
    }


def test_the_exposure_names_the_marts_that_are_read() -> None:
    exposures = yaml.safe_load((PROJECT / "models/marts/exposures.yml").read_text())["exposures"]
    (exposure,) = (one for one in exposures if one["name"] == "operations_report")
    names = {name.removeprefix("ref('").removesuffix("')") for name in exposure["depends_on"]}
    assert names == set(reading.OPERATIONS)
