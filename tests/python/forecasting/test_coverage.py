"""On simulated companies the published intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from forecasting import job
from forecasting.settings import Settings
from forecasting.study.companies import panel
from tests.python.forecasting.makers import Written

COMPANIES = 40
MODELS = ("paidnet", "pool")


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """By model, whether each company's longest completed total fell into its 80 % interval."""
    settings = Settings(origin_count=1, path_count=100)
    outcomes = job.run(panel(range(COMPANIES), 5), tmp_path_factory.mktemp("panel"), settings, 2)
    found: dict[str, list[bool]] = {model: [] for model in MODELS}
    for one in outcomes:
        rows = Written(one).table("backtests").to_pylist()
        longest = max(row["horizon_days"] for row in rows)
        for row in rows:
            if row["horizon_days"] == longest and row["model_name"] in found:
                found[row["model_name"]].append(row["is_inside_80"])
    return {model: np.array(flags) for model, flags in found.items()}


def test_the_80_percent_interval_covers_80_percent_of_simulated_companies(
    inside: dict[str, np.ndarray],
) -> None:
    covered = inside["paidnet"]
    assert covered.size == COMPANIES
    low, high = stats.binom.interval(0.995, COMPANIES, 0.8)
    assert low <= covered.sum() <= high


def test_without_calibration_5_points_fewer_are_covered(inside: dict[str, np.ndarray]) -> None:
    assert inside["paidnet"].sum() - inside["pool"].sum() >= COMPANIES // 20
