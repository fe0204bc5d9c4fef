"""What text is a value of the raw contract: staging's own macros, rendered for ingestion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import yaml
from jinja2 import Environment
from jinja2.environment import TemplateModule

from warehouse.paths import PROJECT

MACROS = PROJECT / "macros/values"


class _Adapter:
    """What dbt's macros call `adapter`: it knows what engines say otherwise."""

    def __init__(self, engine: str) -> None:
        self._engine = engine

    def dispatch(self, name: str, _project: str) -> Callable[..., str]:
        """Return the macro as the engine says it."""
        return getattr(_macros(self._engine), f"{self._engine}__{name}")


@cache
def _macros(engine: str = "default") -> TemplateModule:
    variables = yaml.load((PROJECT / "dbt_project.yml").read_text(), yaml.CSafeLoader)["vars"]
    environment = Environment(autoescape=False)  # noqa: S701 - SQL, not HTML
    environment.globals["var"] = variables.__getitem__
    environment.globals["adapter"] = _Adapter(engine)
    environment.globals["return"] = lambda sql: sql
    files = sorted(MACROS.glob("*.sql"))
    return environment.from_string("".join(file.read_text() for file in files)).module


def normalised_status(column: str) -> str:
    """Return the SQL of a status as seeds/reference/order_statuses.csv writes it."""
    return _macros().normalised_status(column)


def error(column: str, rule: Mapping[str, Any]) -> str:
    """Return the SQL of the reason why a raw text cannot be used; null when it can.

    `rule` is the column's `meta` in the contract.
    """
    value = _macros().typed_value(rule["kind"], column)
    return _macros().value_error(rule, column, f"({value})")


def value(kind: str, column: str, engine: str = "default") -> str:
    """Return the SQL of what a raw text stands for, by its kind; `default` is DuckDB."""
    return _macros(engine).typed_value(kind, column)
