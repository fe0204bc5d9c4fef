"""Run dbt as a process of its own, follow it, and explain its failures."""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb

from warehouse import paths
from warehouse.errors import WarehouseError

DATABASE = "warehouse.duckdb"
_STEP = re.compile(r"(\d+) of (\d+) (OK|PASS|ERROR|FAIL|SKIP|WARN|NO-OP)")
_SHOWN_ROWS = 5


def die_with_parent() -> None:
    """Make the kernel end this process when its parent is killed (Linux; elsewhere nothing)."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def environment() -> dict[str, str]:
    """Return the environment dbt runs in: this warehouse's folders, not the caller's."""
    return os.environ | {
        "PAIDNET_DATA": str(paths.data()),
        "PAIDNET_HOME": str(paths.PROJECT),
        "DBT_PROFILES_DIR": str(paths.PROJECT),
        "DBT_TARGET_PATH": str(paths.build() / "target"),
        "DBT_LOG_PATH": str(paths.build() / "logs"),
    }


def run(*arguments: str, on_step: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Run dbt in the project; raises WarehouseError naming what failed and its rows.

    `on_step` is called with the number of nodes done and of all nodes.
    """
    paths.build().mkdir(parents=True, exist_ok=True)
    results = paths.build() / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    output: list[str] = []
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *arguments],
        cwd=paths.PROJECT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=die_with_parent,
    )
    done = 0
    try:
        for line in process.stdout or ():
            output.append(line.rstrip())
            if (match := _STEP.search(line)) and " hook" not in line:
                done += 1
                on_step(done, int(match.group(2)))
        code = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    if code != 0:
        raise WarehouseError(_failures(results) or "dbt stopped:\n" + "\n".join(output[-20:]))


def _failures(results: Path) -> str:
    """Return what failed: node, message, some of its rows, and where its SQL is."""
    if not results.exists():
        return ""
    told = []
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
        told.append("\n".join(lines))
    if told:
        told.append(f"the build to look into: {paths.build() / DATABASE}")
    return "\n".join(told)


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
