"""Companies are built apart in shards as large as the memory takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from warehouse import shards
from warehouse.errors import PaidnetError
from warehouse.shards import Shard


@pytest.mark.parametrize(
    ("size", "cores", "counts", "expected"),
    [
        ("4GB", 2, {"a": 9, "b": 2}, [["a", "b"]]),  # in thousands of rows
        ("4GB", 2, {"a": 9_000, "b": 2_000, "c": 4_000}, [["a"], ["b", "c"]]),
        ("4GB", 2, {"a": 90_000}, [["a"]]),
        ("8GB", 2, {"a": 9_000, "b": 2_000, "c": 4_000}, [["a", "b", "c"]]),
        ("2GB", 8, {}, []),
        ("2GB", 8, {"a": 5_000, "b": 5_000, "c": 1_000}, [["a", "c"], ["b"]]),
    ],
)
def test_a_shard_holds_what_the_memory_takes(
    monkeypatch: pytest.MonkeyPatch,
    size: str,
    cores: int,
    counts: dict[str, int],
    expected: list[list[str]],
) -> None:
    monkeypatch.setenv("PAIDNET_MEMORY", size)
    monkeypatch.setattr(shards.os, "cpu_count", lambda: cores)
    thousands = {name: count * 1_000 for name, count in counts.items()}
    assert shards.divided(thousands) == expected


def test_a_shard_that_cannot_run_is_halved_until_the_company_is_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))

    def build(shard: Shard, *_: object) -> Shard:
        if "oak" not in shard.companies:
            return shard
        if len(shard.companies) == 1:
            return replace(shard, held=("oak",))
        return replace(shard, error="a model cannot run", is_of_rows=True)

    monkeypatch.setattr(shards, "_build", build)
    found = sorted(shards.build([["ash", "elm", "fir"], ["oak", "pine", "yew"]], "alone"),
                   key=lambda shard: shard.companies)  # fmt: skip
    assert [shard.companies for shard in found] == [
        ("ash", "elm", "fir"), ("oak",), ("pine", "yew"),
    ]  # fmt: skip
    assert [shard.held for shard in found] == [(), ("oak",), ()]

    # A fault of the project is no company's, and a company that cannot be held back stops all.
    for error, is_of_rows in {"a parse error": False, "a value": True}.items():
        broken = {"error": error, "is_of_rows": is_of_rows}
        monkeypatch.setattr(shards, "_build", lambda shard, *_, b=broken: replace(shard, **b))
        with pytest.raises(PaidnetError, match=error):
            list(shards.build([["ash", "elm"]], "alone"))


def test_a_memory_that_is_no_size_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIDNET_MEMORY", "lots")
    with pytest.raises(PaidnetError, match="PAIDNET_MEMORY"):
        shards.memory()
