"""Where an export goes: refused in words, replaced whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporting.export import export, files, tables
from warehouse import terminal

from .made_export import exported, release_edit, run, table, write


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write(tmp_path)


def test_text_that_no_cell_holds_is_an_error(data: Path) -> None:
    release_edit(data, "update marts.dim_customers set customer_id = repeat('x', 32768)"
                 " where customer_id = 'plain'")  # fmt: skip
    done = run(data, "--format", "xlsx")
    assert done.exit_code == 1
    assert "32,768 characters" in done.output
    assert "--format parquet" in done.output
    assert list((data / "out").iterdir()) == []


def test_a_company_that_is_not_there_is_named_with_those_that_are(data: Path) -> None:
    done = run(data, company="ash")
    assert done.exit_code == 1
    assert "found:    ash" in done.output
    assert "one of elm, oak" in done.output
    assert not (data / "out").exists()


def test_a_company_held_back_says_why(data: Path) -> None:
    release_edit(
        data,
        "insert into marts.fct_quarantined_companies by name select 'fir' as company_id,"
        " 'not_null' as test_name, 'a row' as example_row, true as is_left_out",
    )
    done = run(data, company="fir")
    assert done.exit_code == 1
    assert "holds nothing of fir" in done.output
    assert "In quarantine" in done.output


def test_a_folder_that_cannot_be_written_is_reported(data: Path) -> None:
    (data / "out").write_text("")
    done = run(data)
    assert done.exit_code == 1
    assert "the export cannot be written" in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_no_export_is_not_replaced(data: Path, form: str) -> None:
    place = data / "out" / ("elm_csv" if form == "csv" else "elm.xlsx")
    place.mkdir(parents=True)
    (place / "thesis.txt").write_text("years of work")
    done = run(data, "--format", form)
    assert done.exit_code == 1
    assert "something else in the place" in done.output
    assert (place / "thesis.txt").read_text() == "years of work"
    assert [file.name for file in (data / "out").iterdir()] == [place.name]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_an_earlier_export_is_replaced_whole(
    data: Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool
) -> None:
    folder = exported(data, "csv")
    (folder / "of_an_older_version.csv").write_text("")
    if not can_exchange:
        monkeypatch.setattr(export, "_exchange", lambda one, other: False)
    release_edit(data, "update marts.fct_monthly_revenue set paid_order_count = 77")
    exported(data, "csv")
    assert not (folder / "of_an_older_version.csv").exists()
    assert {row["paid_order_count"] for row in table(folder, "months")} == {"77"}
    assert [file.name for file in (data / "out").iterdir()] == ["elm_csv"]


def test_an_export_that_fails_leaves_the_earlier_one(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = exported(data, "csv")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    real = files.write_csv

    def full(connection: object, content: tables.Content, *rest: object) -> str:
        if content.table.name == "cohorts":
            raise OSError(28, "No space left on device")
        return real(connection, content, *rest)

    monkeypatch.setattr(files, "write_csv", full)
    release_edit(data, "update marts.fct_monthly_revenue set paid_order_count = 77")
    done = run(data)
    assert done.exit_code == 1
    assert "No space left on device" in done.output
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert [file.name for file in (data / "out").iterdir()] == ["elm_csv"]


def test_a_bar_is_shown_only_when_it_takes_long(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "rows ━" not in run(data).output
    monkeypatch.setattr(terminal, "BAR_AFTER_SECONDS", 0.0)
    assert "rows ━" in run(data).output
