"""The same models on Spark and on DuckDB, on this machine, evenly and with one large company."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from tools.bench import data, scale
from tools.bench.tables import Part, Table, gigabytes, ratio, seconds
from tools.compare_releases import differences
from warehouse import timing

COMPANIES = 20
#: The driver works too on one machine; a shuffle has two partitions for each core.
SETTINGS = {"PAIDNET_SPARK_MEMORY": "8g", "PAIDNET_SPARK_PARTITIONS": "4", "PAIDNET_MEMORY": "4GB"}
#: When a table was made and how long a test took is of no order.
IGNORED = ("built_at", "tested_at", "run_seconds")


def part(workdir: Path, sizes: Sequence[int], workers: int) -> Part:
    """Build the same landed orders by both engines, and compare every table of the releases."""
    measured = [(size, False) for size in sizes] + [(sizes[-1], True)]
    rows = []
    for size, is_skewed in measured:
        described = data.described(workdir, size, COMPANIES, is_skewed=is_skewed)
        made, _ = scale.landed(described, workers)
        duckdb, _ = scale.build(made, "--no-forecast", more=SETTINGS)
        kept = made.folder / "duckdb.duckdb"
        shutil.copyfile(made.data / "current" / "warehouse.duckdb", kept)
        spark, event = scale.build(made, "--no-forecast", "--engine", "spark", more=SETTINGS)
        stages = timing.seconds(event.stages)
        models = sum(took for name, took in stages.items() if name.startswith("Spark"))
        found = differences(kept, made.data / "current" / "warehouse.duckdb", IGNORED)
        rows.append(
            (
                f"{made.row_count:,} rows" + ", half of one company" * is_skewed,
                seconds(duckdb.seconds), seconds(spark.seconds), seconds(models),
                ratio(spark.seconds / duckdb.seconds),
                ratio(spark.cpu_seconds / duckdb.cpu_seconds), gigabytes(duckdb.peak_bytes),
                gigabytes(spark.peak_bytes), "; ".join(found) or "equal",
            )
        )  # fmt: skip
        kept.unlink()
        data.forget_builds(made)
    headings = (
        "", "DuckDB", "Spark, in all", "its models", "ratio", "ratio of CPU time",
        "DuckDB, peak memory", "Spark, peak memory", "tables",
    )  # fmt: skip
    return Part((Table(f"Whole build by both engines, {COMPANIES} companies", headings, rows),), ())
