"""One seed file loaded by `dbt seed`: with this project's reader, and with dbt's own (agate)."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from bench import process

MACROS = [Path("macros") / f"{name}.sql" for name in ("seed", "seed_path", "raw_rows")]

_PROJECT = """\
name: seed_bench
version: "1.0"
profile: seed_bench
macro-paths: [macros]
flags: {send_anonymous_usage_stats: false}
"""

_PROFILE = """\
seed_bench:
  target: bench
  outputs:
    bench:
      type: duckdb
      path: seed_bench.duckdb
      threads: 1
"""

# What macros/seed.sql needs of a profile; see profiles.yml.
_PLUGIN = """\
      module_paths: ["{home}"]
      plugins:
        - module: ingestion.dbt_plugin
"""


@dataclass(frozen=True)
class Seeded:
    """A `dbt seed`: the command's own run, its node's seconds, and the rows it loaded."""

    run: process.Run
    node_seconds: float
    row_count: int


def measure(workdir: Path, file: Path, *, with_agate: bool) -> Seeded:
    """Seed `file` in a dbt project made for it in `workdir`, from nothing."""
    folder = workdir / ("seed-agate" if with_agate else "seed-ours")
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("seeds", "macros", "data/build"):
        (folder / part).mkdir(parents=True)
    (folder / "seeds" / "orders.csv").hardlink_to(file)
    (folder / "dbt_project.yml").write_text(_PROJECT)
    profile = _PROFILE
    if not with_agate:
        for macro in MACROS:
            shutil.copy(process.PROJECT / macro, folder / "macros")
        profile += _PLUGIN.format(home=process.PROJECT)
    (folder / "profiles.yml").write_text(profile)
    folders = {"DBT_PROFILES_DIR": ".", "DBT_TARGET_PATH": "target", "DBT_LOG_PATH": "logs"}
    folders["PAIDNET_DATA"] = "data"
    dbt = Path(sys.executable).with_name("dbt")
    run = process.run([dbt, "--no-use-colors", "seed"], os.environ | folders, folder)
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    return Seeded(run, results[0]["execution_time"], _row_count(folder))


def _row_count(folder: Path) -> int:
    code = (
        "import duckdb; print(duckdb.connect('seed_bench.duckdb', read_only=True)"
        ".sql('select count(*) from orders').fetchall()[0][0])"
    )
    return int(process.run([sys.executable, "-c", code], folder=folder).output)
