"""`ingestion check`: a throwaway warehouse says what a company's files give, and what is wrong."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ingestion import landing, settings
from ingestion.gate import check as gate
from ingestion.gate import describe, facts, render
from ingestion.gate.page import Page, Raw, Section
from ingestion.gate.throwaway import DataTest
from ingestion.mapping import Settings
from ingestion.outcome import Options

HEADER = "order_id,created_at,status,total_price,order_refunds,customer_id,customer_order_count"
HOSTILE = "</code></td><script>alert(1)</script> `x` [a](http://evil.example) @octocat"
ORDERS = f"""\
{HEADER}
A1,2024-01-05T10:00:00Z,paid,100.00,10.00,c1,1
A2,2024-01-20T10:00:00Z,paid,50.00,,c2,9
A2,2024-01-20T10:00:00Z,paid,50.00,,c2,9
A3,2024-02-10T10:00:00Z,paid,30.00,,,
A4,2024-04-02T10:00:00Z,paid,20.00,0,c1,1
A5,2024-04-03T10:00:00Z,cancelled,40.00,0,c3,1
A6,{HOSTILE},paid,5.00,0,c1,3
"""
REFUNDS = """\
refund_id,order_id,refunded_at,amount
R1,A1,2024-01-15T10:00:00Z,15.00
R2,Z9,2024-02-15T10:00:00Z,7.00
R3,A4,2024-04-15T10:00:00Z,much
"""
EARLIER = f"{HEADER}\nA1,2024-01-05T10:00:00Z,paid,90.00,,c1,1\nX1,2024-01-06,paid,5.00,,c1,2\n"
MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass
class Checked:
    """A check of two files, one data test of which fails; `data` is where files had landed."""

    data: Path
    report: gate.Report
    page: Page
    landed_before: dict[str, str]
    companies: list[str] = field(default_factory=list)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "checks" not in file.parts
    }


def spoil(read: gate.Read) -> None:
    """Land settings that no command accepts, of a company without orders."""
    stated = Settings.model_construct(repeat_policy="newest")
    settings.write("ghost", stated, "raw", datetime(2026, 1, 1))


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    folder = tmp_path_factory.mktemp("gate")
    orders, refunds, earlier = (folder / f"{n}.csv" for n in ("orders", "refunds", "earlier"))
    for file, text in ((orders, ORDERS), (refunds, REFUNDS), (earlier, EARLIER)):
        file.write_text(text)
    data, seen = folder / "data", []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAIDNET_DATA", str(data))
        stated = Settings(currency="USD", company_name="Acme <b>&</b> Co")
        landing.add(earlier, "acme", None, None, stated)
        landing.add(orders, "acme", None, None, Settings(repeat_policy="latest"))
        before, read = digests(data), facts.read

        def look(connection: duckdb.DuckDBPyConnection, company: str) -> tuple:
            seen.extend(connection.sql("select company_id from marts.dim_companies").fetchall())
            return read(connection, company)

        patch.setattr(facts, "read", look)
        report = gate.check(
            [gate.Upload(orders), gate.Upload(refunds)],
            "acme",
            Settings(),
            Options(full_export=True),
            on_file=spoil,
        )
    return Checked(data, report, describe.page(report), before, [name for (name,) in seen])


def figure(page: Page, label: str) -> str:
    return next(one.value for one in page.parts[0].figures if one.label == label)


def rows(page: Page, title: str) -> list[list[str]]:
    sections = [*page.parts[0].sections, page.tests, *page.files]
    tables = [table for one in sections if one for table in one.tables]
    return next([list(row) for row in table.rows] for table in tables if table.title == title)


def test_the_figures_are_of_these_files_alone(checked: Checked) -> None:
    assert sorted(checked.companies) == ["acme", "ghost"]
    assert checked.report.missing == []
    page = checked.page
    # 100 + 50 + 30 + 20, less the larger refund of A1, and the one of no order.
    assert figure(page, "Paid-net revenue") == "178\u00a0USD"
    assert figure(page, "Orders") == "5"
    assert figure(page, "Customers") == "3"
    assert figure(page, "First to last order") == "5\u00a0January\u00a02024"
    assert "2\u00a0files of the company landed before" in page.made
    assert "data tests" in page.made


def test_every_line_of_the_files_goes_somewhere(checked: Checked) -> None:
    section = next(one for one in checked.page.parts[0].sections if one.title == "Rows")
    shown = [words.split(" (")[0] for _, words in section.pictures[0].legend]
    assert shown == ["used 7", "superseded 1", "no sale 0", "rejected 2"]
    assert rows(checked.page, "What each file gave") == [
        ["orders.csv", "orders", "7", "5", "1", "1"],
        ["refunds.csv", "refunds", "3", "2", "0", "1"],
    ]
    rejected = rows(checked.page, "Rejected rows")
    assert [row[:4] for row in rejected] == [
        ["orders.csv", "8", "orders", "created_at"],
        ["refunds.csv", "4", "refunds", "amount"],
    ]
    assert [row[4] for row in rejected] == [HOSTILE, "much"]


def test_what_to_look_at_is_said(checked: Checked) -> None:
    said = "\n".join(checked.page.warnings)
    assert "1\u00a0month without a paid order: March\u00a02024" in said
    assert "1\u00a0refund names no order of the files: 7\u00a0USD" in said
    assert "On 1\u00a0order the refund column and the refunds differ, by 5\u00a0USD" in said
    assert "2\u00a0lines of 10 rejected" in said
    assert "disagree with their orders" in said
    notes = "\n".join(checked.page.files[0].says)
    assert "this replaces 1 orders of earlier.csv: 90.00 become 100.00" in notes
    assert "1 orders of earlier.csv are gone" in notes


def test_a_failing_data_test_is_reported_with_its_rows_and_stops_no_model(
    checked: Checked,
) -> None:
    (failed,) = checked.report.tests
    assert (failed.status, failed.failure_count) == ("fail", 1)
    assert failed.tested == "stg_shop__companies"
    assert checked.report.test_count > 100
    assert checked.page.problems == [f"1 of {checked.report.test_count} data tests failed"]
    assert not checked.page.is_good
    for text in (render.markdown([checked.page]), render.html(checked.page)):
        assert "ghost" in text
        assert "newest" in text


def test_models_that_cannot_be_built_and_too_many_rejects_are_problems() -> None:
    broken = DataTest("int_orders", "error", "model int_orders", "not null")
    warned = DataTest("old", "warn", "fct_orders", "2 rows", 2)
    quality = {"quality": [{"rejected_row_share": 0.06, "raw_row_count": 100}]}
    report = gate.Report("acme", tests=[broken, warned], companies={"acme": quality})
    assert report.problems == [
        "model int_orders could not be built",
        "more than 5% of the order rows are rejected (6.0%; --accept-rejects takes them) of acme",
    ]
    few = {"quality": [{"rejected_row_share": 0.06, "raw_row_count": 19}]}
    assert gate.Report("acme", tests=[warned], companies={"acme": few}).problems == []
    accepted = gate.Report("acme", companies={"acme": quality}, accept_rejects=True)
    assert accepted.problems == []


def test_check_changes_nothing_that_has_landed(checked: Checked) -> None:
    assert digests(checked.data) == checked.landed_before
    assert not list((checked.data / "checks").glob("run-*"))


class Elements(HTMLParser):
    """The elements of a page, and what it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.loads: list[tuple] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.names.append(tag)
        loads = {"src", "href", "srcset", "data", "action", "xlink:href"}
        self.loads += [(tag, name, value) for name, value in attrs if name in loads]


def test_the_html_is_one_file_in_which_text_of_the_upload_is_text(checked: Checked) -> None:
    text = render.html(checked.page)
    page = Elements()
    page.feed(text)
    assert page.loads == []
    assert not {"script", "b", "a", "link", "iframe"} & set(page.names)
    assert "url(http" not in text
    assert page.names.count("h1") == 1
    # Each picture in two widths, each with its content in words.
    assert page.names.count("svg") == 6
    assert text.count('role="img"') == 6
    assert "&lt;script&gt;" in text


def test_the_markdown_begins_with_the_verdict_and_shows_text_of_the_upload_as_text(
    checked: Checked,
) -> None:
    text = render.markdown([checked.page])
    assert text.startswith("## ❌ acme cannot be added as it is\n")
    page = Elements()
    page.feed(MARKDOWN.render(text))
    assert page.loads == []
    assert not {"script", "b", "a", "img"} & set(page.names)
    assert page.names.count("details") > 6
    good = Page("Check of x", True, "x can be added", [], "Read in 1 s.")
    assert render.markdown([good]).startswith("## ✅ x can be added\n")


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=150)
)
def test_any_text_is_only_text_in_markdown(value: str) -> None:
    for cell in (render.text("x " + value), "x " + render.text(Raw(value))):
        tokens = MARKDOWN.parse(f"| a |\n| --- |\n| {cell} |\n")
        inline = [token for token in tokens if token.type == "inline"][1]
        kinds = {child.type for child in inline.children}
        assert kinds <= {"text", "text_special", "code_inline"}
        shown = "".join(child.content for child in inline.children).replace("\u200b", "")
        assert shown.split() == f"x {value}".replace("\u200b", "").split()


def test_a_long_report_is_cut_with_its_elements_closed() -> None:
    section = Section("a file", says=[f"note {number} {'y' * 500}" for number in range(200)])
    page = Page("t", True, "x can be added", [], "Read.", question="z\n" * 20_000, files=[section])
    text = render.markdown([page])
    assert 55_000 < len(text) < 65_536
    assert text.count("<details") == text.count("</details>") == 1
    tokens = MARKDOWN.parse(text)
    assert "in the HTML report" in tokens[-2].content
