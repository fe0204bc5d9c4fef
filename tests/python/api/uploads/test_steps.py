"""Whatever a build is doing is said on the page."""

from __future__ import annotations

import yaml

from api.uploads import shown
from tests.python.conftest import PROJECT


def test_every_selector_of_a_build_has_words() -> None:
    listed = yaml.safe_load((PROJECT / "selectors.yml").read_text())["selectors"]
    assert {one["name"] for one in listed} <= shown._DOING.keys()
    assert all(first <= last <= 100 for _, first, last in shown._DOING.values())
