"""Run the forecasting stage as a process of its own."""

from __future__ import annotations

import subprocess
import sys

from warehouse import dbt, paths
from warehouse.errors import WarehouseError


def run() -> None:
    """Run `python -m forecasting` on the build; raises WarehouseError if it cannot run.

    Its progress bar is shown as it is. A company that cannot be forecast fails nothing: its
    grade and reason are in marts.fct_forecast_runs.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "forecasting"],
        cwd=paths.PROJECT,
        env=dbt.environment(),
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=dbt.die_with_parent,
    )
    try:
        told, _ = process.communicate()
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode != 0:
        raise WarehouseError(
            "the forecast stopped\n"
            f"  found:    exit code {process.returncode} {told.strip()}\n"
            "  expected: a run for every company\n"
            "  fix:      see the message above; --no-forecast builds and releases without it"
        )
