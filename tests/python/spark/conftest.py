"""Spark as tests run it: few rows, so that its preparations cost more than its work."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from warehouse.errors import PaidnetError
from warehouse.spark import environment

#: What pays for many rows only: code made for a query, and made faster while it runs.
DEFAULTS = """
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.adaptive.enabled false
"""


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What Spark's processes find in their environment; skips where Spark is not installed."""
    try:
        environment.check()
    except PaidnetError as error:
        if os.environ.get("PAIDNET_REQUIRE_SPARK"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    folder: Path = tmp_path_factory.mktemp("spark-conf")
    (folder / "spark-defaults.conf").write_text(DEFAULTS)
    return {
        "SPARK_CONF_DIR": str(folder),
        "PAIDNET_SPARK_MASTER": "local[1]",
        "PAIDNET_SPARK_PARTITIONS": "1",
        "PAIDNET_SPARK_CATALOG": "in-memory",
    }
