"""What `warehouse.dbt` starts: dbt, without what a build does not read.

dbt's command writes its manifest twice per run, a tenth of a small build. What is read is written:
the results, and what dbt prints.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Run dbt with a command's arguments; returns its exit code.

    The results are in `run_results.json` of the folder `DBT_TARGET_PATH`.
    """
    # What a run makes lives until its end: to look for garbage takes a tenth of a small build.
    gc.disable()
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.exceptions import DbtUsageException
    from dbt.cli.main import dbtRunner

    done = dbtRunner().invoke(["--no-write-json", *arguments])
    if isinstance(done.result, RunExecutionResult):
        done.result.write(str(Path(os.environ["DBT_TARGET_PATH"]) / "run_results.json"))
    # dbt prints all other errors itself.
    if isinstance(done.exception, DbtUsageException):
        print(done.exception, file=sys.stderr)
    return 0 if done.success else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
