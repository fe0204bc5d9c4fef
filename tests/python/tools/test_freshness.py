"""Pages of measurements say when their figures are older than what they measure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import freshness

PAGE = """\
# Speed

<!-- measures build: models/*.sql; hash 000000000000 -->

ten seconds

<!-- end build -->

The end.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "orders.sql").write_text("select 1")
    (tmp_path / "docs" / "speed.md").write_text(PAGE)
    return tmp_path


def test_every_page_says_which_measurements_are_stale() -> None:
    found = list(freshness.measurements())
    assert {(one.page.name, one.name) for one in found} == {
        ("advances.md", "advances"),
        ("forecasting.md", "customers"),
        ("forecasting.md", "quality"),
        ("performance.md", "api"),
        ("performance.md", "build"),
        ("performance.md", "customers"),
        ("performance.md", "dashboards"),
        ("performance.md", "forecast"),
        ("performance.md", "increment"),
        ("performance.md", "landing"),
        ("performance.md", "operations"),
        ("performance.md", "scale"),
        ("performance.md", "small"),
        ("performance.md", "spark"),
    }
    wrong = [f"{one.page.name}: {one.name}" for one in found if not one.is_right]
    assert not wrong, f"run `make freshness`: {', '.join(wrong)}"


def test_a_change_of_what_is_measured_makes_figures_stale_until_measured(project: Path) -> None:
    page = project / "docs" / "speed.md"
    freshness.write(page, "build", "nine seconds", project)
    text = page.read_text()
    assert "nine seconds" in text
    assert "ten seconds" not in text
    assert text.endswith("<!-- end build -->\n\nThe end.\n")
    assert [one.is_right for one in freshness.measurements(project)] == [True]

    (project / "models" / "orders.sql").write_text("select 2")
    assert [one.is_right for one in freshness.measurements(project)] == [False]
    freshness.note(project)
    assert freshness.STALE in page.read_text()
    assert [one.is_right for one in freshness.measurements(project)] == [True]

    freshness.write(page, "build", "eight seconds", project)
    assert freshness.STALE not in page.read_text()
    assert [one.is_right for one in freshness.measurements(project)] == [True]


def test_a_note_is_removed_when_the_change_is_taken_back(project: Path) -> None:
    freshness.write(project / "docs" / "speed.md", "build", "nine seconds", project)
    before = (project / "docs" / "speed.md").read_text()
    new = project / "models" / "customers.sql"
    new.write_text("select 3")
    freshness.note(project)
    new.unlink()
    assert [one.is_right for one in freshness.measurements(project)] == [False]
    freshness.note(project)
    assert (project / "docs" / "speed.md").read_text() == before


def test_a_pattern_without_files_is_an_error(project: Path) -> None:
    (project / "models" / "orders.sql").unlink()
    with pytest.raises(ValueError, match=r"no file matches 'models/\*.sql'"):
        list(freshness.measurements(project))
