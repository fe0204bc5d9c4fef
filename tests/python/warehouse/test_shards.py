"""Companies are built apart in shards as large as the memory takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.main import get_command

from tests.python.conftest import Warehouse
from warehouse import ledger, shards
from warehouse.__main__ import app
from warehouse.errors import PaidnetError
from warehouse.shards import Shard


@pytest.mark.parametrize(
    ("size", "cores", "counts", "expected"),
    [
        ("4GB", 2, {"a": 9, "b": 2}, [["a", "b"]]),  # in thousands of rows
        ("4GB", 2, {"a": 9_000, "b": 2_000, "c": 2_000}, [["a"], ["b", "c"]]),
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


@pytest.mark.deep
def test_all_companies_built_apart_give_what_a_build_at_once_gives(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, company in enumerate(("ash", "elm", "oak")):
        rows = (
            f"{n},2025-0{n % 9 + 1}-1{n % 7}T10:00:00Z,paid,{n + number}.45,0,c{n % 40},EUR\n"
            for n in range(300)
        )
        header = "order_id,created_at,status,total_price,order_refunds,customer_id,currency\n"
        (file := warehouse.data.with_name(f"{company}.csv")).write_text(header + "".join(rows))
        warehouse.add(file, company)
    monkeypatch.setenv("PAIDNET_DATA", str(warehouse.data))
    monkeypatch.setenv("PAIDNET_COMPANIES_IN_GIT", "0")
    monkeypatch.setattr(shards, "ROWS_PER_GIGABYTE", 100)
    get_command(app).main(["build", "--no-forecast"], standalone_mode=False)
    tests = "select count(*), count(tested_companies) from marts.fct_test_results"
    ((count, named),) = warehouse.query(tests)
    assert (count > 200, named) == (True, 0), "the tests of three shards have seen all companies"
    stages = [span.stage for span in ledger.runs()[-1].stages]
    assert stages.count("putting companies together") == 3
    monkeypatch.undo()
    without_git = {"PAIDNET_COMPANIES_IN_GIT": "0"}
    done = warehouse.run("warehouse", "build", "--no-forecast", "--full", **without_git)
    assert "row for row" in done.stdout, done.stdout + done.stderr
