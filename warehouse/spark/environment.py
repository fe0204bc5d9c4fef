"""Where Spark's dbt is, and what it is told; nothing of it is imported here."""

from __future__ import annotations

import os
import shutil
from enum import StrEnum
from pathlib import Path

import yaml
from jinja2 import Environment, StrictUndefined

from warehouse import paths
from warehouse.errors import PaidnetError

VARIABLE = "PAIDNET_ENGINE"
#: Libraries of numbers that would start threads of their own.
LIBRARIES = ("OMP", "OPENBLAS", "MKL")


class Engine(StrEnum):
    """What runs the models."""

    DUCKDB = "duckdb"
    SPARK = "spark"


PYTHON = paths.PROJECT / ".venv-spark" / "bin" / "python"


def choose(engine: Engine) -> None:
    """Have this process, and all that it starts, build with an engine; raises PaidnetError."""
    if engine is Engine.SPARK:
        check()
    os.environ[VARIABLE] = engine.value


def is_engine() -> bool:
    """Say whether this build runs its models on Spark."""
    return os.environ.get(VARIABLE) == Engine.SPARK


def java() -> str | None:
    """Return the program that runs Java, if there is one."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin" if home else None)


def check() -> None:
    """Raise PaidnetError where Spark cannot run."""
    if not (PYTHON.parent.parent / ".installed").exists():
        raise PaidnetError(
            "Spark is not installed",
            found=f"no {PYTHON.parent.parent.name} in {paths.PROJECT}",
            expected="the environment of requirements/spark.txt",
            fix="make .venv-spark/.installed; or build with DuckDB, without --engine spark",
        )
    if java() is None:
        raise PaidnetError(
            "Spark needs Java",
            found=f"no program java in {os.environ.get('JAVA_HOME') or 'PATH'}",
            expected="Java 17 or newer",
            fix="install it (Debian: apt-get install openjdk-17-jre-headless), or set JAVA_HOME",
        )


def folder() -> Path:
    """Return the folder of Spark's tables, as Parquet, a folder per schema and table."""
    return paths.build() / "spark"


def variables() -> dict[str, str]:
    """Return what Spark's dbt finds in its environment, besides what every stage does."""
    target = paths.build() / "target-spark"
    parsed = target / "partial_parse.msgpack"
    return {
        "DBT_TARGET_PATH": str(target),
        **({"DBT_PARTIAL_PARSE_FILE_PATH": str(parsed)} if parsed.exists() else {}),
        "SPARK_LOCAL_DIRS": str(paths.build() / "spark-scratch"),
        # The metastore's own log would lie in the project.
        "JDK_JAVA_OPTIONS": f"-Dderby.stream.error.file={paths.build() / 'logs' / 'derby.log'}",
    }


def home() -> Path:
    """Return Spark's own folder, of the environment that has it."""
    (found,) = PYTHON.parent.parent.glob("lib/python3.*/site-packages/pyspark")
    return found


def settings() -> dict[str, str]:
    """Return what the models' target sets, for a program that reads none of Spark's tables."""
    profile = yaml.load((paths.PROJECT / "profiles.yml").read_text(), yaml.CSafeLoader)
    target = profile["paidnet"]["outputs"]["spark"]["server_side_parameters"]
    jinja = Environment(undefined=StrictUndefined)  # noqa: S701 -- no page
    jinja.filters["as_text"] = str
    jinja.globals["env_var"] = lambda name, default: os.environ.get(name, default)
    set_ = {name: jinja.from_string(value).render() for name, value in target.items()}
    # One library's threads for each task: what they add up must not depend on the machine.
    there = {f"{name}_NUM_THREADS": "1" for name in LIBRARIES}
    # Workers of a cluster are started by others, and know nothing of this process's environment.
    there["PYTHONPATH"] = str(paths.PROJECT)
    executors = {f"spark.executorEnv.{name}": value for name, value in there.items()}
    return set_ | executors | {"spark.sql.catalogImplementation": "in-memory"}
