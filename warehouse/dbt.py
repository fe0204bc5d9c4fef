"""Run dbt as a process of its own, follow it, and explain its failures."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse import paths, process, steps
from warehouse.dbt_process import ENDED
from warehouse.errors import PaidnetError
from warehouse.paths import DATABASE

_STEP = re.compile(r"(\d+) of (\d+) (OK|PASS|ERROR|FAIL|SKIP|WARN|NO-OP)")
_SHOWN_ROWS = 5
#: What DuckDB says of a value, rather than of the SQL.
_OF_A_VALUE = ("Conversion Error", "Out of Range Error", "Invalid Input Error")


@dataclass(frozen=True)
class Failure:
    """A node of the last run that failed; `sql` returns the wrong rows of a data test."""

    kind: str
    name: str
    message: str
    sql: str | None = None


class Session:
    """A dbt that has parsed the project once, and runs commands one after another."""

    def __init__(self, process_: subprocess.Popen[str]) -> None:
        self._process = process_

    def run(
        self, *arguments: str, on_step: Callable[[int, int], None] = lambda done, total: None
    ) -> None:
        """Run a command; raises PaidnetError naming what failed and its rows.

        `on_step` is called with the number of nodes done and of all nodes.
        """

        def said(done: int, total: int) -> None:
            on_step(done, total)
            steps.write(arguments, done, total)

        code, output = self.invoke(*arguments, on_step=said)
        if code != 0:
            raise PaidnetError(_explained() or "dbt stopped:\n" + "\n".join(output[-20:]))

    def invoke(
        self, *arguments: str, on_step: Callable[[int, int], None] = lambda done, total: None
    ) -> tuple[int, list[str]]:
        """Run a command; return its exit code and output. The arguments are those of `run`."""
        _results().unlink(missing_ok=True)
        output: list[str] = []
        with suppress(BrokenPipeError):  # of errors in the project it has said all
            print(json.dumps(arguments), file=self._process.stdin, flush=True)
        done = 0
        for line in self._process.stdout or ():
            # What a library prints as it dies may lack its end of line.
            said, ended, code = line.partition(ENDED)
            output += [said.rstrip()] if said else []
            if ended:
                return int(code), output
            if (match := _STEP.search(line)) and " hook" not in line:
                done += 1
                on_step(done, int(match.group(2)))
        return self._process.wait() or 1, output


@contextmanager
def session(landing: Path | None = None, *, is_alone: bool = False) -> Iterator[Session]:
    """Start a dbt in the project.

    `landing` is the folder of landed files to read, by default those that have landed by now;
    with `is_alone` no forecast is read.
    """
    paths.build().mkdir(parents=True, exist_ok=True)
    more = {"PAIDNET_LANDING": str(landing)} if landing else {}
    more |= {"PAIDNET_ALONE": "1"} if is_alone else {}
    pipe, both = subprocess.PIPE, subprocess.STDOUT
    dbt = ("-m", "warehouse.dbt_process")
    with process.start(*dbt, more=more, stdin=pipe, stdout=pipe, stderr=both) as started:
        yield Session(started)


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


def is_of_a_value() -> bool:
    """Say whether a model of the last run stopped at a value: some company's rows are why."""
    return any(
        failure.kind == "model" and any(words in failure.message for words in _OF_A_VALUE)
        for failure in failures()
    )


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
