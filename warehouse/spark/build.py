"""Run the models of a selector on Spark; DuckDB's dbt then makes its file of their tables."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from warehouse import dbt, paths, process, timing
from warehouse.errors import PaidnetError
from warehouse.spark import environment, inputs
from warehouse.spark.environment import VARIABLE, Engine, choose, is_engine
from warehouse.terminal import progress

__all__ = ["VARIABLE", "Engine", "choose", "is_engine", "prepare", "run"]

_STEP = re.compile(r"(\d+) of (\d+) (OK|ERROR|SKIP)")


def prepare(session: dbt.Session, landing: Path) -> None:
    """Start afresh: no table of an earlier build, and the files that Spark reads.

    `landing` is the folder of the landed files that the build reads.
    """
    for name in ("spark", "spark-scratch", "metastore"):
        shutil.rmtree(paths.build() / name, ignore_errors=True)
    session.run("seed")
    inputs.write(landing)


def run(selector: str, landing: Path, *, is_alone: bool) -> None:
    """Make the models of a selector on Spark; raises PaidnetError naming what failed.

    `landing` and `is_alone` are as of `dbt.session`. Tests are left to the run that makes
    DuckDB's file of these tables, where they take seconds.
    """
    more = environment.variables() | {"PAIDNET_LANDING": str(landing)}
    more |= {"PAIDNET_ALONE": "1"} if is_alone else {}
    results = Path(more["DBT_TARGET_PATH"]) / "run_results.json"
    results.unlink(missing_ok=True)
    command = (str(environment.PYTHON), "-m", "warehouse.dbt_process", "build")
    what = ("--target", "spark", "--selector", selector, "--exclude-resource-type", "test")
    output: list[str] = []
    name = f"Spark, {selector}"
    with progress() as bar, timing.stage(name):
        task = bar.add_task(name, total=None)

        def said(line: str) -> None:
            output.append(line)
            if (match := _STEP.search(line)) and " hook" not in line:
                bar.update(task, completed=int(match.group(1)), total=int(match.group(2)))

        code = process.run(*command, *what, on_line=said, with_stderr=True, more=more)
    if code != 0:
        raise PaidnetError(_failed(results) or "Spark stopped:\n" + "\n".join(output[-20:]))


def _failed(results: Path) -> str:
    """Return what failed: model and message, without Spark's plan of the query."""
    if not results.exists():
        return ""
    return "\n".join(
        f"on Spark: {result['unique_id'].split('.')[2]}:"
        f" {(result['message'] or '').partition(chr(10) + '    ' + chr(39))[0].strip()}"
        for result in json.loads(results.read_text())["results"]
        if result["status"] in {"error", "runtime error"}
    )
