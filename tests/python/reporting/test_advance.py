"""`python -m reporting advance`: the case by hand, its files, and what is refused."""

from __future__ import annotations

import datetime as dt
import html
import re
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

from forecasting import output
from reporting import reading

from ..conftest import PROJECT
from . import made

LAST = dt.date(2025, 12, 31)
# Ten paths of 100, 200 … 1,000 a day.
PATHS = np.repeat(np.arange(1, 11)[:, None] * 100.0, 150, axis=1)


def write_paths(data: Path, run_id: str = "r1") -> None:
    """Write the paths of elm's run."""
    days = np.datetime64(LAST) + 1 + np.arange(150)
    columns = {
        "path_number": np.repeat(np.arange(1, 11), 150),
        "forecast_date": np.tile(days, 10),
        "net_revenue_amount": PATHS.ravel(),
    }
    ids = {"company_id": "elm", "run_id": run_id}
    output.write(data / "forecasts/elm" / run_id, {"paths": output.table("paths", columns, ids)})


def stress(stress_id: str, rank: int, **more: object) -> dict:
    """Return a row of fct_advance_stresses."""
    return {
        "company_id": "elm",
        "run_id": "r1",
        "stress_id": stress_id,
        "stress_name": stress_id.replace("_", " ").capitalize(),
        "stress_rank": rank,
        "stress_note": f"About {stress_id}.",
        "is_known": True,
        "kept_share": 1,
        "average_month_amount": 20_000,
        **more,
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A release of elm with a forecast, oak whose one failed, young sap, and ash without orders."""
    run = {
        "run_id": "r1",
        "run_at": made.BUILT_AT,
        "is_current": True,
        "horizon_days": 150,
        "last_revenue_date": LAST,
        "first_revenue_date": LAST,
    }
    older = run | {"company_id": "elm", "run_id": "r0", "is_current": False, "grade": "B"}
    rows = made.together(
        made.company("elm", [80, 100, 125], last=LAST),
        made.company("oak", [9]),
        made.company("sap", [9]),
        {
            "dim_companies": [{"company_id": "ash"}],
            "fct_forecast_runs": [
                run | {"company_id": "elm", "grade": "A"},
                older,
                run | {"company_id": "oak", "grade": "failed", "grade_reason": "no whole day"},
                run | {"company_id": "sap", "grade": "insufficient", "grade_reason": "9 days"},
            ],
            "fct_forecast_trust": [
                {"company_id": "elm", "trust": "fair", "trust_sentence": "held 7 of 12 times"}
            ],
            "fct_advance_stresses": [
                stress("none", 0),
                stress("customer_lost", 1, kept_share=0.5),
                stress("channel_lost", 2, is_known=False, kept_share=None),
                stress("season_missed", 3, limit_per_day_amount=400),
            ],
        },
    )
    made.write(tmp_path, rows, marts=reading.CORE | reading.FORECAST | reading.ADVANCE)
    write_paths(tmp_path)
    return tmp_path


def plain(text: str) -> str:
    """Return text with ordinary spaces, also where a line ends."""
    return " ".join(text.split())


def test_a_case_by_hand(data: Path) -> None:
    done = made.run(data, "advance", "--company", "elm", "--amount", 5000)
    assert done.exit_code == 0, done.output
    text = plain(done.output)
    assert "5,000 EUR paid out at the end of 31 December 2025" in text
    assert "5,500 EUR due with the fee of 10.0 %" in text
    # 10 % of 400 a day and more repay 5,500 in 150 days: seven of ten paths; of 500 a day by
    # day 110. Six have by then: half of the paths.
    assert "within 150 days with a probability of 70.0 %" in text
    assert "Half of the paths have repaid by day 92 (2 April 2026)" in text
    assert "nine in ten have is not within the horizon" in text
    # Nine in ten paths remit 3,000 and more: 3,000 / 1.1.
    assert "These terms repay 2,727 EUR with 90 % confidence, 1,364 EUR with 95 %" in text
    assert "Trust in the forecast: fair; held 7 of 12 times." in text
    lines = {line.split("│")[1].strip() for line in done.output.splitlines() if "│" in line}
    assert lines == {"None", "Customer lost", "Channel lost", "Season missed"}
    assert text.count("About channel_lost.") == 1


def test_each_form_has_the_same_numbers(data: Path) -> None:
    folder = data / "elsewhere"
    more = ("--fee", "0.2", "--share", "0.2", "--out", folder)
    assert made.run(data, "advance", "--company", "elm", "--amount", 5000, *more).exit_code == 0
    stem = "elm-5000-0.2-0.2"
    page, text = (
        html.unescape(folder.joinpath(f"{stem}.{end}").read_text()).replace("\u00a0", " ")
        for end in ("html", "md")
    )
    for row in re.findall(r"<tr><td>.*?</tr>", page):
        cells = re.findall(r"<td>(.*?)</td>", row)
        assert f"| {' | '.join(cells)} |" in text
    assert "<svg" in page
    assert "src=" not in page
    assert f"({stem}.svg)" in text
    # Half of the revenue: 20 % of 50, 100 … 500 a day repay 6,000 within 150 days from 200 on.
    by_day = next(line for line in text.splitlines() if line.startswith("| Customer lost"))
    assert by_day == "| Customer lost | < 0.5 % | 10.0 % | 40.0 % | 60.0 % | 70.0 % |"


def test_twice_is_the_same_bytes(data: Path) -> None:
    folder = data / "reports/advances"
    arguments = ("advance", "--company", "elm", "--amount", 5000)
    assert made.run(data, *arguments).exit_code == 0
    first = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert made.run(data, *arguments).exit_code == 0
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == first
    assert sorted(name.rpartition(".")[2] for name in first) == ["html", "md", "svg"]


def test_minimum_cap_and_grace_are_said_and_count(data: Path) -> None:
    more = ("--minimum", 3000, "--minimum-per-day", 10, "--cap", 30, "--grace", 30)
    done = made.run(data, "advance", "--company", "elm", "--amount", 5000, *more)
    text = plain(done.output)
    assert (
        "at least 10.00 EUR a day, at least 3,000 EUR in 30 days, at most 30.00 EUR a day" in text
    )
    assert "nothing in the first 30 days" in text
    # Every path brings 3,000 in 30 days, which begin after the grace period.
    assert "with a probability of > 99.5 %" in text
    assert "Nine paths in ten have repaid by day 90 (31 March 2026)" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--company", "fir"], ["no such company", "one of ash, elm, oak, sap"]),
        (["--company", "oak"], ["no forecast of oak", "no whole day"]),
        (["--company", "sap"], ["no forecast of sap", "9 days", "longer export"]),
        (["--company", "ash"], ["no forecast of ash"]),
        (["--company", "elm", "--amount", "0"], ["this amount", "more than zero"]),
        (["--company", "elm", "--fee", "10"], ["this fee", "write 0.1 for 10 %"]),
        (["--company", "elm", "--share", "0"], ["this share", "above 0"]),
    ],
)
def test_what_cannot_be_computed_is_an_error(
    data: Path, arguments: list[str], words: list[str]
) -> None:
    done = made.run(data, "advance", "--amount", 5000, *arguments)
    assert done.exit_code == 1
    assert all(word in done.output for word in words), done.output
    assert not (data / "reports").exists()


def test_a_release_without_forecasts_says_so(tmp_path: Path) -> None:
    made.write(tmp_path, made.company("elm", [80, 100]), marts=reading.CORE)
    done = made.run(tmp_path, "advance", "--company", "elm", "--amount", 5000)
    assert done.exit_code == 1
    assert "the release has none" in done.output
    assert "without --no-forecast" in done.output


@pytest.mark.parametrize("damage", ["gone", "spoilt"])
def test_paths_that_cannot_be_read_are_named(data: Path, damage: str) -> None:
    file = data / "forecasts/elm/r1/paths.parquet"
    file.write_text("no parquet") if damage == "spoilt" else file.unlink()
    done = made.run(data, "advance", "--company", "elm", "--amount", 5000)
    assert done.exit_code == 1
    assert "the paths of elm's forecast cannot be read" in done.output


def test_paths_are_read_back_as_they_were_written(data: Path) -> None:
    assert np.array_equal(output.read_paths(data / "forecasts/elm/r1"), PATHS)
    assert pq.read_table(data / "forecasts/elm/r1/paths.parquet").num_rows == PATHS.size


def test_a_folder_that_cannot_be_written_is_reported(data: Path) -> None:
    (data / "file").write_text("")
    arguments = ("--company", "elm", "--amount", 5000, "--out", data / "file")
    done = made.run(data, "advance", *arguments)
    assert done.exit_code == 1
    assert "cannot be written" in done.output


def test_an_old_log_and_a_quarantine_are_said(data: Path) -> None:
    import duckdb

    with duckdb.connect(str(data / "current/warehouse.duckdb")) as connection:
        connection.execute("update marts.fct_data_quality set days_since_last_order = 42")
    done = made.run(data, "advance", "--company", "elm", "--amount", 5000)
    assert "The log ended 42 days before the release" in plain(done.output)


def test_the_exposure_names_the_marts_that_are_read() -> None:
    exposures = yaml.safe_load((PROJECT / "models/marts/exposures.yml").read_text())["exposures"]
    (exposure,) = (one for one in exposures if one["name"] == "advance_case")
    names = {name.removeprefix("ref('").removesuffix("')") for name in exposure["depends_on"]}
    assert names == set(reading.ADVANCE)
