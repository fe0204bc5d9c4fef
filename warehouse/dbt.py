"""Run dbt as a process of its own, follow it, and explain its failures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse import paths, process
from warehouse.errors import PaidnetError
from warehouse.paths import DATABASE

_STEP = re.compile(r"(\d+) of (\d+) (OK|PASS|ERROR|FAIL|SKIP|WARN|NO-OP)")
_SHOWN_ROWS = 5


@dataclass(frozen=True)
class Failure:
    """A node of the last run that failed; `sql` returns the wrong rows of a data test."""

    kind: str
    name: str
    message: str
    sql: str | None = None


def run(
    *arguments: str,
    on_step: Callable[[int, int], None] = lambda done, total: None,
    landing: Path | None = None,
) -> None:
    """Run dbt in the project; raises PaidnetError naming what failed and its rows.

    `on_step` is called with the number of nodes done and of all nodes. `landing` is the folder of
    landed files to read, by default those that have landed by now.
    """
    code, output = invoke(*arguments, on_step=on_step, landing=landing)
    if code != 0:
        raise PaidnetError(_explained() or "dbt stopped:\n" + "\n".join(output[-20:]))


def invoke(
    *arguments: str,
    on_step: Callable[[int, int], None] = lambda done, total: None,
    landing: Path | None = None,
) -> tuple[int, list[str]]:
    """Run dbt in the project, one command or several (see dbt_process); return exit code, output.

    The arguments are those of `run`; the nodes of a further command are counted when it begins.
    """
    paths.build().mkdir(parents=True, exist_ok=True)
    _results().unlink(missing_ok=True)
    output: list[str] = []
    done = before = total = 0

    def follow(line: str) -> None:
        nonlocal done, before, total
        output.append(line)
        if (match := _STEP.search(line)) and " hook" not in line:
            done += 1
            if done > before + total:
                before, total = done - 1, int(match.group(2))
            on_step(done, before + total)

    dbt = ("-m", "warehouse.dbt_process", "--no-use-colors")
    more = {"PAIDNET_LANDING": str(landing)} if landing else {}
    return process.run(*dbt, *arguments, on_line=follow, with_stderr=True, more=more), output


def results() -> list[dict[str, Any]]:
    """Return the result of each node of the last run; none when it did not come so far."""
    return json.loads(_results().read_text())["results"] if _results().exists() else []


def _results() -> Path:
    return paths.build() / "target" / "run_results.json"


def failures() -> list[Failure]:
    """Return what failed in the last run; nothing when dbt stopped before it ran a node."""
    found = []
    for result in results():
        if result["status"] not in {"fail", "error", "runtime error"}:
            continue
        kind, _, name, *_ = result["unique_id"].split(".")
        sql = result.get("compiled_code") if (kind, result["status"]) == ("test", "fail") else None
        found.append(Failure(kind, name, (result["message"] or "").strip(), sql))
    return found


def _explained() -> str:
    """Return what failed: node, message, some of its rows, and where its SQL is."""
    texts = []
    for failure in failures():
        lines = [f"{failure.kind.replace('_', ' ')} {failure.name}: {failure.message}"]
        lines += _rows(failure.sql) if failure.sql else []
        compiled = list((paths.build() / "target").glob(f"compiled/**/{failure.name}*.sql"))
        if compiled:
            lines.append(f"  its SQL: {compiled[0]}")
        texts.append("\n".join(lines))
    if texts:
        texts.append(f"the build to look into: {paths.build() / DATABASE}")
    return "\n".join(texts)


def _rows(sql: str) -> list[str]:
    try:
        names, rows = failed_rows(sql)
    except duckdb.Error as error:
        return [f"  (its rows cannot be shown: {str(error).splitlines()[0]})"]
    return [
        "  " + ", ".join(f"{name} = {value}" for name, value in zip(names, row, strict=True))
        for row in rows
    ]


def failed_rows(sql: str) -> tuple[list[str], list[tuple]]:
    """Return the columns and the first rows that a test's SQL finds; raises duckdb.Error."""
    with duckdb.connect(str(paths.build() / DATABASE), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        found = connection.sql(sql)
        return found.columns, found.fetchmany(_SHOWN_ROWS)
