"""A panel of companies of varied character, each drawn from its number."""

from __future__ import annotations

import collections

import numpy as np
import pytest

from simulation.company import simulate
from simulation.panel import CHARACTERS, LENGTHS, panel_scenario
from simulation.truth import daily_truth


def test_sixty_companies_in_a_row_hold_every_character_at_every_length() -> None:
    found = collections.Counter()
    for number in range(7, 67):
        one = panel_scenario(number, 3)
        days = (one.history.end - one.history.log_start).days + 1
        place = next(k for k, (least, most) in enumerate(LENGTHS) if least <= days < most)
        found[one.description, place] += 1
    assert set(found.values()) == {1}
    assert len(found) == len(CHARACTERS) * len(LENGTHS) == 60


def test_a_number_and_a_seed_give_one_company() -> None:
    assert panel_scenario(4, 1) == panel_scenario(4, 1)
    assert panel_scenario(4, 1) != panel_scenario(4, 2)


@pytest.mark.parametrize(
    ("character", "least", "most"), [("growing", 1.05, 9), ("declining", 0, 0.95)]
)
def test_growth_and_decline_show_in_the_revenue(character: str, least: float, most: float) -> None:
    ratios = []
    for seed in range(6):
        number = CHARACTERS.index(character) + 3 * len(CHARACTERS)
        daily = daily_truth(simulate(panel_scenario(number, seed)))
        revenue = np.asarray(daily["actual_net_revenue_amount"].cast("double"))
        ratios.append(revenue[-364:].sum() / revenue[-728:-364].sum())
    assert least < np.median(ratios) < most


def test_a_closure_is_in_the_log() -> None:
    one = panel_scenario(CHARACTERS.index("closed_for_a_while"), 0)
    assert one.closures
    assert one.history.log_start <= one.closures[0].start <= one.history.end
