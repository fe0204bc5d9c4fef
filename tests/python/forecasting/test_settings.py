"""Settings come from YAML and the command line, and what is wrong in them is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from forecasting import settings as setting
from forecasting.settings import Settings
from warehouse.errors import PaidnetError


def yaml(folder: Path, text: str) -> Path:
    file = folder / "settings.yml"
    file.write_text(text)
    return file


def test_yaml_overrides_defaults_and_the_command_line_overrides_yaml(tmp_path: Path) -> None:
    file = yaml(tmp_path, "path_count: 300\nhorizon_days: 90\nholidays: false\n")
    found = setting.load(file, horizon_days=45)
    assert found == Settings(path_count=300, horizon_days=45, holidays=False)
    assert setting.load(file, horizon_days=None).horizon_days == 90
    assert setting.load(yaml(tmp_path, "")) == setting.load(None) == Settings()


def test_an_unknown_key_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(PaidnetError, match=r"path_counts[\s\S]*did you mean path_count\?"):
        setting.load(yaml(tmp_path, "path_counts: 300\n"))
    with pytest.raises(PaidnetError, match=r"see forecasting/settings\.py"):
        setting.load(yaml(tmp_path, "zzz: 300\n"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("path_count: many", "a whole number above zero"),
        ("path_count: 2.5", "a whole number above zero"),
        ("path_count: 0", "a whole number above zero"),
        ("path_count: -3", "a whole number above zero"),
        ("path_count: true", "a whole number above zero"),
        ("path_count:", "a whole number above zero"),
        ("holidays: 1", "true or false"),
        ("holidays: 'no'", "true or false"),
    ],
)
def test_a_value_of_another_type_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(PaidnetError, match=expected):
        setting.load(yaml(tmp_path, text))


def test_a_seed_of_zero_is_a_seed(tmp_path: Path) -> None:
    assert setting.load(yaml(tmp_path, "seed: 0")).seed == 0


@pytest.mark.parametrize("text", ["- path_count", "path_count", "a: [", "\x00", "a: 2024-02-30"])
def test_a_file_that_is_no_mapping_is_refused_with_its_path(tmp_path: Path, text: str) -> None:
    with pytest.raises(PaidnetError, match=r"settings\.yml"):
        setting.load(yaml(tmp_path, text))
    with pytest.raises(PaidnetError, match="cannot be read"):
        setting.load(tmp_path / "absent.yml")


@pytest.mark.parametrize(
    ("days", "horizons"),
    [
        (150, (30, 60, 90, 120, 150)),
        (60, (30, 60)),
        (45, (30, 45)),
        (7, (7,)),
        (200, (30, 60, 90, 120, 150, 200)),
    ],
)
def test_totals_are_of_the_horizon_and_the_shorter_ones(
    days: int, horizons: tuple[int, ...]
) -> None:
    assert Settings(horizon_days=days).horizons == horizons
