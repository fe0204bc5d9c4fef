"""The forecast of test_job's companies in a process of its own, which drives Spark.

`python -m tests.python.spark.forecast_run FOLDER` writes it there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.python.forecasting import makers
from tests.python.forecasting.test_job import SMALL, companies

if __name__ == "__main__":
    makers.run(companies(), Path(sys.argv[1]), SMALL)
