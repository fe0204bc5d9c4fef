"""The stages of a build before and between dbt's: each a process of its own."""

from __future__ import annotations

from pathlib import Path

from warehouse import process, timing
from warehouse.errors import PaidnetError


def land_inbox(folder: Path) -> str | None:
    """Land what is new in the inbox; returns a line if files were refused, None otherwise.

    Ingestion reports a refused file itself. It does not fail the build: the other companies'
    numbers do not wait for one company's mistake.
    """
    inbox = str(folder.expanduser().resolve())
    with timing.stage("landing"):
        refused = process.run("-m", "ingestion", "inbox", inbox) != 0
    return "files of the inbox were refused; see the log" if refused else None


def forecast(*, learn: bool = True) -> None:
    """Forecast the build and show the progress; raises PaidnetError if forecasting cannot run.

    Companies teach each other anew, where that is due, unless `learn` is false.
    A company that cannot be forecast does not fail the build: its grade and reason are in
    marts.fct_forecast_runs.
    """
    lines: list[str] = []
    options = () if learn else ("--no-learn",)
    with timing.stage("forecast"):
        code = process.run("-m", "forecasting", *options, on_line=lines.append)
    if code != 0:
        raise PaidnetError(
            "the forecast stopped",
            found=f"exit code {code} {' '.join(lines)}".strip(),
            expected="a run for every company",
            fix="see the message above; --no-forecast builds and releases without it",
        )
