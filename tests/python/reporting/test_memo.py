"""The credit memo of releases made by hand: what it says, and what is refused."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import docx
import pytest
import yaml
from docx.oxml.ns import qn

from reporting import reading
from reporting.memo import pages
from warehouse.errors import PaidnetError

from ..conftest import PROJECT
from . import made
from .made_memo import MARTS, company, finding, footnotes, forecast, text
from .test_advance import write_paths


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A release of elm with a forecast, oak without one, and ash without orders."""
    ash = {
        "dim_companies": [{"company_id": "ash"}],
        "fct_watch_list": [{"company_id": "ash", "watch_number": 3, "verdict": "no orders"}],
    }
    rows = made.together(
        company("elm"), company("oak"), ash, forecast(),
        {"fct_company_flags": [finding("oak", 1, sentence="Oak's data are old", kind="data")]},
    )  # fmt: skip
    made.write(tmp_path, rows, marts=MARTS)
    write_paths(tmp_path)
    return tmp_path


def memo(data: Path, *arguments: object) -> Path:
    """Write memos; return their folder."""
    done = made.run(data, "memo", *arguments)
    assert done.exit_code == 0, done.output
    return data / "reports/memos"


def test_a_memo_by_hand(data: Path) -> None:
    folder = memo(data, "--company", "elm")
    said = text(folder / "elm.docx")
    for sentence in (
        "Refer to a person: 5 red and 0 amber concerns; first: it fell by 10.0 %",
        "At a fee of 10.0 % and 10.0 % of each day's paid-net revenue remitted, it repays 2,727 "
        "EUR within 150 days with 90 % confidence, 1,364 EUR with 95 %.",
        "The first is 0.14 average months of its sales.",
        # The last that is likely, and the two after it.
        "2,000 EUR with a probability of 95.0 %, 4,000 EUR with a probability of 80.0 %, 6,000 EUR "
        "with a probability of 60.0 %.",
        "Trust in the forecast: poor. Past 80 % ranges held 7 of 12 times. It learns from 3.0 "
        "years of history.",
        "Red Concern 1. It fell by 10.0 % (−5.0 % a year before) (red below −25.0 %; December "
        "2025).",
        "And 1 more in Company, Underwrite.",
        "Loyal. 80 % come back (green above 50.0 %; above 90 % of the other companies; December",
        "The file names no products. An order brings 41.50 EUR on average, net of refunds. 60.0 % "
        "of the revenue comes through its largest channel, web shop. The file names no countries",
        "1,200 customers bought in the 92 days of the log, – of them for the first time.",
        "From 1 January 2026 to 30 May 2026 the forecast expects 82,500 EUR of paid-net revenue, "
        "and four times in five between 15,000 EUR and 142,500 EUR. The same days a year before "
        "brought 90,000 EUR; the probability that these bring less is 60.0 %.",
        "Covenants. 1 of 2 kept. Broken: Refunds, 25.0 %, at most 20.0 %.",
        "The data score 97 of 100.",
        "Largest product, Other products (no products are named).",
    ):
        assert sentence in said, sentence
    assert "Concern 5" not in said
    numbers, stresses = made.tables(folder / "elm.docx")[1:3]
    assert numbers[1][1:4] == ["10.0 %", "−1.0 % since", "above 75 %"]
    assert numbers[2][1:4] == ["20.0 %", "−2.0 %", "below 80 %"]
    assert stresses[1:] == [
        ["As forecast", "2,727 EUR", "1,364 EUR", "0.14", ""],
        ["Largest customer lost", "1,364 EUR", "682 EUR", "0.07", ""],
    ]
    assert not (folder / "comparison.docx").exists()


def test_the_amount_asked_for_is_answered_on_its_own_terms(data: Path) -> None:
    folder = memo(data, "--company", "elm", "--amount", 5000, "--share", 0.1)
    said = text(folder / "elm.docx")
    # As test_advance has it by hand: seven of ten paths.
    assert (
        "Asked for: 5,000 EUR, 5,500 EUR due with the fee. Repaid in full within 150 days with a "
        "probability of 70.0 %; half of the forecast’s paths have repaid by: day 92 (2 April 2026);"
        " nine in ten: not within the horizon."
    ) in said
    assert "it repays 2,727 EUR within 150 days with 90 % confidence, 1,364 EUR with 95 %" in said
    assert made.tables(folder / "elm.docx")[2][1:] == [
        ["None", "2,727 EUR", "1,364 EUR", "0.14", "70.0 %"],
        ["Customer lost", "1,364 EUR", "681.81 EUR", "0.07", "30.0 %"],
    ]
    assert any(
        "as: python -m reporting advance --company elm --amount 5000 --fee 0.1 --share 0.1" in one
        for one in footnotes(folder / "elm.docx")
    )


def test_a_company_without_a_forecast_says_so_and_has_its_own_findings(data: Path) -> None:
    said = text(memo(data, "--company", "oak") / "oak.docx")
    assert "There is no forecast: none has been made for this company." in said
    assert "What could be lent is not known." in said
    assert "Oak's data are old" in said
    assert "No measure is good enough to be called a strength." in said
    assert "Capacity" not in said
    assert "None." in said


def test_all_companies_are_compared_on_a_page(data: Path) -> None:
    folder = memo(data, "--all")
    assert sorted(file.name for file in folder.iterdir()) == [
        f"{name}.{end}" for name in ("comparison", "elm", "oak") for end in ("docx", "html")
    ]
    (table,) = made.tables(folder / "comparison.docx")
    assert [row[0] for row in table[1:]] == ["Elm", "Oak", "ash"]
    assert table[1][1:7] == ["refer", "elm fell by 10.0 %", "0, 0", "1 broken", "2,727 EUR", "–"]


def test_the_page_for_a_browser_says_what_the_word_file_says(data: Path) -> None:
    folder = memo(data, "--company", "elm")
    page = (folder / "elm.html").read_text()
    # The months of the one measure that has any, and the forecast.
    assert page.count("<img") == page.count('alt="') == 2
    assert re.findall(r'(?:src|href)="(?!data:|#)', page) == []
    notes = footnotes(folder / "elm.docx")
    assert page.count('<li id="footnote-') == len(notes)
    assert '<span class="red">Refer to a person</span>' in page


def test_twice_is_the_same_bytes(data: Path) -> None:
    folder = memo(data, "--all")
    first = {file.name: file.read_bytes() for file in folder.iterdir()}
    shutil.rmtree(folder)
    assert {file.name: file.read_bytes() for file in memo(data, "--all").iterdir()} == first


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "--company ID, or --all"),
        (["--all", "--company", "elm"], 2, "--company ID, or --all"),
        (["--all", "--amount", 5], 2, "--amount is asked for by one --company"),
        (["--company", "elm", "--fee", 0.1], 2, "--fee and --share are terms of an --amount"),
        (["--company", "fir"], 1, "no such company"),
        (["--company", "elm", "--amount", 0], 1, "more than zero"),
        (["--company", "oak", "--amount", 5000], 1, "no forecast of oak"),
    ],
)
def test_what_cannot_be_written_is_an_error(
    data: Path, arguments: list[object], code: int, words: str
) -> None:
    done = made.run(data, "memo", *arguments)
    assert done.exit_code == code, done.output
    assert words in re.sub(r"[\s│]+", " ", done.output)
    assert not (data / "reports").exists()


def test_a_company_without_orders_is_named_and_a_release_without_findings_is_refused(
    data: Path, tmp_path: Path
) -> None:
    done = made.run(data, "memo", "--all")
    assert "it has no orders" in done.output
    made.write(tmp_path / "core", made.company("elm", [80]), marts=reading.CORE)
    done = made.run(tmp_path / "core", "memo", "--all")
    assert done.exit_code == 1
    assert "without --no-forecast" in done.output


def test_a_word_of_the_template_that_is_no_figure_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = docx.Document(str(pages.TEMPLATES / "memo.docx"))
    document.paragraphs[0].runs[0].text = "{{ compony }}"
    document.save(str(tmp_path / "memo.docx"))
    monkeypatch.setattr(pages, "TEMPLATES", tmp_path)
    with pytest.raises(PaidnetError, match=r"memo\.docx") as raised:
        pages.Template("memo.docx").fill({}, "", "", made.BUILT_AT)
    assert "compony" in str(raised.value)
    (tmp_path / "memo.docx").write_text("no Word file")
    with pytest.raises(PaidnetError, match=r"memo\.docx"):
        pages.Template("memo.docx")


def test_the_exposure_names_the_marts_that_are_read() -> None:
    exposures = yaml.safe_load((PROJECT / "models/marts/exposures.yml").read_text())["exposures"]
    (exposure,) = (one for one in exposures if one["name"] == "credit_memo")
    names = {name.removeprefix("ref('").removesuffix("')") for name in exposure["depends_on"]}
    assert names == set(reading.MEMO | reading.COMPARISON | reading.ADVANCE)


def test_a_short_horizon_and_thresholds_of_ones_own_leave_out_what_there_is_none_of(
    tmp_path: Path,
) -> None:
    rows = made.together(company("elm"), forecast())
    for row in rows["fct_advance_capacity"]:
        row["horizon_days"] = 100
    for row in rows["fct_advance_scenarios"]:
        row["probability_repaid_by_90"] = row.pop("probability_repaid_by_150") / 2
    rows["fct_company_measures"] = [
        row for row in rows["fct_company_measures"] if row["measure_id"] != "refund_value_rate"
    ]
    for row in rows["fct_company_flags"]:
        row["as_of_date"] = None
    made.write(tmp_path, rows, marts=MARTS)
    said = text(memo(tmp_path, "--company", "elm") / "elm.docx")
    assert "Repaid in full within 90 days: 2,000 EUR with a probability of 47.5 %" in said
    assert len(made.tables(tmp_path / "reports/memos/elm.docx")[1]) == 6
    for row in rows["fct_advance_capacity"]:
        row["horizon_days"] = 20
    made.write(tmp_path / "shorter", rows, marts=MARTS)
    folder = memo(tmp_path / "shorter", "--company", "elm")
    assert "No amount was asked for" not in text(folder / "elm.docx")


def test_figures_of_one_mart_share_the_footnote_after_the_last_of_them(data: Path) -> None:
    file = memo(data, "--company", "elm") / "elm.docx"
    (line,) = (
        paragraph
        for paragraph in docx.Document(str(file)).paragraphs
        if paragraph.text.startswith("Capacity.")
    )
    shown, references = "", []
    for run in line._p.iter(qn("w:r")):
        for child in run:
            if child.tag == qn("w:footnoteReference"):
                references.append(int(child.get(qn("w:id"))))
                shown += "#"
            else:
                shown += child.text or ""
    assert shown.replace("\u00a0", " ").endswith("The first is 0.14# average months of its sales.")
    (note,) = references
    assert footnotes(file)[note - 1] == (
        "fct_advance_capacity: capacity_90_amount, capacity_95_amount, capacity_90_months_of_sales"
        " (stress_id = none, is_standard_terms)"
    )
