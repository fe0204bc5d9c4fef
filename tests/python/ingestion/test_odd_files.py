"""Odd files give their right answer, or the question that must be asked: never a wrong number.

The cases are in tests/fixtures/odd: the files, and the answers as they were worked out by hand.
Those that guard a rule of their own run always (`quick`), all of them in `make test-deep`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.python.ingestion import odd_answers
from warehouse.errors import PaidnetError

CASES = [
    pytest.param(
        case,
        id=f"{case['group']}: {case['case']}",
        marks=[] if case.get("quick") else [pytest.mark.deep],
    )
    for case in odd_answers.cases()
]


@pytest.mark.parametrize("case", CASES)
def test_an_odd_file_gives_its_answer_or_the_right_question(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))
    ways = case["right"].split(" | ")
    questions = [way.removeprefix("refuse").strip() for way in ways if way.startswith("refuse")]
    try:
        odd_answers.add(case, tmp_path)
    except PaidnetError as error:
        said = str(error)
        assert any(question.lower() in said.lower() for question in questions), said
        return
    found = odd_answers.answer()
    wrong = [odd_answers.differences(way, found) for way in ways if not way.startswith("refuse")]
    assert wrong, f"landed, but must ask: {case['right']}"
    assert {} in wrong, f"right is {case['right']}; wrong: {min(wrong, key=len)}"
