"""Companies that Spark's executors fit have the paths that processes of this machine give them."""

from __future__ import annotations

from pathlib import Path

import pytest

from forecasting.revenue import fits
from tests.python.forecasting import makers
from tests.python.forecasting.test_job import SMALL, companies, content
from warehouse.errors import PaidnetError
from warehouse.spark import pool


def test_paths_are_those_of_processes(
    spark: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = companies()[::2]
    here = makers.run(some, tmp_path / "here", SMALL)
    monkeypatch.setenv("PAIDNET_ENGINE", "spark")
    for name, value in (spark | {"PAIDNET_SPARK_MASTER": "local[2]"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(fits.company, "run_task", _is_called_elsewhere)
    there = makers.run(some, tmp_path / "there", SMALL)
    for one, other in zip(here, there, strict=True):
        assert content(one) == content(other)
        assert "paths.parquet" in content(one)
    with pool.opened() as executors, pytest.raises(PaidnetError, match="ZeroDivisionError"):
        list(executors.map(_inverse, [1, 0]))


def _is_called_elsewhere(*_: object) -> None:
    raise AssertionError("fitted in this process")


def _inverse(value: int) -> float:
    return 1 / value


def test_a_cluster_that_cannot_be_reached_is_named(
    spark: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"PAIDNET_DATA": str(tmp_path), "PAIDNET_SPARK_MASTER": "sparc://nowhere"}
    for name, value in (spark | own).items():
        monkeypatch.setenv(name, value)
    with pool.opened() as executors, pytest.raises(PaidnetError) as error:
        list(executors.map(_inverse, [1]))
    assert "executors of sparc://nowhere" in str(error.value)
    assert str(tmp_path / "build" / "logs" / "spark.log") in str(error.value)
