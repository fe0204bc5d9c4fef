"""The raw contract is said once."""

from __future__ import annotations

import ast
import re

from ingestion.contract import entities
from tests.python.conftest import PROJECT


def test_dbt_knows_the_entities_of_the_contract_from_one_list() -> None:
    listed = re.search(r"\[[^\]]*\]", (PROJECT / "macros/entities.sql").read_text())
    assert listed
    assert ast.literal_eval(listed[0]) == list(entities())
    named = re.compile("|".join(f"'{name}'" for name in entities()))
    sql = [p for d in ("macros", "models", "tests/singular") for p in (PROJECT / d).rglob("*.sql")]
    lists = [file.name for file in sql if len(set(named.findall(file.read_text()))) > 3]
    # Some of them by what the dashboard Operations shows of each.
    assert set(lists) == {"entities.sql", "fct_sent_entities.sql"}
