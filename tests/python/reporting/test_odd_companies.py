"""Reports of companies that are not like the demo's: each sentence must still be right."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from reporting import pictures
from reporting.reading import CORE

from . import made

FAILED_RUN = {"company_id": "elm", "run_id": "r1", "is_current": True, "grade": "failed"}
FAILED_RUN |= {"grade_reason": "the fit failed", "run_at": made.BUILT_AT}


def report(data: Path, rows: made.Rows, *arguments: str, marts: tuple[str, ...] = ()) -> Path:
    """Write the reports of a release with these rows; return the folder of December 2025."""
    made.write(data, rows, *([marts] if marts else []))
    done = made.run(data, *arguments)
    assert done.exit_code == 0, done.output
    return data / "reports" / "2025-12"


def test_a_young_company_is_compared_with_what_there_is(tmp_path: Path) -> None:
    folder = report(tmp_path, made.company("elm", [80, 100, 125]))
    text = made.text(folder / "elm.docx")
    assert "Elm had paid-net revenue of 125 EUR in December 2025, from 20 paid orders." in text
    assert "That is 25.0 % more than in November 2025." in text
    assert "December 2024 is not in the log." in text
    assert "Take note: less than a year of data." in text
    assert "Twelve months to 31 December 2025 (less: the log is shorter)" in text
    assert "No forecast has been made for this company" in text
    figures = made.tables(folder / "elm.docx")[0]
    assert figures[0][4:] == ["Dec 2024 (not in the log)", "change"]
    assert figures[1][3:] == ["+25.0 %", "–", "–"]


def test_a_partial_month_is_flagged_and_compared_with_nothing(tmp_path: Path) -> None:
    rows = made.company("elm", [80, 100, 125], last=dt.date(2025, 12, 9))
    folder = report(tmp_path, rows, "--month", "2025-12")
    text = made.text(folder / "elm.docx")
    assert "covers only part of that month, so it is not compared with others" in text
    assert "That is" not in text
    assert "the month is partial" in text
    assert "Hatched" in text
    assert "Only part of December 2025 is in the log." in text
    figures = made.tables(folder / "elm.docx")[0]
    assert figures[0][1] == "Dec 2025 (partial)"
    assert all(row[3] == row[5] == "–" for row in figures[1:])
    (line, *_) = made.tables(folder / "portfolio.docx")[0][1:]
    assert line[3:5] == ["–", "–"]


def test_a_partial_month_is_not_what_another_is_compared_with(tmp_path: Path) -> None:
    rows = made.company("elm", [80, 125])
    rows["fct_monthly_revenue"][0]["is_partial_month"] = True
    folder = report(tmp_path, rows)
    text = made.text(folder / "elm.docx")
    assert "November 2025 is only partly in the log." in text
    assert made.tables(folder / "elm.docx")[0][1][2:4] == ["80 EUR", "–"]


@pytest.mark.parametrize(
    ("nets", "said", "change"),
    [
        ([100, -50], "Elm lost 50 EUR in December 2025: its orders' refunds exceed", "–"),
        ([100, 0], "Elm had paid-net revenue of 0 EUR in December 2025", "−100.0 %"),
        ([-50, 100], "November 2025 brought −50 EUR.", "–"),
        ([0, 100], "November 2025 brought 0 EUR.", "–"),
        ([100, 100.04], "That is as much as in November 2025.", "0.0 %"),
        ([1, 1234], "123,300 % more than in November 2025.", "+123,300 %"),
        ([200, 100], "50.0 % less than in November 2025.", "−50.0 %"),
    ],
)
def test_the_month_is_reported_as_it_was(
    tmp_path: Path, nets: list[float], said: str, change: str
) -> None:
    folder = report(tmp_path, made.company("elm", nets))
    assert said in made.text(folder / "elm.docx")
    assert made.tables(folder / "elm.docx")[0][1][3] == change


def test_a_month_without_an_order_has_no_rates(tmp_path: Path) -> None:
    nothing = dict.fromkeys(
        ("new_customer_revenue_share", "refund_value_rate", "refund_order_rate"), None
    )
    counts = dict.fromkeys(("paid_order_count", "customer_count", "new_customer_count"), 0)
    rows = made.company("elm", [0, 0], average_order_amount=None, **nothing, **counts)
    folder = report(tmp_path, rows)
    text = made.text(folder / "elm.docx")
    assert "Elm had no paid order in December 2025." in text
    assert "December 2025 has no sales to refund." in text
    assert "No customer's first paid order before December 2025 is in the log." in text
    figures = made.tables(folder / "elm.docx")[0]
    assert [row[1] for row in figures[1:]] == ["0 EUR", *["–"] * 4, "0", "0", "0"]


def test_no_refunds_and_dated_refunds_are_reported(tmp_path: Path) -> None:
    rows = made.company("elm", [100, 100], refund_amount=0, refund_value_rate=0)
    rows["fct_monthly_revenue"][1]["refunds_issued_amount"] = 30
    rows["fct_company_summary"][0]["refund_value_rate"] = 0
    text = made.text(report(tmp_path, rows) / "elm.docx")
    assert "Of December 2025's orders nothing has been refunded so far." in text
    assert (
        "Of the orders of the twelve months to 31 December 2025 nothing has been refunded." in text
    )
    assert "Refunds made in December 2025, of orders of any month: 30 EUR." in text


def test_a_few_of_many_are_not_reported_as_none(tmp_path: Path) -> None:
    rows = made.company("elm", [100, 100])
    rows["fct_data_quality"][0] |= {"guest_order_share": 0.0004, "rejected_row_count": 0}
    text = made.text(report(tmp_path, rows) / "elm.docx")
    assert "< 0.1 % of the orders name no customer." in text
    assert "and 0 rejected." in text


def test_items_that_are_set_aside_are_told(tmp_path: Path) -> None:
    rows = made.company("elm", [100, 100])
    upload = {"company_id": "elm", "entity": "order_items", "landed_at": made.BUILT_AT}
    note = (
        "Set aside: 2 items of 2 orders in b.csv, as the company also sends items of them (a.csv)."
    )
    rows["fct_uploads"] = [
        upload | {"source_file": "a.csv"},
        upload | {"source_file": "b.csv", "set_aside_note": note},
    ]
    text = made.text(report(tmp_path, rows) / "elm.docx")
    assert text.count("Set aside") == 1
    assert note in text


def test_a_failed_forecast_and_a_release_without_forecasts_say_so(tmp_path: Path) -> None:
    rows = made.company("elm", [100]) | {"fct_forecast_runs": [FAILED_RUN]}
    rows["fct_portfolio"] = [{"company_id": "elm", "forecast_trust": "none"}]
    failed = report(tmp_path / "failed", rows)
    text = made.text(failed / "elm.docx")
    assert "There is no forecast: the fit failed." in text
    assert made.tables(failed / "portfolio.docx")[0][1][6:9] == ["–", "–", "none"]
    without = report(tmp_path / "without", made.company("elm", [100]), marts=tuple(CORE))
    for name in ("elm.docx", "portfolio.docx"):
        assert "This release was built without forecasts." in made.text(without / name)


def test_the_portfolio_orders_by_currency_and_revenue_and_names_who_is_missing(
    tmp_path: Path,
) -> None:
    pound = made.company("oak", [900, 900])
    pound["dim_companies"][0]["currency"] = "GBP"
    old = made.company("ash", [50, 50], last=dt.date(2025, 11, 30))
    fall = made.company("fir", [100, 400])
    found = {"severity": "red", "flag_id": "any"}
    fall["fct_company_flags"] = [
        found | {"company_id": "fir", "finding_rank": n, "flag_name": name, "value_label": label}
        for n, (name, label) in enumerate(
            [("Growth", "-25.0 %"), ("Refunds", "30.0 %"), ("Gap", "30 days"), ("More", "1")]
        )
    ]
    old["fct_company_flags"] = [
        {
            "company_id": "ash",
            "severity": "amber",
            "flag_id": "data_age_days",
            "flag_name": "Age of the data",
            "value_label": "40 days",
        }
    ]
    rows = made.together(
        pound, old, fall, made.company("elm", [500, 500]), made.company("bay", []),
        made.company("yew", [7], last=dt.date(2025, 12, 20)),
        made.company("portfolio", [1, 1]),
    )  # fmt: skip
    folder = report(tmp_path, rows)
    table, missing = made.tables(folder / "portfolio.docx")
    assert [row[0] for row in table[1:]] == ["Elm", "Fir", "Ash", "Portfolio", "Oak"]
    notes = {row[0]: row[9] for row in table[1:]}
    assert notes["Ash"] == "an older month; less than a year of data; age of the data 40 days"
    assert notes["Fir"].endswith("; growth −25.0 %; refunds 30.0 %; gap 30 days; 1 more")
    assert missing[1] == ["bay", "it has no orders"]
    assert missing[2][1].startswith("its log covers 2025-12-01 to 2025-12-20, not a whole")
    # A company may be called portfolio.
    assert "Portfolio had paid-net revenue of 1 EUR" in made.text(folder / "_portfolio.docx")
    assert (tmp_path / "reports/2025-11/ash.docx").exists()


def test_a_company_without_name_or_currency_goes_by_its_id(tmp_path: Path) -> None:
    rows = made.company("elm", [80, 100])
    rows["dim_companies"][0] |= {"company_name": None, "currency": None}
    text = made.text(report(tmp_path, rows) / "elm.docx")
    assert "elm had paid-net revenue of 100 in December 2025" in text
    assert "currency not known" in text


def test_parts_below_zero_stack_downwards_and_partial_months_are_hatched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = []
    monkeypatch.setattr(pictures, "as_png", drawn.append)
    rows = made.company("elm", [100, 200], last=dt.date(2025, 12, 5), guest_revenue_amount=-30)
    rows["fct_monthly_revenue"][0]["new_customer_revenue_amount"] = -20
    pictures.revenue(rows["fct_monthly_revenue"], "EUR")
    above = drawn[0].axes[0]
    spans = [[(b.get_y(), b.get_y() + b.get_height()) for b in c] for c in above.containers]
    assert np.allclose(spans, [[(0, 75), (0, 150)], [(0, -20), (150, 200)], [(-20, -50), (0, -30)]])
    assert [bool(bar.get_hatch()) for bar in above.containers[0]] == [False, True]
    assert [t.get_text() for t in above.get_legend().texts] == [
        name for name, *_ in pictures._PARTS
    ]


def test_a_company_in_quarantine_says_so_first_and_one_left_out_has_its_reason(
    tmp_path: Path,
) -> None:
    held = {"test_name": "statuses_are_known", "example_row": "status = odd"}
    held |= {"quarantined_at": made.BUILT_AT}
    good = {
        "company_id": "elm",
        "held_back_files": "january.csv",
        "uploaded_at": dt.datetime(2026, 1, 8, 9, 0),
        "last_good_release": "20251231T060000.000000Z",
        "last_good_at": dt.datetime(2025, 12, 31, 6, 0),
    }
    rows = made.together(
        made.company("elm", [80, 100, 125]),
        made.company("oak", [10]),
        {
            "fct_quarantined_companies": [
                good | held,
                {"company_id": "yew", "is_left_out": True, **held},
            ]
        },
    )
    folder = report(tmp_path, rows)
    sentence = (
        "In quarantine. All figures are of the release of 31 December 2025, 06:00 UTC: the upload"
        " january.csv of 8 January 2026 is held back, because its rows break the test"
        " statuses_are_known (status = odd)."
    )
    lines = made.text(folder / "elm.docx").splitlines()
    assert lines.index(sentence) == 3, "below the title and what the log covers"
    assert "In quarantine" not in made.text(folder / "oak.docx")
    companies, without = made.tables(folder / "portfolio.docx")
    notes = {line[0]: line[-1] for line in companies[1:]}
    assert "in quarantine: older data" in notes["Elm"]
    assert "quarantine" not in notes["Oak"]
    assert [row[0] for row in without[1:]] == ["yew"]
    assert without[1][1].startswith("In quarantine. It has no figures: its newest change is held")
    alone = made.run(tmp_path, "--company", "yew")
    assert alone.exit_code == 1
    assert "yew: In quarantine" in alone.output
