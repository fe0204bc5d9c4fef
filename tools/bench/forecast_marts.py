"""dbt's marts of the forecasts of many companies: what reads the forecast back, with its tests."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import yaml

from tools.bench import process


def measure(count: int) -> float:
    """Return the seconds that dbt runs for after the forecast of a build of so many companies."""
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder) / "inbox"
        _write(inbox, count)
        command = [sys.executable, "-m", "warehouse", "build", "--inbox", inbox]
        data = Path(folder) / "data"
        process.run(command, os.environ | {"PAIDNET_DATA": str(data)})
        # The last run of dbt is the forecast's: a build without a forecast has another.
        found = json.loads((data / "build" / "target" / "run_results.json").read_text())
        names = {result["unique_id"].split(".")[2] for result in found["results"]}
        if "fct_revenue_forecast_totals" not in names or "fct_orders" in names:
            raise process.CommandError("run_results.json is not of the forecast's marts")
        return float(found["elapsed_time"])


def _write(inbox: Path, count: int) -> None:
    """Write the orders of companies with twelve cutoffs, as an inbox has them."""
    from simulation.company import simulate
    from simulation.panel import panel_scenario
    from simulation.writing import write_company
    from tools.bench.forecast import PANEL_SEED, numbers

    for number in numbers(count):
        company = simulate(panel_scenario(number, PANEL_SEED))
        folder = inbox / company.scenario.company_id
        write_company(company, folder)
        shutil.rmtree(folder / "truth")
        scenario = company.scenario
        settings = {"currency": scenario.currency, "time_zone": scenario.time_zone}
        (folder / "company.yml").write_text(yaml.safe_dump(settings))
        # A file of this minute may still be on its way.
        for file in folder.iterdir():
            os.utime(file, (0, 0))
