"""Simulated companies for the tests, made once per test run and set of overrides."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import pytest

from simulation.company import Company, simulate
from simulation.entities import entity_tables
from simulation.loading import load_scenario
from simulation.writing import write_company


@cache
def _simulated(name: str, overrides: tuple[tuple[str, object], ...]) -> Company:
    return simulate(load_scenario(name, dict(overrides)))


@pytest.fixture(scope="session")
def company() -> Callable[..., Company]:
    """Return a maker: scenario's name, then overrides by dotted key."""

    def make(name: str, overrides: dict[str, object] | None = None) -> Company:
        if overrides and any(isinstance(value, list | dict) for value in overrides.values()):
            return simulate(load_scenario(name, overrides))
        return _simulated(name, tuple((overrides or {}).items()))

    return make


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Return a writer of a company and its entities; gives the folder."""

    def write(made: Company, file_format: str = "csv") -> Path:
        tables = entity_tables(made, made.scenario.switched_on)
        write_company(made, tmp_path, tables, file_format)
        return tmp_path

    return write


@pytest.fixture(scope="session")
def read() -> Callable[[Path], list[dict[str, str]]]:
    """Return a reader of a CSV file: rows of text by column, null where empty."""

    def rows(path: Path) -> list[dict[str, str]]:
        source = f"read_csv('{path}', all_varchar = true, header = true)"
        found = duckdb.sql(f"select * from {source}")
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]

    return rows


@pytest.fixture(scope="session")
def clean() -> dict[str, object]:
    """Override that takes all mess out of a scenario."""
    return {"mess.malformed_kinds": ("too_few",)} | {
        f"mess.{kind}": 0.0
        for kind in (
            "duplicates",
            "bad_dates",
            "missing_order_ids",
            "missing_customer_ids",
            "missing_prices",
            "negative_prices",
            "non_numeric_prices",
            "mixed_case_statuses",
            "unknown_statuses",
            "other_time_zones",
            "counter_errors",
            "refunds_on_unpaid",
            "malformed_lines",
        )
    }
