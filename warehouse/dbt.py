"""Run dbt as a process of its own, follow it, and explain its failures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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
    paths.build().mkdir(parents=True, exist_ok=True)
    _results().unlink(missing_ok=True)
    output: list[str] = []
    done = 0

    def follow(line: str) -> None:
        nonlocal done
        output.append(line)
        if (match := _STEP.search(line)) and " hook" not in line:
            done += 1
            on_step(done, int(match.group(2)))

    dbt = ("-m", "warehouse.dbt_process", "--no-use-colors")
    more = {"PAIDNET_LANDING": str(landing)} if landing else {}
    code = process.run(*dbt, *arguments, on_line=follow, with_stderr=True, more=more)
    if code != 0:
        raise PaidnetError(_explained() or "dbt stopped:\n" + "\n".join(output[-20:]))


def _results() -> Path:
    return paths.build() / "target" / "run_results.json"


def failures() -> list[Failure]:
    """Return what failed in the last run; nothing when dbt stopped before it ran a node."""
    if not _results().exists():
        return []
    found = []
    for result in json.loads(_results().read_text())["results"]:
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
