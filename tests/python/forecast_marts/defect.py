"""A defect of a run, and how the tables of a run are spoilt."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pandas as pd

from tests.python.forecast_marts.sample import Run


@dataclasses.dataclass(frozen=True)
class Defect:
    """A defect and the names of the tests that fail on it."""

    tests: tuple[str, ...]
    spoil: Callable[[Run], None] = lambda run: None
    sql: str = ""
    status: str = "fail"


def change(table: str, column: str, value: object, where: str = "index == index") -> Callable:
    """Return a defect that sets a column, or maps it, in some rows of a table."""

    def spoil(run: Run) -> None:
        frame = run[table]
        rows = frame.query(where).index
        old = frame.loc[rows, column]
        frame.loc[rows, column] = old.map(value) if callable(value) else value

    return spoil


def drop(table: str, where: str) -> Callable:
    """Return a defect that leaves out rows of a table."""

    def spoil(run: Run) -> None:
        run[table] = run[table].drop(run[table].query(where).index)

    return spoil


def repeat(table: str) -> Callable:
    """Return a defect that writes the first row of a table twice."""

    def spoil(run: Run) -> None:
        run[table] = pd.concat([run[table].head(1), run[table]], ignore_index=True)

    return spoil


def altered(table: str, change: str, where: str = "") -> str:
    """Return SQL that changes the company's rows of a table, those alone that `where` takes."""
    return f"update marts.{table} set {change} where company_id = '{{company}}' {where}".rstrip()


def again(table: str) -> str:
    """Return SQL that adds the company's rows of a table once more."""
    return f"insert into marts.{table} from marts.{table} where company_id = '{{company}}'"


def given(table: str, times: int = 1, change: str = "") -> str:
    """Return SQL that gives the company alder's rows of a table, changed, so many times."""
    rows = " union all ".join([f"(from marts.{table} where company_id = 'alder')"] * times)
    return (
        f"insert into marts.{table} select * replace ('{{company}}' as company_id{change})"
        f" from ({rows})"
    )
