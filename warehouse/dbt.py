"""Run dbt as a process of its own, follow it, and explain its failures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import duckdb

from warehouse import paths, process
from warehouse.errors import PaidnetError
from warehouse.paths import DATABASE

_STEP = re.compile(r"(\d+) of (\d+) (OK|PASS|ERROR|FAIL|SKIP|WARN|NO-OP)")
_SHOWN_ROWS = 5


def run(*arguments: str, on_step: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Run dbt in the project; raises PaidnetError naming what failed and its rows.

    `on_step` is called with the number of nodes done and of all nodes.
    """
    paths.build().mkdir(parents=True, exist_ok=True)
    results = paths.build() / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    output: list[str] = []
    done = 0

    def follow(line: str) -> None:
        nonlocal done
        output.append(line)
        if (match := _STEP.search(line)) and " hook" not in line:
            done += 1
            on_step(done, int(match.group(2)))

    dbt = ("-m", "warehouse.dbt_process", "--no-use-colors")
    code = process.run(*dbt, *arguments, on_line=follow, with_stderr=True)
    if code != 0:
        raise PaidnetError(_failures(results) or "dbt stopped:\n" + "\n".join(output[-20:]))


def _failures(results: Path) -> str:
    """Return what failed: node, message, some of its rows, and where its SQL is."""
    if not results.exists():
        return ""
    failures = []
    for result in json.loads(results.read_text())["results"]:
        if result["status"] not in {"fail", "error", "runtime error"}:
            continue
        kind, _, *rest = result["unique_id"].split(".")
        lines = [f"{kind.replace('_', ' ')} {rest[0]}: {(result['message'] or '').strip()}"]
        compiled = result.get("compiled_code")
        if kind == "test" and result["status"] == "fail" and compiled:
            lines += _rows(compiled)
        parts = result["unique_id"].split(".")[2:]
        found = list((paths.build() / "target").glob(f"compiled/**/{parts[0]}*.sql"))
        if found:
            lines.append(f"  its SQL: {found[0]}")
        failures.append("\n".join(lines))
    if failures:
        failures.append(f"the build to look into: {paths.build() / DATABASE}")
    return "\n".join(failures)


def _rows(sql: str) -> list[str]:
    try:
        with duckdb.connect(str(paths.build() / DATABASE), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            found = connection.sql(sql)
            names, rows = found.columns, found.fetchmany(_SHOWN_ROWS)
    except duckdb.Error as error:
        return [f"  (its rows cannot be shown: {str(error).splitlines()[0]})"]
    return [
        "  " + ", ".join(f"{name} = {value}" for name, value in zip(names, row, strict=True))
        for row in rows
    ]
